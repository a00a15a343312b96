"""Sending, asked of the sandbox's Twilio: every failure says whether the message may be out."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from werkzeug.wrappers import Request, Response

from models.bubbles import Bubble, Choice, Choices
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Fault
from sandbox.web import create_web
from tests.ports import free_port
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    BOB,
    KIGALI,
    Receiver,
    exchanging,
    receiving,
    serving,
)
from whatsapp import errors
from whatsapp.host import CLOCK_SLACK, SendError
from whatsapp.outbound import TIMEOUT_S as TIMEOUT_OF_ALL_ELSE_S
from whatsapp.outbound import TwilioDoor

PUBLIC_URL = "https://inzozi.example/"
NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
TIMEOUT_S = 0.3
PASSING = [code for code, each in errors.TROUBLES.items() if each.action is errors.Action.AGAIN]
NO_SIDS = [json.dumps({"sid": sid}) for sid in (7, None, "", "S" * 65, "SM\0", "SM 1", "SM1\n")]


class Clock:
    """The clock of the sandbox's Twilio, which a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def exchange(receiver: Receiver, clock: Clock) -> Iterator[Exchange]:
    with exchanging(receiver, clock=clock) as exchange:
        yield exchange


@pytest.fixture
def door(exchange: Exchange) -> Iterator[TwilioDoor]:
    with serving(create_web(exchange)) as url, opened(url) as door:
        yield door


@contextmanager
def opened(url: str, auth_token: str = AUTH_TOKEN, timeout_s: float = 5) -> Iterator[TwilioDoor]:
    door = TwilioDoor(ACCOUNT_SID, auth_token, url, public_url=PUBLIC_URL, timeout_s=timeout_s)
    try:
        yield door
    finally:
        door.close()


@contextmanager
def answering(
    body: str, status: int = 200, headers: dict[str, str] | None = None
) -> Iterator[TwilioDoor]:
    """A door to something that answers every request like this."""
    answer = Response(body, status, headers)
    with serving(Request.application(lambda _: answer)) as url, opened(url) as door:
        yield door


def send(
    door: TwilioDoor,
    body: str | Bubble = "Muraho!",
    to: str = ALICE,
    callback: str = "http://127.0.0.1:9/status",
) -> str:
    return door.send(to=to, from_=KIGALI, bubble=as_bubble(body), status_callback=callback)


def as_bubble(body: str | Bubble) -> Bubble:
    return body if isinstance(body, Bubble) else Bubble(body)


def failure(door: TwilioDoor, body: str = "Muraho!", to: str = ALICE) -> SendError:
    with pytest.raises(SendError) as caught:
        send(door, body, to)
    return caught.value


def find(door: TwilioDoor, body: str | Bubble = "Muraho!", age_s: float = 0) -> list[str]:
    age = timedelta(seconds=age_s)
    return door.find_sent(to=ALICE, from_=KIGALI, bubble=as_bubble(body), age=age)


def outcome(error: SendError) -> tuple[bool, bool, int | None]:
    return error.permanent, error.maybe_sent, error.code


def test_a_message_goes_out_and_has_a_sid(
    door: TwilioDoor, exchange: Exchange, receiver: Receiver
) -> None:
    sid = send(door, "Muraho! 👋", callback=f"{receiver.url}/whatsapp/status?part=7")
    message = exchange.message(sid)
    assert message is not None
    assert (message.to, message.from_, message.body) == (ALICE, KIGALI, "Muraho! 👋")
    assert receiver.has(3)
    assert receiver.posts[0].url.endswith("/whatsapp/status?part=7")


ISOMBE = "/media/menu/isombe.jpg"
DISHES = Choices("list", (Choice("i7", "Tilapia", "9,500 RWF"), Choice("i8", "Sambaza")), "Dishes")
BESIDE_WORDS = [
    Bubble("*Isombe*", picture=ISOMBE),
    Bubble("", picture=ISOMBE),
    Bubble("Muraho", voice="/media/abc"),
    Bubble("Which one?", choices=DISHES),
    Bubble("Which one?", ISOMBE, choices=DISHES),
]


