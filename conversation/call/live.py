"""One call, live: the shell around its bridge, between Twilio's stream and the model's line.

It carries the bridge's actions out in their order, and keeps what was said. Three threads meet in
it (the stream's, the line's, those of tools and checks): all that they tell goes through one lock,
and nothing that waits for anything runs under it.
"""

from collections.abc import Callable
from functools import partial
from json import dumps
from math import inf
from threading import Condition

from conversation.call.actions import (
    Action,
    CallStaff,
    Check,
    End,
    Heard,
    Note,
    Opening,
    Reopen,
    RunTool,
    Said,
    Spent,
    ToCaller,
    ToModel,
    ToolOutcome,
    Transfer,
    Why,
)
from conversation.call.bridge import Bridge
from conversation.call.exchanges import WORDS_WITHIN_S, Spoken
from conversation.call.figures import Figures
from conversation.call.limits import CallLimits
from conversation.call.lines import Line, Lines
from conversation.call.records import Ringing, Stream
from conversation.call.talk import TOOL_WITHIN_S, UNFINISHED, Talk
from conversation.call.telling import Telling
from conversation.call.work import Work, put_through
from knowledge.clock import Clock
from realtime.call import frames
from realtime.call.events import CallEvent, ResponseBegun, ResponseOver
from realtime.events import FunctionCall
from telemetry.logs import log
from whatsapp import streams
from whatsapp.streams import BadFrameError, Started, Stopped, StreamEvent

# So often somebody looks whether something is due; a caller's sound comes every 20 ms anyhow.
LOOK_EVERY_S = 0.1
MOST_BAD_FRAMES = 5
# What a tool answers waits so long for the words of what it answers: they may tell of an allergy.
WORDS_BEFORE_TOOL_S = 1.5
# For threads that were told to end.
GOODBYE_S = 3.0
OK = 1000  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
PRESSED_0 = dumps({"reason": "They pressed 0 on their telephone."})


