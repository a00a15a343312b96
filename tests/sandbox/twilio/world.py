"""A tiny service on a real socket, and the exchange that posts to it, for all of Twilio's side."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from sandbox.twilio.exchange import Exchange

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "the-sandbox's-token"
KIGALI = "whatsapp:+14155238886"
VALLETTA = "whatsapp:+35699112233"
NUMBERS = [(KIGALI, "Inzozi Kitchen"), (VALLETTA, "Il-Merill")]
ALICE = "whatsapp:+250788000001"
BOB = "whatsapp:+250788000002"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages"
NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """One request as the service saw it."""

    url: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Receiver:
    """A service that answers each webhook 204, or `statuses` in order, once its `gate` is open."""

    statuses: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        with self.arrived:
            self.posts.append(
                Post(request.url, request.path, dict(request.headers), request.form.to_dict())
            )
            self.arrived.notify_all()
        self.gate.wait(10)
        answer = Response(status=self.statuses.pop(0) if self.statuses else 204)
        return answer(environ, start_response)

    def has(self, count: int) -> bool:
        """Wait until so many posts have come in."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.posts) >= count, 10)

    def statuses_of(self, sid: str) -> list[str]:
        return [post.form["MessageStatus"] for post in self.posts if post.form["MessageSid"] == sid]


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve a WSGI application on the loopback address; gives its URL."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.gate.set()
    with serving(receiver) as receiver.url:
        yield receiver


@contextmanager
def exchanging(receiver: Receiver, **settings: Any) -> Iterator[Exchange]:
    defaults = {"webhook_url": f"{receiver.url}/whatsapp?a=1", "step_s": 0}
    exchange = Exchange(
        ACCOUNT_SID, AUTH_TOKEN, numbers=lambda: NUMBERS, **{**defaults, **settings}
    )
    try:
        yield exchange
    finally:
        receiver.gate.set()
        exchange.close()


class SandboxHttpClient:
    """Twilio's own HTTP client, with every host of Twilio's replaced by the sandbox."""

    def __init__(self, url: str, timeout_s: float = 10) -> None:
        self._client = TwilioHttpClient(timeout=timeout_s)
        self._client.session.trust_env = False
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return self._client.request(method, f"{self._url}{parts.path}{query}", *args, **kwargs)

    def close(self) -> None:
        self._client.session.close()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now
