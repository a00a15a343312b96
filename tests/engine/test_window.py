"""Outside a diner's 24 hours nothing freeform is sent: a template, or the row says why not."""

import pytest
from sqlalchemy import update

from handlers.cli.inbox import inbox_group
from models import templates
from models.diners import WINDOW, Diner
from models.templates import BUDGET, LATE_ANSWER, STAFF_CALLED, STAFF_NOTICE, Kept
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import unheard
from tests.engine.test_delivery import status
from tests.engine.test_opting import employ, hears
from tests.engine.world import ALICE, BOB, House
from tests.handlers.terminal import run
from whatsapp.host import SendError

LATE = "You wrote to us. Our answer: {{1}} Write to us here."
CALLED = "A guest asks for you. {{1}} Answer here."
DAY_S = WINDOW.total_seconds()


def approve(
    house: House, purpose: str, body: str, *, language: str = "en", state: str = "approved"
) -> str:
    sid = f"HX{purpose}{language}{len(body)}"
    with house.eye.transaction() as session:
        kept = Kept(sid, purpose, language, f"{body} {state}")
        templates.keep(session, kept, name=sid.lower(), body=body, now=house.clock.now())
        templates.note(session, sid, state, "")
    return sid


def owes_for_a_day(house: House, *texts: str, language: str | None = None) -> None:
    """What could not be sent until the diner's last message was a day old."""
    house.twilio.will_fail(SendError("HTTP 429", code=20429, retry_after=60))
    house.sends(*texts)
    assert soon(lambda: house.count("sends", outcome="again") == 1)
    assert house.delivery.drain(WAIT_S)
    alice_is(house, language=language)
    house.clock.passes(DAY_S)
    house.upkeep.sweep()


def sends_a_template_unheard(house: House) -> None:
    """What could not be sent in time goes as one, and whether Twilio took it is unheard."""
    approve(house, LATE_ANSWER, LATE)
    house.twilio.will_fail(SendError("HTTP 429", code=20429, retry_after=60))
    house.twilio.will_fail(unheard(), takes_it=True)
    house.sends("One")
    assert soon(lambda: house.count("sends", outcome="again") == 1)
    assert house.delivery.drain(WAIT_S)
    house.clock.passes(DAY_S / 2)
    alice_is(house, last_message_at=house.clock.now() - WINDOW)
    house.upkeep.sweep()
    assert soon(lambda: [each.state for each in house.parts()] == ["maybe"])


def alice_is(house: House, **values: object) -> None:
    with house.eye.transaction() as session:
        session.execute(update(Diner).values(values))


def ends(house: House) -> list[tuple[str, int | None]]:
    return [(each.state, each.error_code) for each in house.parts()]


def test_without_a_template_the_row_ends_with_that_reason(any_house: House) -> None:
    owes_for_a_day(any_house, "One", "Two")
    assert soon(lambda: ends(any_house) == [("failed", 63016), ("failed", 63016)])
    any_house.clock.passes(3600)
    any_house.upkeep.sweep()
    assert any_house.read() == []
    assert any_house.count("failures", code="63016", told="withheld") == 2
    shown = run(inbox_group(any_house.database), "list").stdout
    assert shown.count("failed (63016)") == 2
    assert "24 hours are over" in shown


def test_right_before_it_ends_it_is_still_open(house: House) -> None:
    house.twilio.will_fail(SendError("HTTP 429", code=20429, retry_after=60))
    house.sends("One")
    assert soon(lambda: house.parts()[0].state == "waiting")
    house.clock.passes(DAY_S - 1)
    assert house.sweeps_until(lambda: house.read() == ["One"])


def test_a_new_message_opens_it_again(house: House) -> None:
    hears(house, "Hello")
    house.clock.passes(3 * DAY_S)
    hears(house, "Hello again")
    assert house.read() == ["Yes.", "Yes."]


def test_a_late_answer_is_a_template_where_there_is_one(any_house: House) -> None:
    sid = approve(any_house, LATE_ANSWER, LATE)
    owes_for_a_day(any_house, "We close\n\nat  9.\t*Really*")
    assert soon(lambda: ends(any_house) == [("sent", None)])
    (sent,) = any_house.twilio.taken
    assert sent.bubble.template is not None
    assert (sent.bubble.template.sid, sent.bubble.template.words) == (
        sid,
        "We close at 9. *Really*",
    )
    assert sent.text == "You wrote to us. Our answer: We close at 9. *Really* Write to us here."


@pytest.mark.parametrize("state", ["received", "pending", "rejected", "paused", "disabled"])
def test_only_what_is_approved_is_used(house: House, state: str) -> None:
    approve(house, LATE_ANSWER, LATE, state=state)
    approve(house, STAFF_NOTICE, CALLED)  # for something else
    owes_for_a_day(house, "One")
    assert soon(lambda: ends(house) == [("failed", 63016)])


