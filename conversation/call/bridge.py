"""A call between Twilio's stream and the model's session: events and times in, actions out.

It has no socket, clock or thread: whoever has them carries its actions out, in their order. What
follows from an event stands in the files beside it.
"""

from collections.abc import Mapping
from math import inf

from conversation.call.actions import (
    Action,
    CallStaff,
    Opening,
    Sentence,
    SentenceKey,
    ToolOutcome,
    Why,
)
from conversation.call.answers import on_begun, on_over, on_refused
from conversation.call.barge_in import EXACTLY, interrupt, on_objection, on_speech
from conversation.call.ending import end, go_on_leaving, leave, stay
from conversation.call.limits import CallLimits
from conversation.call.parts import Parts, parts_of
from conversation.call.reopening import lose, open_session
from conversation.call.waiting import go_on_waiting, on_tool
from realtime.call.events import (
    CallEvent,
    Committed,
    OutputTaken,
    Ready,
    Refused,
    ResponseBegun,
    ResponseOver,
    Sound,
    SpeechStarted,
    SpeechStopped,
    Transcribed,
    Words,
    WordsDone,
)
from realtime.events import FunctionCall
from whatsapp.streams import Digit, Marked, Media, Started, Stopped, StreamEvent

DIALS_STAFF = "0"
PRESSED = "The caller pressed {digit} on their telephone."
# Not to be looked up more often, in seconds: as often as sound comes.
TICK_S = 0.02


class Bridge:
    """One call's. Each `on_…` returns what is to be done, in order; nothing after an `End`."""

    def __init__(self, opening: Opening, now: float, limits: CallLimits | None = None) -> None:
        self._call = parts_of(opening, now, limits or CallLimits())

    def on_stream(self, event: StreamEvent, now: float) -> list[Action]:
        call = self._call
        if call.is_over:
            return []
        if isinstance(event, Media):
            return call.session.media(event.sound)  # fifty times a second
        if isinstance(event, Stopped):
            return end(call, call.leaving.why if call.leaving else "hung_up", now)
        return self._go_on(_of_stream(call, event, now), now)

    def on_model(self, event: CallEvent, now: float) -> list[Action]:
        if self._call.is_over:
            return []
        self._call.responses.moved(now)
        return self._go_on(_of_model(self._call, event, now), now)

    def on_line_end(self, cause: str, code: str | None, now: float) -> list[Action]:
        """That socket has ended, or could not be opened."""
        return [] if self._call.is_over else self._go_on(lose(self._call, cause, code, now), now)

    def on_tool(self, outcome: ToolOutcome, now: float) -> list[Action]:
        call = self._call
        if call.is_over or (ran := call.tools.end(outcome.call_id)) is None:
            return []
        return self._go_on(on_tool(call, ran, outcome, now), now)

    def on_objection(
        self, item: str, correction: str, now: float, instead: str | None = None
    ) -> list[Action]:
        """What was checked may not be said. `instead`: what may, where there is no better."""
        if self._call.is_over:
            return []
        return self._go_on(on_objection(self._call, item, correction, instead, now), now)

    def on_not_put_through(self, now: float) -> list[Action]:
        """A `Transfer` came to nothing: the call goes on."""
        if self._call.is_over:
            return []
        return self._go_on(stay(self._call, now), now)

    def on_sentences(self, sentences: Mapping[SentenceKey, Sentence]) -> list[Action]:
        """The fixed ones are these from here on, whichever they were to be."""
        self._call.sentences = sentences
        self._call.next_sentences = None
        return []

    def on_tick(self, now: float) -> list[Action]:
        return [] if self._call.is_over else self._go_on([], now)

    def stop(self, now: float, why: Why = "stopping") -> list[Action]:
        """From outside: the service stops, no money is left, or Twilio says that it is over."""
        if self._call.is_over:
            return []
        if why == "hung_up":
            return end(self._call, why, now)
        leave(self._call, why, "goodbye" if why == "stopping" else "sorry", now)
        return self._go_on([], now)

    def give_up(self, why: Why, now: float) -> list[Action]:
        """It is over at once, whatever goes on."""
        return [] if self._call.is_over else end(self._call, why, now)

    def next_tick(self, now: float) -> float:
        """When `on_tick` is wanted next."""
        call = self._call
        if call.is_over:
            return inf
        times: list[float | None] = [call.speaking.next_tick, call.responses.stalls_at]
        if call.leaving is not None:
            times.append(call.leaving.next_tick)
        else:
            times += [call.too_long_at, call.hands_over_by, call.opens_by, call.late_by]
            times.append(call.responses.wanted_at if call.session.may_ask else None)
            times.append(call.tools.moment_at(call.speaking.ends_at))
            times += [call.silence.due, call.backoff.renew_at]
        due = min((each for each in times if each is not None), default=inf)
        return max(due, now + TICK_S)

    def _go_on(self, actions: list[Action], now: float) -> list[Action]:
        """What an event led to, and whatever else it is time for."""
        call = self._call
        actions += call.speaking.on_tick(now)
        if call.leaving is None:
            actions += go_on_waiting(call, now)
        actions += call.speaking.settle(now)
        actions += go_on_leaving(call, now)
        if call.leaving is None and call.hands_over_by is None:
            actions += call.session.ask(now)
        return actions