@pytest.mark.parametrize(
    ("bubble", "body", "media"),
    [
        (BESIDE_WORDS[0], "*Isombe*", [f"{PUBLIC_URL}media/menu/isombe.jpg"]),
        (BESIDE_WORDS[1], "", [f"{PUBLIC_URL}media/menu/isombe.jpg"]),
        (Bubble("Isombe", "https://cdn.example/a.jpg"), "Isombe", ["https://cdn.example/a.jpg"]),
        (BESIDE_WORDS[2], "", [f"{PUBLIC_URL}media/abc"]),
        (BESIDE_WORDS[3], "Which one?\n\n1. Tilapia: 9,500 RWF\n2. Sambaza", []),
    ],
)
def test_what_it_has_beside_its_words_goes_in_the_same_message(
    door: TwilioDoor, exchange: Exchange, bubble: Bubble, body: str, media: list[str]
) -> None:
    message = exchange.message(send(door, bubble))
    assert message is not None
    assert message.body == body
    assert [medium.url for medium in message.media] == media


@pytest.mark.parametrize(
    ("bubble", "body", "files"),
    [
        (BESIDE_WORDS[0], "*Isombe*", "1"),
        (BESIDE_WORDS[0], None, "1"),
        (BESIDE_WORDS[1], "", "1"),
        (BESIDE_WORDS[2], None, "1"),
        (BESIDE_WORDS[3], "Which one?", "0"),
        (BESIDE_WORDS[3], None, "0"),
        (BESIDE_WORDS[3], "Which one?\n\n1. Tilapia: 9,500 RWF\n2. Sambaza", "0"),
        (BESIDE_WORDS[4], "Which one?\n\n1. Tilapia: 9,500 RWF\n2. Sambaza", "1"),
    ],
)
def test_a_message_that_is_not_words_alone_is_found_too(
    bubble: Bubble, body: str | None, files: str
) -> None:
    others = [
        {"sid": "SM1", "body": "Muraho!", "num_media": "0"},
        {"sid": "SM2", "body": "Which", "num_media": "0"},
        {"sid": "SM3", "body": "", "num_media": "0" if files == "1" else "1"},
    ]
    listed = [*others, {"sid": "SM4", "body": body, "num_media": files}]
    with answering(json.dumps({"messages": listed})) as door:
        assert find(door, bubble) == ["SM4"]


@pytest.mark.parametrize("bubble", BESIDE_WORDS)
def test_words_alone_are_no_message_that_has_more(door: TwilioDoor, bubble: Bubble) -> None:
    send(door)
    assert find(door, bubble) == []


@pytest.mark.parametrize(
    ("fault", "permanent", "maybe_sent", "code"),
    [
        ({"status": 429}, False, False, 20429),
        ({"status": 401}, False, False, 20003),
        ({"status": 400, "code": 63018}, False, False, 63018),
        ({"status": 500}, False, True, 20500),
        ({"status": 503, "code": 20503}, False, True, 20503),
        ({"status": 502, "after": True}, False, True, 20500),
        ({"close": True}, False, True, None),
        ({"close": True, "after": True}, False, True, None),
        ({"status": 400, "code": 63003}, True, False, 63003),
        ({"status": 400, "code": 21610}, True, False, 21610),
        ({"status": 404}, True, False, 20404),
        ({"status": 403, "code": 20403}, True, False, 20403),
        ({"status": 400, "code": 21608}, True, False, 21608),
        ({"status": 400, "code": 63016}, True, False, 63016),
        ({"status": 400, "code": 63007}, False, False, 63007),
    ],
)
def test_a_failure_says_what_may_be_done(
    door: TwilioDoor,
    exchange: Exchange,
    fault: Fault,
    permanent: bool,
    maybe_sent: bool,
    code: int | None,
) -> None:
    exchange.faults = [fault]
    assert outcome(failure(door)) == (permanent, maybe_sent, code)
    assert len(exchange.messages()) == fault.get("after", False)


@pytest.mark.parametrize("code", PASSING)
def test_what_passes_by_itself_is_no_end_of_a_message(
    door: TwilioDoor, exchange: Exchange, code: int
) -> None:
    exchange.faults = [{"status": 400, "code": code}]
    assert outcome(failure(door)) == (False, False, code)
    assert errors.remedy(code).endswith("it passes by itself")


