"""One conversation: its turns in order with all that belongs to them, as far as it may be read."""

from datetime import timedelta

import pytest

from models import attachments, kept, outbox
from models.bubbles import Bubble
from models.console.conversation import Conversation, conversation, picture
from models.console.sight import EVERYTHING, Sight
from models.diets import Diet, KeptDiet
from models.inbox import Medium, Written
from models.inbox import keep_opened as keep
from models.outbox import SIGN_IN
from models.templates import BUDGET
from models.tool_calls import Call, Missed
from models.turns import DONE, FAILED, HELD
from tests.models.console.world import SUSHI, TOKENS, World
from tests.models.desk import ALICE, BOB, moment

BOOKS = Call("fetch_financials", '{"period": "May"}', '{"revenue": "RWF 9,000,000"}', 40)
WAITERS = Sight(frozenset({"lookup_menu"}), frozenset({"waiter"}))


def shown(world: World, diner_id: int, sight: Sight = EVERYTHING, **asked: int) -> Conversation:
    with world.database.transaction() as session:
        found = conversation(session, world.kigali, diner_id, sight=sight, **asked)
    assert found is not None
    return found


def test_a_turn_has_its_messages_its_tools_its_reply_and_how_far_that_came(world: World) -> None:
    turn = world.begins("Sushi?", at=1)
    part = world.ends(turn, "No", "But fish", calls=[SUSHI], at=3)
    assert part is not None
    world.desk.sent(part, "SM-out-1", at=4)
    world.desk.progress("SM-out-1", "read", at=9)
    (exchange,) = shown(world, turn.diner.id).exchanges
    assert [(each.text, each.at) for each in exchange.wrote] == [("Sushi?", moment(1))]
    (call,) = exchange.calls
    assert (call.tool, call.arguments, call.took_ms) == ("lookup_menu", '{"query": "sushi"}', 12)
    assert call.missed == (Missed("dish", "Sushi"),)
    assert (exchange.state, exchange.persona, exchange.reply) == (DONE, "waiter", "No\n\nBut fish")
    assert [each.tick for each in exchange.sent] == ["read", "waiting"]
    assert exchange.sent[0].bubble == Bubble("No")
    assert exchange.sent[0].at == moment(9)
    use = exchange.use
    assert (use.turns, use.messages_in, use.messages_out, use.tokens) == (1, 1, 1, TOKENS)
    assert (exchange.ended_at or moment(0)) - exchange.started_at == timedelta(seconds=2)


def test_whose_it_is_and_until_when_they_may_be_written_to(world: World) -> None:
    diner = world.talks("Hi", "Hello", at=5)
    with world.database.connection() as connection:
        nuts = KeptDiet(Diet(frozenset({"nuts"})))
        kept.change_diet(connection, diner, lambda _: nuts)
    world.takes(diner, "I'm here", by=BOB, at=10)
    found = shown(world, diner)
    assert (found.name, found.who) == ("Alice", "whatsapp:+250***001")
    assert found.diet.own.allergens == {"nuts"}
    assert (found.is_in_hands, found.in_hands_of) == (True, BOB)
    assert found.may_be_written_to(moment(5 + 24 * 3_600 - 1))
    assert not found.may_be_written_to(moment(5 + 24 * 3_600))
    persons = found.exchanges[-1]
    assert (persons.is_persons, persons.reply, persons.wrote) == (True, "I'm here", ())


def test_what_failed_says_why_with_twilios_code(world: World) -> None:
    turn = world.begins("Hi")
    part = world.ends(turn, "Sorry", state=FAILED, cause="timeout")
    assert part is not None
    world.desk.fail(part, 63003)
    (exchange,) = shown(world, turn.diner.id).exchanges
    assert (exchange.state, exchange.cause) == (FAILED, "timeout")
    assert (exchange.sent[0].tick, exchange.sent[0].code) == ("failed", 63003)


def test_it_is_read_backwards_page_by_page(world: World) -> None:
    for nth in range(5):
        diner = world.talks(f"Question {nth}", f"Answer {nth}", at=10 * nth)
    world.writes("And?", at=100)
    last = shown(world, diner, most=2)
    assert [each.reply for each in last.exchanges] == ["Answer 3", "Answer 4"]
    assert [each.text for each in last.waiting] == ["And?"]
    assert last.older == last.exchanges[0].id
    before = shown(world, diner, most=2, before=last.older)
    assert [each.reply for each in before.exchanges] == ["Answer 1", "Answer 2"]
    assert before.waiting == ()
    first = shown(world, diner, most=2, before=before.older or 0)
    assert [each.reply for each in first.exchanges] == ["Answer 0"]
    assert first.older is None


