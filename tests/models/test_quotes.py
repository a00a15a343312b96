"""What a message is about is found among its diner's own and ours to them, and nowhere else."""

from dataclasses import replace

import pytest

from models import attachments, inbox, quotes
from models.bubbles import Bubble, Choice, Choices
from models.inbox import Medium, Written
from models.quotes import Quoted
from tests.models.desk import ALICE, BOB, NOON, Desk


def found(desk: Desk, diner_id: int, sid: str) -> Quoted | None:
    with desk.database.connection() as connection:
        return quotes.find(connection, diner_id, sid)


def sent(desk: Desk, text: str, sid: str, diner: str = ALICE) -> None:
    outgoing = desk.reply(text, diner=diner, lease=f"sender of {sid}")
    assert outgoing
    desk.sent(outgoing, sid)


@pytest.fixture
def alice(desk: Desk) -> int:
    desk.deliver("SMalice", "A table for four")
    return desk.arrive(ALICE)


@pytest.fixture
def bob(desk: Desk) -> int:
    desk.deliver("SMbob", "I am ill", diner=BOB)
    return desk.arrive(BOB)


def test_their_own_words_are_found(desk: Desk, alice: int) -> None:
    assert found(desk, alice, "SMalice") == Quoted("A table for four", is_ours=False)


def test_what_we_sent_them_is_found(desk: Desk, alice: int) -> None:
    sent(desk, "At which time?", "MM1")
    assert found(desk, alice, "MM1") == Quoted("At which time?", is_ours=True)


@pytest.mark.parametrize("sid", ["SM404", "", "SMbob", "MM2"])
def test_nobody_elses_words_are(desk: Desk, alice: int, bob: int, sid: str) -> None:
    sent(desk, "Get well soon, Bob", "MM2", BOB)
    assert found(desk, bob, "SMbob")
    assert found(desk, bob, "MM2")
    assert found(desk, alice, sid) is None


def test_what_was_told_once_needs_no_looking_up_again(desk: Desk, alice: int) -> None:
    turn = desk.claimed(alice)
    (message,) = turn.messages
    told = Written(message.id, message.sid, "Yes\n[answers an earlier message]", is_keyword=False)
    with desk.database.connection() as connection:
        inbox.keep_text(connection, told)
    desk.end(turn)
    assert desk.history(alice)[0].texts == ("Yes\n[answers an earlier message]",)


def test_what_is_taken_back_is_gone_from_its_edits(desk: Desk, alice: int) -> None:
    turn = desk.claimed(alice)
    (message,) = turn.messages
    edits = replace(message, text="For five\n[edited, it said before: A table for four]")
    desk.end(turn)
    desk.deliver("SMedit", edits.text, quoted_sid="SMalice")
    desk.deliver("SManswer", "And it?", quoted_sid="SMalice")
    with desk.database.connection() as connection:
        quotes.take_back(connection, alice, "SMalice", "[gone]")
    desk.end(desk.claimed(alice))
    told = [each.texts for each in desk.history(alice)]
    assert told == [("[gone]",), ("[gone]", "And it?")]


def test_what_was_edited_is_found_as_it_is_by_now(desk: Desk, alice: int, bob: int) -> None:
    desk.deliver("SM-five", "Five\n[edited, it said before: Four]", quoted_sid="SMalice")
    desk.deliver("SM-six", "Six\n[edited, it said before: Five]", quoted_sid="SMalice")
    desk.deliver("SM-now", "Seven\n[edited an earlier message]", quoted_sid="SMalice")
    desk.deliver("SM-bob", "Mine\n[edited, it said before: x]", diner=BOB, quoted_sid="SMalice")
    now = Quoted("Six\n[edited, it said before: Five]", is_ours=False)
    assert found(desk, alice, "SMalice") == now
    assert found(desk, bob, "SMalice") is None


def test_what_was_offered_is_found_with_it(desk: Desk, alice: int) -> None:
    choices = Choices("buttons", (Choice("yes", "Yes"), Choice("say:Later", "Later")))
    desk.end(desk.claimed(alice))
    outgoing = desk.reply(Bubble("Now?", choices=choices))
    assert outgoing
    desk.sent(outgoing, "MM1")
    assert found(desk, alice, "MM1") == Quoted("Now?", is_ours=True, offered=("Yes", "Later"))


def test_what_is_taken_back_leaves_no_picture(desk: Desk, alice: int) -> None:
    turn = desk.claimed(alice)
    (message,) = turn.messages
    picture = replace(message, media=(Medium("https://api.twilio.com/1", "image/jpeg", True),))
    with desk.database.connection() as connection:
        inbox.keep_opened(connection, picture)
        attachments.keep(connection, message.id, [b"JPEG"], NOON)
        quotes.take_back(connection, alice, message.sid, "[gone]")
        assert attachments.of_messages(connection, [message.id]) == {}
    desk.end(turn)
    assert desk.history(alice)[0].pictured == ()


def test_nobody_takes_back_anothers_words(desk: Desk, alice: int, bob: int) -> None:
    with desk.database.connection() as connection:
        quotes.take_back(connection, alice, "SMbob", "[gone]")
        quotes.take_back(connection, alice, "SMalice", "[gone]")
    assert found(desk, bob, "SMbob") == Quoted("I am ill", is_ours=False)
    assert found(desk, alice, "SMalice") == Quoted("[gone]", is_ours=False)


def test_words_that_are_no_more_are_not_in_the_history(desk: Desk, alice: int) -> None:
    desk.deliver("SMempty", "")
    desk.end(desk.claimed(alice))
    assert desk.history(alice)[0].texts == ("A table for four",)
