"""What a restaurant sends as a file: loaded as Twilio does, or refused with Twilio's code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import requests
from twilio.rest import Client
from werkzeug.wrappers import Request, Response

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.media import MB
from sandbox.twilio.messages import Message
from tests.sandbox.phone.sounds import recording
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    KIGALI,
    MESSAGES,
    Receiver,
    serving,
)
from whatsapp.errors import Action, action

JPEG = b"\xff\xd8\xff\xe0"


@dataclass
class Host:
    """Serves files at addresses; each is asked for as often as `asked` says."""

    files: dict[str, Response] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = Request(environ).path
        self.asked.append(path)
        return self.files.get(path, Response(status=404))(environ, start_response)

    def put(self, content: bytes, content_type: str, status: int = 200) -> str:
        path = f"/{len(self.files)}"
        self.files[path] = Response(content, status=status, content_type=content_type)
        return self.url + path


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    with serving(host) as host.url:
        yield host


def test_a_picture_arrives_with_its_caption(
    twilio: Client, exchange: Exchange, host: Host, url: str, session: requests.Session
) -> None:
    picture = host.put(JPEG + b"isombe", "image/jpeg")
    sid = twilio.messages.create(to=ALICE, from_=KIGALI, body="*Isombe*", media_url=[picture]).sid
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "read")
    [message] = exchange.messages()
    assert (message.kind, message.media[0].content) == ("image", JPEG + b"isombe")
    assert host.asked == ["/0"]
    [medium] = twilio.messages(sid).media.list()
    loaded = session.get(
        f"{url}{medium.uri.removesuffix('.json')}", auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=10
    )
    assert loaded.content == JPEG + b"isombe"


def test_a_redirect_is_followed(exchange: Exchange, host: Host) -> None:
    host.files["/moved"] = Response(status=302, headers={"Location": "/here.png"})
    host.files["/here.png"] = Response(b"\x89PNG\r\n\x1a\n", content_type="image/png")
    message = exchange.send(ALICE, KIGALI, "", [f"{host.url}/moved"])
    assert exchange.wait_for(lambda: message.status == "read")
    assert message.media[0].content_type == "image/png"


OGG = recording(0.1, container="ogg")
REFUSED: list[tuple[str, Callable[[Host], str], int]] = [
    ("no file there", lambda host: f"{host.url}/nothing", 63019),
    ("expired", lambda host: host.put(b"gone", "text/html", 410), 63019),
    ("nobody answers", lambda _: "http://127.0.0.1:1/a.jpg", 63019),
    ("nothing in it", lambda host: host.put(b"", "image/jpeg"), 63019),
    ("a page", lambda host: host.put(b"<html>", "text/html; charset=utf-8"), 12300),
    ("a drawing", lambda host: host.put(b"<svg/>", "image/svg+xml"), 12300),
    ("a recording of a browser's", lambda host: host.put(b"\x1aE", "audio/webm"), 12300),
    ("a page that says it is a picture", lambda host: host.put(b"<html>", "image/jpeg"), 63021),
    ("Ogg with no Opus", lambda host: host.put(OGG.replace(b"Opus", b"Xpus"), "audio/ogg"), 63021),
    ("a picture of 5 MB", lambda host: host.put(JPEG + bytes(5 * MB), "image/jpeg"), 63034),
    ("a film of 16 MB", lambda host: host.put(bytes(16 * MB + 1), "video/mp4"), 11751),
]


@pytest.mark.parametrize(("where", "code"), [each[1:] for each in REFUSED], ids=lambda each: None)
def test_what_whatsapp_does_not_take_fails_with_twilios_code(
    exchange: Exchange, receiver: Receiver, host: Host, where: Callable[[Host], str], code: int
) -> None:
    callback = f"{receiver.url}/status"
    message = exchange.send(ALICE, KIGALI, "Here", [where(host)], status_callback=callback)
    assert exchange.wait_for(lambda: bool(message.answers), 20)
    assert (message.status, message.error_code) == ("failed", code)
    assert receiver.statuses_of(message.sid) == ["failed"]
    assert receiver.posts[0].form["ErrorCode"] == str(code)
    assert receiver.posts[0].form["ChannelStatusMessage"] != "The channel refused the message"
    assert action(code) is Action.PLAIN, "the service drops the words with it"


def test_what_is_just_small_enough_is_taken(exchange: Exchange, host: Host) -> None:
    picture = host.put(JPEG + bytes(5 * MB - len(JPEG)), "image/jpeg")
    note = host.put(OGG, "audio/ogg; codecs=opus")
    for each in (picture, note):
        message = exchange.send(ALICE, KIGALI, "", [each])
        assert exchange.wait_for(partial(is_read, message), 20)


def test_a_caption_has_room_for_so_much(exchange: Exchange, host: Host) -> None:
    picture = host.put(JPEG, "image/jpeg")
    for body, status in (("a" * 1_024, "read"), ("a" * 1_025, "failed"), ("🍲" * 513, "failed")):
        message = exchange.send(ALICE, KIGALI, body, [picture])
        assert exchange.wait_for(partial(is_at, message, status), 20)


def is_at(message: Message, status: str) -> bool:
    return message.status == status


def is_read(message: Message) -> bool:
    return message.status == "read"


@pytest.mark.parametrize(
    ("media", "code"),
    [
        (["/media/menu.jpg"], 21620),
        (["file:///etc/passwd"], 21620),
        (["http://[::1"], 21620),
        (["https://example.com/a.jpg"] * 11, 21623),
    ],
)
def test_what_is_no_address_is_refused_at_once(
    url: str, session: requests.Session, media: list[str], code: int
) -> None:
    fields = {"To": ALICE, "From": KIGALI, "MediaUrl": media}
    auth = (ACCOUNT_SID, AUTH_TOKEN)
    answer = session.post(f"{url}{MESSAGES}.json", data=fields, auth=auth, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert action(code) is Action.PLAIN
