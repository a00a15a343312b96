"""A stand-in for the Realtime API that costs next to nothing: one answer after a fixed time.

It speaks the protocol (RFC 6455, events as in `openai.types.realtime`) out of band and in the
default conversation, and says again the word of the last message it is asked about, at a fixed
length. It has no tools, no faults and no limits: `sandbox/` has those.
"""

import asyncio
import base64
import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, cast

from sandbox.realtime import events
from tests.benchmarks.wire import no_delay

MODEL = "gpt-realtime-2.1-mini"
PATH = "/v1/realtime"
ACCEPT_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY = re.compile(rb"\r\nsec-websocket-key: *(\S+)", re.IGNORECASE)
WORD = re.compile(r"\bw\d{8}\b")
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10

SAID = (
    "For {word} I would take the goat brochettes with roast plantain, and then a ginger tea;"
    " both are on your table within twenty minutes."
)
DELTAS = 24
# Of the model's time: the first delta, two bursts more, and the last delta with the response's end.
BURSTS = (0.6, 0.735, 0.87, 1.0)


@dataclass
class Asked:
    """What the diners' side wants to know of one response: its word, when it was asked, its end.

    Moments are monotonic seconds.
    """

    word: str
    at: float
    ended_at: float = 0.0


class Model:
    """`model_s`: from a `response.create` to the last event.

    `on_ended` is told of every response.
    """

    def __init__(self, on_ended: Callable[[Asked], None]) -> None:
        self.model_s = 0.2
        self.on_ended = on_ended
        self.sockets: set[Socket] = set()
        self.opened = self.most_at_once = 0

    def forget_sockets(self) -> None:
        """Count from here on."""
        self.opened = 0
        self.most_at_once = len(self.sockets)

    def welcome(self, socket: "Socket") -> None:
        self.sockets.add(socket)
        self.opened += 1
        self.most_at_once = max(self.most_at_once, len(self.sockets))