def _of_stream(call: Parts, event: StreamEvent, now: float) -> list[Action]:
    match event:
        case Started(stream_sid):
            return _start(call, stream_sid, now)
        case Marked(name):
            call.speaking.marked(name, now)
        case Digit(digit):
            return _pressed(call, digit, now)
        case _:
            pass
    return []


def _start(call: Parts, stream_sid: str, now: float) -> list[Action]:
    """Twilio plays from now on: a greeting that is stored, or else one of the model's."""
    if call.has_stream:
        return []
    call.has_stream = True
    call.too_long_at = now + call.limits.too_long_s
    call.silence.stir(now)
    greeting = call.opening.greeting
    if call.leaving is None and greeting.sound:
        call.speaking.say("greeting", greeting, now)
    elif call.leaving is None:
        call.responses.want(now, EXACTLY.format(text=greeting.text))
    return call.speaking.start(stream_sid, now)


def _pressed(call: Parts, digit: str, now: float) -> list[Action]:
    call.silence.stir(now)
    if digit != DIALS_STAFF:
        call.responses.want(now + call.limits.digits_s)
        return call.session.tell(PRESSED.format(digit=digit))
    if call.tools.is_key_pressed:
        return []
    call.keys += 1
    call_id = f"key-{call.keys}"
    call.tools.begin(FunctionCall(call_id, "", ""), call_id, call.session.number, now)
    # Who wants a person is kept from them by nothing that plays.
    return [*interrupt(call, now, cancels=True), CallStaff(call_id)]


def _of_model(call: Parts, event: CallEvent, now: float) -> list[Action]:
    match event:
        case Ready(expires_in_s):
            actions = open_session(call, now)
            if expires_in_s is not None:
                call.backoff.expires(expires_in_s, now)
            return actions
        case Sound() | Words() | WordsDone():
            return _says(call, event, now)
        case SpeechStarted(item):
            call.session.so_far.begun(item)
            return on_speech(call, now)
        case SpeechStopped():
            call.session.hearing.is_speaking = False
            call.silence.busy(now)
            call.responses.spoke(now)
        case Committed(item):
            call.session.hearing.is_speaking = False  # where no stop was told
            call.session.so_far.committed(item)
            call.responses.committed(item, now)
        case Transcribed():
            return _transcribed(call, event, now)
        case OutputTaken(call_id):
            call.responses.has(call_id)
        case ResponseBegun(response):
            return on_begun(call, response, now)
        case ResponseOver():
            return on_over(call, event, now)
        case Refused():
            return on_refused(call, event, now)
        case _:
            pass
    return []


def _says(call: Parts, event: Sound | Words | WordsDone, now: float) -> list[Action]:
    call.silence.busy(now)
    if call.leaving is not None and call.leaving.is_said:
        call.speaking.mute(event.response)  # it comes after our last words
    call.session.so_far.said(call.speaking.item(event.response, event.item))
    if isinstance(event, Sound):
        return call.speaking.sound(event, now)
    return call.speaking.words(event)


def _transcribed(call: Parts, event: Transcribed, now: float) -> list[Action]:
    """Behind all that was said before it."""
    actions = call.session.transcribed(event)
    if not call.session.so_far.waits_for_late_words:
        call.late_by = None
    if event.text:
        _understood(call, now)
    elif not event.is_failed:
        call.noises += 1
        if call.is_noise:
            leave(call, "silence", "goodbye", now)
    return [*call.speaking.settle_cut(now), *actions]


def _understood(call: Parts, now: float) -> None:
    """Somebody is there after all: what was left for noise goes on."""
    was_noise, call.noises = call.is_noise, 0
    if was_noise and call.leaving is not None and call.leaving.may_be_stopped:
        call.leaving = None
        call.responses.want(now)