def test_a_body_that_is_too_long_is_never_sent(door: TwilioDoor) -> None:
    assert outcome(failure(door, "a" * 1601)) == (True, False, 21617)


def test_an_address_that_is_none_is_never_sent_to(door: TwilioDoor) -> None:
    assert outcome(failure(door, to="+250788000001")) == (True, False, 21211)


def test_a_wrong_token_can_be_put_right(exchange: Exchange) -> None:
    with serving(create_web(exchange)) as url, opened(url, auth_token="wrong") as door:
        assert outcome(failure(door)) == (False, False, 20003)


def test_an_answer_that_does_not_come_may_be_a_message_sent(exchange: Exchange) -> None:
    exchange.faults = [{"timeout_s": 5, "after": True}]
    with serving(create_web(exchange)) as url, opened(url, timeout_s=TIMEOUT_S) as door:
        assert outcome(failure(door)) == (False, True, None)
        # It may be taken after we gave up.
        assert exchange.wait_for(lambda: len(exchange.messages()) == 1)
        exchange.close()  # ends the pause


def test_a_refused_connection_sent_nothing() -> None:
    with opened(f"http://127.0.0.1:{free_port()}") as door:
        assert outcome(failure(door)) == (False, False, None)


def test_a_connection_that_is_closed_at_once_may_have_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        hang_up = threading.Thread(target=_accept_and_close, args=(server,))
        hang_up.start()
        with opened(f"http://127.0.0.1:{server.getsockname()[1]}") as door:
            assert outcome(failure(door)) == (False, True, None)
        hang_up.join()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("86400", 3600.0),
        ("", None),
        ("nan", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_twilio_may_say_when_to_come_again(header: str, seconds: float | None) -> None:
    with answering('{"code": 20429}', 429, {"Retry-After": header}) as door:
        error = failure(door)
    assert (outcome(error), error.retry_after) == ((False, False, 20429), seconds)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>502</html>",
        "[]",
        "7",
        '{"code": "many"}',
        '{"code": true}',
        '{"code": 99999999999}',
    ],
)
def test_an_error_of_something_else_has_no_code(body: str) -> None:
    with answering(body, 502) as door:
        assert outcome(failure(door)) == (False, True, None)


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_of_something_else_is_told_by_its_status(status: int) -> None:
    with answering("<html>", status) as door:
        assert outcome(failure(door)) == (True, False, status)


@pytest.mark.parametrize("body", ["", "<html>Welcome</html>", "[]", "7", "{}", *NO_SIDS])
def test_an_answer_that_is_not_twilios_may_be_a_message_sent(body: str) -> None:
    with answering(body, 201) as door:
        assert outcome(failure(door)) == (False, True, None)


def test_a_redirect_is_not_followed_and_sent_nothing() -> None:
    with answering("", 301, {"Location": "http://127.0.0.1:9/"}) as door:
        assert outcome(failure(door)) == (False, False, None)


def test_a_problem_in_the_newer_form_is_understood_too() -> None:
    body = '{"type": "https://twilio.com/docs", "title": "Too many", "status": 429, "code": 20429}'
    with answering(body, 429, {"Content-Type": "application/problem+json"}) as door:
        assert outcome(failure(door)) == (False, False, 20429)


def test_a_message_that_went_out_is_found(door: TwilioDoor) -> None:
    send(door, "Yego!")
    sid = send(door)
    send(door, "Murakoze!")
    send(door, to=BOB)
    assert find(door) == [sid]


def test_a_message_that_did_not_go_out_is_not_found(door: TwilioDoor, exchange: Exchange) -> None:
    exchange.receive(ALICE, KIGALI, "Muraho!")
    send(door, "Muraho")
    assert find(door) == []


def test_of_several_messages_the_newest_is_first(door: TwilioDoor) -> None:
    first, second = send(door), send(door)
    assert find(door) == [second, first]


def test_a_message_from_before_is_not_the_one_that_is_looked_for(
    door: TwilioDoor, clock: Clock
) -> None:
    sid = send(door)
    clock.now += CLOCK_SLACK + timedelta(seconds=60)
    assert find(door, age_s=60) == [sid]
    assert find(door, age_s=59) == []


