"""A tiny service that answers calls: TwiML by HTTP, and the other end of Media Streams."""

import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request as Handshake
from websockets.http11 import Response as Answer
from websockets.sync.server import ServerConnection, serve
from werkzeug.wrappers import Request, Response

from sandbox.practice.speech import heard_in_mulaw
from sandbox.twilio.exchange import Exchange
from tests.sandbox.twilio.world import ACCOUNT_SID, AUTH_TOKEN, NUMBERS, Post, serving

WAIT_S = 30.0
LISTENED_BYTES = 80_000  # the last 10 s


class Line:
    """The service's end of one stream: what came in, and what it sends."""

    def __init__(self, connection: ServerConnection, changed: threading.Condition) -> None:
        assert connection.request is not None
        self.headers = connection.request.headers
        self.path = connection.request.path
        self.frames: list[dict[str, Any]] = []
        self.is_over = False
        self.close_code: int | None = None
        self.connection = connection
        self._changed = changed

    @property
    def stream_sid(self) -> str:
        return str(self.of("start")[0]["streamSid"])

    def of(self, event: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["event"] == event]

    def said(self) -> bytes:
        """All that the caller said, silence too."""
        return b"".join(b64decode(frame["media"]["payload"]) for frame in self.of("media"))

    def wait(self, condition: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, WAIT_S)

    def wait_for(self, event: str, count: int = 1) -> bool:
        return self.wait(lambda: len(self.of(event)) >= count)

    def understands(self, words: str) -> bool:
        """Wait until the practice voice has said so; it is listened to once in half a second."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if words in (heard_in_mulaw(self.said()[-LISTENED_BYTES:]) or ""):
                return True
            count = len(self.frames)
            if not self.wait(lambda count=count: len(self.frames) >= count + 25):  # type: ignore[misc] # mypy knows no lambda's defaults
                return False
        return False

    def play(self, sound: bytes) -> None:
        self.send("media", media={"payload": b64encode(sound).decode()})

    def mark(self, name: str) -> None:
        self.send("mark", mark={"name": name})

    def clear(self) -> None:
        self.send("clear")

    def send(self, event: str, **body: object) -> None:
        self.connection.send(json.dumps({"event": event, "streamSid": self.stream_sid, **body}))

    def serve(self) -> None:
        try:
            for message in self.connection:
                with self._changed:
                    self.frames.append(json.loads(message))
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        with self._changed:
            self.is_over = True
            self.close_code = self.connection.protocol.close_code
            self._changed.notify_all()


@dataclass
class Service:
    """`twiml`: what it answers, by path; a path that has none is answered 204."""

    twiml: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    url: str = ""
    stream_url: str = ""
    refuses_streams: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        form = request.form.to_dict() or request.args.to_dict()
        with self.changed:
            self.posts.append(Post(request.url, request.path, dict(request.headers), form))
            self.changed.notify_all()
        return self._answer(request.path)(environ, start_response)

    def connects(self, **parameters: str) -> None:
        """Its calls go to its stream."""
        told = "".join(
            f'<Parameter name="{name}" value="{value}"/>' for name, value in parameters.items()
        )
        stream = f'<Stream url="{self.stream_url}/calls/stream">{told}</Stream>'
        self.twiml["/calls"] = f"<Response><Connect>{stream}</Connect></Response>"

    def line(self, nth: int = 0) -> Line:
        """The nth stream, once it has begun."""
        with self.changed:
            assert self.changed.wait_for(
                lambda: len(self.lines) > nth and bool(self.lines[nth].of("start")), WAIT_S
            )
            return self.lines[nth]

    def posted(self, path: str, count: int = 1) -> list[dict[str, str]]:
        """The forms that came there, once there are so many."""

        def found() -> list[dict[str, str]]:
            return [post.form for post in self.posts if post.path == path]

        with self.changed:
            assert self.changed.wait_for(lambda: len(found()) >= count, WAIT_S)
            return found()

    def hear(self, connection: ServerConnection) -> None:
        line = Line(connection, self.changed)
        with self.changed:
            self.lines.append(line)
        line.serve()

    def judge(self, connection: ServerConnection, request: Handshake) -> Answer | None:
        return connection.respond(403, "No.") if self.refuses_streams else None

    def _answer(self, path: str) -> Response:
        if path in self.statuses:
            return Response(status=self.statuses[path])
        if path in self.files:
            kind, content = self.files[path]
            return Response(content, content_type=kind)
        if path in self.twiml:
            return Response(self.twiml[path], content_type="text/xml")
        return Response(status=204)


@contextmanager
def answering(*, connects: bool = False) -> Iterator[Service]:
    """`connects`: its calls go to its stream."""
    service = Service()
    with (
        serving(service) as service.url,
        serve(service.hear, "127.0.0.1", 0, process_request=service.judge) as streams,
    ):
        port = streams.socket.getsockname()[1]
        service.stream_url = f"ws://127.0.0.1:{port}"
        if connects:
            service.connects()
        thread = threading.Thread(target=streams.serve_forever)
        thread.start()
        try:
            yield service
        finally:
            streams.shutdown()
            thread.join()


@contextmanager
def ringing(service: Service, pace: float = 1.0) -> Iterator[Exchange]:
    """The account whose numbers lead to it; whoever is on the telephone at the end hangs up."""
    exchange = Exchange(
        ACCOUNT_SID, AUTH_TOKEN, f"{service.url}/whatsapp", lambda: NUMBERS, step_s=0
    )
    exchange.calls.pace = pace
    try:
        yield exchange
    finally:
        exchange.close()
