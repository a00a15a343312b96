"""What no server should send: true responses whose events are dropped, doubled, mixed and mutated.

Strangers' events and plain garbage come in between. Whose a word is can be told all the same: each
response says the one word that it was asked for, over and over.
"""

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from threading import Condition
from typing import Any

from sandbox.practice import Call, Say
from sandbox.realtime import events as server
from sandbox.realtime.behaviour import DELTAS, Behaviour
from sandbox.realtime.script import Fate, Order, Response
from tests.realtime.samples import SERVER_EVENTS, event_type, sample

WORDS = ["alpha", "bravo", "charlie", "delta-echo"]
GARBAGE = ["{", "", "[]", "null", '{"type": 7}', "[" * 5_000, '{"type": "error"', "\ud83c"]
CODES = ["server_error", "rate_limit_exceeded", "session_expired", "gremlins", "", "é\n" * 99]


# But a response that begins: a server that names no asker with it answers in order.
STRANGERS = [each for each in SERVER_EVENTS if event_type(each) != "response.created"]

# But an empty account: that stops all asking.
FATES = [Fate.WHOLE] * 6 + [each for each in Fate if each is not Fate.OUT_OF_QUOTA]


def deep(levels: int) -> Any:
    nested: Any = []
    for _ in range(levels):
        nested = [nested]
    return nested


JUNK: list[Any] = [
    None, True, False, 0, -1, 2**31, 2**70, 10**600, 0.5, -1e300, float("nan"), float("inf"),
    "", "odd", "\x00", "\ud83c", "\udf5e", "odd " * 1_000, [], {}, [None], [[]], ["odd"], deep(300),
    {"type": "message"}, {"type": "message", "content": "odd"}, {"type": "function_call"},
    {"type": "function_call", "name": "odd", "arguments": "{"}, {"error": {"code": 7}},
]  # fmt: skip


def script(key: str, word: str, random: Random) -> list[dict[str, Any]]:
    """The events of a response to a create with this key, as the stand-in plays them."""
    behaviour = Behaviour(
        preamble=random.choice(["", f"{word}! "]),
        repeat_messages=random.random() < 0.2,
        phases=random.random() < 0.5,
        reasons=random.random() < 0.3,
        suffix=random.choice(["", " \x00", "\ud83c"]),
        deltas=random.choice(DELTAS),
        early_deltas=random.random() < 0.2,
        empty_output=random.random() < 0.2,
        transcripts=random.random() < 0.2,
        huge_counts=random.random() < 0.3,
        optional_events=random.random() < 0.8,
        string_status_details=random.random() < 0.2,
        unknown_events=random.random() < 0.2,
    )
    says: Say | Call = Say(f"{word} {word}, {word}. {word}")
    if random.random() < 0.3:
        says = Call("lookup_menu", {"query": word})
    order = Order(
        says=says,
        fate=random.choice(FATES),
        conversation=None,
        metadata={"event_id": key},
        max_output_tokens=random.choice([3, 600]),
        input_tokens=10,
        cached_tokens=5,
    )
    response = Response(order, behaviour, lambda *_: None)
    return [step for step in response.play() if isinstance(step, dict)]


def spoiled(events: Sequence[dict[str, Any]], random: Random) -> list[str]:
    """As frames."""
    frames: list[str] = []
    for event in events:
        chance = random.random()
        if chance < 0.05:
            continue
        if chance < 0.10:
            frames.append(json.dumps(event))
        elif chance < 0.20:
            event = _mutated(event, random)  # noqa: PLW2901
        elif chance < 0.30:
            frames.append(_strangers(random))
        frames.append(json.dumps(event))
    for _ in range(random.choice([0, 0, 1, 3])):
        _swap_two(frames, random)
    return frames


def mixed(scripts: Sequence[Sequence[Any]], random: Random) -> list[Any]:
    """Several in one, each in its own order."""
    left = [list(reversed(each)) for each in scripts]
    merged = []
    while left := [each for each in left if each]:
        merged.append(random.choice(left).pop())
    return merged


def words_in(*texts: str) -> set[str]:
    return {word for word in WORDS for text in texts if word in text}


class Wire:
    """In a connection's place: a server that answers each create at once, and badly."""

    def __init__(self, random: Random, word_of: Callable[[dict[str, Any]], str]) -> None:
        self._random = random
        self._word_of = word_of
        self._frames: list[str | None] = [json.dumps({"type": "session.created"})]
        self._changed = Condition()

    def send(self, frame: str) -> None:
        event = json.loads(frame)
        if event["type"] != "response.create":
            return
        with self._changed:
            events = script(event["event_id"], self._word_of(event), self._random)
            self._frames = mixed([self._frames, spoiled(events, self._random)], self._random)
            if self._random.random() < 0.05:
                self._frames.append(None)
            self._changed.notify()

    def ping(self) -> None:
        pass

    def close(self) -> None:
        with self._changed:
            self._frames = [None]
            self._changed.notify()

    def read(self, on_frame: Callable[[str], None], *_: Any) -> str:
        while True:
            with self._changed:
                while not self._frames:
                    self._changed.wait()
                frame = self._frames.pop(0)
            if frame is None:
                return "closed 1000"
            on_frame(frame)


def _mutated(event: dict[str, Any], random: Random) -> dict[str, Any]:
    """With one field that is lost, or junk; whose response begins or ends, an event tells truly."""
    spoilt = copy.deepcopy(event)
    place: Any = spoilt
    while True:
        names = [
            name
            for name in (place if isinstance(place, dict) else range(len(place)))
            if not (place is spoilt.get("response") and name in ("id", "metadata"))
            and not (place is spoilt and name == "response")
        ]
        if "response" in spoilt and place is spoilt and random.random() < 0.8:
            place = spoilt["response"]
            continue
        if not names:
            return spoilt
        name = random.choice(names)
        inner = place[name]
        if isinstance(inner, dict | list) and inner and random.random() < 0.8:
            place = inner
            continue
        if random.random() < 0.2:
            del place[name]
        else:
            place[name] = random.choice(JUNK)
        return spoilt


def _strangers(random: Random) -> str:
    match random.randrange(20):
        case 0:
            return random.choice(GARBAGE)
        case 1 | 2:
            return json.dumps(server.error(random.choice(CODES), "No."))
        case 3:
            return json.dumps(server.rate_limits_updated(remaining=0, reset_s=0.01))
        case 4:
            return json.dumps({"type": random.choice(["", "odd\n\x1b", "é" * 200])})
        case _:
            kind = random.choice(STRANGERS)
            return json.dumps(sample(kind, optional=random.random() < 0.5))


def _swap_two(frames: list[str], random: Random) -> None:
    if len(frames) > 1:
        one, other = random.sample(range(len(frames)), 2)
        frames[one], frames[other] = frames[other], frames[one]
