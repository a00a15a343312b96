"""A diner is one, whichever of their addresses they write from."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import select

from conversation.ending import Ending, Forget
from models import identities
from models.arrival import Taken
from models.diners import Diner
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy, unheard
from tests.engine.world import BOB, KIGALI, House, opened
from whatsapp.inbound import parse_message

NUMBER, TETA = "whatsapp:+250788000001", "whatsapp:RW.teta"
BOTH = {"From": NUMBER, "ExternalUserId": "RW.teta"}
BY_ID = {"From": TETA, "ExternalUserId": "RW.teta"}
BY_NUMBER = {"From": NUMBER}
SIDS = count(1)


def takes_in(house: House, text: str, **form: str) -> Taken:
    fields = {"MessageSid": f"SMform{next(SIDS)}", "To": KIGALI, "Body": text, **form}
    incoming = parse_message(fields)
    assert incoming is not None
    return house.intake.take_in(incoming)


def hears(house: House, text: str, **form: str) -> None:
    """A form comes in, and its answer goes out to whom it came from, and is recorded."""
    before = len(house.read(form["From"]))
    house.intake.wake(takes_in(house, text, **form))
    assert soon(lambda: len(house.read(form["From"])) == before + 1)
    assert soon(lambda: not any(is_under_way(house, each) for each in house.diners()))


def is_under_way(house: House, diner: Diner) -> bool:
    with house.eye.transaction() as session:
        return bool(session.scalar(identities.is_under_way(diner.id)))


def diner(house: House) -> Diner:
    (one,) = house.diners()
    return one


def test_who_adopts_a_user_name_stays_the_diner_they_were(any_house: House) -> None:
    hears(any_house, "/cfo", **BY_NUMBER)
    hears(any_house, "What is VAT?", **BOTH)
    hears(any_house, "And in Malta?", **BY_ID)
    assert any_house.model.asked[-1].words == ["What is VAT?", "And in Malta?"]
    assert (diner(any_house).address, diner(any_house).persona) == (NUMBER, "cfo")


def test_an_answer_goes_where_the_diner_wrote_from_last(any_house: House) -> None:
    for form in (BOTH, BY_ID, BY_NUMBER, BY_ID):
        hears(any_house, "Hello", **form)
    assert [sent.to for sent in any_house.twilio.taken] == [NUMBER, TETA, NUMBER, TETA]


def test_who_shows_their_number_later_stays_the_diner_they_were(any_house: House) -> None:
    hears(any_house, "/cfo", **BY_ID)
    hears(any_house, "One", **BOTH)
    hears(any_house, "Two", **BY_NUMBER)
    hears(any_house, "Three", **BY_ID)
    assert any_house.model.asked[-1].words == ["One", "Two", "Three"]
    assert (diner(any_house).address, diner(any_house).persona) == (NUMBER, "cfo")


def test_a_number_may_be_told_by_the_wa_id_alone(any_house: House) -> None:
    hears(any_house, "One", **BY_NUMBER)
    hears(any_house, "Two", **BY_ID, WaId="250788000001")
    hears(any_house, "Three", **BY_ID)
    assert any_house.model.asked[-1].words == ["One", "Two", "Three"]
    assert [sent.to for sent in any_house.twilio.taken] == [NUMBER, TETA, TETA]


def test_what_may_have_gone_to_the_address_before_is_not_sent_twice(any_house: House) -> None:
    any_house.twilio.will_fail(unheard(), takes_it=True)
    any_house.sends("One")  # to the number
    assert soon(lambda: [part.state for part in any_house.parts()] == ["maybe"])
    assert any_house.delivery.drain(WAIT_S)
    takes_in(any_house, "Hello", **BY_ID, WaId="250788000001")
    any_house.clock.passes(5)
    assert any_house.sweeps_until(lambda: any_house.parts()[0].sid == "SM1")
    assert (any_house.read(NUMBER), any_house.read(TETA)) == (["One"], [])


def test_two_who_turn_out_to_be_one_become_one(any_house: House) -> None:
    hears(any_house, "/cfo", **BY_ID)
    hears(any_house, "By id", **BY_ID)
    hears(any_house, "By number", **BY_NUMBER)
    assert len(any_house.diners()) == 2
    hears(any_house, "I am both", **BOTH)
    assert any_house.model.asked[-1].words == ["By id", "I am both"]  # the CFO's conversation
    assert (diner(any_house).address, diner(any_house).user_id) == (NUMBER, TETA)
    assert {each.diner_id for each in any_house.messages()} == {diner(any_house).id}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("whatsapp:+5215512345678", "whatsapp:+525512345678"),
        ("whatsapp:+5511987654321", "whatsapp:+551187654321"),
        ("whatsapp:+5491123456789", "whatsapp:+541123456789"),
    ],
)
def test_who_has_two_numbers_is_one_diner_by_either(house: House, one: str, other: str) -> None:
    hears(house, "One", From=one)
    hears(house, "Two", From=other)
    hears(house, "Three", From=one)
    assert house.model.asked[-1].words == ["One", "Two", "Three"]
    assert [sent.to for sent in house.twilio.taken] == [one, other, one]
    assert diner(house).address == one


def test_diners_of_two_numbers_from_before_become_one(any_house: House) -> None:
    """As the release before this one stored them."""
    one, other = "whatsapp:+5215512345678", "whatsapp:+525512345678"
    for address in (one, other):
        any_house.hears("Before", address)
    assert soon(lambda: [any_house.read(one), any_house.read(other)] == [["Yes."]] * 2)
    hears(any_house, "Now", From=other)
    assert any_house.model.asked[-1].words == ["Before", "Before", "Now"]
    assert diner(any_house).address == other


def test_what_is_under_way_for_one_of_two_is_answered_and_then_they_are_one(
    any_house: House,
) -> None:
    hears(any_house, "By number", **BY_NUMBER)
    thinking = any_house.model.holds("I ")
    any_house.intake.wake(takes_in(any_house, "By id", **BY_ID))
    assert thinking.is_asked.wait(WAIT_S)
    waiting = takes_in(any_house, "And this", **BY_ID)
    any_house.intake.wake(takes_in(any_house, "I am both", **BOTH))
    assert soon(lambda: len(any_house.read(NUMBER)) == 2)
    assert len(any_house.diners()) == 2
    thinking.says("I see.")
    any_house.intake.wake(waiting)
    assert soon(lambda: any_house.read(TETA) == ["I see.", "Yes."])
    assert soon(lambda: not any(is_under_way(any_house, each) for each in any_house.diners()))
    hears(any_house, "One at last", **BOTH)
    words = ["By number", "By id", "And this", "I am both", "One at last"]
    assert sorted(any_house.model.asked[-1].words) == sorted(words)
    assert diner(any_house).address == NUMBER


def test_a_turn_begins_only_once_they_are_one(any_house: House) -> None:
    hears(any_house, "/cfo", **BY_ID)
    hears(any_house, "Hello", **BY_NUMBER)
    taken = takes_in(any_house, "What is VAT?", **BOTH)
    assert taken.turn is None
    any_house.model.will("Eighteen.")
    any_house.intake.wake(taken)
    assert soon(lambda: any_house.read(NUMBER)[-1:] == ["Eighteen."])
    assert any_house.turns()[-1].persona == "cfo"


def test_a_message_is_taken_in_though_the_two_can_not_be_made_one_yet(any_house: House) -> None:
    hears(any_house, "One", **BY_ID)
    stored = "INSERT INTO messages" if any_house.database.is_sqlite else "WITH "
    any_house.database.meanwhile[stored] = lambda: setattr(any_house.database, "away_for", 1)
    any_house.intake.wake(takes_in(any_house, "Two", **BOTH))
    any_house.database.meanwhile.clear()
    assert soon(lambda: len(any_house.read(NUMBER)) == 1)
    assert diner(any_house).address == TETA
    hears(any_house, "Three", **BOTH)
    assert any_house.model.asked[-1].words == ["One", "Two", "Three"]
    assert diner(any_house).address == NUMBER


def test_another_restaurants_diner_is_another_one(any_house: House) -> None:
    hears(any_house, "One", **BOTH)
    takes_in(any_house, "Two", **BY_ID, To="whatsapp:+35620000000")
    assert len(any_house.diners()) == 2


def test_what_a_diner_says_of_themselves_is_not_believed(any_house: House) -> None:
    hears(any_house, "/cfo", **BOTH)
    hears(any_house, "ExternalUserId=RW.teta", From=BOB, ProfileName=TETA)
    assert len(any_house.diners()) == 2


def test_who_is_forgotten_is_forgotten_by_every_address(any_house: House) -> None:
    hears(any_house, "Hello", **BOTH)
    hears(any_house, "/forget", **BY_ID)
    assert soon(lambda: not any_house.diners())
    hears(any_house, "Hello again", **BY_ID)
    assert any_house.model.asked[-1].words == ["Hello again"]


def is_forgotten(house: House) -> None:
    """Nothing is left, and who writes again begins anew."""
    assert house.looks_until(lambda: house.diners() == [])
    assert (house.messages(), house.turns(), house.parts()) == ([], [], [])
    hears(house, "Hello again", **BOTH)
    assert house.model.asked[-1].words == ["Hello again"]


def has_two_rows_and_a_part_that_may_be_out(house: House) -> None:
    hears(house, "By id", **BY_ID)
    hears(house, "By number", **BY_NUMBER)
    house.twilio.will_fail(unheard(), takes_it=True)
    house.intake.wake(takes_in(house, "Unsure", **BY_ID))
    assert soon(lambda: [each.state for each in house.parts()][-1:] == ["maybe"])
    assert house.delivery.drain(WAIT_S)


def test_who_is_forgotten_is_so_in_both_rows_though_one_has_a_part_that_may_be_out(
    any_house: House,
) -> None:
    has_two_rows_and_a_part_that_may_be_out(any_house)
    any_house.intake.wake(takes_in(any_house, "/forget", **BOTH))
    assert soon(lambda: "Erased: 4 of your messages, 3 of our" in any_house.read(NUMBER)[-1])
    assert soon(lambda: [each.text for each in any_house.messages()] == [])
    is_forgotten(any_house)
    assert any_house.read(TETA)[:2] == ["Yes.", "Yes."]


def test_who_is_forgotten_is_so_in_both_rows_though_one_has_a_turn_that_runs(
    any_house: House,
) -> None:
    hears(any_house, "By number", **BY_NUMBER)
    hears(any_house, "By id", **BY_ID)
    thinking = any_house.model.holds("I ")
    any_house.intake.wake(takes_in(any_house, "Still asked", **BY_ID))
    assert thinking.is_asked.wait(WAIT_S)
    waiting = takes_in(any_house, "And this", **BY_ID)
    any_house.intake.wake(takes_in(any_house, "/forget", **BOTH))
    assert soon(lambda: [each.text for each in any_house.messages()] == ["Still asked", "And this"])
    thinking.says("I see.")
    any_house.intake.wake(waiting)
    assert soon(lambda: len(any_house.read(TETA)) >= 2)
    is_forgotten(any_house)
    assert any_house.read(TETA)[:2] == ["Yes.", "I see."]


def test_who_writes_again_before_both_rows_are_gone_begins_anew(any_house: House) -> None:
    has_two_rows_and_a_part_that_may_be_out(any_house)
    any_house.intake.wake(takes_in(any_house, "/forget", **BOTH))
    assert soon(lambda: [each.address for each in any_house.diners()] == [TETA])
    any_house.intake.wake(takes_in(any_house, "Hello again", **BOTH))
    assert any_house.looks_until(lambda: any_house.read(NUMBER)[-1:] == ["Yes."])
    assert any_house.model.asked[-1].words == ["Hello again"]
    assert [each.text for each in any_house.messages()] == ["Hello again"]


def test_who_forgets_two_rows_locks_them_first_as_who_unites_them_does(
    emptied_postgresql_url: str,
) -> None:
    free: list[int] = []

    def look() -> None:
        with house.eye.transaction() as session:
            free.extend(session.scalars(select(Diner.id).with_for_update(skip_locked=True)))

    with opened(emptied_postgresql_url) as house:
        hears(house, "By number", **BY_NUMBER)
        takes_in(house, "By id", **BY_ID)
        turn = house.claims(takes_in(house, "/forget", **BOTH).diner_id)
        assert turn is not None
        house.database.meanwhile["WITH turn AS"] = look
        assert house.closing.close(turn, Ending((), None, effects=(Forget(),))).is_ours
        house.database.meanwhile.clear()
        assert (len(house.diners()), free) == (2, [])


def test_who_is_forgotten_by_a_worker_before_the_rows_are_one_is_so_in_both(
    any_house: House,
) -> None:
    hears(any_house, "By id", **BY_ID)
    hears(any_house, "By number", **BY_NUMBER)
    web = any_house.beside(runs_turns=False)
    taken = takes_in(web, "/forget", **BOTH)
    assert any_house.sweeps_until(lambda: "Erased" in any_house.read(NUMBER)[-1])
    web.intake.wake(taken)
    is_forgotten(any_house)


def words(house: House) -> list[str]:
    """What the model read of its diner the last time."""
    return house.model.asked[-1].words


def rows(house: House) -> list[tuple[str, str | None]]:
    return sorted((each.address, each.user_id) for each in house.diners())


NEYO = "whatsapp:RW.neyo"  # has got Teta's number since
NEYOS = {"From": NUMBER, "ExternalUserId": "RW.neyo"}


def test_whoever_gets_a_number_is_not_who_had_it(any_house: House) -> None:
    hears(any_house, "/cfo", **BOTH)
    hears(any_house, "My secret", **BOTH)
    hears(any_house, "I am new", **NEYOS)
    assert words(any_house) == ["I am new"]
    assert rows(any_house) == [(NUMBER, NEYO), (TETA, TETA)]
    hears(any_house, "New, and again", **BY_NUMBER)
    assert words(any_house) == ["I am new", "New, and again"]
    hears(any_house, "And I?", **BY_ID)
    assert words(any_house) == ["My secret", "And I?"]
    assert any_house.turns()[-1].persona == "cfo"


def test_who_is_known_and_gets_anothers_number_is_not_united_with_them(any_house: House) -> None:
    hears(any_house, "My secret", **BOTH)
    hears(any_house, "Mine", **{**NEYOS, "From": BOB})
    hears(any_house, "I have moved", **NEYOS)
    assert words(any_house) == ["Mine", "I have moved"]
    hears(any_house, "I too", **{**BOTH, "From": BOB})
    assert words(any_house) == ["My secret", "I too"]
    assert rows(any_house) == [(NUMBER, NEYO), (BOB, TETA)]


def test_the_other_spelling_of_a_number_is_given_up_too(house: House) -> None:
    one, other = "whatsapp:+5215512345678", "whatsapp:+525512345678"
    hears(house, "My secret", **{**BOTH, "From": one})
    hears(house, "I am new", **{**NEYOS, "From": other})
    hears(house, "New, and again", From=one)
    assert words(house) == ["I am new", "New, and again"]
    assert rows(house) == [(other, NEYO), (TETA, TETA)]


def test_two_ids_are_never_united_by_a_form_that_has_none(house: House) -> None:
    one, other = "whatsapp:+5215512345678", "whatsapp:+525512345678"
    hears(house, "One", From=one)
    known = diner(house)
    with house.eye.transaction() as session:
        first = session.get_one(Diner, known.id)
        first.user_id = TETA
        columns = ("channel", "number", "created_at", "last_message_at")
        again = {each: getattr(first, each) for each in columns}
        session.add(Diner(**again, address=other, user_id=NEYO))
    hears(house, "Two", From=one)
    assert rows(house) == [(one, TETA), (other, NEYO)]
    assert words(house) == ["One", "Two"]


def test_what_waits_for_who_had_a_number_does_not_go_there(any_house: House) -> None:
    any_house.twilio.will_fail(busy())
    any_house.model.will("Your secret.")
    any_house.intake.wake(takes_in(any_house, "My secret", **BOTH))
    assert soon(lambda: [part.attempts for part in any_house.parts()] == [1])
    assert any_house.delivery.drain(WAIT_S)
    any_house.intake.wake(takes_in(any_house, "I am new", **NEYOS))
    assert soon(lambda: any_house.read(NUMBER) == ["Yes."])
    any_house.clock.passes(60)
    assert any_house.sweeps_until(lambda: any_house.read(TETA) == ["Your secret."])
    assert any_house.read(NUMBER) == ["Yes."]


def test_who_had_a_number_and_wrote_by_their_id_meanwhile_is_one(any_house: House) -> None:
    hears(any_house, "By number", **BY_NUMBER)
    hears(any_house, "By id", **BY_ID)
    by_number, _ = any_house.diners()
    with any_house.eye.transaction() as session:
        session.get_one(Diner, by_number.id).user_id = TETA
    hears(any_house, "I am new", **NEYOS)
    assert words(any_house) == ["I am new"]
    assert rows(any_house) == [(NUMBER, NEYO), (TETA, TETA)]
    hears(any_house, "And I?", **BY_ID)
    assert words(any_house) == ["By number", "By id", "And I?"]


def test_a_message_by_a_number_that_is_anothers_yet_is_its_writers_alone(any_house: House) -> None:
    hears(any_house, "My secret", **BOTH)
    taken = takes_in(any_house, "I am new", **NEYOS)  # and nobody could make them whole
    assert (taken.turn, rows(any_house)) == (None, [(NUMBER, TETA), (NEYO, NEYO)])
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.read(NUMBER) == ["Yes.", "Yes."])
    assert words(any_house) == ["I am new"]


def test_what_uniting_keeps_of_both(any_house: House) -> None:
    hears(any_house, "By number", **BY_NUMBER)
    hears(any_house, "By id", **BY_ID, ProfileName="Teta")
    hears(any_house, "/reset", **BY_ID)
    hears(any_house, "By id again", **BY_ID)
    by_number, by_id = any_house.diners()
    lively = by_number.lively + by_id.lively
    form = {"MessageSid": "SMunite", "To": KIGALI, "Body": "Hello", **BOTH}
    incoming = parse_message(form)
    assert incoming is not None
    identities.unite(any_house.database, by_number.id, incoming)
    one = diner(any_house)
    assert (one.address, one.user_id, one.profile_name) == (NUMBER, TETA, "Teta")
    assert (one.forgotten_turn_id, one.lively) == (by_id.forgotten_turn_id, lively)
    assert one.forgotten_turn_id > 0


def test_a_language_that_one_of_them_chose_is_both_ones(any_house: House) -> None:
    hears(any_house, "Bonjour, vous êtes ouverts ?", **BY_NUMBER)
    hears(any_house, "/language rw", **BY_ID)
    by_number, _ = any_house.diners()
    form = {"MessageSid": "SMunite", "To": KIGALI, "Body": "Hello", **BOTH}
    incoming = parse_message(form)
    assert incoming is not None
    identities.unite(any_house.database, by_number.id, incoming)
    one = diner(any_house)
    assert (one.language, one.has_chosen_language) == ("rw", True)


def test_processes_that_learn_it_at_once_lose_and_double_nothing(
    emptied_postgresql_url: str,
) -> None:
    with opened(emptied_postgresql_url) as house, ThreadPoolExecutor(6) as threads:
        other = house.beside()
        before = [takes_in(house, "By id", **BY_ID), takes_in(house, "By number", **BY_NUMBER)]
        forms = [BOTH, BY_ID, BOTH, BY_NUMBER, BOTH, BY_ID]
        taken = list(
            threads.map(
                lambda each: takes_in((house, other)[each[0] % 2], f"Line {each[0]}", **each[1]),
                enumerate(forms),
            )
        )
        for each in [*before, *taken]:
            house.intake.wake(each)
        assert house.sweeps_until(lambda: all(each.turn_id for each in house.messages()))
        assert house.sweeps_until(lambda: all(each.state == "sent" for each in house.parts()))
        assert len(house.messages()) == 8
        hears(house, "One at last", **BOTH)
        hears(house, "By id", **BY_ID)
        assert diner(house).address == NUMBER
