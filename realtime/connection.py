"""One websocket to a Realtime server: opened, read until it ends, written through a queue.

It knows frames, not events, and never opens itself again: a reader dies with its own socket.
"""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread, Timer
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import websocket

from realtime.fleet.codes import FATAL_CODES, code_in

CONNECT_TIMEOUT_S = 10
# For a peer that takes nothing any more: then its socket is shut under the writer.
GOODBYE_WITHIN_S = 2.0
# Sent and not acknowledged for so long, a peer is gone: the kernel says so, where it can,
# and writer and reader end.
UNACKNOWLEDGED_MS = 30_000
# A reader with frames waiting never yields by itself: it gives way after this long, for this long.
READ_BURST_S = 0.002
GIVE_WAY_S = 0.000_001
# In bytes: a burst of deltas comes in with one call of the kernel, not with three for each frame.
READ_AHEAD = 65_536
# What the length in a frame's second byte says then:
# https://www.rfc-editor.org/rfc/rfc6455#section-5.2
LENGTH_IN_TWO_BYTES = 126
LENGTH_IN_EIGHT_BYTES = 127

# Of what a server says on why it refuses or closes, in characters.
MAX_SAID = 200
# What a close says by its code alone:
# https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number
CLOSE_CODES = {3000: "unauthorized", 3003: "forbidden"}
# And a refused handshake by its status.
STATUS_CODES = {
    401: "invalid_api_key",
    402: "insufficient_quota",
    403: "access_denied",
    404: "model_not_found",
}

_PING = object()
_CLOSE = object()


