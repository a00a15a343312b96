"""A restaurant tries its waiter out: with ten friends first, and with the staff in between."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from conversation.prompt import NOT_ANSWERED
from conversation.rollout import TOLD_AGAIN_AFTER
from conversation.sentences import SENTENCES
from engine.drafting import Drafting
from engine.hands import COMES_WITHIN
from models import diners, drafts, drafts_waiting, purging, restaurants, rollout
from models.database.absence import UNREACHABLE
from models.database.fresh import FRESH_S
from models.diners import WINDOW
from models.drafts import ANSWERED, DROPPED, EDITED, REPLACED, SENT, WAITING
from models.drafts_waiting import Waiting
from models.inbox import Medium
from models.restaurants import Restaurant
from realtime.client import RealtimeError
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import calls as calling
from tests.engine.test_hands import asks_for_a_person, handle, join, says, writes
from tests.engine.test_hands import house as house  # noqa: PLC0414 (a fixture)
from tests.engine.test_second_thoughts import FISH_SHORT, GOAT_SHORT, stocked
from tests.engine.world import ALICE, BOB, CHARLIE, HANDS_LAST, KIGALI, House

JEAN, MARIE = BOB, CHARLIE
DORA = "whatsapp:+250788000009"
STAFF_READS = SENTENCES["not_listed"]


def switch(house: House, *allowed: str, shadow: bool = False, limited: bool = True) -> None:
    """From now on, as the command line does it."""
    now = house.clock.now()
    with house.eye.transaction() as session:
        here = restaurants.by_number(session, KIGALI)
        assert here is not None
        if limited:
            rollout.allow(session, here.id, dict.fromkeys(allowed, ""), by="command line", now=now)
        if shadow:
            rollout.shadow(session, here.id, by="command line", now=now)
    house.clock.passes(FRESH_S)


@pytest.fixture
def limited(house: House) -> House:
    switch(house, DORA)
    return house


@pytest.fixture
def shadowed(house: House) -> House:
    switch(house, shadow=True, limited=False)
    return house


def is_quiet(house: House) -> None:
    """All that ran has ended, and all that was to go out is out."""
    assert soon(lambda: not any(turn.state == "running" for turn in house.turns()))
    assert house.delivery.drain(WAIT_S)


def hears(house: House, text: str, who: str = ALICE) -> None:
    """A message, answered or not."""
    before = len(house.turns())
    house.hears(text, who)
    assert soon(lambda: len(house.turns()) > before)
    is_quiet(house)
    assert house.sweeps_until(lambda: not [p for p in house.parts() if p.state == "waiting"])
    is_quiet(house)


def here(house: House) -> Restaurant:
    with house.eye.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
    assert found is not None
    return found


def waiting(house: House) -> list[Waiting]:
    at = here(house)
    with house.eye.transaction() as session:
        return drafts_waiting.waiting(session, at)


def outcomes(house: House) -> dict[str, int]:
    at = here(house)
    with house.eye.transaction() as session:
        return drafts_waiting.outcomes(session, at, house.clock.now() - WINDOW)


def drafted(house: House, draft: str = "Grilled tilapia.", text: str = "Fish?") -> int:
    """Alice asked, and the staff has the answer; her number."""
    house.model.will(draft)
    hears(house, text)
    assert house.read(JEAN)[-1] == house.read(MARIE)[-1]
    assert f"> {draft}" in house.read(JEAN)[-1]
    return handle(house)


def over_http(house: House) -> str | None:
    """What /ai is answered."""
    house.intake.wake(house.takes_in("Fish?", "me", channel=diners.API))
    assert soon(lambda: house.turns()[-1].state == "done")
    return house.turns()[-1].reply


# The list.


def test_who_is_not_on_the_list_reads_one_sentence_and_no_model_is_asked(limited: House) -> None:
    assert says(limited, "Do you have fish?", ALICE) == STAFF_READS
    hears(limited, "Hello? Fish?")
    assert limited.read(ALICE) == [STAFF_READS]
    assert limited.model.asked == []
    assert [turn.state for turn in limited.turns()] == ["held", "held"]


def test_who_is_on_the_list_is_answered_in_either_spelling(house: House) -> None:
    switch(house, "whatsapp:+5215512345678")
    assert says(house, "Fish?", "whatsapp:+525512345678") == "Yes."


@pytest.mark.parametrize("who", ["whatsapp:+525512345678", JEAN])
def test_who_is_answered_is_told_that_nobody_came(house: House, who: str) -> None:
    """On the list in the other spelling, or of the staff; as they are answered, so is this said."""
    switch(house, "whatsapp:+5215512345678")
    assert "called a colleague" in says(house, "/human", who)
    house.clock.passes(COMES_WITHIN.total_seconds() + 1)
    house.upkeep.sweep()
    assert soon(lambda: "none of my colleagues" in house.read(who)[-1])


def test_the_staff_is_answered_and_hears_of_who_is_not(limited: House) -> None:
    assert says(limited, "Fish?", JEAN) == "Yes."
    says(limited, "I booked for eight", ALICE)
    number = handle(limited)
    assert soon(lambda: len(limited.read(MARIE)) == 1)
    told = limited.read(MARIE)[0]
    assert told.splitlines() == [
        f"*{number}* (+250***001) is not on the list, so that nobody answers but you. They wrote:",
        "> I booked for eight",
        f"Answer with: /to {number} your words",
    ]
    hears(limited, "Are you there?")
    assert len(limited.read(MARIE)) == 1


def test_the_staff_answers_them_in_person_without_being_asked_whether(limited: House) -> None:
    says(limited, "I booked for eight", ALICE)
    hears(limited, "And a chair for a child")
    told = says(limited, f"/to {handle(limited)} You are welcome", JEAN, 2)
    assert "is not on the list" not in told
    assert "And a chair for a child" in told
    assert soon(lambda: limited.read(ALICE)[-1] == "You are welcome")
    hears(limited, "/waiter what is the soup?")
    assert limited.read(JEAN)[-1].endswith("> /waiter what is the soup?")
    assert limited.model.asked == []


def test_who_hands_them_back_reads_that_no_waiter_answers(limited: House) -> None:
    says(limited, "I booked for eight", ALICE)
    number = handle(limited)
    says(limited, f"/to {number} You are welcome", JEAN, 2)
    told = f"*{number}* is nobody's any more: they are not on the list"
    assert told in says(limited, f"/done {number}", MARIE)
    assert soon(lambda: told in limited.read(JEAN)[-1])
    assert told in says(limited, f"/done {number}", JEAN)
    says(limited, f"/take {number}", JEAN, 2)
    limited.clock.passes(HANDS_LAST.total_seconds() + 1)
    limited.upkeep.sweep()
    assert soon(lambda: told in limited.read(JEAN)[-1])


def test_they_are_told_again_another_day(limited: House) -> None:
    says(limited, "Fish?", ALICE)
    limited.clock.passes(TOLD_AGAIN_AFTER.total_seconds() + 1)
    assert says(limited, "Fish?", ALICE) == STAFF_READS


def test_what_they_wrote_is_known_once_they_are_on_the_list(limited: House) -> None:
    says(limited, "I am Alice, and I booked", ALICE)
    switch(limited, ALICE)
    assert says(limited, "Fish?", ALICE) == "Yes."
    assert "I am Alice, and I booked" in limited.model.asked[-1].words
    assert STAFF_READS in limited.model.asked[-1].ours


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("STOP", "no more messages"),
        ("/forget", "Erased"),
        ("/me", "What I keep"),
        ("/language français", "ançais"),
        ("/human", "I've called a colleague"),
    ],
)
def test_their_rights_are_theirs_all_the_same(limited: House, word: str, answer: str) -> None:
    assert answer in says(limited, word, ALICE)
    assert limited.model.asked == []


def test_who_stopped_reads_nothing_and_start_brings_them_back(limited: House) -> None:
    says(limited, "STOP", ALICE)
    hears(limited, "Fish?")
    assert len(limited.read(ALICE)) == 1
    assert "Welcome back" in says(limited, "START", ALICE)


def test_neither_a_persona_nor_a_voice_note_costs_money(limited: House) -> None:
    assert says(limited, "/cfo what is VAT?", ALICE) == STAFF_READS
    limited.hears("", ALICE, media=(Medium("https://api.twilio.com/ME1", "audio/ogg"),))
    is_quiet(limited)
    assert limited.model.asked == []


def test_an_allergy_is_kept_though_nobody_answers(limited: House) -> None:
    says(limited, "I am allergic to peanuts", ALICE)
    assert "peanut" in (next(e for e in limited.diners() if e.address == ALICE).diet or "")


def test_where_nobody_works_they_are_told_where_we_are(any_house: House) -> None:
    switch(any_house)
    assert "You find us at KN 3" in says(any_house, "Fish?", ALICE)


def test_the_http_api_is_answered(limited: House) -> None:
    assert over_http(limited) == "Yes."


# Shadow mode.


def test_a_draft_goes_to_the_staff_and_nothing_to_the_diner(shadowed: House) -> None:
    number = drafted(shadowed)
    assert shadowed.read(JEAN)[-1].splitlines() == [
        f"*{number}* (+250***001) wrote:",
        "> Fish?",
        "The answer would be:",
        "> Grilled tilapia.",
        f"Send it with */send {number}*, or answer with */to {number}* and your words.",
    ]
    assert shadowed.read(ALICE) == []
    assert [each.words for each in waiting(shadowed)] == ["Grilled tilapia."]
    assert not [part for part in shadowed.parts() if part.diner_id == number]


def test_nobody_is_seen_typing_what_is_not_sent(shadowed: House) -> None:
    thinking = shadowed.model.holds()
    shadowed.hears("Fish?", ALICE)
    assert thinking.is_asked.wait(WAIT_S)
    thinking.says("Grilled tilapia.")
    assert soon(lambda: waiting(shadowed))
    assert not thinking.is_watched


def test_a_draft_is_purged_with_its_turn(shadowed: House) -> None:
    drafted(shadowed)
    purging.purge(shadowed.eye, shadowed.clock.now() + WINDOW, lambda _: None)
    assert outcomes(shadowed) == {}


def test_it_is_sent_as_it_is_and_is_then_what_was_said(shadowed: House) -> None:
    number = drafted(shadowed)
    assert says(shadowed, f"/send {number}", JEAN) == f"Sent to {number}."
    assert soon(lambda: shadowed.read(ALICE) == ["Grilled tilapia."])
    assert outcomes(shadowed) == {SENT: 1}
    # How long the staff took to read it says nothing of how long an answer takes.
    took = shadowed.metrics.registry.get_sample_value("tableside_answer_seconds_count")
    assert took == 1  # of what Jean wrote
    drafted(shadowed, "With plantain.", "And with it?")
    assert "Grilled tilapia." in shadowed.model.asked[-1].ours


def test_an_unsent_draft_was_not_said(shadowed: House) -> None:
    drafted(shadowed)
    drafted(shadowed, "Yes, tilapia.", "Hello?")
    asked = shadowed.model.asked[-1]
    assert asked.words == ["Fish?", "Hello?"]
    assert "Grilled tilapia." not in asked.ours
    assert NOT_ANSWERED in asked.system
    assert [each.words for each in waiting(shadowed)] == ["Yes, tilapia."]
    assert outcomes(shadowed) == {REPLACED: 1, WAITING: 1}


def test_a_draft_is_sent_once(shadowed: House) -> None:
    number = drafted(shadowed)
    says(shadowed, f"/send {number}", JEAN)
    assert "No answer waits" in says(shadowed, f"/send {number}", MARIE)
    assert soon(lambda: shadowed.read(ALICE) == ["Grilled tilapia."])


def test_two_processes_send_the_same_draft_once(shadowed: House) -> None:
    drafted(shadowed)
    (draft,) = waiting(shadowed)
    both = [shadowed, shadowed.beside()]
    start = Barrier(len(both))
    came: list[str] = []

    def send(house: House) -> None:
        drafting = Drafting(house.database, house.clock.clock, house.delivery.go_on)
        start.wait()
        came.append(drafting.send(here(house), draft, by=JEAN))

    threads = [Thread(target=send, args=(each,)) for each in both]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(came) == ["gone", "sent"]
    assert soon(lambda: shadowed.read(ALICE) == ["Grilled tilapia."])
    is_quiet(shadowed)
    assert shadowed.read(ALICE) == ["Grilled tilapia."]


def test_a_crash_between_draft_and_notice_leaves_neither_or_both(shadowed: House) -> None:
    shadowed.database.refuses = "INSERT INTO outbox"
    shadowed.model.will("Tilapia.", "Grilled tilapia.")
    shadowed.hears("Fish?", ALICE)
    assert soon(lambda: shadowed.turns()[-1].lease == "")  # it broke off
    assert waiting(shadowed) == []
    shadowed.database.refuses = None
    assert shadowed.sweeps_until(lambda: len(shadowed.read(JEAN)) == 1 == len(shadowed.read(MARIE)))
    assert [each.words for each in waiting(shadowed)] == ["Grilled tilapia."]


def test_who_never_heard_that_a_draft_was_written_writes_none_more(shadowed: House) -> None:
    shadowed.database.unheard = ("INSERT INTO drafts", UNREACHABLE)
    drafted(shadowed)
    assert len(shadowed.read(JEAN)) == 1
    assert len(waiting(shadowed)) == 1


def test_own_words_take_the_diner_over_and_the_draft_is_never_sent(shadowed: House) -> None:
    number = drafted(shadowed)
    says(shadowed, f"/to {number} No fish today", JEAN)
    assert soon(lambda: shadowed.read(ALICE) == ["No fish today"])
    assert outcomes(shadowed) == {ANSWERED: 1}
    assert "No answer waits" in says(shadowed, f"/send {number}", MARIE)


def test_words_behind_send_are_not_lost_in_silence(shadowed: House) -> None:
    number = drafted(shadowed)
    assert "/to*" in says(shadowed, f"/send {number} but no plantain", JEAN)
    assert shadowed.read(ALICE) == []


def test_the_console_edits_and_drops(shadowed: House) -> None:
    drafting = Drafting(shadowed.database, shadowed.clock.clock, shadowed.delivery.go_on)
    drafted(shadowed)
    (draft,) = drafting.waiting(here(shadowed))
    assert drafting.send(here(shadowed), draft, by=JEAN, words="Tilapia, *grilled*.") == "sent"
    assert soon(lambda: shadowed.read(ALICE) == ["Tilapia, *grilled*."])
    drafted(shadowed, "With plantain.", "And with it?")
    (draft,) = drafting.waiting(here(shadowed))
    assert drafting.drop(here(shadowed), draft, by=JEAN)
    assert not drafting.drop(here(shadowed), draft, by=JEAN)
    assert drafting.send(here(shadowed), draft, by=JEAN) == "gone"
    assert outcomes(shadowed) == {EDITED: 1, DROPPED: 1}


def test_another_restaurants_draft_is_nobodys(shadowed: House) -> None:
    drafting = Drafting(shadowed.database, shadowed.clock.clock, shadowed.delivery.go_on)
    drafted(shadowed)
    (draft,) = waiting(shadowed)
    other = Restaurant(number="whatsapp:+35699000009")
    assert drafting.waiting(other) == []
    assert drafting.send(other, draft, by=JEAN) == "gone"
    assert not drafting.drop(other, draft, by=JEAN)


def test_the_24_hours_hold_for_a_draft(shadowed: House) -> None:
    number = drafted(shadowed)
    shadowed.clock.passes(WINDOW.total_seconds())
    writes(shadowed, JEAN)
    assert "24 hours" in says(shadowed, f"/send {number}", JEAN)
    drafting = Drafting(shadowed.database, shadowed.clock.clock, shadowed.delivery.go_on)
    assert drafting.send(here(shadowed), waiting(shadowed)[0], by=JEAN) == "too_late"


def test_choices_go_along_when_it_is_sent(shadowed: House) -> None:
    offered = replace(calling("offer_choices", choices=["Yes", "No"]), text="Would you like fish?")
    shadowed.model.will(offered)
    hears(shadowed, "Fish?")
    number = handle(shadowed)
    assert "> 1. Yes" in shadowed.read(JEAN)[-1]
    says(shadowed, f"/send {number}", JEAN)
    assert soon(lambda: shadowed.read(ALICE) != [])
    (part,) = [each for each in shadowed.parts() if each.diner_id == number]
    assert part.extra is not None
    assert [each["title"] for each in part.extra["choices"]["options"]] == ["Yes", "No"]


def test_a_model_that_fails_is_the_staffs_to_know(shadowed: House) -> None:
    shadowed.model.will(RealtimeError("unreachable"))
    hears(shadowed, "Fish?")
    assert "found no answer" in shadowed.read(JEAN)[-1]
    assert shadowed.read(ALICE) == []


def test_who_is_called_answers_in_a_drafts_place(shadowed: House) -> None:
    shadowed.model.will(asks_for_a_person(), "A colleague will write to you.")
    hears(shadowed, "My soup is cold")
    assert "asks for a person" in shadowed.read(JEAN)[-1]
    assert shadowed.read(ALICE) == []
    assert waiting(shadowed) == []


def test_keywords_and_the_staff_are_answered_at_once(shadowed: House) -> None:
    assert "What I keep" in says(shadowed, "/me", ALICE)
    assert says(shadowed, "Fish?", JEAN) == "Yes."
    assert over_http(shadowed) == "Yes."


def test_stop_and_forget_take_the_draft_along(shadowed: House) -> None:
    drafted(shadowed)
    says(shadowed, "STOP", ALICE)
    assert outcomes(shadowed) == {DROPPED: 1}
    says(shadowed, "START", ALICE)
    drafted(shadowed, "Yes, tilapia.", "Fish?")
    says(shadowed, "/forget", ALICE)
    assert outcomes(shadowed) == {}
    with shadowed.eye.transaction() as session:
        assert session.query(drafts.Draft).count() == 0


def test_an_allergy_is_kept_from_a_draft_too(shadowed: House) -> None:
    drafted(shadowed, "Noted.", "I am allergic to peanuts, fish?")
    assert "peanut" in (next(e for e in shadowed.diners() if e.address == ALICE).diet or "")


def test_live_again_the_answer_goes_to_the_diner(shadowed: House) -> None:
    number = drafted(shadowed)
    at = here(shadowed)
    with shadowed.eye.transaction() as session:
        rollout.go_live(session, at.id, by="command line", now=shadowed.clock.now())
    shadowed.clock.passes(FRESH_S)
    assert says(shadowed, f"/send {number}", JEAN) == f"Sent to {number}."
    assert soon(lambda: shadowed.read(ALICE) == ["Grilled tilapia."])
    assert says(shadowed, "Soup?", ALICE) == "Yes."


def test_what_the_cfo_would_say_is_for_whoever_may_read_it(shadowed: House) -> None:
    """Jean is a waiter; Marie owns the house."""
    shadowed.model.will("It is 18.")
    hears(shadowed, "/cfo what is the VAT?")
    number = handle(shadowed)
    assert "> It is 18." in shadowed.read(MARIE)[-1]
    assert shadowed.read(JEAN) == []
    assert "not for your role" in says(shadowed, f"/send {number}", JEAN)
    shadowed.model.will(RealtimeError("unreachable"))
    hears(shadowed, "And in Malta?")
    assert "found no answer" in shadowed.read(MARIE)[-1]
    assert len(shadowed.read(JEAN)) == 1
    drafted(shadowed, "Tilapia.", "/waiter fish?")
    assert says(shadowed, f"/send {number}!", JEAN) == f"Sent to {number}."


def test_who_sends_a_draft_hears_of_its_dishes_that_changed_since(shadowed: House) -> None:
    stocked(shadowed)
    number = drafted(shadowed, f"{FISH_SHORT}, or soup.")
    says(shadowed, f"/86 {GOAT_SHORT}", MARIE)
    says(shadowed, f"/86 {FISH_SHORT}", MARIE)
    told = says(shadowed, f"/send {number}", JEAN)
    assert f"has changed since that answer was made: {FISH_SHORT}. Nothing was sent" in told
    assert shadowed.read(ALICE) == []
    assert says(shadowed, f"/send {number}!", JEAN) == f"Sent to {number}."


def test_nor_is_a_dish_forgotten_that_sold_out_while_the_draft_was_written(shadowed: House) -> None:
    stocked(shadowed)
    thinking = shadowed.model.holds()
    shadowed.hears("Fish?", ALICE)
    assert thinking.is_asked.wait(WAIT_S)
    shadowed.clock.passes(1)
    says(shadowed, f"/86 {FISH_SHORT}", MARIE)
    shadowed.clock.passes(1)
    thinking.says(f"{FISH_SHORT}, or soup.")
    assert soon(lambda: waiting(shadowed))
    is_quiet(shadowed)
    assert "menu has changed" in says(shadowed, f"/send {handle(shadowed)}", JEAN)


def test_who_sends_one_of_the_menu_as_it_is_hears_nothing(shadowed: House) -> None:
    stocked(shadowed)
    says(shadowed, f"/86 {GOAT_SHORT}", MARIE)
    shadowed.clock.passes(1)
    number = drafted(shadowed, f"{FISH_SHORT}, no {GOAT_SHORT}.")
    assert says(shadowed, f"/send {number}", JEAN) == f"Sent to {number}."


def test_where_no_colleague_can_be_reached_the_draft_waits_in_the_console(any_house: House) -> None:
    join(any_house, JEAN, "waiter")
    switch(any_house, shadow=True, limited=False)
    hears(any_house, "Fish?")
    assert any_house.read(ALICE) == []
    assert len(waiting(any_house)) == 1


def test_nor_where_a_colleague_can_not_be_reached_any_more(shadowed: House) -> None:
    says(shadowed, "/human", ALICE)
    for each in (JEAN, MARIE):
        says(shadowed, "STOP", each)
    hears(shadowed, "Hello?")
    assert len(shadowed.read(ALICE)) == 1


def test_no_machine_speaks_where_a_colleague_did_not_come(shadowed: House) -> None:
    """But the staff, who alone can, hears of it."""
    says(shadowed, "/human", ALICE)
    is_quiet(shadowed)
    shadowed.clock.passes(COMES_WITHIN.total_seconds() + 1)
    shadowed.upkeep.sweep()
    assert soon(lambda: not any(each.in_hands_until for each in shadowed.diners()))
    is_quiet(shadowed)
    assert len(shadowed.read(ALICE)) == 1
    for who in (JEAN, MARIE):
        assert shadowed.read(who)[-1].splitlines() == [
            f"*{handle(shadowed)}* (+250***001) asked for a person, and nobody has come."
            " Nothing was said to them.",
            f"Answer with: /to {handle(shadowed)} your words",
        ]
