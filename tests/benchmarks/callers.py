"""Those who ring, and Twilio between them and the service, at next to no cost.

A caller speaks into the greeting, waits for the answer, and speaks again. Twilio's frames,
the reading of ours and the pace of hearing are the sandbox's, without its threads.
"""

import asyncio
import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode, urlsplit

from sandbox.twilio.voice.call import Call
from sandbox.twilio.voice.ear import Ear
from sandbox.twilio.voice.forms import call_fields, status_fields
from sandbox.twilio.voice.frames import FRAME_BYTES, FRAME_S, Clear, Mark, Sound, Writer, read
from sandbox.twilio.voice.mouth import Mouth
from sandbox.twilio.voice.timeline import Timeline
from sandbox.twilio.voice.twiml import parse
from sandbox.twilio.voice.verbs import Connect
from sandbox.twilio.webhooks import sign
from tests.benchmarks.model import CLOSE, PING, PONG, TEXT
from tests.benchmarks.transit import BYTES_PER_S, SILENCE, Transit, loud
from tests.benchmarks.wire import LENGTH, no_delay
from tests.scenarios.world import ACCOUNT_SID, AUTH_TOKEN, KIGALI

RUNG = KIGALI.removeprefix("whatsapp:")
# Of the greeting, before the caller speaks into it.
LISTENS_S = 1.0
SPEAKS_S = 1.6
# So long nothing is heard, and the other side has said its say.
PAUSE_S = 0.8
PATIENCE_S = 12.0
# A gap in what is heard that is none between two answers.
STUTTER_S = 0.02
ANSWERS_S = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one call; seconds."""

    first_s: float | None  # from Twilio's `start` to the first sound
    quiet_s: float | None  # from the caller's first word, into the greeting, to silence
    answers_s: list[float]  # each from the end of the caller's words to the answer's first sound
    unanswered: int
    gaps: int  # within an answer
    heard_s: float
    trouble: str = ""


class Caller:
    """`way_in`, `way_out`: how long the sound takes to the model, and from it."""

    def __init__(self, port: int, address: str, way_in: Transit, way_out: Transit) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._port = port
        self._way_in = way_in
        self._way_out = way_out
        self._call = Call(
            f"CA{secrets.token_hex(16)}", address, RUNG, clock=time.monotonic, created=time.time()
        )
        self._writer = Writer(f"MZ{secrets.token_hex(16)}", self._call.sid, ACCOUNT_SID)
        self._began = time.monotonic()
        self._ear = Ear(self._began)
        self._mouth = Mouth()
        self._started_s = 0.0
        self._waits_since: float | None = None  # for an answer
        self._quiet_since = 0.0
        self._heard_bytes = 0
        self._has_spoken = False
        self._unanswered = 0
        self._trouble = ""
        self._socket: StreamSocket

    async def ring(self, is_over: Callable[[], bool]) -> Told:
        """A whole call, hung up once `is_over`."""
        try:
            connect = await self._connect()
            await self._stream(connect)
            await self._talk(is_over)
        except (OSError, EOFError, RuntimeError, ValueError) as error:
            self._trouble = self._trouble or f"{type(error).__name__}: {error}"
        else:
            self._socket.say(self._writer.stop())
            self._socket.close()
        self._call.answer()
        self._call.end()
        await self._post("/calls/status", status_fields(self._call, ACCOUNT_SID, time.time()))
        return self._told()

    @property
    def has_heard_all(self) -> bool:
        """Nothing that came is still to be heard."""
        return not self._ear.buffered_s

    def _now_s(self) -> float:
        return time.monotonic() - self._began

    async def _connect(self) -> Connect:
        """What the webhook has Twilio do."""
        body = await self._post("/calls", call_fields(self._call, ACCOUNT_SID))
        verbs = parse(body.decode(), self._url).verbs
        if not verbs or not isinstance(verbs[0], Connect):
            raise RuntimeError(f"no stream: {body[:200]!r}")
        return verbs[0]

    async def _post(self, path: str, fields: dict[str, str]) -> bytes:
        body = urlencode(fields).encode()
        signature = sign(AUTH_TOKEN, f"{self._url}{path}", fields)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"X-Twilio-Signature: {signature}\r\n\r\n"
        )
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(head.encode() + body)
        try:
            answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ANSWERS_S)
            length = LENGTH.search(answer)
            return await reader.readexactly(int(length[1])) if length else b""
        finally:
            writer.close()
            await writer.wait_closed()

    async def _stream(self, connect: Connect) -> None:
        loop = asyncio.get_running_loop()
        parts = urlsplit(connect.url)
        _, self._socket = await loop.create_connection(
            lambda: StreamSocket(connect.url, self._take), str(parts.hostname), parts.port or 80
        )
        await asyncio.wait_for(self._socket.opened, ANSWERS_S)
        self._socket.say(self._writer.connected())
        self._socket.say(self._writer.start(connect.parameters))
        self._started_s = self._quiet_since = self._now_s()

    async def _talk(self, is_over: Callable[[], bool]) -> None:
        """Fifty frames a second."""
        frames = 0
        began = time.monotonic()
        while not is_over():
            if self._socket.has_ended:
                raise RuntimeError("the service hung up")
            for mark in self._ear.advance(time.monotonic()):
                self._socket.say(self._writer.mark(mark))
            self._listen()
            # A frame goes out once all of it was said.
            while (frames + 1) * FRAME_S <= time.monotonic() - began:
                at_s = frames * FRAME_S
                frame = self._frame(began - self._began + at_s)
                self._socket.say(self._writer.media(frame, round(at_s * 1_000)))
                frames += 1
            await asyncio.sleep(max(0.0, began + (frames + 1) * FRAME_S - time.monotonic()))

    def _frame(self, at_s: float) -> bytes:
        frame = self._mouth.take(at_s)
        if frame.startswith(SILENCE):
            return frame
        self._waits_since = self._now_s()
        return self._way_in.tagged(FRAME_BYTES)

    def _listen(self) -> None:
        """Speak, where it is the caller's turn."""
        now = self._now_s()
        if not self._has_spoken and self._ear.heard_bytes >= LISTENS_S * BYTES_PER_S:
            self._speak()
        elif self._ear.heard_bytes != self._heard_bytes or not self._mouth.is_silent:
            if self._ear.heard_bytes != self._heard_bytes:
                self._waits_since = None
            self._heard_bytes = self._ear.heard_bytes
            self._quiet_since = now
        elif self._waits_since is not None and now - self._waits_since > PATIENCE_S:
            self._unanswered += 1
            self._waits_since = None
        elif self._waits_since is None and now - self._quiet_since > PAUSE_S and self._has_spoken:
            self._speak()

    def _speak(self) -> None:
        self._mouth.put(loud(round(SPEAKS_S / FRAME_S) * FRAME_BYTES))
        self._has_spoken = True
        self._quiet_since = self._now_s()

    def _take(self, text: str) -> None:
        now = time.monotonic()
        match read(text, self._writer.stream_sid):
            case Sound(sound):
                self._way_out.arrived(sound)
                self._ear.advance(now)
                self._ear.put(sound, now)
            case Mark(name):
                self._ear.mark(name)
            case Clear():
                self._ear.advance(now)
                for name in self._ear.clear():
                    self._socket.say(self._writer.mark(name))

    def _told(self) -> Told:
        timeline = Timeline(self._ear.pieces(), self._mouth.spoken(), ())
        first = timeline.first_sound(self._started_s)
        ends = [each.ends_s for each in timeline.spoken]
        answers = [at - end for end in ends if (at := timeline.first_sound(end)) is not None]
        gaps = [
            begin
            for begin, end in timeline.gaps(STUTTER_S)
            if not any(each.at_s < end and begin < each.ends_s for each in timeline.spoken)
        ]
        words = timeline.spoken[0].at_s if timeline.spoken else None
        return Told(
            first - self._started_s if first is not None else None,
            timeline.quiet_at(words) - words if words is not None else None,
            answers,
            self._unanswered,
            len(gaps),
            timeline.heard_s,
            self._trouble,
        )