@pytest.mark.parametrize(("speaks", "reads"), [("fr", "fr"), ("mt", "en"), (None, "en")])
def test_it_is_in_the_diners_language_else_in_english(
    house: House, speaks: str | None, reads: str
) -> None:
    sids = {
        "fr": approve(house, LATE_ANSWER, "Oui : {{1}} Voilà.", language="fr"),
        "en": approve(house, LATE_ANSWER, LATE),
    }
    owes_for_a_day(house, "One", language=speaks)
    assert soon(lambda: len(house.twilio.taken) == 1)
    template = house.twilio.taken[0].bubble.template
    assert template is not None
    assert template.sid == sids[reads]


def test_one_without_a_place_for_words_says_what_it_says(house: House) -> None:
    approve(house, LATE_ANSWER, "We have an answer for you: write to us to read it.")
    owes_for_a_day(house, "One")
    assert soon(lambda: house.read() == ["We have an answer for you: write to us to read it."])
    template = house.twilio.taken[0].bubble.template
    assert template is not None
    assert template.words is None


def test_a_long_answer_is_cut_to_what_a_template_takes(house: House) -> None:
    approve(house, LATE_ANSWER, LATE)
    owes_for_a_day(house, "word " * 300)
    assert soon(lambda: len(house.twilio.taken) == 1)
    assert len(house.twilio.taken[0].text) <= 1_024
    assert "…" in house.twilio.taken[0].text


def test_twilio_may_say_that_it_is_over_before_we_know(any_house: House) -> None:
    approve(any_house, LATE_ANSWER, LATE)
    any_house.twilio.will_fail(SendError("HTTP 400", permanent=True, code=63016))
    any_house.sends("One")
    assert soon(lambda: ends(any_house) == [("sent", None)])
    assert any_house.twilio.taken[-1].bubble.template is not None


def test_so_may_a_status_callback(any_house: House) -> None:
    approve(any_house, LATE_ANSWER, LATE)
    any_house.sends("One")
    assert soon(lambda: any_house.parts()[0].sid == "SM1")
    any_house.receipts.note(status("SM1", "failed", 63016), None)
    assert soon(lambda: any_house.parts()[0].sid == "SM2")
    assert any_house.twilio.taken[-1].bubble.template is not None
    any_house.receipts.note(status("SM2", "failed", 63016), None)
    assert ends(any_house) == [("failed", 63016)]


def test_a_template_that_may_be_out_is_looked_for_by_what_it_says(house: House) -> None:
    sends_a_template_unheard(house)
    assert house.looks_until(lambda: house.parts()[0].state == "sent")
    assert len(house.twilio.taken) == 1


@pytest.mark.parametrize("looks_fail", [False, True])
def test_so_it_is_where_twilio_said_that_it_is_over(any_house: House, looks_fail: bool) -> None:
    approve(any_house, LATE_ANSWER, LATE)
    any_house.twilio.will_fail(SendError("HTTP 400", permanent=True, code=63016))
    any_house.twilio.will_fail(unheard(), takes_it=True)
    any_house.sends("One")
    assert soon(lambda: [each.state for each in any_house.parts()] == ["maybe"])
    if looks_fail:
        any_house.twilio.looks_fail = SendError("HTTP 429", code=20429)
        assert any_house.looks_until(lambda: any_house.twilio.looks)
        assert any_house.delivery.drain(WAIT_S)
        any_house.twilio.looks_fail = None
    assert any_house.looks_until(lambda: any_house.parts()[0].state == "sent")
    assert [each.bubble.template is not None for each in any_house.twilio.taken] == [True]


def test_so_it_is_where_they_have_written_since(house: House) -> None:
    sends_a_template_unheard(house)
    alice_is(house, last_message_at=house.clock.now())
    assert house.looks_until(lambda: house.parts()[0].state == "sent")
    assert len(house.twilio.taken) == 1


def test_staff_who_wrote_days_ago_are_called_by_a_template(any_house: House) -> None:
    employ(any_house)
    hears(any_house, "Hello", BOB)
    any_house.clock.passes(2 * DAY_S)
    hears(any_house, "/human")
    assert "can be reached" in any_house.read()[-1]
    approve(any_house, STAFF_CALLED, CALLED)
    hears(any_house, "/human")
    assert "I've called a colleague" in any_house.read()[-1]
    assert soon(lambda: any_house.read(BOB)[-1].startswith("A guest asks for you. *"))
    number = any_house.diners()[-1].id
    assert any_house.read(BOB)[-1].endswith(f"/to {number} your words Answer here.")
    hears(any_house, f"/to {number} I am here", BOB)
    assert any_house.read(ALICE)[-1] == "I am here"


def test_staff_without_any_chat_are_not(house: House) -> None:
    employ(house)
    approve(house, STAFF_CALLED, CALLED)
    hears(house, "/human")
    assert "can be reached" in house.read()[-1]


def test_nobody_of_the_staff_writes_to_a_diner_outside_it(any_house: House) -> None:
    employ(any_house)
    hears(any_house, "Hello")
    number = any_house.diners()[0].id
    any_house.clock.passes(DAY_S + 60)
    hears(any_house, f"/to {number}! Are you coming?", BOB)
    assert "24 hours only" in any_house.read(BOB)[-1]
    assert any_house.read() == ["Yes."]


def test_each_purpose_is_one_of_ours() -> None:
    assert {LATE_ANSWER, STAFF_CALLED, STAFF_NOTICE, BUDGET} == set(templates.PURPOSES)
