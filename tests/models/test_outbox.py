"""A diner's parts go out in order, one at a time, and each knows whether it may be out already."""

import pytest

from models import outbox, receipts, unattended
from models.bubbles import Bubble, Choice, Choices
from models.outbox import FAILED, MAYBE, SENDING, SENT, WAITING, Outgoing, Part
from tests.models.desk import ALICE, BOB, CHARLIE, KIGALI, LEASE_S, Desk, moment


def replied(desk: Desk, *bodies: str, diner: str = ALICE, at: float = 0) -> Outgoing:
    part = desk.reply(*bodies, diner=diner, at=at)
    assert part is not None
    return part


def due(desk: Desk, *, at: float = 0, limit: int = 10) -> list[int]:
    with desk.database.connection() as connection:
        return unattended.due_diners(connection, moment(at), limit)


def first_unrecorded(desk: Desk, part: Outgoing, *sids: str) -> str | None:
    with desk.database.connection() as connection:
        return receipts.first_unrecorded(connection, sids, part.id)


def delivery(part: Part) -> tuple[str, str | None, str | None, int | None]:
    return part.state, part.sid, part.delivery, part.error_code


def test_the_first_part_comes_claimed_with_the_reply(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    assert (part.bubble.text, part.address, part.number, part.attempt) == (
        "First",
        ALICE,
        KIGALI,
        1,
    )
    assert (part.lease_until, part.created_at, part.maybe_sent_since) == (
        moment(LEASE_S),
        moment(0),
        None,
    )
    assert desk.part(part.id).state == SENDING


def test_a_reply_without_a_part_sends_nothing(desk: Desk) -> None:
    assert desk.reply() is None
    assert due(desk) == []


def test_parts_go_out_in_order(desk: Desk) -> None:
    bodies = [f"Part {number}" for number in range(12)]
    part: Outgoing | None = replied(desk, *bodies)
    sent = []
    while part:
        sent.append(part.bubble.text)
        desk.sent(part, f"SM-out-{part.id}")
        part = desk.take(part.diner_id)
    assert sent == bodies


def test_a_later_part_waits_while_the_one_before_it_is_sent(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    assert desk.take(part.diner_id, "other", at=LEASE_S - 1) is None
    desk.sent(part, "SM1")
    assert desk.taken(part.diner_id).bubble.text == "Second"


def test_a_later_part_waits_while_the_one_before_it_is_not_due(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    desk.try_later(part, pause_s=5)
    assert desk.take(part.diner_id, at=4) is None
    again = desk.taken(part.diner_id, at=5)
    assert (again.id, again.attempt, again.maybe_sent_since) == (part.id, 2, None)


def test_a_later_reply_waits_for_the_one_before_it(desk: Desk) -> None:
    first = replied(desk, "First")
    assert desk.reply("Second") is None
    desk.sent(first, "SM1")
    assert desk.taken(first.diner_id).bubble.text == "Second"


def test_one_diners_parts_wait_for_no_other_diner(desk: Desk) -> None:
    replied(desk, "Hers")
    assert replied(desk, "His", diner=BOB).bubble.text == "His"


def test_what_comes_after_a_part_that_failed_for_good_goes_out(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    desk.fail(part, 63003)
    assert (desk.part(part.id).state, desk.part(part.id).error_code) == (FAILED, 63003)
    assert desk.taken(part.diner_id).bubble.text == "Second"


def test_a_try_of_unknown_outcome_is_to_be_looked_for(desk: Desk) -> None:
    part = replied(desk, "First", at=3)
    desk.try_later(part, maybe=True, at=10)
    assert desk.part(part.id).state == MAYBE
    assert desk.taken(part.diner_id, at=11).maybe_sent_since == moment(3)


def test_a_try_whose_process_died_is_to_be_looked_for(desk: Desk) -> None:
    part = replied(desk, "First", at=3)
    heir = desk.taken(part.diner_id, "heir", at=3 + LEASE_S)
    assert (heir.id, heir.attempt, heir.maybe_sent_since) == (part.id, 2, moment(3))


def test_a_maybe_is_looked_for_from_its_first_try_on(desk: Desk) -> None:
    part = replied(desk, "First", at=3)
    desk.try_later(part, at=4)
    part = desk.taken(part.diner_id, at=5)
    desk.try_later(part, maybe=True, at=6)
    assert desk.taken(part.diner_id, at=7).maybe_sent_since == moment(3)


def test_a_part_that_waits_was_never_sent(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    desk.sent(part, "SM1")
    assert desk.taken(part.diner_id).maybe_sent_since is None


def test_who_lost_the_lease_decides_nothing(desk: Desk) -> None:
    zombie = replied(desk, "First")
    heir = desk.taken(zombie.diner_id, "heir", at=LEASE_S)
    desk.fail(zombie, 63003)
    desk.try_later(zombie, maybe=False)
    part = desk.part(heir.id)
    assert (part.state, part.lease) == (SENDING, "heir")


def test_what_twilio_took_is_recorded_whoever_holds_the_lease(desk: Desk) -> None:
    zombie = replied(desk, "First")
    heir = desk.taken(zombie.diner_id, "heir", at=LEASE_S)
    desk.sent(zombie, "SM1")
    desk.sent(heir, "SM2")
    assert delivery(desk.part(heir.id))[:2] == (SENT, "SM1")
    assert desk.take(zombie.diner_id, at=LEASE_S * 3) is None


def test_a_status_moves_a_part_forward(desk: Desk) -> None:
    part = replied(desk, "First")
    desk.sent(part, "SM1")
    for status in ("queued", "sending", "sent", "delivered", "read"):
        assert desk.progress("SM1", status, at=9)
        assert delivery(desk.part(part.id)) == (SENT, "SM1", status, None)
    assert desk.part(part.id).updated_at == moment(9)


@pytest.mark.parametrize("late", ["queued", "sent", "delivered", "undelivered", "failed"])
def test_a_status_that_was_overtaken_moves_nothing(desk: Desk, late: str) -> None:
    part = replied(desk, "First")
    desk.sent(part, "SM1")
    assert desk.progress("SM1", "delivered")
    assert not desk.progress("SM1", late, code=63016)
    assert delivery(desk.part(part.id)) == (SENT, "SM1", "delivered", None)


def test_an_undelivered_part_keeps_its_code(desk: Desk) -> None:
    part = replied(desk, "First")
    desk.sent(part, "SM1")
    assert desk.progress("SM1", "undelivered", code=63016)
    assert delivery(desk.part(part.id)) == (SENT, "SM1", "undelivered", 63016)
    assert desk.progress("SM1", "delivered")


def test_a_status_may_come_before_the_sid_is_recorded(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    assert desk.progress("SM1", "sent", part_id=part.id)
    assert delivery(desk.part(part.id)) == (SENT, "SM1", "sent", None)
    desk.sent(part, "SM1")
    assert delivery(desk.part(part.id)) == (SENT, "SM1", "sent", None)
    assert desk.taken(part.diner_id).bubble.text == "Second"


@pytest.mark.parametrize("is_maybe", [True, False])
def test_a_status_settles_a_try_of_unknown_outcome(desk: Desk, is_maybe: bool) -> None:
    part = replied(desk, "First")
    desk.try_later(part, maybe=is_maybe)
    assert desk.progress("SM1", "delivered", part_id=part.id)
    assert desk.take(part.diner_id, at=LEASE_S) is None


def test_a_part_that_was_given_up_stays_given_up(desk: Desk) -> None:
    part = replied(desk, "First")
    desk.fail(part, None)
    assert desk.progress("SM1", "delivered", part_id=part.id)
    assert delivery(desk.part(part.id)) == (FAILED, "SM1", "delivered", None)


def test_a_status_never_overwrites_the_sid_of_another_message(desk: Desk) -> None:
    part = replied(desk, "First")
    desk.sent(part, "SM1")
    assert not desk.progress("SM2", "read", part_id=part.id)
    assert delivery(desk.part(part.id)) == (SENT, "SM1", None, None)


def test_a_sid_that_is_recorded_is_given_to_no_other_part(desk: Desk) -> None:
    first = replied(desk, "First", "Second")
    desk.sent(first, "SM1")
    second = desk.taken(first.diner_id)
    assert desk.progress("SM1", "read", part_id=second.id)
    assert delivery(desk.part(first.id)) == (SENT, "SM1", "read", None)
    assert delivery(desk.part(second.id)) == (SENDING, None, None, None)


def test_a_status_of_somebody_elses_message_is_not_ours(desk: Desk) -> None:
    part = replied(desk, "First")
    assert not desk.progress("SM1", "read")
    assert not desk.progress("SM1", "read", part_id=part.id + 1)


def test_a_sid_that_another_part_has_is_not_found_whoevers_part_that_is(desk: Desk) -> None:
    hers, his = replied(desk, "First", "Second"), replied(desk, "First", diner=BOB)
    desk.sent(hers, "SM1")
    desk.sent(his, "SM2")
    lost = desk.taken(hers.diner_id)
    assert first_unrecorded(desk, lost, "SM1", "SM2") is None
    assert first_unrecorded(desk, lost, "SM1", "SM3", "SM2", "SM4") == "SM3"


def test_the_sid_of_what_did_not_arrive_is_not_that_of_what_goes_out_once_more(desk: Desk) -> None:
    part = replied(desk, "Yes.")
    desk.sent(part, "SM1")
    desk.once_more(part)
    assert first_unrecorded(desk, desk.taken(part.diner_id), "SM2", "SM1") == "SM2"
    assert first_unrecorded(desk, part, "SM1") is None


def test_what_a_status_told_meanwhile_of_the_part_that_is_looked_for_is_to_be_found(
    desk: Desk,
) -> None:
    part = replied(desk, "Yes.")
    desk.try_later(part, maybe=True)
    part = desk.taken(part.diner_id)
    assert desk.progress("SM1", "sent", part_id=part.id)
    assert first_unrecorded(desk, part, "SM1") == "SM1"


def test_diners_are_due_whose_next_part_is_longest_waiting_first(desk: Desk) -> None:
    bob, alice, charlie = (
        replied(desk, "First", "Second", diner=diner) for diner in (BOB, ALICE, CHARLIE)
    )
    assert due(desk) == []  # they are being sent
    desk.try_later(alice, pause_s=2)
    desk.try_later(bob, maybe=True, pause_s=4)
    assert due(desk, at=1) == []
    assert due(desk, at=3) == [alice.diner_id]
    assert due(desk, at=5) == [bob.diner_id, alice.diner_id]
    assert due(desk, at=LEASE_S) == [bob.diner_id, alice.diner_id, charlie.diner_id]
    assert due(desk, at=LEASE_S, limit=2) == [bob.diner_id, alice.diner_id]


def test_a_diner_whose_parts_are_settled_is_not_due(desk: Desk) -> None:
    sent, failed = replied(desk, "First"), replied(desk, "First", diner=BOB)
    desk.sent(sent, "SM1")
    desk.fail(failed, 63003)
    assert due(desk, at=LEASE_S * 2) == []


def test_a_diner_with_a_part_that_nobody_began_is_due(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    desk.sent(part, "SM1")
    assert due(desk) == [part.diner_id]


def test_a_heartbeat_keeps_a_part(desk: Desk) -> None:
    kept, lost = desk.reply("First", lease="alive"), desk.reply("First", diner=BOB, lease="dead")
    assert kept is not None
    assert lost is not None
    assert desk.renew("alive", "somebody's", at=LEASE_S) == {"alive"}
    assert desk.take(kept.diner_id, at=LEASE_S) is None
    assert desk.take(lost.diner_id, at=LEASE_S) is not None


def test_a_heartbeat_says_which_parts_are_lost(desk: Desk) -> None:
    lost, held = (
        desk.reply("First", lease="frozen"),
        desk.reply("First", diner=BOB, lease="frozen too"),
    )
    assert lost is not None
    assert held is not None
    desk.taken(lost.diner_id, "heir", at=LEASE_S)
    assert desk.renew("frozen", "frozen too", at=LEASE_S) == {"frozen too"}


def test_what_is_handed_back_may_have_gone_out_and_goes_on_at_once(desk: Desk) -> None:
    handed, kept = (
        desk.reply("First", lease="stopping"),
        desk.reply("First", diner=BOB, lease="working"),
    )
    assert handed is not None
    assert kept is not None
    desk.hand_back("stopping", at=1)
    assert due(desk, at=1) == [handed.diner_id]
    assert desk.taken(handed.diner_id, "heir", at=1).maybe_sent_since == moment(0)
    assert desk.take(kept.diner_id, "heir", at=1) is None
    desk.fail(handed, 63003)
    assert desk.part(handed.id).state == SENDING


def test_a_part_that_waits_belongs_to_nobody(desk: Desk) -> None:
    part = replied(desk, "First", "Second")
    desk.sent(part, "SM1")
    desk.hand_back("sender")
    second = desk.taken(part.diner_id)
    desk.try_later(second)
    desk.hand_back("sender")
    assert desk.part(second.id).state == WAITING


def test_what_is_said_without_a_turn_goes_out_in_its_place(desk: Desk) -> None:
    first = replied(desk, "First")
    assert desk.say("The table is ready.") is None
    desk.sent(first, "SM1")
    said = desk.taken(first.diner_id)
    assert (said.bubble, said.address, said.number) == (
        Bubble("The table is ready."),
        ALICE,
        KIGALI,
    )
    assert desk.part(said.id).turn_id is None


@pytest.mark.parametrize(
    "bubble",
    [
        Bubble("Isombe", picture="/media/menu/isombe.jpg"),
        Bubble("Muraho", voice="/media/abc"),
        Bubble(
            "Which one?",
            choices=Choices(
                "list",
                (Choice("i7", "Tilapia", "9,500 RWF"), Choice("i8", "Sambaza")),
                button="Dishes",
            ),
        ),
        Bubble("Yes?", "https://inzozi.example/a.jpg", choices=Choices("buttons", ())),
    ],
)
def test_a_part_keeps_what_it_has_beside_its_words(desk: Desk, bubble: Bubble) -> None:
    first = desk.reply("First", bubble)
    assert first is not None
    desk.sent(first, "SM1")
    assert desk.taken(first.diner_id).bubble == bubble


def test_words_alone_keep_nothing_beside_them(desk: Desk) -> None:
    assert desk.part(replied(desk, "First").id).extra is None


def test_the_first_part_of_a_reply_knows_since_when_its_diner_waits(desk: Desk) -> None:
    diner_id = desk.write("Do you have fish?", at=1)
    desk.write("Or meat?", at=2)
    _, first = desk.close(desk.claimed(diner_id, at=3), ["Tilapia.", "And beef."], at=5)
    assert first is not None
    assert first.asked_at == moment(1)
    desk.try_later(first)
    assert desk.taken(diner_id, at=60).asked_at == moment(1)


def test_no_other_part_knows_of_a_wait(desk: Desk) -> None:
    diner_id = desk.write("Do you have fish?")
    turn = desk.claimed(diner_id)
    _, first = desk.close(turn, ["Tilapia.", "And perch."])
    assert first is not None
    desk.sent(first, "SM1")
    assert desk.taken(diner_id).asked_at is None
    colleague = desk.write("Hi", diner=BOB)
    with desk.database.connection() as connection:
        told = Bubble("Alice asks for fish.")
        outbox.put(connection, colleague, told, turn_id=turn.id, now=moment(0))
    assert desk.taken(colleague).asked_at is None


def test_what_did_not_arrive_is_waited_for_no_more(desk: Desk) -> None:
    part = desk.reply("Tilapia.")
    assert part is not None
    desk.sent(part, "SM1")
    desk.once_more(part)
    assert desk.taken(part.diner_id, at=60).asked_at is None
