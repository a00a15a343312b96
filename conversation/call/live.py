"""One call, live: the shell around its bridge, between Twilio's stream and the model's line.

It carries the bridge's actions out in their order, and keeps what was said. Three threads meet in
it (the stream's, the line's, those of tools and checks): all that they tell goes through one lock,
and nothing that waits for anything runs under it.
"""

from collections.abc import Callable
from math import inf
from threading import Condition

from conversation.call.actions import (
    Action,
    CallStaff,
    Check,
    End,
    Note,
    Opening,
    Reopen,
    RunTool,
    Said,
    Spent,
    ToCaller,
    ToModel,
    Transfer,
    Why,
    WordsLost,
)
from conversation.call.beside import Beside
from conversation.call.bridge import Bridge
from conversation.call.figures import Figures
from conversation.call.limits import CallLimits
from conversation.call.lines import Line, Lines
from conversation.call.records import Ringing, Stream
from conversation.call.talk import TOOL_WITHIN_S, Talk
from conversation.call.telling import Telling
from knowledge.clock import Clock
from realtime.call import frames
from realtime.call.events import CallEvent, Transcribed
from telemetry.logs import log
from whatsapp import streams
from whatsapp.streams import BadFrameError, Started, Stopped, StreamEvent

# So often somebody looks whether something is due; a caller's sound comes every 20 ms anyhow.
LOOK_EVERY_S = 0.1
MOST_BAD_FRAMES = 5
# For threads that were told to end.
GOODBYE_S = 3.0
OK = 1000  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1


class LiveCall:
    def __init__(
        self,
        ringing: Ringing,
        talk: Talk,
        opening: Opening,
        make_line: Callable[[], Line],
        clock: Clock,
        limits: CallLimits,
    ) -> None:
        self._ringing = ringing
        self._talk = talk
        self._clock = clock
        self._limits = limits
        self._changed = Condition()  # and the lock of all below
        self._bridge = bridge = Bridge(opening, clock.monotonic(), limits)
        self._beside = Beside(ringing, talk, bridge, limits, self._changed, self._tell)
        self._lines = Lines(make_line, self._changed)
        self._reopen_at = inf
        self._tick_at = inf
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
                event = self._receive(stream, stream_sid)
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

    def _receive(self, stream: Stream, stream_sid: str) -> StreamEvent | None:
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
        return Stopped() if frame is None else streams.read(frame, stream_sid)

    def _hear(self, event: StreamEvent | None) -> None:
        now = self._clock.monotonic()
        if event is not None:
            self._do(self._bridge.on_stream(event, now))
        if now >= self._reopen_at and self._why is None:
            self._open_line()
        if now >= self._tick_at:
            self._tick_at = inf
            self._do(self._bridge.on_tick(now))
        self._keep(now)

    def _on_model(self, event: CallEvent) -> None:
        now = self._clock.monotonic()
        self._talk.exchanges.on_model(event, now)
        self._do(self._bridge.on_model(event, now))
        self._keep(now)
        if isinstance(event, Transcribed):
            self._telling.health()

    def _on_line_end(self, cause: str, code: str | None) -> None:
        now = self._clock.monotonic()
        self._do(self._bridge.on_line_end(cause, code, now))
        if self._why is not None:
            self._talk.exchanges.lose_all(now)

    def _tell(self, what: Callable[[float], list[Action]]) -> None:
        """Of what came to its end beside the call."""
        with self._changed:
            now = self._clock.monotonic()
            self._do(what(now))
            self._keep(now)
            self._telling.health()

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
                self._beside.begin(action, self._clock.monotonic())
            case Said():
                self._talk.exchanges.on_said(action, self._clock.monotonic())
            case WordsLost(items):
                self._talk.exchanges.lose(items, self._clock.monotonic())
            case Spent(tokens):
                self._talk.spend(tokens)
            case Reopen(after_s, is_read):
                self._reopen(after_s, is_read=is_read)
            case End(why):
                self._end(why)
            case Note(event, fields):
                self._figures.note(event, fields)
                log.info(event, call=self._ringing.sid, **fields)

    def _send(self, frame: str) -> None:
        if self._stream is not None:
            self._figures.sounds(self._clock.monotonic())
            self._stream.send(frame)

    # The model's line.

    def _open_line(self) -> None:
        self._reopen_at = inf
        self._lines.open(self._on_model, self._on_line_end)

    def _reopen(self, after_s: float, *, is_read: bool) -> None:
        """What was under way at the line that there was, never comes."""
        self._figures.reopened += not is_read  # one whose time is over is, and was not lost
        self._lines.supersede(is_read=is_read and bool(self._talk.exchanges.awaited))
        if after_s > 0:
            self._reopen_at = self._clock.monotonic() + after_s
        else:
            self._open_line()

    # What is kept, and the end.

    def _keep(self, now: float) -> None:
        before = self._talk.language
        self._telling.go_on(now)
        if self._talk.language != before and self._why is None:
            self._beside.change_sentences()
        if not self._talk.exchanges.awaited:
            self._lines.let_go()

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
        if self._talk.exchanges.is_speaking:
            self._lines.send(frames.commit())
        if self._talk.exchanges.are_heard:
            self._lines.close()
        self._changed.notify_all()

    def _finish(self) -> None:
        """All that began in this call ends."""
        with self._changed:
            exchanges = self._talk.exchanges
            self._changed.wait_for(lambda: exchanges.are_heard, self._limits.last_words_in_s)
            self._lines.close()
            self._changed.wait_for(lambda: self._beside.is_done, TOOL_WITHIN_S)
            self._changed.wait_for(lambda: self._lines.are_over, GOODBYE_S)