class HandshakeError(Exception):
    """The socket could not be opened.

    `cause` is for the log, with what the server said; `code` is its name for it, if it gave one.
    """

    def __init__(self, cause: str, code: str | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.code = code


class Connection:
    """Raises HandshakeError when the server can't be reached or refuses.

    `endpoint`: `wss://api.openai.com/v1/realtime`; `model` and `api_key` go with it as the API asks
    (https://platform.openai.com/docs/guides/realtime-websocket). `proxy`: `http://host:port` of one
    that opens a tunnel there; None: none, whatever the environment says.
    """

    def __init__(
        self, endpoint: str, model: str, api_key: str, *, proxy: str | None = None
    ) -> None:
        mark = "&" if "?" in endpoint else "?"
        self._api_key = api_key
        self._socket = _open(f"{endpoint}{mark}model={quote(model, safe='')}", api_key, proxy)
        # Unbounded: a frame in it belongs to a response whose number the fleet limits.
        self._outgoing: SimpleQueue[object] = SimpleQueue()
        self._impatience = Timer(GOODBYE_WITHIN_S, self._hang_up)
        self._impatience.daemon = True
        self._writer = Thread(target=self._write, name="realtime-writer", daemon=True)
        self._writer.start()

    def send(self, frame: str) -> None:
        """Queue a text frame; order is kept, nothing blocks."""
        self._outgoing.put(frame)

    def ping(self) -> None:
        self._outgoing.put(_PING)

    def close(self) -> None:
        """Say goodbye after what is queued, and hang up; once. It does not wait for any of this."""
        self._outgoing.put(_CLOSE)
        self._impatience.start()

    def read(
        self,
        on_frame: Callable[[bytes], None],
        on_pong: Callable[[], None],
        on_binary: Callable[[bytes], None],
    ) -> str:
        """Pass on every text frame until the socket ends, and every binary one beside them.

        Returns why it ended, with the server's reason, if it gave one.
        """
        try:
            return self._read(on_frame, on_pong, on_binary)
        except (OSError, websocket.WebSocketException) as error:
            return type(error).__name__
        finally:
            self._end()

    def _read(
        self,
        on_frame: Callable[[bytes], None],
        on_pong: Callable[[], None],
        on_binary: Callable[[bytes], None],
    ) -> str:
        burst_began = time.monotonic()
        while True:
            opcode, frame = self._socket.recv_data_frame(control_frame=True)
            if opcode == websocket.ABNF.OPCODE_TEXT:
                on_frame(frame.data)
            elif opcode == websocket.ABNF.OPCODE_BINARY:
                on_binary(frame.data)
            elif opcode == websocket.ABNF.OPCODE_PONG:
                on_pong()
            elif opcode == websocket.ABNF.OPCODE_CLOSE:
                return self._goodbye(frame.data)
            if time.monotonic() - burst_began > READ_BURST_S:
                time.sleep(GIVE_WAY_S)
                burst_began = time.monotonic()

    def _goodbye(self, closing: bytes) -> str:
        code = int.from_bytes(closing[:2], "big")
        reason = closing[2:].decode(errors="replace") or CLOSE_CODES.get(code, "")
        return _told(f"closed {code}", reason, self._api_key)

    def _write(self) -> None:
        try:
            while (each := self._outgoing.get()) is not _CLOSE:
                if each is _PING:
                    self._socket.ping()
                else:
                    # Half a character, which no encoder takes, would end the socket for all.
                    self._socket.send(str(each).encode(errors="replace"))
            self._socket.send_close()
        except (OSError, websocket.WebSocketException):
            pass  # the reader meets the same end, and tells
        self._hang_up()

    def _hang_up(self) -> None:
        """Wake reader and writer.

        Closing the descriptor would not, and `WebSocket.close()` waits for half a minute.
        """
        opened = self._socket.sock
        if opened is not None:
            with suppress(OSError):
                socket.socket.shutdown(opened, socket.SHUT_RDWR)

    def _end(self) -> None:
        self._hang_up()
        self._outgoing.put(_CLOSE)
        self._writer.join()
        self._impatience.cancel()
        self._socket.shutdown()  # type: ignore[no-untyped-call]


class _BufferedWebSocket(websocket.WebSocket):
    """websocket-client's, but that it reads ahead of the frame asked for, and checks no UTF-8.

    The handshake is read byte by byte, so nothing that follows it is lost.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._ahead = bytearray()
        self._at = 0  # what stands before was taken

    def recv_frame(self) -> websocket.ABNF:
        first, second = self._take(2)
        length = second & 0x7F
        if length == LENGTH_IN_TWO_BYTES:
            length = int.from_bytes(self._take(2), "big")
        elif length == LENGTH_IN_EIGHT_BYTES:
            length = int.from_bytes(self._take(8), "big")
        mask = self._take(4) if second & 0x80 else b""
        payload = self._take(length)
        frame = websocket.ABNF(
            first >> 7,
            first >> 6 & 1,
            first >> 5 & 1,
            first >> 4 & 1,
            first & 0x0F,
            second >> 7,
            websocket.ABNF.mask(mask, payload) if mask else payload,
        )
        frame.validate(skip_utf8_validation=True)
        return frame

    def _take(self, size: int) -> bytes:
        """The next so many bytes; it waits for those that have not come."""
        end = self._at + size
        if end > len(self._ahead):
            del self._ahead[: self._at]
            self._at = 0
            end = size
            while len(self._ahead) < size:
                self._ahead += self.frame_buffer.recv(READ_AHEAD)
        taken = bytes(self._ahead[self._at : end])
        self._at = end
        return taken


def _open(url: str, api_key: str, proxy: str | None) -> websocket.WebSocket:
    try:
        # Pure Python validation of UTF-8 would cost more than all else; the JSON parser refuses
        # what is malformed.
        opened = websocket.create_connection(
            url,
            class_=_BufferedWebSocket,
            timeout=CONNECT_TIMEOUT_S,
            header=[f"Authorization: Bearer {api_key}"],
            skip_utf8_validation=True,
            enable_multithread=True,
            sockopt=_socket_options(),
            **_proxy_options(proxy),
        )
    except websocket.WebSocketBadStatusException as error:
        raise _refusal(error.status_code, error.resp_body, api_key) from error
    except websocket.WebSocketProxyException as error:
        # Its words name the proxy's answer, and nothing of ours.
        raise HandshakeError(_told(type(error).__name__, str(error), api_key)) from error
    except (OSError, websocket.WebSocketException, ValueError) as error:
        raise HandshakeError(type(error).__name__) from error
    opened.settimeout(None)
    return opened


def _socket_options() -> list[tuple[int, int, int]]:
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        options.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS))
    return options


def _proxy_options(proxy: str | None) -> dict[str, Any]:
    """Nothing is left to the library's own look at the environment."""
    if proxy is None:
        return {"http_proxy_host": "none", "http_proxy_port": 80, "http_no_proxy": ["*"]}
    parts = urlsplit(proxy)
    return {
        "http_proxy_host": parts.hostname,
        "http_proxy_port": parts.port or 80,
        "http_proxy_auth": (unquote(parts.username or ""), unquote(parts.password or "")),
        "http_no_proxy": ["none"],
    }


def _refusal(status: int, body: bytes | str | None, api_key: str) -> HandshakeError:
    """A refused handshake: what OpenAI names it in its JSON body, or what the status comes to."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body or ""
    error = _error_in(text)
    code: str | None = str(error.get("code"))
    if code not in FATAL_CODES:
        # A server that is down may say anything of itself.
        code = (status < 500 and code_in(text)) or STATUS_CODES.get(status)
    return HandshakeError(_told(f"HTTP {status}", str(error.get("message") or ""), api_key), code)


def _error_in(body: str) -> dict[str, Any]:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return error if isinstance(error, dict) else {}


def _told(cause: str, said: str, api_key: str) -> str:
    """A cause with what the server said about it: in one line, and never the key."""
    line = "".join(each if each.isprintable() else " " for each in said.replace(api_key, "***"))
    line = " ".join(line.split())[:MAX_SAID]
    return f"{cause}: {line}" if line else cause
