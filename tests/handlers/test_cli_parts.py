"""`inbox` and the parts of answers: one that did not arrive stands there with what helps."""

import pytest

from handlers.cli.inbox import inbox_group
from tests.engine.clock import soon
from tests.engine.outside import refused, unheard
from tests.engine.test_delivery import status
from tests.engine.world import BOB, House
from tests.handlers.terminal import run
from whatsapp.errors import remedy
from whatsapp.host import SendError

ALL_IS_WELL = "Every message has its answer.\n"
REFUSALS = [403, 404, 21211, 21608, 21610, 63003, 63015, 63016, 63024, 63032]


def states(house: House) -> list[str]:
    return [part.state for part in house.parts()]


def shown(house: House) -> str:
    return run(inbox_group(house.database), "list").stdout


def refused_part(house: House, code: int = 63016) -> str:
    house.twilio.will_fail(refused(code))
    house.sends("One")
    assert soon(lambda: states(house) == ["failed"])
    return str(house.parts()[0].id)


@pytest.mark.parametrize("code", REFUSALS)
def test_what_twilio_refuses_stands_in_the_list_with_what_helps(house: House, code: int) -> None:
    part = refused_part(house, code)
    (line,) = shown(house).splitlines()
    assert line.startswith(f"part {part} ")
    assert f"failed ({code})" in line
    assert line.endswith(remedy(code))
    assert ("***001" in line, "788000001" in line, "One" in line) == (True, False, False)


@pytest.mark.parametrize("told", ["failed", "undelivered"])
@pytest.mark.parametrize("code", [63016, 63024, None, 59999])
def test_what_did_not_arrive_stands_there_too(
    any_house: House, told: str, code: int | None
) -> None:
    any_house.sends("One")
    assert soon(lambda: any_house.parts()[0].sid == "SM1")
    any_house.receipts.note(status("SM1", told, code), None)
    line = shown(any_house)
    assert f"failed ({code})" in line if code else "Twilio told no reason" in line
    assert states(any_house) == ["failed"]


def test_what_waits_for_somebody_stands_there_with_what_helps(any_house: House) -> None:
    any_house.twilio.will_fail(SendError("HTTP 400, error 63007", code=63007))
    any_house.sends("One", "Two")
    assert soon(lambda: any_house.count("sends", outcome="again") == 1)
    assert soon(lambda: "waiting (63007)" in shown(any_house))
    (line,) = shown(any_house).splitlines()
    assert "TWILIO_WHATSAPP_NUMBER" in line
    any_house.clock.passes(60)
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.read() == ["One", "Two"])
    assert soon(lambda: shown(any_house) == ALL_IS_WELL)


def test_what_may_have_gone_out_stands_there_while_it_is_looked_for(house: House) -> None:
    house.twilio.will_fail(unheard(), takes_it=True)
    house.sends("One")
    assert soon(lambda: states(house) == ["maybe"])
    assert "it may have arrived" in shown(house)


@pytest.mark.parametrize("words", ["--part", "--all-parts"])
def test_what_is_retried_goes_out(any_house: House, words: str) -> None:
    part = refused_part(any_house)
    named = (words, part) if words == "--part" else (words,)
    done = run(inbox_group(any_house.database), "retry", *named)
    assert (done.exit_code, f"Part {part} goes out once more" in done.stdout) == (0, True)
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.read() == ["One"])
    assert shown(any_house) == ALL_IS_WELL


def test_what_failed_days_ago_is_tried_for_another_day(house: House) -> None:
    part = refused_part(house)
    house.clock.passes(5 * 24 * 3600.0)
    house.hears("Are you there?")
    assert soon(lambda: house.read() == ["Yes."])
    run(inbox_group(house.database), "retry", "--part", part)
    house.upkeep.sweep()
    assert soon(lambda: house.read() == ["Yes.", "One"])


def test_what_did_not_arrive_and_is_retried_has_a_new_sid_and_its_own_statuses(
    any_house: House,
) -> None:
    any_house.sends("One")
    assert soon(lambda: any_house.parts()[0].sid == "SM1")
    any_house.receipts.note(status("SM1", "failed", 63016), None)
    run(inbox_group(any_house.database), "retry", "--all-parts")
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.parts()[0].sid == "SM2")
    any_house.receipts.note(status("SM1", "failed", 63016), any_house.parts()[0].id)
    any_house.receipts.note(status("SM2", "delivered"), any_house.parts()[0].id)
    (part,) = any_house.parts()
    assert (part.state, part.delivery, part.error_code) == ("sent", "delivered", None)


def test_several_are_retried_at_once(house: House) -> None:
    refused_part(house)
    house.twilio.will_fail(refused())
    house.sends("Two", diner=BOB)
    assert soon(lambda: states(house) == ["failed", "failed"])
    assert "Parts 1, 2 go out" in run(inbox_group(house.database), "retry", "--all-parts").stdout
    house.upkeep.sweep()
    assert soon(lambda: (house.read(), house.read(BOB)) == (["One"], ["Two"]))
    again = run(inbox_group(house.database), "retry", "--all-parts")
    assert (again.exit_code, "is on its way" in again.stdout) == (0, True)


def test_a_part_that_is_dropped_is_off_the_list_and_lets_the_next_go(any_house: House) -> None:
    any_house.twilio.will_fail(SendError("HTTP 400, error 63007", code=63007))
    outgoing = any_house.sends("One", "Two")
    assert soon(lambda: "waiting (63007)" in shown(any_house))
    done = run(inbox_group(any_house.database), "drop", "--part", str(outgoing.id))
    assert (done.exit_code, done.stdout) == (0, f"Part {outgoing.id} is dropped.\n")
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.read() == ["Two"])
    assert shown(any_house) == ALL_IS_WELL


@pytest.mark.parametrize("what", ["retry", "drop"])
def test_a_part_that_arrived_stays_as_it_is(house: House, what: str) -> None:
    house.sends("One")
    assert soon(lambda: states(house) == ["sent"])
    for number in (house.parts()[0].id, 999):
        done = run(inbox_group(house.database), what, "--part", str(number))
        assert (done.exit_code, f"There is no part {number} " in done.stderr) == (1, True)
    assert states(house) == ["sent"]


@pytest.mark.parametrize("words", [("retry",), ("drop",), ("retry", "1", "--part", "2")])
def test_one_of_them_is_to_be_named(house: House, words: tuple[str, ...]) -> None:
    done = run(inbox_group(house.database), *words)
    assert (done.exit_code, "by its number in inbox list" in done.stderr) == (2, True)
