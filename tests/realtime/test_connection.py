"""One websocket over the loopback, against a server that the test writes byte by byte."""

import base64
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from realtime.connection import Connection, HandshakeError

WAIT_S = 10
ACCEPT_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A


class Peer:
    """The other end of one socket."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}/v1/realtime"
        self.request = b""
        self._accepted: list[socket.socket] = []

    def accept(self, answer: bytes | None = None) -> None:
        """Take a handshake, and say yes, or `answer`."""
        self._listener.settimeout(WAIT_S)
        accepted, _ = self._listener.accept()
        accepted.settimeout(WAIT_S)
        self._accepted.append(accepted)
        while b"\r\n\r\n" not in self.request:
            self.request += accepted.recv(4_096)
        if answer is None:
            key = self.request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
            proof = base64.b64encode(hashlib.sha1(key + ACCEPT_KEY).digest())
            upgrade = (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            )
            answer = upgrade + b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n"
        accepted.sendall(answer)
        if not answer.startswith(b"HTTP/1.1 101"):
            accepted.close()

    def send(self, frame: bytes) -> None:
        self._accepted[-1].sendall(frame)

    def read(self) -> tuple[int, bytes]:
        """The client's next frame, unmasked: its first byte and its payload, 125 bytes at most."""
        first, second = self._exactly(2)
        mask = self._exactly(4)
        payload = self._exactly(second & 0x7F)
        return first, bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))

    def hang_up(self) -> None:
        for each in self._accepted:
            each.close()
        self._listener.close()

    def _exactly(self, length: int) -> bytes:
        taken = b""
        while len(taken) < length:
            piece = self._accepted[-1].recv(length - len(taken))
            assert piece, "the client hung up"
            taken += piece
        return taken


