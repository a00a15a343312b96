"""What is erased, in short steps: all of a diner who asks, what is old, and nothing that is new."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from models import erasure, purging
from models.database.engine import Database
from models.diners import Diner
from models.erasure import BATCH, Erased
from models.inbox import Message
from models.outbox import SENDING, SENT, Part
from models.turns import Turn
from tests.models.desk import ALICE, BOB, LEASE_S, Desk, moment

MANY = BATCH * 2 + 1


def counts(desk: Desk, diner_id: int) -> tuple[int, ...]:
    """Messages, turns and parts."""
    with desk.database.transaction() as session:
        return tuple(
            session.scalar(select(func.count()).where(table.diner_id == diner_id)) or 0
            for table in (Message, Turn, Part)
        )


def waiting(desk: Desk) -> int:
    with desk.database.transaction() as session:
        return session.scalar(select(func.count()).where(Message.turn_id.is_(None))) or 0


def answered(desk: Desk, times: int, diner: str = ALICE) -> None:
    for _ in range(times):
        part = desk.reply("Yes.", diner=diner)
        assert part is not None
        desk.sent(part, f"SM-out-{part.id}")


def test_a_diner_is_forgotten_in_steps(desk: Desk) -> None:
    answered(desk, MANY)
    answered(desk, 2, BOB)
    turn = desk.claimed(desk.write("/forget"))
    pauses: list[float] = []
    assert erasure.forget(desk.database, turn, moment(0), pauses.append) == Erased(
        MANY + 1, MANY, 0
    )
    assert counts(desk, turn.diner.id) == (1, 1, 0)
    assert counts(desk, desk.arrive(BOB)) == (2, 2, 2)
    assert len(pauses) == 3


def test_what_is_still_to_be_sent_outlives_the_forgetting(desk: Desk) -> None:
    desk.reply("On its way")
    turn = desk.claimed(desk.write("/forget"))
    erasure.forget(desk.database, turn, moment(0))
    assert counts(desk, turn.diner.id) == (2, 2, 1)


def test_who_has_lost_the_turn_erases_nothing(desk: Desk) -> None:
    zombie = desk.claimed(desk.write("/forget"), "zombie")
    heir = desk.claimed(zombie.diner.id, "heir", at=LEASE_S)
    assert desk.end(heir, at=LEASE_S)
    later = desk.take_in("SM-later", "Are you open?", at=LEASE_S).turn
    assert later is not None
    erasure.forget(desk.database, zombie, moment(0))
    assert desk.end(later, at=LEASE_S)


def test_a_part_that_is_sent_meanwhile_makes_no_message_wait_again(postgresql_desk: Desk) -> None:
    desk = postgresql_desk
    answered(desk, 1)
    part = desk.reply("On its way")
    assert part is not None
    turn = desk.claimed(desk.write("/forget"))

    def while_it_erases(statement: str, _: Mapping[str, Any]) -> None:
        if statement.startswith("DELETE FROM messages"):
            desk.sent(part, "SM-out", at=1)

    database = Database(
        desk.database.url.render_as_string(hide_password=False),
        watch=while_it_erases,
        has_clock=False,
    )
    erasure.forget(database, turn, moment(0))
    purging.purge(database, moment(0) + timedelta(days=1))
    database.close()
    assert waiting(desk) == 0


def test_what_is_old_is_purged_and_nothing_else(desk: Desk) -> None:
    answered(desk, MANY)
    with desk.database.transaction() as session:
        every = list(session.scalars(select(Turn).order_by(Turn.id)))
        for turn in every[::2]:
            turn.ended_at = moment(0) - timedelta(days=100)
        kept = [turn.id for turn in every[1::2]]
    erased = purging.purge(desk.database, moment(0) - timedelta(days=90), sleep=lambda _: None)
    with desk.database.transaction() as session:
        assert list(session.scalars(select(Turn.id).order_by(Turn.id))) == kept
    assert (erased.messages, erased.replies) == (MANY - len(kept), MANY - len(kept))
    assert counts(desk, desk.arrive()) == (len(kept),) * 3


def test_what_was_said_without_a_turn_is_purged_once_it_is_old(desk: Desk) -> None:
    for place, at in enumerate((*[0] * MANY, 100)):
        part = desk.say("The table is ready.", at=at)
        assert part is not None
        desk.sent(part, f"SM-out-{place}", at=at)
    desk.say("On its way", diner=BOB)
    purging.purge(desk.database, moment(100), sleep=lambda _: None)
    with desk.database.transaction() as session:
        kept = session.execute(select(Part.sid, Part.state).order_by(Part.id)).all()
    assert [tuple(row) for row in kept] == [(f"SM-out-{MANY}", SENT), (None, SENDING)]


def test_a_diner_of_whom_nothing_is_left_is_purged(desk: Desk) -> None:
    desk.arrive()
    desk.write("Hello?", diner=BOB)
    assert purging.purge(desk.database, moment(1)) == Erased(0, 0, 1)


def test_that_a_diner_opted_out_outlives_all_else_of_them(desk: Desk) -> None:
    diner_id = desk.arrive()
    with desk.database.transaction() as session:
        diner = session.get_one(Diner, diner_id)
        diner.opted_out_at = moment(0)
        diner.diet = "{}"
    for _ in range(2):
        assert purging.purge(desk.database, moment(1)) == Erased(0, 0, 0)
    with desk.database.transaction() as session:
        diner = session.get_one(Diner, diner_id)
        assert (diner.diet, diner.profile_name) == (None, None)
        assert diner.opted_out_at == moment(0)
