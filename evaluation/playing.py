"""Plays cases, each as a diner of its own, and keeps what came of them.

It knows no model: whoever answers stands behind the `Talk` that it is given.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from engine.talk import Talk
from evaluation.case import Case
from evaluation.judging import Called, Played, faults_of
from models import usage
from models.bubbles import Bubble
from models.database.engine import Database
from models.menu import MenuItem
from models.tokens import NO_TOKENS, Tokens
from whatsapp.bubbles import fitting

OWNER = "whatsapp:+250788000001"  # CFO_NUMBERS of an evaluation


# Why no model answered, and none would answer the next either; OUT_OF_TIME: nothing came at all.
OUT_OF_TIME = "none came in time"
SILENCES = (OUT_OF_TIME, "timeout", "unreachable", "unavailable")
# Cases of which the first no model answered: then none is there.
ENOUGH_SILENCE = 3


class NoModelError(Exception):
    """No model answered the first cases; the message says how that was called."""


class CallsHeard:
    """What tools were called and what they answered, by turn, as the conversation tells it."""

    def __init__(self) -> None:
        self._calls: dict[int, list[Called]] = {}

    def __call__(self, diner_id: int, name: str, arguments: str, answer: str) -> None:
        self._calls.setdefault(diner_id, []).append(Called(name, _json(arguments), _json(answer)))

    def take(self, diner_id: int) -> tuple[Called, ...]:
        """Those since the last time."""
        return tuple(self._calls.pop(diner_id, ()))


@dataclass(frozen=True)
class Outcome:
    """`faults`: by turn, from 1; none: it passed. `tokens` and `seconds` are the whole case's.

    `messages`: how many WhatsApp would take for its replies.
    """

    case: Case
    faults: tuple[tuple[int, str], ...]
    tokens: Tokens = NO_TOKENS
    seconds: float = 0.0
    replies: tuple[str, ...] = field(default=())
    silence: str | None = None  # one of SILENCES, which ended it
    messages: int = 0

    @property
    def has_passed(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Stage:
    """Where the cases of one restaurant are played."""

    talk: Talk
    database: Database
    heard: CallsHeard
    number: str
    menu: Sequence[MenuItem]


def play(
    cases: Sequence[Case],
    stages: Mapping[str, Stage],
    *,
    at_once: int,
    passed: Callable[[Outcome], object],
) -> list[Outcome]:
    """Play `cases` on the stages of their restaurants, so many at once; in their order.

    `passed` hears of each as it ends. Raises NoModelError, and DatabaseUnavailableError.
    """
    silences: list[str | None] = []

    def one(numbered: tuple[int, Case]) -> Outcome:
        if len(silences) >= ENOUGH_SILENCE and all(silences):
            raise NoModelError(silences[0])
        nth, case = numbered
        outcome = _play(case, stages[case.restaurant], f"case-{nth}")
        silences.append(outcome.silence)
        passed(outcome)
        return outcome

    # The owner has one conversation: theirs are played one after the other.
    owners = [each for each in enumerate(cases) if each[1].diner == "owner"]
    others = [each for each in enumerate(cases) if each[1].diner != "owner"]
    with ThreadPoolExecutor(at_once) as pool:
        played = [*pool.map(one, others), *map(one, owners)]
    if all(silences):
        raise NoModelError(silences[0])
    order = {case.name: nth for nth, case in enumerate(cases)}
    return sorted(played, key=lambda outcome: order[outcome.case.name])


def _play(case: Case, stage: Stage, name: str) -> Outcome:
    sender = OWNER if case.diner == "owner" else name
    if case.diner == "owner":
        stage.talk.say(sender, "/forget").wait()
    began = time.monotonic()
    faults: list[tuple[int, str]] = []
    replies = []
    silence = None
    tokens = NO_TOKENS
    for nth, expected in enumerate(case.turns, 1):
        answer = stage.talk.say(sender, expected.says).wait()
        with stage.database.transaction() as session:
            diner_id, tokens = usage.of_sender(session, sender, stage.number)
        cause = OUT_OF_TIME if answer is None else answer.cause
        if answer is None or cause in SILENCES:
            silence = cause
            faults.append((nth, f"no answer: {cause}"))
            break
        calls = stage.heard.take(diner_id)
        played = Played(answer.reply, calls, stage.talk.persona(sender), answer.cause)
        faults += [(nth, fault) for fault in faults_of(expected, played, stage.menu)]
        replies.append(answer.reply)
    return Outcome(
        case,
        tuple(faults),
        tokens,
        time.monotonic() - began,
        tuple(replies),
        silence,
        sum(len(fitting([Bubble(reply)])[1]) for reply in replies),
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text or "{}")
    except ValueError:
        return text
