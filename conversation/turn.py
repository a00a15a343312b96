"""One turn: what the diner wrote becomes what they get to read.

It asks the model and runs tools; it stores and sends nothing.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from conversation import keywords
from conversation.sentences import apology
from models import turns
from models.database.engine import Database, DatabaseUnavailableError
from models.inbox import Written
from models.restaurants import Restaurant
from models.turns import Claimed, Exchange
from personas.persona import Persona
from personas.tool import Tool, ToolContext, answer_call
from realtime.client import Delta, Pending, RealtimeClient, RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply

MAX_ROUNDS = 6
EVERYONE = "*"
MAX_NAME = 40
DATABASE_PAUSE_S = 1.0
# A diner whose answer comes within it need not be told that it is being written.
MOMENT_S = 1.0

Input = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ending:
    """What a turn came to.

    `switch_to`, `reset` and `forget` take effect with it; `cause` says why there is no answer.
    """

    reply: str
    persona: str | None
    cause: str | None = None
    switch_to: str | None = None
    reset: bool = False
    forget: bool = False  # the reply says what was erased, so it is written then
    tokens: tuple[int, int, int] = (0, 0, 0)  # input, cached, output
    is_dead: bool = False

    @property
    def has_effects(self) -> bool:
        """Whether it changes more than the turn."""
        return bool(self.switch_to or self.reset or self.forget)

    @property
    def state(self) -> str:
        if self.is_dead:
            return turns.DEAD
        return turns.FAILED if self.cause else turns.DONE


@dataclass(slots=True)
class Running:
    """A turn at work. Another thread may tell it that its diner wrote again."""

    turn: Claimed
    restaurant: Restaurant | None  # none answers on this number
    history: Sequence[Exchange]
    on_delta: Callable[[Delta], None] | None = None
    on_wait: Callable[[], object] | None = (
        None  # called once, when the answer takes longer than a moment
    )
    absorbed: list[Written] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _pending: Pending | None = None
    _is_news: bool = False

    @property
    def messages(self) -> list[Written]:
        """All that this turn answers, those that came in while it ran included."""
        return [*self.turn.messages, *self.absorbed]

    def wrote_again(self) -> None:
        """The diner wrote again: until the first delta has come, the answer is asked anew with all
        of it.
        """
        with self._lock:
            self._is_news = True
            pending = self._pending
        if pending is not None:
            pending.withdraw()

    def waits_for(self, pending: Pending | None) -> bool:
        """Note what is waited for; True when there is news that came before it was noted."""
        with self._lock:
            self._pending = pending
            return self._is_news

    def take_news(self) -> bool:
        with self._lock:
            news, self._is_news = self._is_news, False
        return news


class TurnTaker:
    """Answers turns.

    `client` is None when AI_REALTIME_ENABLED is false; `cfo_numbers` may see the books, `*` is
    everyone.
    """

    def __init__(
        self,
        database: Database,
        client: RealtimeClient | None,
        personas: Mapping[str, Persona],
        *,
        default_persona: str,
        cfo_numbers: frozenset[str],
        timeout_s: float,
        max_output_tokens: int,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._client = client
        self.personas = personas
        self._default_persona = default_persona
        self._cfo_numbers = cfo_numbers
        self._timeout_s = timeout_s
        self._max_output_tokens = max_output_tokens
        self._now = now

    def persona_of(self, key: str | None) -> str:
        """The persona a diner talks to: theirs, or the default one."""
        return key if key is not None and key in self.personas else self._default_persona

    def take(self, running: Running) -> Ending:
        """The whole story of a turn: a keyword, or the persona's answer, or an honest sentence."""
        turn = running.turn
        persona = self.persona_of(turn.diner.persona)
        if running.restaurant is None:
            return Ending(apology("no_restaurant"), persona, cause="no_restaurant")
        texts = [message.text for message in turn.messages]
        switch_to = None
        if turn.is_keyword:
            keyword = keywords.parse(texts[0]) or keywords.Keyword(keywords.HELP, "")
            if keyword.word not in self.personas or not keyword.rest:
                return self._keyword(keyword, running.restaurant)
            persona = switch_to = keyword.word
            texts = [keyword.rest]
        if self._client is None:
            return Ending(apology("disabled"), persona, cause="disabled", switch_to=switch_to)
        return self._answer(
            running, self._client, self.personas[persona], running.restaurant, texts, switch_to
        )

    def _keyword(self, keyword: keywords.Keyword, restaurant: Restaurant) -> Ending:
        if keyword.word in self.personas:
            return Ending(
                self.personas[keyword.word].greeting(restaurant), None, switch_to=keyword.word
            )
        if keyword.word == keywords.RESET:
            return Ending(keywords.RESET_TEXT, None, reset=True)
        if keyword.word == keywords.FORGET:
            return Ending("", None, forget=True)
        unknown = None if keyword.word == keywords.HELP else keyword.word
        return Ending(keywords.help_text(self.personas, restaurant, unknown), None)

    def _answer(
        self,
        running: Running,
        client: RealtimeClient,
        persona: Persona,
        restaurant: Restaurant,
        texts: Sequence[str],
        switch_to: str | None,
    ) -> Ending:
        turn = running.turn
        may_see_books = EVERYONE in self._cfo_numbers or turn.diner.address in self._cfo_numbers
        today = self._now().astimezone(ZoneInfo(restaurant.timezone)).date()
        context = ToolContext(self._database, restaurant, may_see_books, today)
        tools = persona.tools(may_see_books)
        response: dict[str, Any] = {
            "instructions": persona.instructions(restaurant),
            "tools": [tool.definition() for tool in tools],
            "tool_choice": "auto",
            "max_output_tokens": self._max_output_tokens,
            "input": _first_input(running, f"{today:%A, %d %B %Y}", texts),
        }
        tokens = (0, 0, 0)
        deadline = time.monotonic() + self._timeout_s
        try:
            for round_number in range(1, MAX_ROUNDS + 1):
                if round_number == MAX_ROUNDS:
                    response["tool_choice"] = "none"
                reply = self._ask(running, client, response, round_number, deadline)
                tokens = _sum(tokens, reply)
                if not reply.calls:
                    return Ending(
                        reply.text.strip(), persona.key, switch_to=switch_to, tokens=tokens
                    )
                if reply.text and running.on_delta:
                    running.on_delta(Delta("", again=True))
                for call in reply.calls:
                    output = self._run_tool(tools, call, context, deadline)
                    response["input"] = [
                        *response["input"],
                        *_call_items(call.call_id, call.name, call.arguments, output),
                    ]
        except RealtimeError as error:
            return Ending(
                apology(error.kind),
                persona.key,
                cause=error.kind,
                switch_to=switch_to,
                tokens=tokens,
            )
        return Ending(
            apology("failed"),
            persona.key,
            cause="too_many_rounds",
            switch_to=switch_to,
            tokens=tokens,
        )

    def _run_tool(
        self, tools: Sequence[Tool[Any]], call: FunctionCall, context: ToolContext, deadline: float
    ) -> str:
        """A tool's answer; while the database is away it waits for it.

        Raises RealtimeError when that takes too long.
        """
        while True:
            try:
                return answer_call(tools, call.name, call.arguments, context)
            except DatabaseUnavailableError:
                if time.monotonic() + DATABASE_PAUSE_S >= deadline:
                    raise RealtimeError("unreachable", "the database") from None
                time.sleep(DATABASE_PAUSE_S)

    def _ask(
        self,
        running: Running,
        client: RealtimeClient,
        response: dict[str, Any],
        round_number: int,
        deadline: float,
    ) -> Reply:
        """One response of the model, asked anew each time the diner writes before its first delta.

        Raises RealtimeError.
        """
        while True:
            if running.take_news():
                response["input"] = [*response["input"], *self._absorb(running)]
            pending = client.ask(
                response | {"metadata": {"turn": str(running.turn.id), "round": str(round_number)}},
                diner=running.turn.diner.id,
                timeout_s=deadline - time.monotonic(),
                on_delta=running.on_delta,
            )
            if running.waits_for(pending):
                pending.withdraw()
            try:
                if running.on_wait is not None and not pending.wait(MOMENT_S):
                    running.on_wait()
                    running.on_wait = None
                return pending.result()
            except RealtimeError as error:
                if error.kind != "superseded":
                    raise
            finally:
                running.waits_for(None)

    def _absorb(self, running: Running) -> Input:
        with self._database.connection() as connection:
            news = turns.absorb(connection, running.turn)
        running.absorbed += news
        return [_message("user", message.text) for message in news]


