"""One Media Stream: its websocket to the service, from the handshake to its end.

What is said goes out as the call is paced; what comes is checked, and heard by the call's ear.
"""

import secrets
from collections.abc import Callable, Mapping

from sandbox.twilio.voice.call import Call
from sandbox.twilio.voice.frames import (
    FRAME_S,
    INVALID_MESSAGE,
    MALFORMED_MESSAGE,
    Clear,
    InvalidMessageError,
    Mark,
    Sound,
    Writer,
    read,
)
from sandbox.twilio.voice.verbs import Complaint, Connect
from sandbox.twilio.voice.wire import CLOSED_BADLY, HandshakeError, Wire
from sandbox.twilio.webhooks import sign

OVERFLOW = 31931
# How long a read waits before it looks again.
LOOK_S = 5.0
WELL_CLOSED = frozenset({1000, 1001})


class Stream:
    """It is the call's `Listener`: those methods are called with the call's lock held."""

    def __init__(self, call: Call, verb: Connect, account_sid: str, auth_token: str) -> None:
        self.sid = f"MZ{secrets.token_hex(16)}"
        self.error: Complaint | None = None
        self._call = call
        self._verb = verb
        self._auth_token = auth_token
        self._writer = Writer(self.sid, call.sid, account_sid)
        self._frames = 0
        self._is_ours = False  # that it ended
        self._wire: Wire | None = None

    def run(self, tell: Callable[[str, Mapping[str, str]], object]) -> None:
        """Until either side has closed it; `tell` hears of its steps by their names."""
        try:
            self._wire = wire = Wire(self._verb.url, self._headers())
        except HandshakeError as refused:
            self._fail(Complaint(refused.code, str(refused)))
            tell("stream-error", {"StreamError": str(refused)})
            return
        self._open(wire)
        tell("stream-started", {})
        while (message := self._next(wire)) is not None:
            self._take(message)
        self._call.disconnect()
        self._note_end(wire)
        tell("stream-stopped", {})

    def hear(self, frame: bytes) -> None:
        """Of the caller: the next 20 ms."""
        self._send(self._writer.media(frame, round(self._frames * FRAME_S * 1000)))
        self._frames += 1

    def reached(self, mark: str) -> None:
        self._send(self._writer.mark(mark))

    def pressed(self, digit: str) -> None:
        self._send(self._writer.digit(digit))

    def stop(self) -> None:
        if self._wire is not None and not self._is_ours:
            self._is_ours = True
            self._send(self._writer.stop())
            self._wire.close()

    def cut(self) -> None:
        if self._wire is not None:
            self._wire.cut()

    def _headers(self) -> dict[str, str]:
        signature = sign(self._auth_token, self._verb.url, {})
        return {"X-Twilio-Signature": signature, "User-Agent": "Twilio.TmeWs/1.0"}

    def _open(self, wire: Wire) -> None:
        """First `connected`, then `start`; then what is said."""
        with self._call.changed:
            wire.send(self._writer.connected())
            wire.send(self._writer.start(self._verb.parameters))
            self._call.note("stream.started", {"stream": self.sid, "url": self._verb.url})
            if not self._call.connect(self):
                self.stop()

    def _next(self, wire: Wire) -> str | bytes | None:
        while True:
            try:
                return wire.receive(LOOK_S)
            except TimeoutError:
                continue

    def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self._fail(Complaint(MALFORMED_MESSAGE, "Stream - Protocol - Malformed Message"))
            return
        try:
            taken = read(message, self.sid)
        except InvalidMessageError as wrong:
            self._fail(Complaint(INVALID_MESSAGE, f"Stream - Protocol - Invalid Message: {wrong}"))
            return
        with self._call.changed:
            if not self._is_ours:
                self._obey(taken)

    def _obey(self, taken: Sound | Mark | Clear) -> None:
        match taken:
            case Sound(sound):
                if not self._call.play(sound):
                    said = "Stream - more than ten minutes of sound are buffered"
                    self._fail(Complaint(OVERFLOW, said))
            case Mark(name):
                self._call.mark(name)
                # One with nothing before it comes back at once.
                self._call.tick()
            case Clear():
                for name in self._call.clear():
                    self.reached(name)

    def _fail(self, complaint: Complaint) -> None:
        self.error = complaint
        self._call.complain(complaint)

    def _note_end(self, wire: Wire) -> None:
        closed = wire.closed_with
        self._call.note(
            "stream.stopped",
            {
                "stream": self.sid,
                "by": "twilio" if self._is_ours else "service",
                "code": closed[0] if closed else None,
                "reason": closed[1] if closed else None,
            },
        )
        if self._is_ours or (closed and closed[0] in WELL_CLOSED):
            return
        self._fail(Complaint(CLOSED_BADLY, "Stream - WebSocket - Close Error"))

    def _send(self, frame: str) -> None:
        if self._wire is not None:
            self._wire.send(frame)
