"""Nothing of one restaurant is in what another one's console shows, or within its reach."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine.figures import Counting
from engine.spending import Spending
from knowledge import costs
from models import attachments, dead_letters, opting, undelivered
from models.console.asked import asked
from models.console.conversation import conversation, picture
from models.console.opted_out import opted_out
from models.console.reach import wrote_since
from models.console.sight import EVERYTHING
from models.diners import Diner
from models.inbox import Message
from models.tool_calls import Call, Missed
from models.turns import DEAD, FAILED, HELD
from tests.engine.clock import ManualClock
from tests.models.console.world import VALLETTA, World
from tests.models.desk import BOB, moment

MARK = "Zanzibar"
THEIRS = [f"whatsapp:+3569900000{number}" for number in range(9)]
Answer = Callable[[World], object]


def _figures(world: World) -> Counting:
    clock = ManualClock(moment(3_600)).clock
    return Counting(world.database, clock, Spending(world.database, clock, costs.DEFAULT))


def _read(ask: Callable[..., object]) -> Answer:
    def answer(world: World) -> object:
        with world.database.transaction() as session:
            return ask(session, world.kigali)

    return answer


EVERY: Mapping[str, Answer] = {
    "conversations": lambda world: world.page(most=100),
    "those of a name": lambda world: world.page(words=MARK),
    "those of a number": lambda world: world.page(words="+356"),
    "conversation": _read(
        lambda session, here: [
            found
            for each in session.scalars(select(Diner.id))
            if (found := conversation(session, here, each, sight=EVERYTHING))
        ]
    ),
    "picture": _read(
        lambda session, here: [
            found
            for each in session.scalars(select(Message.id))
            if (found := picture(session, here, each, 0))
        ]
    ),
    "asked": lambda world: asked(world.database, world.kigali, moment(-100), fold=str.casefold),
    "today": lambda world: _figures(world).today(world.kigali),
    "the month": lambda world: _figures(world).month(world.kigali),
    "opted out": _read(opted_out),
    "who wrote": _read(lambda session, here: wrote_since(session, here, moment(-100))),
    "letters": _read(lambda session, here: dead_letters.unanswered(session, here.number)),
    "parts": _read(lambda session, here: undelivered.undelivered(session, here.number)),
}


def looked_up(world: World, words: str) -> Call:
    """A dish of each menu, in either restaurant: only its own is of its figures."""
    dishes = (*world.serves("Tilapia"), *world.serves(MARK, to=VALLETTA))
    return Call("lookup_menu", words, words, 1, missed=(Missed("dish", words),), dishes=dishes)


def a_busy_day_in_valletta(world: World) -> None:
    given: dict[str, Any] = {"to": VALLETTA, "name": MARK}
    calls = [looked_up(world, MARK)]
    world.talks(MARK, MARK, diner=THEIRS[0], calls=calls, **given)
    world.talks(MARK, MARK, diner=BOB, calls=calls, **given)
    world.writes(MARK, diner=THEIRS[1], **given)
    (message,) = world.begins(MARK, diner=THEIRS[2], **given).messages
    with world.database.connection() as connection:
        attachments.keep(connection, message.id, [MARK.encode()], moment(0))
    for diner, state in ((THEIRS[3], FAILED), (THEIRS[4], DEAD)):
        turn = world.begins(MARK, diner=diner, **given)
        world.ends(turn, MARK, state=state, cause=MARK, calls=calls)
    turn = world.begins(MARK, diner=THEIRS[5], **given)
    part = world.ends(turn, MARK)
    assert part is not None
    world.desk.fail(part, 63003)
    held = world.talks(MARK, MARK, diner=THEIRS[6], **given)
    world.takes(held, MARK, by=THEIRS[8], at=5)
    world.ends(world.begins(MARK, diner=THEIRS[6], at=9, **given), state=HELD, persona=None)
    turn = world.begins(MARK, diner=THEIRS[7], **given)
    world.ends(turn, MARK)
    with world.database.connection() as connection:
        opting.stop(connection, turn.diner.id, turn_id=turn.id, now=moment(9))


def test_another_restaurants_day_changes_nothing_here(world: World) -> None:
    world.talks("Hi", "Hello", diner=BOB, name="Bob", calls=[looked_up(world, "Fish")])
    before = {name: ask(world) for name, ask in EVERY.items()}
    assert MARK not in repr(before)
    a_busy_day_in_valletta(world)
    assert {name: ask(world) for name, ask in EVERY.items()} == before


def test_each_of_them_tells_of_its_own_day(world: World) -> None:
    world.kigali, world.valletta = world.valletta, world.kigali
    empty = {name: ask(world) for name, ask in EVERY.items()}
    a_busy_day_in_valletta(world)
    assert [name for name, ask in EVERY.items() if ask(world) == empty[name]] == []


def test_nothing_of_anothers_is_retried_or_dropped(world: World) -> None:
    a_busy_day_in_valletta(world)
    kigali, valletta = world.kigali.number, world.valletta.number
    with world.database.transaction() as session:
        theirs = [each.turn_id or 0 for each in dead_letters.unanswered(session, valletta)]
        parts = [each.part_id for each in undelivered.undelivered(session, valletta)]
    with world.database.transaction() as session:
        for settle in (dead_letters.retry, dead_letters.drop):
            assert settle(session, theirs, kigali) == []
        for part_ids in (parts, None):
            assert undelivered.retry(session, part_ids, kigali) == []
        assert undelivered.drop(session, parts, kigali) == []
    with world.database.transaction() as session:
        left = dead_letters.unanswered(session, valletta)
        assert [each.turn_id or 0 for each in left] == theirs
        left_parts = undelivered.undelivered(session, valletta)
        assert [each.part_id for each in left_parts] == parts
    assert any(theirs)
    assert parts
