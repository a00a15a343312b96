"""How a persona is asked, and what the turn comes to: its answer, or an honest sentence.

It gathers what is to take effect with the turn. It stores nothing but the messages that it takes
into the turn. What follows on each reply of the model is `rounds`' to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from conversation import prompt, speakers
from conversation.calling import DATABASE_PAUSE_S, Calling, OnCall, effects_so_far, holds, so_far
from conversation.ending import Effect, Ending, said, sorry
from conversation.rounds import NoAnswerError, Rounds
from conversation.running import Question, Running
from conversation.sentences import CALLED
from conversation.understanding import Findings, Understanding
from knowledge.clock import Clock
from knowledge.notes import DELETED, is_quiet
from knowledge.phrases import phrase
from models import claiming
from models.bubbles import Bubble
from models.database.engine import Database, DatabaseUnavailableError
from models.inbox import Written
from models.restaurants import Restaurant
from personas.effects import CallStaff, OfferChoices
from personas.persona import Persona
from personas.tool import ToolContext
from realtime.client import RealtimeClient, RealtimeError
from realtime.outcomes import Reply
from realtime.request import Request
from telemetry.logs import log
from telemetry.metrics import Metrics
from telemetry.tracing import tracing
from whatsapp.bubbles import bounded
from whatsapp.choices import numbered


class NothingAskedError(Exception):
    """The diner took back all that was to be answered."""


# A diner whose answer comes within it need not be told that it is being written.
MOMENT_S = 1.0


class Asking:
    def __init__(
        self,
        database: Database,
        client: RealtimeClient,
        understanding: Understanding,
        metrics: Metrics,
        clock: Clock,
        *,
        timeout_s: float,
        max_output_tokens: int,
        on_call: OnCall | None = None,
    ) -> None:
        self._database = database
        self._client = client
        self._understanding = understanding
        self._clock = clock
        self._calling = Calling(metrics, clock, on_call)
        self._timeout_s = timeout_s
        self._max_output_tokens = max_output_tokens

    def answer(
        self,
        running: Running,
        question: Question,
        restaurant: Restaurant,
        personas: Mapping[str, Persona],
    ) -> Ending:
        """The persona's answer, or an honest sentence; in six rounds at most, tools in between.

        It may hand the diner over to another one of `personas`, who answers then.
        """
        context = self._context(running, question, restaurant)
        rounds = self._rounds(running, question, context, personas)
        try:
            words = rounds.answer()
        except NothingAskedError:
            running.void()
            return Ending((), question.persona.key)
        except (RealtimeError, NoAnswerError) as error:
            running.void()
            effects = (*question.effects, *filter(holds, effects_so_far(running, context)))
            language = running.turn.diner.language
            apology = sorry(error.kind, question.persona.key, language=language, effects=effects)
            is_called = any(isinstance(effect, CallStaff) for effect in effects)
            return (
                replace(apology, bubbles=said(phrase(CALLED, language))) if is_called else apology
            )
        told = bounded((Bubble(rounds.speaker.announced + words),))
        effects = (*question.effects, *effects_so_far(running, context))
        told, effects = _with_choices(told, effects, so_far(running, context))
        running.show_whole(numbered(told[0]))
        return Ending(told, rounds.speaker.persona.key, effects=effects)

    def _rounds(
        self,
        running: Running,
        question: Question,
        context: ToolContext,
        personas: Mapping[str, Persona],
    ) -> Rounds:
        running.deadline = self._clock.monotonic() + self._timeout_s
        speaker = speakers.first(question.persona, personas, context.rights)
        asked = prompt.first_request(
            running, speaker, context, max_output_tokens=self._max_output_tokens
        )
        return Rounds(
            running,
            context,
            personas,
            speaker,
            asked,
            ask=lambda asked: self._ask_for_all(running, asked, context),
            call=lambda tools, call: self._calling.answer(running, tools, call, context),
        )

    def _context(self, running: Running, question: Question, restaurant: Restaurant) -> ToolContext:
        now = self._clock.now().astimezone(ZoneInfo(restaurant.timezone))
        return ToolContext(
            database=self._database,
            restaurant=restaurant,
            diner=running.turn.diner,
            turn_id=running.turn.id,
            call_id="",  # none is made yet
            rights=running.rights,
            now=now,
            said=question.texts,
            earlier=tuple(text for exchange in running.history for text in exchange.texts),
            replied=tuple(exchange.reply for exchange in running.history),
        )

    def _ask_for_all(
        self, running: Running, asked: Request, context: ToolContext
    ) -> tuple[Request, Reply]:
        """A reply, asked for once more, with more room, where it was cut off. Also what was asked.

        Raises RealtimeError.
        """
        asked, reply = self._ask(running, asked, context)
        has_grown = asked.max_output_tokens > self._max_output_tokens
        if not reply.is_cut_off or has_grown or asked.with_room() == asked:
            return asked, reply
        log.info("turn.cut_off", turn=running.turn.id, tokens=asked.max_output_tokens)
        running.void()
        answered = running.messages
        try:
            return self._ask(running, asked.with_room(), context)
        except RealtimeError:
            if running.messages != answered:
                raise  # it answers what they do not say any more, or not all of it
            return asked, reply  # its beginning is better than none

    def _ask(self, running: Running, asked: Request, context: ToolContext) -> tuple[Request, Reply]:
        """One response of the model, asked anew each time the diner writes before its first delta.

        Also what was asked in the end. Raises RealtimeError.
        """
        while True:
            if running.take_news():
                asked = self._absorb(running, asked, context)
            pending = self._client.ask(
                asked,
                diner=running.turn.diner.id,
                timeout_s=running.deadline - self._clock.monotonic(),
                on_delta=running.pass_on if running.on_delta is not None else None,
            )
            if running.note_pending(pending):
                pending.withdraw()
            try:
                running.show_after(MOMENT_S, pending)
                reply = pending.result()
            except RealtimeError as error:
                if error.kind != "superseded":
                    raise
            else:
                running.spend(reply.usage)
                return asked, reply
            finally:
                running.note_pending(None)

    def _absorb(self, running: Running, asked: Request, context: ToolContext) -> Request:
        """What was asked, with what came in meanwhile. Raises NothingAskedError."""
        with self._database.connection() as connection:
            news = claiming.absorb(connection, running.turn, DELETED)
        if not news:
            return asked
        for each in news:
            tracing.current().link(each.traceparent)
        before, front = running.messages, prompt.front(running, context)
        running.messages = now = self._understood(running, news)
        if all(is_quiet(each.text) for each in now):
            raise NothingAskedError
        return prompt.with_news(asked, before, front, running, context)

    def _understood(self, running: Running, news: Sequence[Written]) -> list[Written]:
        """The turn's messages with these. What that takes is not the model's time."""
        findings = Findings()
        began = self._clock.monotonic()
        try:
            while True:
                try:
                    return self._understanding.understood(
                        news, running.turn.diner, findings, running.messages
                    )
                except DatabaseUnavailableError:
                    # The next attempt would open again what is open by now.
                    if self._clock.monotonic() + DATABASE_PAUSE_S >= running.deadline:
                        raise
                    self._clock.sleep(DATABASE_PAUSE_S)
        finally:
            running.spend(findings.tokens)
            running.deadline += self._clock.monotonic() - began


def _with_choices(
    bubbles: tuple[Bubble, ...], effects: tuple[Effect, ...], context: ToolContext
) -> tuple[tuple[Bubble, ...], tuple[Effect, ...]]:
    """What a tool offered stands below the last words, and is no effect any more.

    Unless the diner told meanwhile of something that they must not have.
    """
    offers = [each for each in effects if isinstance(each, OfferChoices)]
    if not offers:
        return bubbles, effects
    others = tuple(each for each in effects if not isinstance(each, OfferChoices))
    if offers[-1].excluded != context.excluded():
        return bubbles, others
    *before, last = bubbles
    return (*before, replace(last, choices=offers[-1].choices)), others