class StreamSocket(asyncio.Protocol):
    """Twilio's end of a Media Stream's websocket."""

    def __init__(self, url: str, take: Callable[[str], None]) -> None:
        self._url = url
        self._take = take
        self._buffer = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.has_ended = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        no_delay(self.transport)
        parts = urlsplit(self._url)
        head = (
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key:"
            f" {base64.b64encode(secrets.token_bytes(16)).decode()}\r\n"
            f"X-Twilio-Signature: {sign(AUTH_TOKEN, self._url, {})}\r\n\r\n"
        )
        self.transport.write(head.encode())

    def connection_lost(self, error: Exception | None) -> None:
        self.has_ended = True
        if not self.opened.done():
            self.opened.set_exception(RuntimeError("the stream was refused"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done():
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head[:20]:
                self.opened.set_exception(RuntimeError(head[:60].decode(errors="replace")))
                return
            self._buffer = rest
            self.opened.set_result(None)
        while (whole := _server_frame(self._buffer)) is not None:
            opcode, payload, self._buffer = whole
            if opcode == TEXT:
                self._take(payload.decode())
            elif opcode == PING:
                self.transport.write(_masked(payload, PONG))
            elif opcode == CLOSE:
                self.transport.write(_masked(payload[:2], CLOSE))
                self.transport.close()

    def say(self, text: str) -> None:
        if not self.transport.is_closing():
            self.transport.write(_masked(text.encode(), TEXT))

    def close(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_masked((1000).to_bytes(2), CLOSE))
            self.transport.close()


def _masked(payload: bytes, opcode: int) -> bytes:
    """With a mask of noughts, which costs nothing here and as much as any other there."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size, 0, 0, 0, 0)) + payload
    return bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2) + bytes(4) + payload


def _server_frame(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame of a server, which masks none, and what is left; None until it is whole."""
    if len(buffer) < 2:
        return None
    size, start = buffer[1], 2
    if size == 126:
        size, start = int.from_bytes(buffer[2:4]), 4
    elif size == 127:
        size, start = int.from_bytes(buffer[2:10]), 10
    stop = start + size
    if len(buffer) < stop:
        return None
    return buffer[0] & 0x0F, buffer[start:stop], buffer[stop:]
