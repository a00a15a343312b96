"""Twilio is asked at the start whether it takes our key; what it says is told, with a remedy."""

import threading
from collections.abc import MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.account import REFUSED_AGAIN_S, RETRY_CAP_S, Account
from tests.engine.clock import WAIT_S, HastyClock, soon
from whatsapp.host import SendError


class Door:
    """In Twilio's place: what it says of the account, one after the other; then the last again."""

    def __init__(self, *said: str | SendError | None) -> None:
        self._said = list(said)
        self.asked = 0

    def account_status(self) -> str | None:
        self.asked += 1
        said = self._said[min(self.asked, len(self._said)) - 1]
        if isinstance(said, SendError):
            raise said
        return said


def account(*said: str | SendError | None, clock: HastyClock | None = None) -> Account:
    door: Any = Door(*said)
    return Account(door, (clock or HastyClock()).clock)


def refused(code: int | None, status: int = 401) -> SendError:
    return SendError(f"HTTP {status}, error {code}", code=code)


def stopped(logged: list[MutableMapping[str, Any]]) -> list[str]:
    return [each["remedy"] for each in logged if each["event"] == "twilio.key_refused"]


@pytest.mark.parametrize("status", ["active", None])
def test_an_account_that_is_active_is_well(status: str | None) -> None:
    ours = account(status)
    assert ours.ask()
    assert (ours.state(), ours.refusal) == ("ok", None)


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (refused(20003), "TWILIO_AUTH_TOKEN"),
        (refused(20003, 403), "TWILIO_AUTH_TOKEN"),
        (refused(20005), "not active"),
        (refused(20006, 403), "denies access"),
        ("suspended", "is suspended"),
        ("closed", "is closed"),
    ],
)
def test_a_refusal_is_told_once_with_what_to_do(said: str | SendError, remedy: str) -> None:
    ours = account(said)
    with capture_logs() as logged:
        assert ours.ask()
        assert ours.ask()
    (told,) = stopped(logged)
    assert remedy in told
    assert ours.state() == f"refused: {told}"


@pytest.mark.parametrize(
    "said",
    [
        SendError("NameResolutionError"),
        SendError("ReadTimeoutError", maybe_sent=True),
        SendError("HTTP 503, error None", maybe_sent=True),
        refused(20429, 429),
        refused(None, 407),
        refused(20404, 404),
    ],
)
def test_a_network_that_fails_is_no_verdict(said: SendError) -> None:
    ours = account(said)
    with capture_logs() as logged:
        assert not ours.ask()
    assert (ours.refusal, stopped(logged)) == (None, [])
    assert ours.state().startswith("not known yet")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (SendError("NameResolutionError"), "Twilio has not answered"),
        (refused(404, 404), "Twilio answered HTTP 404: Twilio knows no such account: check"),
        (refused(20404, 404), "Twilio answered 20404: Twilio knows no such account: check"),
        (refused(403, 403), "Twilio answered HTTP 403: Twilio does not let this account do that"),
        (refused(418, 418), "Twilio answered HTTP 418"),
    ],
)
def test_an_answer_that_is_no_verdict_is_told_as_one(said: SendError, told: str) -> None:
    ours = account(said)
    ours.ask()
    assert ours.state().startswith(f"not known yet: {told}")


def test_it_is_asked_until_it_answers_and_then_no_more() -> None:
    clock = HastyClock()
    away = SendError("ConnectTimeoutError")
    ours = account(*[away] * 8, refused(20003), "active", clock=clock)
    ours.start()
    assert soon(lambda: ours.state() == "ok")
    assert clock.pauses == [5, 10, 20, 40, 80, 160, RETRY_CAP_S, RETRY_CAP_S, REFUSED_AGAIN_S]


def test_at_a_stop_nobody_is_asked_any_more() -> None:
    before = set(threading.enumerate())
    ours = account(refused(20003))
    ours.start()
    (asking,) = set(threading.enumerate()) - before
    assert soon(lambda: ours.refusal)
    ours.stop()
    asking.join(WAIT_S)
    assert not asking.is_alive()
