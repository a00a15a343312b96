"""The doctor tells all that it sees, the worst first, whatever becomes of a single look."""

from collections.abc import Iterator
from threading import Event

import pytest

from engine.doctor.examining import Check, examine
from engine.doctor.finding import Finding, Level, ok, warn, works, wrong
from models.database.absence import DatabaseUnavailableError
from whatsapp.host import SendError

FINE = ok("menu", "It has prices.")


def failing(error: Exception) -> Check:
    def look() -> Iterator[Finding]:
        yield FINE
        raise error

    return Check("failing", look)


def test_the_worst_comes_first_and_each_level_in_the_order_of_the_checks() -> None:
    worst, worse = wrong("key", "It is refused.", "Set it."), warn("disk", "Little.", "Make room.")
    found = examine([Check("a", lambda: [FINE, worse]), Check("b", lambda: [worst])])
    assert found == [worst, worse, FINE]
    assert not works(found)
    assert works([FINE, worse])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DatabaseUnavailableError("away"), "the database can't be used"),
        (SendError("HTTP 401, error 20003"), "Twilio does not tell (HTTP 401, error 20003)"),
        (KeyError("words of a diner"), "an error of ours, KeyError"),
    ],
)
def test_what_breaks_off_is_named_and_keeps_what_it_found(error: Exception, told: str) -> None:
    unseen, found = examine([failing(error)])
    assert found == FINE
    assert unseen.level is Level.WARN
    assert unseen.sentence.startswith(f"Not looked at: failing: {told}")
    assert "diner" not in unseen.sentence


def test_one_reason_is_one_line_for_all_that_it_befell() -> None:
    away = DatabaseUnavailableError("away")
    (unseen, *_) = examine([failing(away), Check("staff", failing(away).look)])
    assert unseen.sentence.startswith("Not looked at: failing, staff: the database")


def test_each_that_does_not_answer_in_time_is_named_and_nobody_waits_for_more() -> None:
    held = Event()

    def hang() -> Iterator[Finding]:
        yield FINE
        held.wait(30)
        yield FINE

    checks = [
        Check("menu", lambda: [FINE]),
        Check("senders", hang, "Twilio"),
        Check("account", hang, "Twilio", is_needed=True),
    ]
    *unanswered, _, _, _ = found = examine(checks, within_s=0.2)
    held.set()
    assert [(each.level, each.sentence) for each in unanswered] == [
        (Level.WRONG, "Twilio did not answer within 0.2 s: account could not be looked at."),
        (Level.WARN, "Twilio did not answer within 0.2 s: senders could not be looked at."),
    ]
    assert found[2:] == [FINE, FINE, FINE]