def test_how_old_a_message_is_twilios_own_clock_tells(door: TwilioDoor, clock: Clock) -> None:
    clock.now += timedelta(days=300)  # nothing like ours
    sid = send(door)
    clock.now += timedelta(minutes=5)
    assert find(door, age_s=300) == [sid]


def test_without_a_date_our_own_clock_may_be_wrong_by_minutes() -> None:
    def listed(minutes_ago: float) -> str:
        made = format_datetime(datetime.now(UTC) - timedelta(minutes=minutes_ago))
        message = {"sid": "SM1", "body": "Muraho!", "date_created": made}
        return str(json.dumps({"messages": [message]}))

    for minutes_ago, found in ((9, ["SM1"]), (11, [])):
        with answering(listed(minutes_ago), headers={"Date": "-"}) as door:
            assert find(door) == found


@pytest.mark.parametrize("message", NO_SIDS)
def test_a_message_without_a_sid_that_is_one_is_not_found(message: str) -> None:
    listed = json.dumps({"messages": [{"body": "Muraho!", **json.loads(message)}]})
    with answering(listed) as door:
        assert find(door) == []


@pytest.mark.parametrize("code", [63016, 30008])
def test_a_message_that_failed_is_not_the_one_that_is_looked_for(
    door: TwilioDoor, exchange: Exchange, code: int
) -> None:
    failed = exchange.send(ALICE, KIGALI, "Muraho!", fail_with=code)
    assert exchange.wait_for(lambda: failed.status == "failed")
    assert find(door) == []
    sid = send(door)
    assert find(door) == [sid]


def test_the_list_may_have_a_message_late(
    door: TwilioDoor, exchange: Exchange, clock: Clock
) -> None:
    exchange.faults.append({"after": True, "close": True, "listed_after_s": 20})
    assert failure(door).maybe_sent
    assert find(door) == []
    clock.now += timedelta(seconds=20)
    assert len(find(door, age_s=20)) == 1


def test_white_space_that_twilio_changed_is_no_difference(door: TwilioDoor) -> None:
    sid = send(door, "Muraho!\r\nCoffee?")
    assert find(door, "Muraho!\nCoffee?") == [sid]


def test_it_is_found_behind_many_others(door: TwilioDoor, exchange: Exchange) -> None:
    sid = send(door)
    for number in range(49):
        exchange.send(ALICE, KIGALI, f"Number {number}")
    assert find(door) == [sid]


@pytest.mark.parametrize("status", [401, 429, 500, 400])
def test_a_look_that_fails_leaves_it_open(status: int) -> None:
    with answering("{}", status, {"Retry-After": "2"}) as door, pytest.raises(SendError) as caught:
        find(door)
    assert (caught.value.permanent, caught.value.maybe_sent, caught.value.retry_after) == (
        False,
        True,
        2.0,
    )


def test_a_look_that_nobody_answers_leaves_it_open() -> None:
    with answering("<html>") as door, pytest.raises(SendError) as caught:
        find(door)
    assert caught.value.maybe_sent


def test_typing_marks_the_message_read(door: TwilioDoor, exchange: Exchange) -> None:
    sid = exchange.receive(ALICE, KIGALI, "Hello").message.sid
    door.show_typing(sid)
    message = exchange.message(sid)
    assert message is not None
    assert message.status == "read"
    assert exchange.stats()["typing_indicators"] == 1


def test_typing_for_an_unknown_message_fails(door: TwilioDoor) -> None:
    with pytest.raises(SendError, match="HTTP 404"):
        door.show_typing(f"SM{'9' * 32}")


def _accept_and_close(server: socket.socket) -> None:
    server.accept()[0].close()


@pytest.mark.parametrize(
    "calls",
    [
        lambda door: door.show_typing("SM1"),
        lambda door: door.content.create({}, most_s=1.0),
    ],
)
def test_what_is_not_worth_waiting_for_is_given_up_soon(
    calls: Callable[[TwilioDoor], object],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(SendError):
            calls(door)
        assert time.monotonic() - began < TIMEOUT_OF_ALL_ELSE_S - 1
        door.close()
