"""A diner who writes STOP reads one sentence, then nothing, until they write START."""

from datetime import timedelta

import pytest

from conversation.sentences import apology
from knowledge.phrases import phrase
from models import diners, identities, restaurants, staff
from models.database.fresh import FRESH_S
from models.inbox import Incoming
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import refused
from tests.engine.test_delivery import status
from tests.engine.test_talk import answered
from tests.engine.world import ALICE, BOB, CHARLIE, KIGALI, House

GOODBYE = "You will get no more messages from us here. Write START if you want them again."
WELCOME = "Welcome back! I write to you here again. What can I do for you?"
WANTS_NO_MORE = "wants no more messages"
RWANDAN = "whatsapp:RW.alice"


def hears(house: House, text: str, diner: str = ALICE) -> None:
    """A diner writes, and their turn comes to its end."""
    before = len(house.turns())
    house.hears(text, diner)
    assert soon(lambda: len(house.turns()) > before and house.turns()[-1].ended_at)
    assert house.runner._lanes.join(WAIT_S)
    assert house.delivery.drain(WAIT_S)


def employ(house: House, address: str = BOB, *roles: str) -> None:
    with house.eye.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
        assert found is not None
        staff.add(session, found.id, address, roles or ["waiter"], "Jean")
    house.clock.passes(FRESH_S)


def opted_out(house: House, diner: str = ALICE) -> bool:
    (found,) = [each for each in house.diners() if diner in (each.address, each.user_id)]
    return found.opted_out_at is not None


def test_one_confirmation_then_silence_until_start(any_house: House) -> None:
    hears(any_house, "STOP")
    for text in ("Hello?", "/help", "/cfo", "stop", "Is there fish?"):
        hears(any_house, text)
    assert any_house.read() == [GOODBYE]
    hears(any_house, "start")
    hears(any_house, "Is there fish?")
    assert any_house.read() == [GOODBYE, WELCOME, "Yes."]
    assert len(any_house.model.asked) == 1


@pytest.mark.parametrize(
    "beside",
    [
        "[sent a picture, which can't be opened here]",
        "[came from an advertisement: Fish; https://the.example]",
    ],
)
def test_what_stands_beside_stop_is_no_word(house: House, beside: str) -> None:
    hears(house, f"STOP\n{beside}")
    hears(house, "Hello?")
    assert house.read() == [GOODBYE]
    assert house.model.asked == []


def test_what_was_written_meanwhile_is_kept_and_never_answered(any_house: House) -> None:
    hears(any_house, "STOP")
    hears(any_house, "I have a nut allergy")
    hears(any_house, "START")
    any_house.upkeep.sweep()
    hears(any_house, "Hello")
    assert [each.text for each in any_house.messages()][1] == "I have a nut allergy"
    assert [each.state for each in any_house.turns()] == ["done", "silent", "done", "done"]
    assert any_house.model.asked[-1].words == ["Hello"]
    assert any_house.read() == [GOODBYE, WELCOME, "Yes."]


def test_nothing_shows_that_anybody_reads_it(any_house: House) -> None:
    hears(any_house, "STOP")
    hears(any_house, "Hello?")
    assert any_house.twilio.typing == []
    assert soon(lambda: any_house.count("turns", state="silent", persona="keyword") == 1)


@pytest.mark.parametrize(
    ("text", "language"), [("ARRÊT", "fr"), ("hagarika", "rw"), ("IEQAF", "mt"), ("Ferma.", "it")]
)
def test_it_is_confirmed_in_the_words_language(house: House, text: str, language: str) -> None:
    hears(house, text)
    assert house.read() == [phrase(GOODBYE, language)]


def test_who_never_opted_out_says_start_as_words(house: House) -> None:
    hears(house, "Start")
    hears(house, "/start")
    assert house.model.asked[0].words == ["Start"]
    assert house.read()[0] == "Yes."
    assert house.read()[1].startswith("I don't know /start.")


def test_over_the_http_api_it_is_a_word_like_any_other(house: House) -> None:
    for text in ("STOP", "Hello"):
        assert answered(house.talk.say("tester", text)) is not None
    assert [asked.words[-1] for asked in house.model.asked] == ["STOP", "Hello"]


