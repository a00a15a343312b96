"""What a diner wrote is stored once, in the order it came, and waits until a turn takes it."""

from sqlalchemy import delete, select

from models import unattended
from models.inbox import Message
from tests.models.desk import ALICE, BOB, CHARLIE, Desk, moment


def stored(desk: Desk) -> list[Message]:
    with desk.database.transaction() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def waiting(desk: Desk, limit: int = 10) -> list[int]:
    with desk.database.alone() as connection:
        return unattended.waiting_diners(connection, limit)


def test_a_message_is_stored_as_it_came(desk: Desk) -> None:
    message_id = desk.deliver("SM1", "Café ☕ 👋🏾", at=5)
    (message,) = stored(desk)
    assert (message.id, message.sid, message.text, message.is_keyword) == (
        message_id,
        "SM1",
        "Café ☕ 👋🏾",
        False,
    )
    assert (message.payload, message.received_at, message.turn_id) == (
        {"Body": "Café ☕ 👋🏾"},
        moment(5),
        None,
    )


def test_a_sid_that_comes_again_is_stored_once(desk: Desk) -> None:
    assert desk.deliver("SM1", "Hi")
    assert desk.deliver("SM1", "Hi") is None
    assert desk.deliver("SM1", "Something else", diner=BOB) is None
    assert [(message.sid, message.text) for message in stored(desk)] == [("SM1", "Hi")]


def test_a_sid_that_was_answered_is_not_taken_again(desk: Desk) -> None:
    desk.deliver("SM1", "Hi")
    diner_id = desk.arrive()
    desk.end(desk.claimed(diner_id))
    assert desk.deliver("SM1", "Hi") is None
    assert waiting(desk) == []


def test_messages_keep_their_order(desk: Desk) -> None:
    sids = [f"SM{9 - number}" for number in range(9)]
    ids = [
        desk.deliver(sid, "Hi", diner=(ALICE, BOB)[number % 2]) for number, sid in enumerate(sids)
    ]
    assert ids == sorted(ids, key=lambda message_id: message_id or 0)
    assert [message.sid for message in stored(desk)] == sids


def test_an_id_is_never_used_again(desk: Desk) -> None:
    erased = desk.deliver("SM1", "Hi")
    with desk.database.transaction() as session:
        session.execute(delete(Message))
    later = desk.deliver("SM2", "Hi again")
    assert erased is not None
    assert later is not None
    assert later > erased


def test_diners_wait_in_the_order_they_wrote(desk: Desk) -> None:
    charlie, alice, bob = (
        desk.write("Hi", "Hello?", diner=diner) for diner in (CHARLIE, ALICE, BOB)
    )
    desk.write("Anybody?", diner=CHARLIE)
    assert waiting(desk) == [charlie, alice, bob]


def test_one_who_writes_much_leaves_room_for_the_others(desk: Desk) -> None:
    alice = desk.write(*["Hello?"] * 5)
    bob = desk.write("Hi", diner=BOB)
    desk.write("Hi", diner=CHARLIE)
    assert waiting(desk, limit=2) == [alice, bob]


def test_who_is_being_answered_does_not_wait(desk: Desk) -> None:
    alice, bob = desk.write("Hi"), desk.write("Hi", diner=BOB)
    desk.claimed(alice)
    assert waiting(desk) == [bob]
    desk.write("One more thing")
    assert waiting(desk) == [bob, alice]
