"""A person answers at the console: the waiter is silent at once, and nothing is said twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.in_person import InPerson, Outcome
from models import restaurants, staff
from models.audit import Change
from models.diners import WINDOW, Diner
from models.restaurants import Restaurant
from models.staff import Colleague
from tests.engine.clock import WAIT_S, soon
from tests.engine.test_hands import JEAN, MARIE, alice, handle, is_silent, join, says, taken, writes
from tests.engine.world import ALICE, HANDS_LAST, KIGALI, House

GRACE = "whatsapp:+250788000011"  # whose telephone never wrote to us


@pytest.fixture
def house(any_house: House) -> House:
    """Jean and Marie wrote today; Grace never did."""
    for address, role, name in (
        (JEAN, "waiter", "Jean"),
        (MARIE, "owner", "Marie"),
        (GRACE, "manager", "Grace"),
    ):
        join(any_house, address, role, name)
    writes(any_house, JEAN)
    writes(any_house, MARIE)
    return any_house


def console(house: House) -> InPerson:
    return InPerson(house.database, house.hands, house.clock.clock, house.delivery.go_on)


def here(house: House) -> Restaurant:
    with house.eye.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
    assert found is not None
    return found


def member(house: House, address: str = GRACE) -> Colleague:
    found = here(house)
    with house.eye.transaction() as session:
        members = staff.of_restaurant(session, found.id)
    return next(each for each in members if each.address == address)


def say(house: House, words: str, key: str = "k1", who: str = GRACE) -> Outcome:
    return console(house).say(here(house), handle(house), member(house, who), words, key=key)


def take(house: House, who: str = GRACE) -> Outcome:
    return console(house).take(here(house), handle(house), member(house, who))


def give_back(house: House, who: str = GRACE) -> Outcome:
    return console(house).give_back(here(house), handle(house), member(house, who))


def test_whoever_takes_over_while_the_waiter_thinks_is_the_only_one_heard(house: House) -> None:
    pending = house.model.holds()
    house.hears("Do you have soup?", ALICE)
    assert soon(pending.is_asked.is_set)
    assert take(house.beside()) == "done"
    assert say(house.beside(), "Yes: pumpkin.") == "done"
    pending.says("The waiter's own words.")
    assert soon(lambda: house.read(ALICE) == ["Yes: pumpkin."])
    house.sweeps_until(lambda: not [each for each in house.messages() if each.turn_id is None])
    assert is_silent(house, "Yes: pumpkin.")
    held = [turn for turn in house.turns() if turn.state == "held"]
    assert [turn.reply for turn in held] == [""]


def test_what_was_cut_off_and_nobody_answered_the_waiter_does_once_they_are_handed_back(
    house: House,
) -> None:
    pending = house.model.holds()
    house.hears("I am allergic to nuts, what can I eat?", ALICE)
    assert soon(pending.is_asked.is_set)
    take(house)
    pending.says("The waiter's own words.")
    assert house.sweeps_until(lambda: [each.state for each in house.turns()][-1] == "held")
    house.model.will("The tilapia has none.")
    give_back(house)
    assert house.sweeps_until(lambda: house.read(ALICE) == ["The tilapia has none."])


def test_what_a_person_answered_the_waiter_does_not_answer_once_more(house: House) -> None:
    take_after(house, "Do you have soup?")
    say(house, "Yes: pumpkin.")
    give_back(house)
    house.upkeep.sweep()
    assert soon(lambda: house.read(ALICE)[-1] == "Yes: pumpkin.")
    assert is_silent(house, *house.read(ALICE))
    assert not [each for each in house.messages() if each.turn_id is None]


def take_after(house: House, words: str) -> None:
    """Somebody has Alice before she writes this."""
    says(house, "Hello", ALICE)
    take(house)
    house.hears(words, ALICE)
    assert soon(lambda: [each.state for each in house.turns()][-1] == "held")


def test_what_is_sent_twice_is_said_once_whichever_process_hears_it(house: House) -> None:
    says(house, "Hello", ALICE)
    others = [house, house.beside(), house.beside("web 3")]
    with ThreadPoolExecutor() as pool:
        came = list(pool.map(lambda each: say(each, "With you in a minute.", "k1"), others))
    assert came == ["done"] * 3
    assert say(house, "Almost there.", "k1") == "done", "other words are said, whichever the form"
    assert say(house, "And here I am.", "k2") == "done"
    said = ["With you in a minute.", "Almost there.", "And here I am."]
    assert soon(lambda: house.read(ALICE)[1:] == said)


def test_what_was_written_as_a_process_died_is_sent_by_another_and_said_once(
    house: House,
) -> None:
    says(house, "Hello", ALICE)
    dead = InPerson(house.database, house.hands, house.clock.clock, lambda _: None)
    given = here(house), handle(house), member(house)
    assert dead.say(*given, "With you in a minute.", key="k1") == "done"
    assert house.sweeps_until(lambda: "With you in a minute." in house.read(ALICE))
    give_back(house)
    assert say(house, "With you in a minute.", "k1") == "done"
    assert house.delivery.drain(WAIT_S)
    assert len(house.read(ALICE)) == 2
    assert alice(house).in_hands_until is None, "a second press takes nobody over again"


def test_whoever_had_the_diner_on_whatsapp_is_told_and_reads_them_no_more(house: House) -> None:
    number = taken(house)
    before = len(house.read(JEAN))
    assert say(house, "Grace here.") == "done"
    assert soon(lambda: house.read(JEAN)[before:] == [f"Grace has *{number}* now."])
    house.hears("Thank you", ALICE)
    assert soon(lambda: len([each for each in house.turns() if each.state == "held"]) == 1)
    assert is_silent(house, *house.read(ALICE))
    assert not [each for each in house.read(JEAN) + house.read(MARIE) if "Thank you" in each]
    assert alice(house).in_hands_of == GRACE


def test_all_who_were_called_hear_that_somebody_has_come(house: House) -> None:
    says(house, "/human", ALICE)
    assert soon(lambda: house.read(JEAN) and house.read(MARIE))
    assert take(house) == "done"
    told = f"Grace has *{handle(house)}* now."
    assert soon(lambda: [house.read(each)[-1] for each in (JEAN, MARIE)] == [told, told])


def test_whose_chat_is_open_reads_it_there_too(house: House) -> None:
    says(house, "Hello", ALICE)
    take(house, JEAN)
    house.hears("Is there soup?", ALICE)
    assert soon(lambda: house.read(JEAN) and house.read(JEAN)[-1].endswith("> Is there soup?"))
    assert house.read(MARIE) == []


def test_who_comes_by_whatsapp_after_that_reads_it_there_alone(house: House) -> None:
    says(house, "Hello", ALICE)
    take(house)
    says(house, f"/take {handle(house)}!", JEAN)
    house.hears("Is there soup?", ALICE)
    assert soon(lambda: "> Is there soup?" in house.read(JEAN)[-1])
    assert (alice(house).in_hands_of, alice(house).in_hands_at_console) == (JEAN, False)


def test_handed_back_the_waiter_answers_again_and_whoever_had_them_knows(house: House) -> None:
    number = taken(house)
    before = len(house.read(JEAN))
    assert give_back(house) == "done"
    assert soon(lambda: house.read(JEAN)[before:] == [f"*{number}* is with the waiter again."])
    house.model.will("Of course.")
    assert says(house, "A soup please", ALICE) == "Of course."
    assert give_back(house) == "done"
    assert [each.what for each in changes(house)].count("conversation.handed_back") == 1


def test_time_hands_them_back_from_the_console_too(house: House) -> None:
    says(house, "Hello", ALICE)
    take(house)
    house.clock.passes(HANDS_LAST.total_seconds() + 1)
    house.upkeep.sweep()
    assert alice(house).in_hands_until is None


def test_outside_the_window_nothing_is_said_nor_taken(house: House) -> None:
    says(house, "Hello", ALICE)
    house.clock.passes(WINDOW.total_seconds())
    assert (say(house, "Hello?"), take(house)) == ("too_late", "too_late")
    assert alice(house).in_hands_until is None


@pytest.mark.parametrize(
    ("column", "why"), [("opted_out_at", "opted_out"), ("blocked_at", "unreachable")]
)
def test_who_wants_or_gets_nothing_is_not_written_to(house: House, column: str, why: str) -> None:
    says(house, "Hello", ALICE)
    later = house.clock.now() + timedelta(seconds=1)
    with house.eye.transaction() as session:
        session.execute(update(Diner).where(Diner.address == ALICE).values({column: later}))
    assert say(house, "Hello?") == why
    assert is_silent(house, *house.read(ALICE))


def test_ones_own_chat_and_nobodys_are_not_taken_over(house: House) -> None:
    of_jean = next(each.id for each in house.diners() if each.address == JEAN)
    given = here(house), of_jean, member(house, JEAN)
    assert console(house).take(*given) == "own"
    assert console(house).take(here(house), 999, member(house)) == "gone"
    assert console(house).give_back(here(house), 999, member(house)) == "gone"


def changes(house: House) -> list[Change]:
    with house.eye.transaction() as session:
        return list(session.scalars(select(Change).order_by(Change.id)))


def test_who_did_what_is_on_record_from_the_console_and_from_whatsapp(house: House) -> None:
    number = taken(house, "On my way, with a secret.")
    take(house)
    say(house, "Grace here.")
    give_back(house)
    says(house, f"/take {number}!", JEAN)
    says(house, f"/done {number}", JEAN)
    noted = changes(house)
    assert [(each.what.removeprefix("conversation."), each.by) for each in noted] == [
        ("answered", JEAN),
        ("taken", GRACE),
        ("answered", GRACE),
        ("handed_back", GRACE),
        ("taken", JEAN),
        ("handed_back", JEAN),
    ]
    assert {each.subject for each in noted} == {f"#{number}"}
    assert "secret" not in str([(each.before, each.after, each.subject) for each in noted])
