"""What diners asked for in vain, by how many turns asked for it."""

from models.console.asked import Asked, asked
from models.tool_calls import Call, Missed
from tests.models.console.world import World
from tests.models.desk import ALICE, BOB, moment


def looked_up(*words: str, kind: str = "dish") -> Call:
    missed = tuple(Missed(kind, each) for each in words)  # type: ignore[arg-type]
    return Call("lookup_menu", "{}", "{}", 1, missed=missed)


def found(world: World, **given: int) -> list[Asked]:
    return asked(world.database, world.kigali, moment(0), fold=str.casefold, **given)


def test_the_same_words_are_counted_together_once_a_turn(world: World) -> None:
    world.talks("Sushi?", "No", calls=[looked_up("sushi"), looked_up("Sushi")], at=1)
    world.talks("Sushi!", "No", calls=[looked_up("SUSHI")], at=20)
    bob = world.talks("Both?", "No", diner=BOB, calls=[looked_up("Sushi", "ramen")], at=30)
    assert found(world) == [
        Asked("dish", "Sushi", 3, 2, moment(30), bob),
        Asked("dish", "ramen", 1, 1, moment(30), bob),
    ]
    assert [each.words for each in found(world, most=1)] == ["Sushi"]


def test_a_word_that_nobody_knows_is_no_dish(world: World) -> None:
    calls = [looked_up("chips"), looked_up("chips", kind="word")]
    world.talks("Chips?", "No", calls=calls, diner=ALICE, at=1)
    assert [(each.kind, each.words) for each in found(world)] == [
        ("dish", "chips"),
        ("word", "chips"),
    ]


def test_what_was_asked_before_then_is_not_among_it(world: World) -> None:
    world.talks("Sushi?", "No", calls=[looked_up("sushi")], at=-100)
    assert found(world) == []
