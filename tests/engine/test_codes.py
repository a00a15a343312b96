"""Each of Twilio's codes is acted on by one table, refused at once or told by a callback."""

import pytest
from structlog.testing import capture_logs

from engine.receipts import ONCE_MORE_AFTER_S
from models.bubbles import Bubble, Choice, Choices
from models.diners import Diner
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import refused
from tests.engine.test_delivery import status
from tests.engine.world import ALICE, KIGALI, House
from whatsapp.errors import TROUBLES, Action, action
from whatsapp.host import SendError

PICTURE = "https://inzozi.example/tilapia.jpg"
NAMED = {
    63003: Action.STOP,
    63007: Action.ALARM,
    63013: Action.PLAIN,
    63014: Action.STOP,
    63016: Action.TEMPLATE,
    63018: Action.AGAIN,
    63019: Action.PLAIN,
    63021: Action.PLAIN,
    63024: Action.STOP,
    63032: Action.GIVE_UP,
    63034: Action.PLAIN,
    63049: Action.GIVE_UP,
    63051: Action.ALARM,
    63119: Action.AGAIN,
    11200: Action.PLAIN,
    11751: Action.PLAIN,
    12300: Action.PLAIN,
    20429: Action.AGAIN,
    21211: Action.GIVE_UP,
    21610: Action.OPT_OUT,
    21620: Action.PLAIN,
    21623: Action.PLAIN,
    30008: Action.AGAIN,
}
PASSES = (Action.AGAIN, Action.ALARM)
CODES = sorted(code for code in TROUBLES if code > 1_000)


def of(code: int) -> SendError:
    """As Twilio refuses a message with it."""
    return SendError(f"HTTP 400, error {code}", permanent=action(code) not in PASSES, code=code)


def sends_picture(house: House, text: str = "Tilapia") -> None:
    outgoing = house.owes(Bubble(text, picture=PICTURE))
    assert outgoing is not None
    house.delivery.hand_over(outgoing.diner_id, outgoing)


def alice(house: House) -> Diner:
    (found,) = [each for each in house.diners() if each.address == ALICE]
    return found


def states(house: House) -> list[str]:
    return [part.state for part in house.parts()]


def failures(house: House, code: int, told: str) -> float:
    return house.count("failures", code=str(code), told=told)


@pytest.mark.parametrize(("code", "done"), NAMED.items())
def test_what_is_done_about_each(code: int, done: Action) -> None:
    assert action(code) is done
    assert TROUBLES[code].remedy


def test_one_that_nobody_knows_is_this_messages_alone() -> None:
    assert (action(59_999), action(None)) == (Action.GIVE_UP, Action.GIVE_UP)


@pytest.mark.parametrize("code", CODES)
def test_refused_it_is_done_so(house: House, code: int) -> None:
    house.twilio.will_fail(of(code))
    house.sends("One", "Two")
    assert soon(lambda: failures(house, code, "refused") == 1)
    assert house.delivery.drain(WAIT_S)
    match action(code):
        case Action.AGAIN | Action.ALARM:
            assert states(house) == ["waiting", "waiting"]
            house.clock.passes(60)
            house.upkeep.sweep()
            assert soon(lambda: house.read() == ["One", "Two"])
        case Action.STOP | Action.OPT_OUT:
            assert (states(house), house.read()) == (["failed", "failed"], [])
        case _:
            assert (states(house), house.read()) == (["failed", "sent"], ["Two"])
    assert (alice(house).opted_out_at is not None) is (action(code) is Action.OPT_OUT)
    assert (alice(house).blocked_at is not None) is (action(code) is Action.STOP)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("told", ["undelivered", "failed"])
def test_told_by_a_status_callback_it_is_done_so(house: House, code: int, told: str) -> None:
    house.sends("One")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM1", told, code), None)
    assert failures(house, code, "undelivered") == 1
    if action(code) is Action.AGAIN:
        assert states(house) == ["waiting"]
        house.clock.passes(ONCE_MORE_AFTER_S[0])
        house.upkeep.sweep()
        assert soon(lambda: house.read() == ["One", "One"])
    else:
        assert (states(house), house.parts()[0].error_code) == (["failed"], code)
    assert (alice(house).opted_out_at is not None) is (action(code) is Action.OPT_OUT)
    assert (alice(house).blocked_at is not None) is (action(code) is Action.STOP)
    assert bool(house.delivery.alarm.state()) is (action(code) is Action.ALARM)


