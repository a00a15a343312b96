"""What is said in a call, exchange by exchange: who speaks, what their tools know, what is kept.

It reads the database for tools and checks, and writes nothing. Whoever has it calls `answer` and
`objection` from threads, and all else under one lock.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from zoneinfo import ZoneInfo

from conversation import prompt, speakers
from conversation.call.actions import RunTool, Sentence, SentenceKey, SessionSetup, ToolOutcome
from conversation.call.exchanges import Exchanges, OpenExchange
from conversation.call.limits import CallLimits
from conversation.call.records import Exchange, Ringing
from conversation.calling import Calling, effects_so_far, so_far
from conversation.running import Question, Running
from knowledge import notes
from knowledge.clock import Clock
from knowledge.phrases import language_of
from knowledge.written_in import written_in
from models import diets
from models import kept as kept_of_diner
from models.database.engine import Database, DatabaseUnavailableError
from models.history import Exchange as Past
from models.tokens import NO_TOKENS, Tokens
from models.turns import Claimed
from personas.effects import (
    IN_CALL,
    CallStaff,
    PutThrough,
    RememberDiet,
    SendAfterCall,
    SwitchTo,
    ToolEffect,
    remembering,
)
from personas.persona import Persona
from personas.rights import Right
from personas.tool import InCall, Objection, ToolContext
from personas.tools.send_on_whatsapp import MOST
from realtime.call import frames
from realtime.client import RealtimeError
from realtime.request import Item

# A caller waits no longer for what a tool finds, with the database away.
TOOL_WITHIN_S = 8.0
NO_TURN = 0  # which an exchange becomes once it is over
UNFINISHED = json.dumps({"error": "that cannot be looked up right now: say so"})


@dataclass(frozen=True, slots=True)
class Parties:
    """Who talks to whom, of what: the same for all of a call. `model`: who answers, by its name."""

    ringing: Ringing
    database: Database
    calling: Calling
    personas: Mapping[str, Persona]  # those that the caller may talk to
    rights: frozenset[Right]
    history: Sequence[Past]
    can: InCall
    clock: Clock
    model: str
    sentences: Callable[[str, str], Mapping[SentenceKey, Sentence]]  # by language and voice


class Talk:
    def __init__(self, parties: Parties, persona: Persona, limits: CallLimits) -> None:
        self._parties = parties
        self._speaker = speakers.in_call(persona, parties.personas, parties.rights)
        self._diner = parties.ringing.diner  # as the exchanges that were taken leave them
        self._earlier: list[str] = [text for each in parties.history for text in each.texts]
        self._replied: list[str] = [each.reply for each in parties.history]
        self._can = parties.can
        self._after: list[str] = []  # to be sent on WhatsApp
        # What they speak, by what was said so far.
        self.language = language_of(parties.ringing.diner, parties.ringing.restaurant)
        self._tokens = NO_TOKENS
        self._lock = Lock()  # what is known of the caller moves on as a whole
        self._one_by_one = Lock()  # tools of one response know of each other
        self.exchanges = Exchanges(self._begin, limits.words_s)

    @property
    def after(self) -> str:
        """What the caller asked to be sent to them, in one message."""
        return "\n\n".join(self._after)

    def sentences(self) -> Mapping[SentenceKey, Sentence]:
        """The fixed ones, as who answers now says them to this caller. It may wait for a second."""
        return self._parties.sentences(self.language, self._speaker.persona.voice)

    def spend(self, tokens: Tokens) -> None:
        self._tokens = self._tokens.plus(tokens)

    def setup(self) -> SessionSetup:
        """Who answers now."""
        persona, restaurant = self._speaker.persona, self._parties.ringing.restaurant
        return SessionSetup(
            instructions=persona.instructions_aloud(restaurant),
            tools=prompt.definitions(self._speaker.offered),
            voice=persona.voice,
            effort=frames.effort_for(self._parties.model, persona.effort),
        )

    def items(self) -> tuple[Item, ...]:
        """What was said before this call, and the day."""
        return prompt.front_of_call(self._parties.history, self._context(None))

    def answer(self, asked: RunTool, spoken: OpenExchange) -> ToolOutcome:
        """What a tool comes to; it may hand the caller over to another speaker."""
        call, running = asked.call, spoken.running
        with self._one_by_one:
            self._look_at_health()
            before, done = self._speaker, len(running.effects)
            running.deadline = self._parties.clock.monotonic() + TOOL_WITHIN_S
            context = self._context(spoken)
            try:
                output = self._parties.calling.answer(running, before.tools, call, context)
            except RealtimeError:
                return ToolOutcome(call.call_id, UNFINISHED)
            return self._outcome(call.call_id, output, running.effects[done:])

    def objection(
        self, text: str, spoken: OpenExchange, *, is_in_words: bool = False
    ) -> Objection | None:
        """Why this may not be said, as the persona that speaks has it.

        `is_in_words`: as if all that the caller said were known by now.
        """
        check = self._speaker.persona.check
        if check is None:
            return None
        context = so_far(spoken.running, self._context(spoken))
        if is_in_words:
            context = replace(context, has_unknown_words=False)
        return check(text, tuple(spoken.running.told), context)

    def take(self, now: float, *, is_over: bool = False) -> list[Exchange]:
        """The exchanges that are complete: as they are kept."""
        with self._lock:
            taken = map(self._kept, self.exchanges.take(now, is_over=is_over))
            return [each for each in taken if each is not None]

    def health(self) -> list[RememberDiet]:
        """What is to be remembered of exchanges under way, and was not told by this before."""
        with self._lock:
            news = []
            for spoken in self.exchanges.under_way:
                for each in effects_so_far(spoken.running, self._context_of(spoken)):
                    if isinstance(each, RememberDiet) and each not in spoken.remembered:
                        spoken.remembered.append(each)
                        news.append(each)
            return news

    def _look_at_health(self) -> None:
        """What they wrote meanwhile counts; nothing is taken back by it while they speak."""
        parties = self._parties
        try:
            with parties.database.alone() as connection:
                now, _ = kept_of_diner.health(connection, self._diner.id, parties.clock.steady())
        except DatabaseUnavailableError:
            return
        with self._lock:
            both = diets.read(self._diner.diet).keeping(now)
            self._diner = replace(self._diner, diet=diets.written(both))

    def _outcome(self, call_id: str, output: str, effects: Sequence[ToolEffect]) -> ToolOutcome:
        setup, sentences = None, None
        for effect in effects:
            match effect:
                case SwitchTo(persona) if persona != self._speaker.persona.key:
                    output = self._hand_over(persona, output)
                    setup = self.setup()
                    sentences = self.sentences()
                case SendAfterCall(text):
                    self._note(text)
                case CallStaff():
                    self._can = replace(self._can, has_called=True)
        transfers = any(isinstance(each, PutThrough) for each in effects)
        return ToolOutcome(call_id, output, setup, transfers, sentences)

    def _hand_over(self, persona: str, output: str) -> str:
        before = self._speaker
        parties = self._parties
        self._speaker = speakers.in_call(
            parties.personas[persona], parties.personas, parties.rights
        )
        told = {**json.loads(output), "note": speakers.introduced_aloud(before, self._speaker)}
        return json.dumps(told, ensure_ascii=False)

    def _note(self, text: str) -> None:
        """What is sent after the call is one message: what a model says twice goes out once."""
        if text not in self._after and len(self.after) + len(text) <= 4 * MOST:
            self._after.append(text)

    def _context(self, spoken: OpenExchange | None) -> ToolContext:
        """All that is known in this exchange, with what was said in those before it."""
        with self._lock:
            return self._context_of(spoken)

    def _context_of(self, spoken: OpenExchange | None) -> ToolContext:
        context = self._beginning()
        for each in self.exchanges.under_way:
            if each is spoken:
                break
            context = replace(
                context,
                diner=remembering(context.diner, effects_so_far(each.running, context)),
                earlier=(*context.earlier, *each.texts),
                replied=(*context.replied, each.reply),
            )
        return context if spoken is None else replace(context, said=spoken.texts)

    def _beginning(self) -> ToolContext:
        """As of the exchanges that were taken."""
        parties, restaurant = self._parties, self._parties.ringing.restaurant
        return ToolContext(
            database=parties.database,
            restaurant=restaurant,
            diner=self._diner,
            turn_id=NO_TURN,
            call_id="",  # none is made yet
            rights=parties.rights,
            now=parties.clock.now().astimezone(ZoneInfo(restaurant.timezone)),
            earlier=tuple(self._earlier),
            replied=tuple(self._replied),
            in_call=self._can,
            has_unknown_words=self.exchanges.has_unknown_words,
        )

    def _begin(self) -> OpenExchange:
        ringing = self._parties.ringing
        question = Question(self._speaker.persona, ())
        turn = Claimed(NO_TURN, "", self._parties.clock.now(), 1, ringing.diner, ())
        running = Running(turn, question, ringing.restaurant, rights=self._parties.rights)
        return OpenExchange(running, self._parties.clock.steady())

    def _kept(self, spoken: OpenExchange) -> Exchange | None:
        """None where nothing was said. What it has take effect holds in the call, too."""
        effects = effects_so_far(spoken.running, self._context_of(spoken))
        self._diner = remembering(self._diner, effects)
        texts, reply, calls = spoken.texts, spoken.reply, tuple(spoken.running.calls)
        is_paid = bool(spoken.heard) and self._tokens != NO_TOKENS
        if not (texts or reply or calls or is_paid):
            return None
        tokens, self._tokens = self._tokens, NO_TOKENS
        texts = texts or (notes.UNCLEAR,)
        self._earlier += texts
        self._replied.append(reply)
        kept = tuple(each for each in effects if not isinstance(each, IN_CALL))
        language = self._new_language(spoken)
        persona = _answered(spoken.running)
        began_at = spoken.began_at
        return Exchange(texts, reply, persona, calls, tokens, kept, language, began_at)

    def _new_language(self, spoken: OpenExchange) -> str | None:
        """What they read, and chose, stays: words that are heard may be misheard."""
        language = written_in("\n".join(spoken.texts))
        self.language = language or self.language
        if self._diner.language is not None or self._diner.has_chosen_language:
            return None
        self._diner = replace(self._diner, language=language)
        return language


def _answered(running: Running) -> str:
    """The persona that an exchange ended with; whoever speaks by now may be another one."""
    assert isinstance(running.question, Question), "nobody is asked by a keyword in a call"
    to = [each.persona for each in running.effects if isinstance(each, SwitchTo)]
    return to[-1] if to else running.question.persona.key