class Socket(asyncio.Protocol):
    """One client's websocket, from its handshake on."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._buffer = b""
        self._is_open = False
        self._session = events.new_session(MODEL, 3600)
        self._last_input: list[Any] = []  # of the default conversation
        self._timers: set[asyncio.TimerHandle] = set()
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        no_delay(self.transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._model.sockets.discard(self)
        for timer in self._timers:
            timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._is_open:
            self._shake_hands()
        while (read := frame(self._buffer)) is not None:
            opcode, payload, self._buffer = read
            if opcode == TEXT:
                self._do(json.loads(payload))
            elif opcode == PING:
                self.transport.write(framed(payload, PONG))
            elif opcode == CLOSE:
                self.transport.write(framed(payload, CLOSE))
                self.transport.close()

    def _shake_hands(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
        key = KEY.search(head)
        if key is None or not head.startswith(b"GET " + PATH.encode()):
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            self.transport.close()
            return
        accept = base64.b64encode(hashlib.sha1(key[1] + ACCEPT_KEY).digest())
        upgrade = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection:"
            b" Upgrade\r\nSec-WebSocket-Accept: "
        )
        self.transport.write(upgrade + accept + b"\r\n\r\n")
        self._is_open = True
        self._model.welcome(self)
        self._send(events.session_created(self._session))

    def _do(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "response.create":
                self._answer(event.get("response") or {})
            case "session.update":
                self._session |= {
                    name: value for name, value in event["session"].items() if name != "audio"
                }
                self._send(events.session_updated(self._session))
            case "conversation.item.create":
                item = {
                    "id": events.new_id("item"),
                    "object": "realtime.item",
                    "status": "completed",
                    **event["item"],
                }
                self._last_input = [item]
                self._send(events.item_added(item, None))
                self._send(events.item_done(item, None))

    def _answer(self, asked: dict[str, Any]) -> None:
        script = Script(asked, asked.get("input") or self._last_input)
        response = Asked(script.word, time.monotonic())
        self.transport.write(script.created)
        for burst, share in zip(script.bursts, BURSTS, strict=True):
            self._later(share * self._model.model_s, burst, response if share == 1 else None)

    def _later(self, delay_s: float, burst: bytes, ends: Asked | None) -> None:
        def send() -> None:
            self._timers.discard(timer)
            self.transport.write(burst)
            if ends is not None:
                ends.ended_at = time.monotonic()
                self._model.on_ended(ends)

        timer = self._loop.call_later(delay_s, send)
        self._timers.add(timer)

    def _send(self, event: dict[str, Any]) -> None:
        self.transport.write(framed(json.dumps(event).encode()))


def framed(payload: bytes, opcode: int = TEXT) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65_536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2) + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8) + payload


def frame(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame of a client as opcode, payload and what is left; None until it is whole.

    Clients mask, and don't split.
    """
    if len(buffer) < 6:
        return None
    size, start = buffer[1] & 0x7F, 2
    if size == 126:
        size, start = int.from_bytes(buffer[2:4]), 4
    elif size == 127:
        size, start = int.from_bytes(buffer[2:10]), 10
    stop = start + 4 + size
    if len(buffer) < stop:
        return None
    mask, masked = buffer[start : start + 4], buffer[start + 4 : stop]
    # As two long numbers, which is a hundred times as fast as byte by byte.
    key = int.from_bytes((mask * (size // 4 + 1))[:size])
    return buffer[0] & 0x0F, (int.from_bytes(masked) ^ key).to_bytes(size), buffer[stop:]


_numbers = count(1)


class Script:
    """One response as frames: what goes out at once, and the bursts that follow."""

    def __init__(self, asked: dict[str, Any], told: list[Any]) -> None:
        self.word = _word(told)
        number = next(_numbers)
        is_apart = asked.get("conversation") == "none"
        said = SAID.format(word=self.word)
        values = {
            b"number": b"%020d" % number,
            b"metadata": json.dumps(asked.get("metadata")).encode(),
            b"conversation": b"null" if is_apart else b'"conv_%020d"' % number,
            b"said": said.encode(),
        }
        words = re.findall(r" ?\S+", said)
        assert len(words) == DELTAS
        deltas = [framed(_DELTA % (values | {b"delta": word.encode()})) for word in words]
        self.created = framed(_CREATED % values)
        opening, closing = (
            b"".join(
                framed(each % values)
                for each in part
                if not (is_apart and each in _IN_CONVERSATION)
            )
            for part in (_OPENING, _CLOSING)
        )
        share = DELTAS // len(BURSTS)
        self.bursts = [b"".join(deltas[start : start + share]) for start in range(0, DELTAS, share)]
        self.bursts[0] = opening + self.bursts[0]
        self.bursts[-1] += closing


def _word(told: list[Any]) -> str:
    """The word of the last item that has text."""
    for item in reversed(told):
        for part in item.get("content") or ():
            if found := WORD.search(part.get("text") or part.get("transcript") or ""):
                return found[0]
    return "you"


def _template(event: dict[str, Any]) -> bytes:
    """An event as bytes with holes: a response has thirty, and a dict each would cost the most."""
    text = json.dumps(event, separators=(",", ":"))
    text = re.sub(r'"event_id":"event_\w+"', '"event_id":"event_%(number)b"', text)
    return (
        text.replace('"@metadata@"', "%(metadata)b")
        .replace('"@conversation@"', "%(conversation)b")
        .encode()
    )


def _resource(
    status: str, output: list[dict[str, Any]], usage: dict[str, Any] | None
) -> dict[str, Any]:
    return events.response(
        _RESPONSE,
        status,
        status_details=None,
        output=output,
        conversation_id="@conversation@",
        metadata=None,
        max_output_tokens=600,
        usage=usage,
    ) | {"metadata": "@metadata@"}


_RESPONSE, _ITEM, _SAID = "resp_%(number)b", "item_%(number)b", "%(said)b"
_SILENT = events.assistant_message(_ITEM, "", "in_progress")
_WHOLE = events.assistant_message(_ITEM, _SAID, "completed")
_USAGE = events.usage(input_tokens=1_800, cached_tokens=1_536, output_tokens=DELTAS)
_CREATED = _template(events.response_created(_resource("in_progress", [], None)))
_DELTA = _template(events.text_delta(_RESPONSE, _ITEM, "%(delta)b"))
_IN_CONVERSATION = (
    _template(events.item_added(_SILENT, None)),
    _template(events.item_done(_WHOLE, None)),
)
_OPENING = [
    _template(events.output_item_added(_RESPONSE, _SILENT)),
    _IN_CONVERSATION[0],
    _template(events.content_part_added(_RESPONSE, _ITEM)),
]
_CLOSING = [
    _template(events.text_done(_RESPONSE, _ITEM, _SAID)),
    _template(events.content_part_done(_RESPONSE, _ITEM, _SAID)),
    _IN_CONVERSATION[1],
    _template(events.output_item_done(_RESPONSE, _WHOLE)),
    _template(events.response_done(_resource("completed", [_WHOLE], _USAGE))),
]