def test_what_waits_to_go_out_never_does(any_house: House) -> None:
    gate = any_house.twilio.holds()
    any_house.sends("One", "Two", "Three")
    any_house.hears("STOP")
    assert soon(lambda: any_house.turns() and any_house.turns()[-1].ended_at)
    gate.set()
    assert soon(lambda: any_house.read() == ["One", GOODBYE])
    ends = ["sent", "dropped", "dropped", "sent"]
    assert soon(lambda: [each.state for each in any_house.parts()] == ends)


def test_what_is_said_to_them_by_others_ends_there(any_house: House) -> None:
    hears(any_house, "STOP")
    assert any_house.owes("A notice") is None
    any_house.delivery.take_up(any_house.diners()[0].id)
    assert soon(lambda: any_house.parts()[-1].state == "failed")
    assert any_house.parts()[-1].error_code == 21610
    assert any_house.read() == [GOODBYE]


def test_the_staff_is_told_why_they_cant_be_written_to(any_house: House) -> None:
    employ(any_house)
    hears(any_house, "Hello")
    number = any_house.diners()[0].id
    hears(any_house, "STOP")
    for word in ("/to", "/take"):
        hears(any_house, f"{word} {number}! I'll be with you", BOB)
        assert "must write START" in any_house.read(BOB)[-1]
    assert any_house.read() == ["Yes.", GOODBYE]


def test_in_human_hands_it_gives_them_back_and_says_so(any_house: House) -> None:
    employ(any_house)
    hears(any_house, "Hello")
    number = any_house.diners()[0].id
    hears(any_house, f"/take {number}", BOB)
    hears(any_house, "STOP")
    assert soon(lambda: "wants no more messages" in any_house.read(BOB)[-1])
    hears(any_house, "Are you there?")
    assert any_house.read() == ["Yes.", GOODBYE]
    assert any_house.diners()[0].in_hands_until is None
    assert "Are you there?" not in "".join(any_house.read(BOB))


def test_who_twilio_says_has_opted_out_is_in_nobodys_hands(any_house: House) -> None:
    employ(any_house)
    hears(any_house, "Hello")
    number = any_house.diners()[0].id
    hears(any_house, f"/take {number}", BOB)
    any_house.twilio.will_fail(refused(21610))
    outgoing = any_house.owes("A notice")
    assert outgoing is not None
    any_house.delivery.hand_over(outgoing.diner_id, outgoing)
    assert soon(lambda: any(WANTS_NO_MORE in text for text in any_house.read(BOB)))
    assert opted_out(any_house)
    assert any_house.diners()[0].in_hands_until is None


def test_what_was_being_answered_when_twilio_said_so_stays_here(any_house: House) -> None:
    pending = any_house.model.holds()
    any_house.hears("Hello")
    assert pending.is_asked.wait(WAIT_S)
    any_house.twilio.will_fail(refused(21610))
    outgoing = any_house.owes("A notice")
    assert outgoing is not None
    any_house.delivery.hand_over(outgoing.diner_id, outgoing)
    assert soon(lambda: any_house.parts()[0].state == "failed")
    pending.says("Yes.")
    assert soon(lambda: [part.error_code for part in any_house.parts()] == [21610, 21610])
    assert any_house.read() == []


def test_a_word_of_the_staffs_opts_them_in_again(any_house: House) -> None:
    employ(any_house)
    hears(any_house, "Hello")
    number = any_house.diners()[0].id
    for text in ("STOP", f"/to {number}! I'll be with you"):
        hears(any_house, text, BOB)
    assert soon(lambda: "I'll be with you" in any_house.read()[-1])
    assert not opted_out(any_house, BOB)
    assert any_house.read(BOB)[1].startswith(f"Sent to {number}.")
    hears(any_house, "STOP")
    hears(any_house, f"/to {number}! I'll be with you")
    assert opted_out(any_house), "it is the staff's word alone"


def test_staff_who_opted_out_are_not_called(any_house: House) -> None:
    employ(any_house)
    hears(any_house, "STOP", BOB)
    hears(any_house, "/human")
    assert "can be reached" in any_house.read()[-1]
    assert any_house.read(BOB) == [GOODBYE]