def _first_input(running: Running, today: str, texts: Sequence[str]) -> Input:
    """What is this diner's own: the day, their name, the conversation so far, what they
    just wrote.
    """
    name = _plain_name(running.turn.diner.profile_name)
    about = f"Today is {today}." + (
        f" The diner's WhatsApp profile name is {json.dumps(name, ensure_ascii=False)}."
        if name
        else ""
    )
    told = [_message("system", about)]
    for exchange in running.history:
        told += [_message("user", text) for text in exchange.texts]
        told.append(_message("assistant", exchange.reply))
    return told + [_message("user", text) for text in texts]


def _plain_name(profile_name: str | None) -> str:
    """A profile name is the diner's own text: letters and spaces are all that the model needs of
    it.
    """
    letters = "".join(
        each if each.isalpha() or each in "'-." else " " for each in profile_name or ""
    )
    return " ".join(letters.split())[:MAX_NAME]


def _message(role: str, text: str) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def _call_items(call_id: str, name: str, arguments: str, output: str) -> Input:
    return [
        {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments},
        {"type": "function_call_output", "call_id": call_id, "output": output},
    ]


def _sum(tokens: tuple[int, int, int], reply: Reply) -> tuple[int, int, int]:
    usage = reply.usage
    return tokens[0] + usage.input, tokens[1] + usage.cached, tokens[2] + usage.output
