"""Diners' files are fetched from Twilio alone, with our key for its API alone, and bounded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Attachment
from sandbox.web import create_web
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    KIGALI,
    exchanging,
    receiving,
    serving,
)
from tests.whatsapp.dripping import BODY, HEADERS, dripping
from whatsapp.media import MOST_BYTES, NOT_THERE, PIECE, TOTAL_S, MediaDoor, MediaError, too_large

PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/SM1/Media/ME1"
AT_TWILIO = f"https://api.twilio.com{PATH}"


@dataclass
class Host:
    """Twilio's API and its CDN in one: `answers` in order, the last of them for ever."""

    answers: list[Callable[[Request], Response]] = field(default_factory=list)
    asked: list[tuple[str, bool]] = field(default_factory=list)  # path, and whether with a key
    sent: int = 0  # bytes that somebody took
    url: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append((request.full_path.rstrip("?"), "Authorization" in request.headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(request)(environ, start_response)

    def gives(self, *answers: Response) -> None:
        self.answers = [lambda _, each=each: each for each in answers]  # type: ignore[misc]

    def pieces(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            self.sent += PIECE
            yield b"x" * PIECE


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    with serving(host) as host.url:
        yield host


@dataclass
class Waiting:
    """Pauses are over at once."""

    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


def nowhere(_host: str, _port: int) -> list[str]:
    raise AssertionError("nobody's name is to be looked up")


def door(
    url: str | None, waiting: Waiting, resolve: Any = nowhere, total_s: float = TOTAL_S
) -> MediaDoor:
    return MediaDoor(
        ACCOUNT_SID,
        AUTH_TOKEN,
        url,
        sleep=waiting.sleep,
        total_s=total_s,
        resolve=resolve,
    )


class AsItIs(Response):
    def get_wsgi_headers(self, _: object) -> Headers:
        """No `Location` is put in order."""
        return self.headers


def redirect(to: str) -> Response:
    return AsItIs(status=307, headers={"Location": to})


def refused(door: MediaDoor, url: str = AT_TWILIO) -> str:
    with pytest.raises(MediaError) as refusal:
        door.fetch(url)
    return str(refusal.value)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with receiving() as receiver, exchanging(receiver) as exchange:
        yield exchange


def test_a_file_comes_as_its_diner_sent_it(exchange: Exchange, waiting: Waiting) -> None:
    note = Attachment("audio/ogg; codecs=opus", b"OggS\0\x02note")
    received = exchange.receive(ALICE, KIGALI, "", [note]).message
    with serving(create_web(exchange)) as url:
        assert door(url, waiting).fetch(received.media[0].url) == note.content


def test_our_key_goes_to_the_api_alone(host: Host, waiting: Waiting) -> None:
    host.gives(redirect("/cdn/file?Signature=x"), Response(b"note"))
    assert door(host.url, waiting).fetch(AT_TWILIO) == b"note"
    assert host.asked == [(PATH, True), ("/cdn/file?Signature=x", False)]


@pytest.mark.parametrize(
    "url",
    [
        AT_TWILIO.replace(ACCOUNT_SID, "AC" + "1" * 32),
        AT_TWILIO.replace("https", "http"),
        AT_TWILIO.replace("api.twilio.com", "api.twilio.com.evil.example"),
        AT_TWILIO.replace("api.twilio.com", "evil-twilio.com"),
        AT_TWILIO.replace("api.twilio.com", "me@api.twilio.com"),
        AT_TWILIO.replace("api.twilio.com", "api.twilio.com:8443"),
        AT_TWILIO.replace("api.twilio.com", "api.twilio.com:x"),
        AT_TWILIO.replace("api.twilio.com", "127.0.0.1"),
        AT_TWILIO.replace("api.twilio.com", "[::1"),
        AT_TWILIO.replace("/Media", "/../Media"),
        AT_TWILIO.replace("/Media/ME1", ".json"),
        f"{AT_TWILIO}?x=1",
        f"{AT_TWILIO}/../../Messages.json",
        f"{AT_TWILIO}\\@evil.example",
        f"{AT_TWILIO}\r\nHost: evil.example",
        "file:///etc/passwd",
        "",
    ],
)
def test_what_is_no_file_of_ours_at_twilio_is_not_asked_for(url: str, waiting: Waiting) -> None:
    assert refused(door(None, waiting), url) == NOT_THERE
    assert waiting.pauses == []


def test_nor_is_another_accounts_where_twilio_is_elsewhere(host: Host, waiting: Waiting) -> None:
    assert refused(door(host.url, waiting), AT_TWILIO.replace("AC0", "AC1")) == NOT_THERE
    assert host.asked == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://127.0.0.1:1/file",
        "https://127.0.0.1/file",
        "https://evil.example/file",
        "https://mms.twiliocdn.com.evil.example/file",
        "https://eviltwiliocdn.com/file",
        "http://mms.twiliocdn.com/file",
        "https://mms.twiliocdn.com:22/file",
        "https://me@mms.twiliocdn.com/file",
        "https://s3-external-1.amazonaws.com/somebody-elses/file",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../somebody-elses/file",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/%2e%2E/somebody-elses/file",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com.evil/file",
        "//evil.example/file",
        "file:///etc/passwd",
        "gopher://mms.twiliocdn.com/",
        "https://[bad",
        "//[",
        "//mms.twiliocdn.com:x/",
        "//mms.twiliocdn.com:99999/",
    ],
)
def test_a_redirect_to_anywhere_else_is_not_followed(
    host: Host, waiting: Waiting, elsewhere: str
) -> None:
    host.gives(redirect(elsewhere))
    assert refused(door(host.url, waiting)) == NOT_THERE
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["172.16.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["::1"],
        ["fe80::1"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["224.0.0.1"],
        ["ff0e::1"],
        ["1.1.1.1", "10.0.0.7"],
    ],
)
def test_a_name_that_leads_to_a_private_address_is_refused(
    host: Host, waiting: Waiting, addresses: list[str]
) -> None:
    asked = []

    def resolve(name: str, port: int) -> list[str]:
        asked.append((name, port))
        return addresses

    host.gives(redirect("https://mms.twiliocdn.com/file"))
    assert refused(door(host.url, waiting, resolve)) == NOT_THERE
    assert asked == [("mms.twiliocdn.com", 443)]


def test_redirects_come_to_an_end(host: Host, waiting: Waiting) -> None:
    host.gives(redirect(PATH))
    assert refused(door(host.url, waiting)) == NOT_THERE
    assert len(host.asked) == 3


def test_what_is_not_there_yet_is_asked_for_again(host: Host, waiting: Waiting) -> None:
    host.gives(Response(status=404), Response(status=404), Response(b"note"))
    assert door(host.url, waiting).fetch(AT_TWILIO) == b"note"
    assert waiting.pauses == [1, 2]


def test_what_stays_away_is_told_as_that(host: Host, waiting: Waiting) -> None:
    host.gives(Response(status=404))
    assert refused(door(host.url, waiting)) == NOT_THERE
    assert (waiting.pauses, len(host.asked)) == ([1, 2], 3)


def test_all_tries_together_have_so_long(host: Host, waiting: Waiting) -> None:
    host.gives(Response(status=404))
    assert refused(door(host.url, waiting, total_s=0.9)) == NOT_THERE
    assert (waiting.pauses, len(host.asked)) == ([], 1)


@pytest.mark.parametrize("status", [401, 403, 410])
def test_what_is_refused_is_not_asked_for_again(host: Host, waiting: Waiting, status: int) -> None:
    host.gives(Response(status=status))
    assert refused(door(host.url, waiting)) == NOT_THERE
    assert len(host.asked) == 1


def test_forty_megabytes_are_not_even_begun(host: Host, waiting: Waiting) -> None:
    host.gives(Response(host.pieces(640), headers={"Content-Length": str(640 * PIECE)}))
    assert refused(door(host.url, waiting)) == too_large(MOST_BYTES)
    assert host.sent < MOST_BYTES


def test_nor_are_they_taken_where_nobody_told_how_much_it_is(host: Host, waiting: Waiting) -> None:
    host.gives(Response(host.pieces(640)))
    assert refused(door(host.url, waiting)) == too_large(MOST_BYTES)
    assert host.sent < 2 * MOST_BYTES


def test_room_is_asked_for_before_it_comes_and_given_back_for_the_next_try(
    host: Host, waiting: Waiting
) -> None:
    asked: list[tuple[int, int]] = []
    host.gives(Response(status=404), Response(iter([b"note"])), Response(b"note"))
    bytes_of = door(host.url, waiting).fetch
    for most in (7, 4):
        bytes_of(AT_TWILIO, most, lambda size: asked.append((size, len(host.asked))))
    # Where nobody tells how much it is, it is the most that is taken.
    assert asked == [(0, 1), (7, 2), (4, 3)]
    with pytest.raises(MediaError, match="larger"):
        bytes_of(AT_TWILIO, 3)


def test_what_was_packed_is_not_unpacked(host: Host, waiting: Waiting) -> None:
    host.gives(Response(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}))
    assert refused(door(host.url, waiting)) == NOT_THERE


@pytest.mark.parametrize("begins", [HEADERS, BODY])
def test_who_drips_is_given_up_and_not_asked_again(waiting: Waiting, begins: bytes) -> None:
    with dripping(begins) as url:
        assert refused(door(url, waiting, total_s=0.2)) == NOT_THERE
    assert waiting.pauses == []


def test_nothing_is_no_file(host: Host, waiting: Waiting) -> None:
    host.gives(Response(b""))
    assert refused(door(host.url, waiting)) == "it is empty"


def test_where_nobody_listens_it_is_tried_again(waiting: Waiting) -> None:
    with serving(Host()) as url:
        pass
    assert refused(door(url, waiting)) == NOT_THERE
    assert waiting.pauses == [1, 2]