class Reading:
    """A connection that is read in its own thread."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.frames: list[bytes] = []
        self.binary: list[bytes] = []
        self.pongs = 0
        self._ended = ""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def end(self) -> str:
        """Why it ended."""
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive(), "the reader was not woken"
        return self._ended

    def _read(self) -> None:
        self._ended = self.connection.read(self.frames.append, self._pong, self.binary.append)

    def _pong(self) -> None:
        self.pongs += 1


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.hang_up()


@pytest.fixture
def connect(peer: Peer) -> Iterator[Callable[..., Reading]]:
    opened: list[Reading] = []

    def open_one(query: str = "") -> Reading:
        door = threading.Thread(target=peer.accept)
        door.start()
        opened.append(Reading(Connection(peer.url + query, "gpt/mini &", "sk-1")))
        door.join()
        return opened[-1]

    yield open_one
    peer.hang_up()
    for each in opened:
        each.end()


def head(first: int, length: int) -> bytes:
    """How a frame of this length begins, unmasked: RFC 6455, section 5.2."""
    if length < 126:
        return bytes([first, length])
    if length < 2**16:
        return bytes([first, 126]) + length.to_bytes(2, "big")
    return bytes([first, 127]) + length.to_bytes(8, "big")


def refusal(peer: Peer, answer: bytes) -> HandshakeError:
    door = threading.Thread(target=peer.accept, args=(answer,))
    door.start()
    with pytest.raises(HandshakeError) as caught:
        Connection(peer.url, "gpt-mini", "sk-1")
    door.join()
    return caught.value


def http(status: str, body: bytes = b"") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


@pytest.mark.parametrize(
    ("query", "asked"),
    [("", b"?model=gpt%2Fmini%20%26 "), ("?v=1", b"?v=1&model=gpt%2Fmini%20%26 ")],
)
def test_the_handshake_names_model_and_key_and_no_beta(
    peer: Peer, connect: Callable[..., Reading], query: str, asked: bytes
) -> None:
    connect(query)
    assert peer.request.startswith(b"GET /v1/realtime" + asked)
    assert b"Authorization: Bearer sk-1\r\n" in peer.request
    assert b"OpenAI-Beta" not in peer.request


@pytest.mark.parametrize(
    ("answer", "cause", "code"),
    [
        (
            http("401 Unauthorized", b'{"error": {"code": "invalid_api_key"}}'),
            "HTTP 401",
            "invalid_api_key",
        ),
        (
            http("401 Unauthorized", b'{"error": {"code": "ip_not_authorized"}}'),
            "HTTP 401",
            "ip_not_authorized",
        ),
        (
            http("429 Too Many", b'{"error": {"code": "insufficient_quota"}}'),
            "HTTP 429",
            "insufficient_quota",
        ),
        (
            http(
                "403 Forbidden",
                b'{"error": {"code": "unsupported_country_region_territory", "message":'
                b' "Country, region, or territory not supported", "param": null}}',
            ),
            "HTTP 403: Country, region, or territory not supported",
            "unsupported_country_region_territory",
        ),
        (
            http("403 Forbidden", b'{"error": "Country, region or territory not supported"}'),
            "HTTP 403",
            "unsupported_country_region_territory",
        ),
        (http("403 Forbidden", b"<html>"), "HTTP 403", "access_denied"),
        (
            http(
                "401 Unauthorized",
                b'{"error": {"code": null, "message": "Missing scopes:\\n api.realtime"}}',
            ),
            "HTTP 401: Missing scopes: api.realtime",
            "missing_scope",
        ),
        (http("401 Unauthorized"), "HTTP 401", "invalid_api_key"),
        (http("402 Payment Required"), "HTTP 402", "insufficient_quota"),
        (http("404 Not Found"), "HTTP 404", "model_not_found"),
        (
            http("400 Bad Request", b'{"error": {"code": [7], "message": "No model."}}'),
            "HTTP 400: No model.",
            None,
        ),
        (
            http("400 Bad Request", b'{"error": {"type": "beta_api_shape_disabled"}}'),
            "HTTP 400",
            "beta_api_shape_disabled",
        ),
        (
            http("429 Too Many", b'{"error": {"code": "rate_limit_exceeded"}}'),
            "HTTP 429",
            "rate_limit_exceeded",
        ),
        (http("503 Unavailable", b'{"error": "no"}'), "HTTP 503", None),
        (
            http("503 Unavailable", b'{"error": {"message": "Unauthorized"}}'),
            "HTTP 503: Unauthorized",
            None,
        ),
        (http("429 Too Many", b"[]"), "HTTP 429", None),
        (http("400 Bad Request", b"[" * 60_000), "HTTP 400", None),
    ],
)
def test_a_refused_handshake_tells_what_the_server_called_it(
    peer: Peer, answer: bytes, cause: str, code: str | None
) -> None:
    error = refusal(peer, answer)
    assert (error.cause, error.code) == (cause, code)


@pytest.mark.parametrize(
    ("code", "reason", "cause"),
    [
        (1008, b"", "closed 1008"),
        (1008, b"policy violation", "closed 1008: policy violation"),
        (3000, b"", "closed 3000: unauthorized"),
        (3003, b"", "closed 3003: forbidden"),
        (
            3000,
            b"invalid_request_error.invalid_api_key",
            "closed 3000: invalid_request_error.invalid_api_key",
        ),
        (4000, b"not sk-1:\n\x07 sk-1", "closed 4000: not ***: ***"),
        (4999, "pas ouvert \u00e0 l'\u00e9tranger".encode()[:12], "closed 4999: pas ouvert \ufffd"),
    ],
)
def test_a_close_tells_its_reason_in_one_line_and_never_the_key(
    peer: Peer, connect: Callable[..., Reading], code: int, reason: bytes, cause: str
) -> None:
    reading = connect()
    peer.send(bytes([CLOSE, 2 + len(reason)]) + code.to_bytes(2, "big") + reason)
    assert reading.end() == cause


def test_what_a_refusal_says_is_cut_and_never_tells_the_key(peer: Peer) -> None:
    body = b'{"error": {"code": "invalid_api_key", "message": "Not sk-1! %s"}}' % (b"x" * 5_000)
    error = refusal(peer, http("401 Unauthorized", body))
    assert error.cause.startswith("HTTP 401: Not ***! xxx")
    assert len(error.cause) < 250


def test_a_server_that_hangs_up_in_the_handshake_is_a_refusal_without_a_name(peer: Peer) -> None:
    assert refusal(peer, b"").code is None


def test_text_and_binary_frames_come_through_apart(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    peer.send(bytes([BINARY, 1]) + b"x" + bytes([TEXT, 2]) + b"{}" + bytes([TEXT, 2]) + b"\xff\xfe")
    peer.send(bytes([CLOSE, 2]) + (1001).to_bytes(2, "big"))
    assert reading.end() == "closed 1001"
    assert reading.frames == [b"{}", b"\xff\xfe"]
    assert reading.binary == [b"x"]


def test_a_frame_in_pieces_arrives_whole(peer: Peer, connect: Callable[..., Reading]) -> None:
    reading = connect()
    peer.send(bytes([0x01, 3]) + b'{"a' + bytes([PING, 0]) + bytes([0x80, 4]) + b'":1}')
    assert peer.read() == (PONG, b"")
    peer.hang_up()
    reading.end()
    assert reading.frames == [b'{"a":1}']


@pytest.mark.parametrize("piece", [1, 3, 997, 10**6])
def test_frames_arrive_however_the_network_cuts_them(
    peer: Peer, connect: Callable[..., Reading], piece: int
) -> None:
    reading = connect()
    sizes = [0, 1, 125, 126, 127, 300, *([65_535, 65_536, 70_000] if piece > 3 else [])]
    texts = [bytes([97 + number]) * size for number, size in enumerate(sizes)]
    stream = (
        b"".join(head(TEXT, len(text)) + text for text in texts)
        + bytes([CLOSE, 2])
        + (1000).to_bytes(2, "big")
    )
    for start in range(0, len(stream), piece):
        peer.send(stream[start : start + piece])
    assert reading.end() == "closed 1000"
    assert reading.frames == texts


def test_a_burst_of_frames_is_handed_on_one_by_one(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    words = [b"%d" % number for number in range(5_000)]
    peer.send(b"".join(head(TEXT, len(word)) + word for word in words) + bytes([CLOSE, 0]))
    assert reading.end() == "closed 0"
    assert reading.frames == words


def test_a_masked_frame_is_read_too(peer: Peer, connect: Callable[..., Reading]) -> None:
    reading = connect()
    peer.send(
        bytes([TEXT, 0x80 | 2, 1, 2, 3, 4])
        + bytes([ord("{") ^ 1, ord("}") ^ 2])
        + bytes([CLOSE, 0])
    )
    reading.end()
    assert reading.frames == [b"{}"]


def test_four_megabytes_in_one_frame_arrive_whole(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    large = b"x" * 4_000_000
    peer.send(bytes([TEXT, 127]) + len(large).to_bytes(8, "big") + large)
    peer.send(bytes([CLOSE, 0]))
    assert reading.end() == "closed 0"
    assert reading.frames == [large]


def test_what_is_sent_keeps_its_order(peer: Peer, connect: Callable[..., Reading]) -> None:
    reading = connect()
    reading.connection.send("one")
    reading.connection.ping()
    reading.connection.send("ħobż")
    assert [peer.read() for _ in range(3)] == [(TEXT, b"one"), (PING, b""), (TEXT, "ħobż".encode())]
    peer.send(bytes([PONG, 0]) + bytes([CLOSE, 0]))
    reading.end()
    assert reading.pongs == 1


def test_close_says_goodbye_after_what_is_queued_and_wakes_the_reader(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    reading.connection.send("last words")
    reading.connection.close()
    assert [peer.read() for _ in range(2)] == [
        (TEXT, b"last words"),
        (CLOSE, (1000).to_bytes(2, "big")),
    ]
    reading.end()


def test_close_wakes_reader_and_writer_of_a_peer_that_takes_nothing(
    connect: Callable[..., Reading],
) -> None:
    reading = connect()
    for _ in range(40):
        reading.connection.send("x" * 1_000_000)
    reading.connection.close()
    reading.end()


def test_a_reader_that_ends_takes_a_stuck_writer_with_it(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    for _ in range(40):
        reading.connection.send("x" * 1_000_000)
    peer.send(bytes([0xF1, 0]))
    assert reading.end() == "WebSocketProtocolException"


def test_a_peer_that_vanishes_ends_reader_and_writer(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    peer.hang_up()
    assert reading.end() in ("WebSocketConnectionClosedException", "ConnectionResetError")
    reading.connection.send("too late")
    reading.connection.close()


def test_what_is_no_websocket_frame_ends_the_socket(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    peer.send(bytes([0xF1, 0]))
    assert reading.end() == "WebSocketProtocolException"


def test_half_a_character_is_replaced_and_ends_nothing(
    peer: Peer, connect: Callable[..., Reading]
) -> None:
    reading = connect()
    reading.connection.send("bread \ud83c")
    assert peer.read() == (TEXT, b"bread ?")