def test_forget_is_obeyed_without_a_word_and_takes_it_along(any_house: House) -> None:
    hears(any_house, "STOP")
    any_house.hears("/forget")
    assert any_house.sweeps_until(lambda: not any_house.diners())
    assert any_house.read() == [GOODBYE]
    hears(any_house, "Hello")
    assert any_house.read() == [GOODBYE, "Yes."]


def test_what_was_not_answered_is_counted_as_no_answer(any_house: House) -> None:
    for text in ("STOP", "Hello?", "START"):
        hears(any_house, text)
    any_house.hears("/forget")
    told = "Erased: 4 of your messages, 2 of our answers"
    assert soon(lambda: any_house.read()[-1].startswith(told))


def test_it_is_obeyed_of_who_writes_too_much(emptied_postgresql_url: str) -> None:
    from tests.engine.world import opened  # noqa: PLC0415

    with opened(emptied_postgresql_url, per_minute=2) as strict:
        for _ in range(4):
            hears(strict, "Hello")
        hears(strict, "STOP")
        assert strict.read()[-1] == GOODBYE
        hears(strict, "START")
        assert not opted_out(strict)
        strict.clock.passes(120)
        hears(strict, "Fish?")
        assert strict.read()[-1] == "Yes."
        assert {each.state for each in strict.parts()} == {"sent"}


def test_who_goes_to_and_fro_reads_of_it_once(sqlite_url: str) -> None:
    from tests.engine.world import opened  # noqa: PLC0415

    with opened(sqlite_url, per_minute=2) as strict:
        for _ in range(4):
            hears(strict, "STOP")
            hears(strict, "START")
        assert strict.read() == [GOODBYE, WELCOME, GOODBYE, apology("too_many_turns")] + 2 * [
            GOODBYE
        ]
        assert not opted_out(strict)


def test_it_holds_where_no_restaurant_answers(any_house: House) -> None:
    with any_house.eye.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
        session.delete(found)
    hears(any_house, "STOP")
    hears(any_house, "Hello")
    assert any_house.read() == [GOODBYE]


def test_from_one_address_it_holds_for_the_other(any_house: House) -> None:
    """A diner is known by their number, and then writes from their user's id."""
    hears(any_house, "STOP")
    both = Incoming(
        diners.WHATSAPP, ALICE, KIGALI, "SMboth", "Hello", reply_to=RWANDAN, user_id=RWANDAN
    )
    any_house.intake.wake(any_house.intake.take_in(both))
    assert soon(lambda: any_house.turns()[-1].ended_at)
    alone = Incoming(diners.WHATSAPP, RWANDAN, KIGALI, "SMid", "Hello", user_id=RWANDAN)
    any_house.intake.wake(any_house.intake.take_in(alone))
    assert soon(lambda: len(any_house.turns()) == 3 and any_house.turns()[-1].ended_at)
    assert (any_house.read(), any_house.read(RWANDAN)) == ([GOODBYE], [])


@pytest.mark.parametrize("which", [ALICE, RWANDAN])
def test_of_two_who_turn_out_to_be_one_it_holds_for_both(any_house: House, which: str) -> None:
    for address in (ALICE, RWANDAN):
        user_id = RWANDAN if address == RWANDAN else None
        text = "STOP" if address == which else "Hello"
        taken = any_house.intake.take_in(
            Incoming(diners.WHATSAPP, address, KIGALI, f"SM{address}", text, user_id=user_id)
        )
        any_house.intake.wake(taken)
        assert soon(lambda: any_house.turns() and any_house.turns()[-1].ended_at)
    assert any_house.delivery.drain(WAIT_S)
    assert soon(lambda: all(each.state == "sent" for each in any_house.parts()))
    both = Incoming(diners.WHATSAPP, ALICE, KIGALI, "SM3", "Hi", reply_to=RWANDAN, user_id=RWANDAN)
    taken = any_house.intake.take_in(both)
    any_house.intake.wake(taken)
    assert soon(lambda: len(any_house.diners()) == 1)
    identities.unite(any_house.database, taken.diner_id, both)
    assert opted_out(any_house)