class LiveCall:
    def __init__(
        self,
        ringing: Ringing,
        talk: Talk,
        opening: Opening,
        make_line: Callable[[], Line],
        clock: Clock,
        limits: CallLimits | None = None,
    ) -> None:
        self._ringing = ringing
        self._talk = talk
        self._clock = clock
        self._bridge = Bridge(opening, clock.monotonic(), limits)
        self._changed = Condition()  # and the lock of all below
        self._lines = Lines(make_line, self._changed)
        self._work = Work(self._changed, ringing.sid)
        self._reopen_at = inf
        self._tick_at = inf
        self._response: str | None = None  # under way at the model
        self._stream: Stream | None = None
        self._why: Why | None = None
        self._figures = Figures()
        self._telling = Telling(ringing.records, talk, self._figures)

    def open(self) -> None:
        """At the webhook, which does not wait for it."""
        with self._changed:
            if self._why is None:
                self._open_line()

    def is_reached(self, within_s: float) -> bool:
        return self._lines.is_reached(within_s)

    def run(self, stream: Stream, stream_sid: str) -> Why:
        try:
            self._read(stream, stream_sid)
            stream.close(OK, "")
            self._finish()
        finally:
            # Who is killed waits for nothing more: what was said so far is told at once.
            with self._changed:
                why = self._give_up("broken")
                self._lines.close()
                self._telling.end(why, self._clock.monotonic())
        return why

    def _read(self, stream: Stream, stream_sid: str) -> None:
        with self._changed:
            self._stream = stream
            self._figures.began_at = self._clock.monotonic()
            self._hear(Started(stream_sid, self._ringing.sid, {}))
        bad_frames = 0
        while self._why is None and bad_frames < MOST_BAD_FRAMES:
            try:
                event = self._receive(stream)
            except BadFrameError as error:
                bad_frames += 1
                log.warning("call.bad_frame", call=self._ringing.sid, why=str(error))
                continue
            with self._changed:
                self._hear(event)
        with self._changed:
            self._give_up("broken")

    def stop(self, why: Why = "stopping") -> None:
        with self._changed:
            self._do(self._bridge.stop(self._clock.monotonic(), why))

    def abandon(self) -> None:
        with self._changed:
            why = self._give_up("stopping")
            self._lines.close()
            if self._stream is not None:
                self._telling.end(why, self._clock.monotonic())
            self._telling.stop()

    def _receive(self, stream: Stream) -> StreamEvent | None:
        """None: nothing to do with it. Raises BadFrameError."""
        with self._changed:
            now = self._clock.monotonic()
            # The bridge's is never quite due: what comes in between must not put it off.
            self._tick_at = min(self._tick_at, self._bridge.next_tick(now))
            due = min(self._tick_at, self._reopen_at, now + LOOK_EVERY_S)
        try:
            frame = stream.receive(max(due - now, 0.0))
        except TimeoutError:
            return None
        return Stopped() if frame is None else streams.read(frame)

    def _hear(self, event: StreamEvent | None) -> None:
        now = self._clock.monotonic()
        if event is not None:
            self._do(self._bridge.on_stream(event, now))
        if now >= self._reopen_at and self._why is None:
            self._open_line()
        if now >= self._tick_at:
            self._tick_at = inf
            self._do(self._bridge.on_tick(now))
        self._telling.go_on(now)

    def _on_model(self, event: CallEvent) -> None:
        now = self._clock.monotonic()
        match event:
            case ResponseBegun(response):
                self._response = response
            case ResponseOver():
                self._response = None
        self._talk.exchanges.on_model(event, now)
        self._do(self._bridge.on_model(event, now))
        self._telling.go_on(now)

    def _on_line_end(self, cause: str, code: str | None) -> None:
        self._response = None
        self._talk.exchanges.on_line_end()
        self._do(self._bridge.on_line_end(cause, code, self._clock.monotonic()))

    # What the bridge wants done.

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            if self._why is None:
                self._carry_out(action)

    def _carry_out(self, action: Action) -> None:
        match action:
            case ToCaller(frame):
                self._send(frame)
            case ToModel(frame):
                self._lines.send(frame)
            case RunTool() | CallStaff() | Check() | Transfer():
                self._work.begin(self._work_of(action))
            case Said():
                self._talk.exchanges.on_said(action, self._clock.monotonic())
            case Heard():
                pass  # the exchanges have it of the model's events
            case Spent(tokens):
                self._talk.spend(tokens)
            case Reopen(after_s):
                self._reopen(after_s)
            case End(why):
                self._end(why)
            case Note(event, fields):
                self._figures.note(event, fields)
                log.info(event, call=self._ringing.sid, **fields)

    def _send(self, frame: str) -> None:
        if self._stream is not None:
            self._figures.sounds(self._clock.monotonic())
            self._stream.send(frame)

    def _work_of(self, action: RunTool | CallStaff | Check | Transfer) -> Callable[[], object]:
        """What takes too long for the lock."""
        exchanges = self._talk.exchanges
        match action:
            case Check(item, text):
                return partial(self._check, item, text, exchanges.of(item))
            case Transfer():
                return partial(put_through, self._ringing.transfer, self._not_put_through)
            case CallStaff(call_id):
                spoken = exchanges.pressed(call_id, self._clock.monotonic())
                action = RunTool(FunctionCall(call_id, "call_staff", PRESSED_0), None)
            case RunTool():
                spoken = exchanges.of(action.heard)
        spoken.tools += 1
        return partial(self._run_tool, action, spoken)

    def _run_tool(self, asked: RunTool, spoken: Spoken) -> None:
        outcome = ToolOutcome(asked.call.call_id, UNFINISHED)
        try:
            with self._changed:
                exchanges = self._talk.exchanges
                self._changed.wait_for(
                    lambda: exchanges.has_words_of(asked.heard) or self._why is not None,
                    WORDS_BEFORE_TOOL_S,
                )
            outcome = self._talk.answer(asked, spoken)
        finally:
            with self._changed:
                now = self._clock.monotonic()
                self._do(self._bridge.on_tool(outcome, now))
                self._talk.exchanges.on_tool_done(spoken, now)
                self._telling.go_on(now)

    def _not_put_through(self) -> None:
        with self._changed:
            self._do(self._bridge.on_not_put_through(self._clock.monotonic()))

    def _check(self, item: str, text: str, spoken: Spoken) -> None:
        told = self._talk.objection(text, spoken)
        if told is not None:
            with self._changed:
                now = self._clock.monotonic()
                self._talk.exchanges.on_objection(spoken)
                self._do(self._bridge.on_objection(item, told.correction, now, told.instead))

    # The model's line.

    def _open_line(self) -> None:
        self._reopen_at = inf
        self._lines.open(self._on_model, self._on_line_end)

    def _reopen(self, after_s: float) -> None:
        """What was under way at the line that there was, never comes."""
        self._figures.opens_anew()
        self._lines.supersede()
        self._response = None
        self._talk.exchanges.on_line_end()
        if after_s > 0:
            self._reopen_at = self._clock.monotonic() + after_s
        else:
            self._open_line()

    # The end.

    def _give_up(self, why: Why) -> Why:
        """It is over at once, unless it is; returns why it is."""
        try:
            self._do(self._bridge.give_up(why, self._clock.monotonic()))
        finally:
            self._do([End(why)])  # whatever befell the bridge
        return self._why or why

    def _end(self, why: Why) -> None:
        """The line stays for a moment where the caller's last words are still to come."""
        self._why = why
        if self._response is not None:
            self._lines.send(frames.cancel(self._response))
        if not self._talk.exchanges.await_words:
            self._lines.close()
        self._changed.notify_all()

    def _finish(self) -> None:
        """All that began in this call ends."""
        with self._changed:
            exchanges = self._talk.exchanges
            self._changed.wait_for(lambda: not exchanges.await_words, WORDS_WITHIN_S)
            self._lines.close()
            self._changed.wait_for(lambda: self._work.is_done, TOOL_WITHIN_S)
            self._changed.wait_for(lambda: self._lines.are_over, GOODBYE_S)
