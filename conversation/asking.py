"""How a persona is asked: in rounds of the model's answer and its tools' results.

It gathers what is to take effect with the turn. It stores nothing but the messages that it takes
into the turn.
"""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from conversation import prompt, speakers
from conversation.calling import Calling, OnCall, effects_so_far, holds, so_far
from conversation.cutting import whole_part
from conversation.ending import Ending, said, sorry
from conversation.running import Question, Running
from conversation.sentences import CALLED, Cause
from conversation.speakers import Speaker
from knowledge.clock import Clock
from models import claiming
from models.database.columns import storable
from models.database.engine import Database
from models.restaurants import Restaurant
from personas.effects import CallStaff
from personas.persona import Persona
from personas.tool import Objection, ToolContext
from realtime import request
from realtime.client import Delta, RealtimeClient, RealtimeError
from realtime.outcomes import Reply
from realtime.request import Item, Request
from telemetry.logs import log
from telemetry.metrics import Metrics
from whatsapp.bubbles import bounded

MAX_ROUNDS = 6
MAX_CALLS = 16  # of one round: what a model asks for beyond, it may ask for in the next
# A diner whose answer comes within it need not be told that it is being written.
MOMENT_S = 1.0


class NoAnswerError(Exception):
    """The model answered, and none of it is for the diner; `kind` says why."""

    def __init__(self, kind: Cause) -> None:
        super().__init__(kind)
        self.kind = kind


class Asking:
    def __init__(
        self,
        database: Database,
        client: RealtimeClient,
        metrics: Metrics,
        clock: Clock,
        *,
        timeout_s: float,
        max_output_tokens: int,
        on_call: OnCall | None = None,
    ) -> None:
        self._database = database
        self._client = client
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
        speaker = speakers.first(question.persona, personas, context.rights)
        try:
            speaker, words = self._in_rounds(running, speaker, personas, context)
        except (RealtimeError, NoAnswerError) as error:
            running.void()
            effects = (*question.effects, *filter(holds, effects_so_far(running, context)))
            apology = sorry(
                error.kind, question.persona.key, effects=effects, tokens=running.tokens
            )
            is_called = any(isinstance(effect, CallStaff) for effect in effects)
            return replace(apology, bubbles=said(CALLED)) if is_called else apology
        told = bounded(said(speaker.announced + words))
        running.show_whole(told[0].text)
        effects = (*question.effects, *effects_so_far(running, context))
        return Ending(told, speaker.persona.key, effects=effects, tokens=running.tokens)

    def _in_rounds(
        self,
        running: Running,
        speaker: Speaker,
        personas: Mapping[str, Persona],
        context: ToolContext,
    ) -> tuple[Speaker, str]:
        """Who answers in the end, and what the diner gets to read of them.

        Raises RealtimeError and NoAnswerError.
        """
        deadline = self._clock.monotonic() + self._timeout_s
        asked = prompt.first_request(
            running, speaker, context, max_output_tokens=self._max_output_tokens
        )
        words = ""
        was_corrected = False
        for nth in range(1, MAX_ROUNDS + 1):
            asked = asked.labelled(turn=str(running.turn.id), round=str(nth))
            if nth == MAX_ROUNDS:
                asked = asked.without_calls()
            asked, reply = self._ask_for_all(running, asked, deadline)
            last = _fit_to_read(reply)
            if reply.calls:
                words = last or words
                before = speaker
                asked = self._with_answers(running, speaker, reply, asked, context, deadline)
                speaker = speakers.successor(speaker, running.effects, personas, context.rights)
                if speaker is not before:
                    words = ""  # another one's
                    asked = prompt.handed_over(asked, speaker, before, context)
                    running.pass_on(Delta(speaker.announced))
            elif not last:
                raise NoAnswerError("failed")
            elif (objection := _objection(running, speaker, last, context)) is None:
                return speaker, last
            elif was_corrected or nth == MAX_ROUNDS:
                return speaker, objection.instead
            else:
                was_corrected = True
                running.void()
                asked = asked.with_items(
                    request.said_by_us(last), request.said_by_system(objection.correction)
                )
        if not words:
            raise NoAnswerError("too_many_rounds")
        # Said beside a call, and better than an apology.
        objection = _objection(running, speaker, words, context)
        return speaker, objection.instead if objection else words

    def _with_answers(
        self,
        running: Running,
        speaker: Speaker,
        reply: Reply,
        asked: Request,
        context: ToolContext,
        deadline: float,
    ) -> Request:
        """With a reply's calls, and what the tools say to them. Raises RealtimeError."""
        if reply.text:
            running.pass_on(Delta("", again=True))
        for call in reply.calls[:MAX_CALLS]:
            output = self._calling.answer(running, speaker.tools, call, context, deadline)
            asked = asked.with_items(
                request.call_made(call), request.call_answered(call.call_id, output)
            )
        return asked

    def _context(self, running: Running, question: Question, restaurant: Restaurant) -> ToolContext:
        now = self._clock.now().astimezone(ZoneInfo(restaurant.timezone))
        return ToolContext(
            database=self._database,
            restaurant=restaurant,
            diner=running.turn.diner,
            turn_id=running.turn.id,
            call_id="",  # none is made yet
            rights=running.rights,
            today=now.date(),
            now=now,
            said=question.texts,
            earlier=tuple(text for exchange in running.history for text in exchange.texts),
            replied=tuple(exchange.reply for exchange in running.history),
        )

    def _ask_for_all(
        self, running: Running, asked: Request, deadline: float
    ) -> tuple[Request, Reply]:
        """A reply, asked for once more, with more room, where it was cut off. Also what was asked.

        Raises RealtimeError.
        """
        asked, reply = self._ask(running, asked, deadline)
        has_grown = asked.max_output_tokens > self._max_output_tokens
        if not reply.is_cut_off or has_grown or asked.with_room() == asked:
            return asked, reply
        log.info("turn.cut_off", turn=running.turn.id, tokens=asked.max_output_tokens)
        running.void()
        answered = len(running.messages)
        try:
            return self._ask(running, asked.with_room(), deadline)
        except RealtimeError:
            if len(running.messages) > answered:
                raise  # it answers nothing of what came in meanwhile
            return asked, reply  # its beginning is better than none

    def _ask(self, running: Running, asked: Request, deadline: float) -> tuple[Request, Reply]:
        """One response of the model, asked anew each time the diner writes before its first delta.

        Also what was asked in the end. Raises RealtimeError.
        """
        while True:
            if running.take_news():
                asked = asked.with_items(*self._absorb(running))
            pending = self._client.ask(
                asked,
                diner=running.turn.diner.id,
                timeout_s=deadline - self._clock.monotonic(),
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

    def _absorb(self, running: Running) -> list[Item]:
        with self._database.connection() as connection:
            news = claiming.absorb(connection, running.turn)
        running.absorbed += news
        return [request.said_by_diner(message.text) for message in news]


def _objection(
    running: Running, speaker: Speaker, words: str, context: ToolContext
) -> Objection | None:
    """What its persona has against a reply, once it has looked it through."""
    check = speaker.persona.check
    return check(words, running.told, so_far(running, context)) if check else None


def _fit_to_read(reply: Reply) -> str:
    """What of a reply's text a diner may read, if anything.

    What stands beside a call that was cut off only announces what that would have found.
    Raises NoAnswerError for what a filter cut.
    """
    if reply.is_filtered:
        raise NoAnswerError("filtered")
    if reply.has_broken_call and not reply.calls:
        return ""
    text = storable(reply.text)
    return (whole_part(text) if reply.is_cut_off else text).strip()