def test_other_diners_are_answered(any_house: House) -> None:
    hears(any_house, "STOP")
    hears(any_house, "Hello", CHARLIE)
    assert any_house.read(CHARLIE) == ["Yes."]


def test_who_twilio_says_has_opted_out_is_treated_so(any_house: House) -> None:
    any_house.twilio.will_fail(refused(21610))
    hears(any_house, "Hello")
    hears(any_house, "Hello?")
    assert (any_house.read(), opted_out(any_house)) == ([], True)
    assert len(any_house.model.asked) == 1
    hears(any_house, "START")
    assert any_house.read() == [WELCOME]


@pytest.mark.parametrize("code", [63003, 63014, 63024])
def test_who_cant_be_reached_gets_nothing_until_they_write(any_house: House, code: int) -> None:
    any_house.twilio.will_fail(refused(code))
    any_house.sends("One", "Two")
    assert soon(lambda: [each.state for each in any_house.parts()] == ["failed", "failed"])
    assert [each.error_code for each in any_house.parts()] == [code, 63024]
    any_house.clock.passes(1)
    hears(any_house, "Hello")
    assert any_house.read() == ["Yes."]


@pytest.mark.parametrize("code", [63003, 63024, 21610])
def test_late_news_of_an_answer_stops_nobody_who_has_written_since(
    any_house: House, code: int
) -> None:
    hears(any_house, "Hello")
    any_house.clock.passes(40)
    answering = any_house.twilio.holds()
    any_house.hears("And fish?")
    assert soon(lambda: len(any_house.parts()) == 2)
    any_house.receipts.note(status("SM1", "undelivered", code), None)
    answering.set()
    assert soon(lambda: [each.state for each in any_house.parts()] == ["failed", "sent"])
    assert not opted_out(any_house)
    assert any_house.diners()[0].blocked_at is None


def test_news_from_before_start_makes_nobody_silent_again(any_house: House) -> None:
    for text in ("Hello", "STOP", "START"):
        hears(any_house, text)
        any_house.clock.passes(5)
    any_house.receipts.note(status("SM1", "undelivered", 21610), None)
    hears(any_house, "Fish?")
    assert any_house.read()[-1] == "Yes."


def test_news_of_the_last_answer_stops_them(any_house: House) -> None:
    hears(any_house, "Hello")
    any_house.clock.passes(40)
    any_house.receipts.note(status("SM1", "undelivered", 63024), None)
    assert any_house.diners()[0].blocked_at is not None


def test_who_cant_be_reached_is_no_staff_to_be_called(any_house: House) -> None:
    employ(any_house)
    any_house.twilio.will_fail(refused(63014))
    hears(any_house, "Hello", BOB)
    hears(any_house, "/human")
    assert "can be reached" in any_house.read()[-1]
    any_house.clock.passes(timedelta(seconds=1).total_seconds())
    hears(any_house, "Back", BOB)
    hears(any_house, "/human")
    assert any_house.read(BOB)[-1].endswith("your words")


def test_staff_who_show_no_number_are_told_and_answer_by_their_id(any_house: House) -> None:
    """BSUID to BSUID: the staff's, and a diner's who stops."""
    jean, teta = "whatsapp:RW.jean", "whatsapp:RW.teta"
    employ(any_house, jean)

    def writes(text: str, address: str) -> None:
        before = len(any_house.turns())
        taken = any_house.intake.take_in(
            Incoming(diners.WHATSAPP, address, KIGALI, f"SM{text}{address}", text, user_id=address)
        )
        any_house.intake.wake(taken)
        assert soon(lambda: len(any_house.turns()) > before and any_house.turns()[-1].ended_at)
        assert soon(lambda: all(each.state == "sent" for each in any_house.parts()))

    writes("/help", jean)
    writes("/human", teta)
    assert "asks for a person" in any_house.read(jean)[-1]
    writes("/to RW.teta I am here", jean)
    assert any_house.read(teta)[-1] == "I am here"
    writes("stop", teta)
    assert "wants no more messages" in any_house.read(jean)[-1]
    writes("/to RW.teta Are you there?", jean)
    assert "must write START" in any_house.read(jean)[-1]
    assert any_house.read(teta)[-1] == GOODBYE