def test_notices_stand_between_on_the_page_of_their_time(world: World) -> None:
    for nth in range(2):
        diner = world.talks("Hi", "Hello", at=100 * nth)
    for nth, text in enumerate(("Early", "Late")):
        with world.database.connection() as connection:
            notice = Bubble(text, purpose=BUDGET)
            outbox.put(connection, diner, notice, turn_id=None, now=moment(100 * nth + 50))
    last = shown(world, diner, most=1)
    assert [each.bubble and each.bubble.text for each in last.notices] == ["Late"]
    first = shown(world, diner, most=1, before=last.older or 0)
    assert [each.bubble and each.bubble.text for each in first.notices] == ["Early"]
    (closed,) = shown(world, diner, WAITERS, most=1).notices
    assert closed.bubble is None


def test_a_link_to_sign_in_with_is_read_by_nobody_else(world: World) -> None:
    diner = world.talks("Hi", "Hello", at=5)
    with world.database.connection() as connection:
        link = Bubble("https://inzozi.example/console/link/Zk0", purpose=SIGN_IN)
        outbox.put(connection, diner, link, turn_id=None, now=moment(9))
    found = shown(world, diner)
    assert [each.bubble for each in found.notices] == [None]
    assert "Zk0" not in repr(found)


def test_the_books_are_not_read_for_whom_they_are_closed(world: World) -> None:
    world.talks("Revenue?", "RWF 9,000,000", calls=[BOOKS], persona="cfo")
    world.talks("[answers: RWF 9,000,000]", "Nine million, again", persona="cfo", at=5)
    diner = world.talks("Sushi?", "No", calls=[SUSHI], at=10)
    told = repr(shown(world, diner, WAITERS))
    assert "9,000,000" not in told
    assert "Nine million" not in told
    assert "May" not in told
    first, _, last = shown(world, diner, WAITERS).exchanges
    assert first.is_closed
    assert (first.calls[0].tool, first.calls[0].is_closed) == ("fetch_financials", True)
    assert (last.reply, last.calls[0].is_closed) == ("No", False)
    assert "9,000,000" in repr(shown(world, diner))


def test_media_and_pictures_are_told_of(world: World) -> None:
    turn = world.begins("[sent a picture]")
    medium = Medium("https://api.twilio.com/1", "image/jpeg", is_opened=True)
    (message,) = turn.messages
    with world.database.connection() as connection:
        keep(connection, Written(message.id, message.sid, "Look", False, media=(medium,)))
        attachments.keep(connection, message.id, [b"ONE", b"TWO"], moment(0))
    world.ends(turn, "Nice")
    (wrote,) = shown(world, turn.diner.id).exchanges[0].wrote
    assert (wrote.text, wrote.media, wrote.pictures) == ("Look", (medium,), 2)
    with world.database.transaction() as session:
        assert picture(session, world.kigali, message.id, 1) == b"TWO"
        assert picture(session, world.kigali, message.id, 2) is None
        assert picture(session, world.valletta, message.id, 0) is None


def test_what_a_person_has_to_answer_stands_as_it_came(world: World) -> None:
    diner = world.talks("Hi", "Hello")
    world.takes(diner, "I'm here", by=BOB, at=5)
    world.ends(world.begins("Fish?", diner=ALICE, at=9), state=HELD, persona=None, at=10)
    last = shown(world, diner).exchanges[-1]
    assert (last.state, last.reply, [each.text for each in last.wrote]) == (HELD, "", ["Fish?"])


@pytest.mark.parametrize("diner_id", [0, 9_999, -1, 10**12, 10**30])
def test_nobody_else_has_a_conversation(world: World, diner_id: int) -> None:
    with world.database.transaction() as session:
        assert conversation(session, world.kigali, diner_id, sight=EVERYTHING) is None


def test_what_was_said_in_a_call_is_no_message_and_the_call_is_told(world: World) -> None:
    alice = world.talks("Hi", "Hello", at=5)
    call_id = world.says(alice, "Any fish?", "Tilapia.")
    found = shown(world, alice)
    assert [each.call_id for each in found.exchanges] == [None, call_id]
    use = found.exchanges[1].use
    assert (use.turns, use.messages_in, use.messages_out, use.tokens) == (1, 0, 0, TOKENS)
    (call,) = found.calls
    assert (call.id, call.at, call.way, call.is_over) == (call_id, moment(60), "phone", False)