@pytest.mark.parametrize("code", [code for code in CODES if action(code) is Action.PLAIN])
def test_a_picture_that_did_not_arrive_is_told_in_words_once(house: House, code: int) -> None:
    sends_picture(house)
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM1", "failed", code), None)
    assert soon(lambda: house.parts()[0].sid == "SM2")
    assert [each.bubble.picture for each in house.twilio.taken] == [PICTURE, None]
    house.receipts.note(status("SM2", "failed", code), None)
    assert soon(lambda: states(house) == ["failed"])
    assert house.read() == ["Tilapia", "Tilapia"]


def test_choices_that_did_not_arrive_are_numbers(house: House) -> None:
    choices = Choices("buttons", (Choice("a", "Yes"), Choice("b", "No")))
    outgoing = house.owes(Bubble("Fish?", choices=choices))
    assert outgoing is not None
    house.delivery.hand_over(outgoing.diner_id, outgoing)
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM1", "undelivered", 63021), None)
    assert soon(lambda: house.read() == ["Fish?", "Fish?\n\n1. Yes\n2. No"])


def test_a_picture_without_words_is_let_go(house: House) -> None:
    sends_picture(house, "")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM1", "failed", 63019), None)
    assert soon(lambda: states(house) == ["failed"])
    assert len(house.twilio.taken) == 1


def test_a_sender_that_is_wrong_is_an_alarm_until_something_goes_out(house: House) -> None:
    house.twilio.will_fail(of(63007))
    house.twilio.will_fail(of(63007))
    with capture_logs() as logged:
        house.sends("One")
        assert soon(lambda: failures(house, 63007, "refused") == 1)
        (told,) = house.delivery.alarm.state()
        assert "(63007)" in told
        assert "5238886" not in told
        house.clock.passes(60)
        assert house.sweeps_until(lambda: failures(house, 63007, "refused") == 2)
        house.clock.passes(60)
        assert house.sweeps_until(lambda: house.read() == ["One"])
        assert soon(lambda: house.delivery.alarm.state() == [])
    events = [each["event"] for each in logged if each["event"].startswith("twilio.alarm")]
    assert events == ["twilio.alarm", "twilio.alarm_over"]


def test_one_that_is_told_by_callback_lasts_until_something_leaves(house: House) -> None:
    house.sends("One")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.receipts.note(status("SM1", "sent"), None)
    with capture_logs() as logged:
        for nth in (2, 3):
            house.sends("Again")
            assert soon(lambda: len(house.twilio.taken) == nth and house.parts()[-1].sid)  # noqa: B023
            house.receipts.note(status(f"SM{nth}", "failed", 63007), None)
        house.receipts.note(status("SM1", "read"), None)  # it had left before
        assert house.delivery.alarm.state()
        house.sends("Well?")
        assert soon(lambda: house.parts()[-1].sid == "SM4")
        house.receipts.note(status("SM4", "sent"), None)
    assert house.delivery.alarm.state() == []
    events = [each["event"] for each in logged if each["event"].startswith("twilio.alarm")]
    assert events == ["twilio.alarm", "twilio.alarm_over"]


def test_how_long_a_message_takes_to_arrive_is_counted_once(house: House) -> None:
    house.sends("One")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    house.clock.passes(4)
    for told in ("sent", "read", "delivered", "played"):
        house.receipts.note(status("SM1", told), None)
    value = house.metrics.registry.get_sample_value
    assert value("tableside_delivery_seconds_count") == 1
    assert value("tableside_delivery_seconds_sum") == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize(
    ("told", "last"),
    [
        (("read", "delivered"), "read"),
        (("delivered", "failed"), "delivered"),
        (("read", "undelivered", "sent"), "read"),
        (("played", "read"), "played"),
        (("undelivered", "sent", "queued"), "undelivered"),
        (("sent", "sending", "accepted"), "sent"),
    ],
)
def test_a_status_only_moves_forward(house: House, told: tuple[str, ...], last: str) -> None:
    house.sends("One")
    assert soon(lambda: house.parts()[0].sid == "SM1")
    for each in told:
        house.receipts.note(status("SM1", each, 63032 if "fail" in each else None), None)
    assert house.parts()[0].delivery == last


def test_what_we_withhold_is_counted_too(house: House) -> None:
    house.twilio.will_fail(refused(63014))
    house.sends("One", "Two")
    assert soon(lambda: states(house) == ["failed", "failed"])
    assert failures(house, 63024, "withheld") == 1


def test_a_number_of_ours_is_told_apart_in_the_alarm(house: House) -> None:
    house.delivery.alarm.ring(KIGALI, 63051, was_taken=False)
    house.delivery.alarm.ring("whatsapp:+35621000000", 63007, was_taken=True)
    house.delivery.alarm.end(KIGALI, is_out=False)
    (told,) = house.delivery.alarm.state()
    assert told.startswith("whatsapp:+356***000 (63007)")
