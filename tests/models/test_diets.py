"""What a diner must not have reads back as it was kept, adds up, and stays small."""

from datetime import date

import pytest

from models.diets import MOST_AVOIDED, NO_DIET, Diet, KeptDiet, read, written

NUTS = Diet(frozenset({"nuts", "peanuts"}), frozenset({"vegan"}), frozenset({"ġobon"}))
DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "kept",
    [
        KeptDiet(),
        KeptDiet(NUTS),
        KeptDiet(table=NUTS, since=DAY),
        KeptDiet(Diet(avoid=frozenset({"kiwi"})), NUTS, DAY),
    ],
)
def test_what_is_kept_reads_back_as_it_was(kept: KeptDiet) -> None:
    assert read(written(kept)) == kept


def test_of_nothing_nothing_is_kept() -> None:
    assert written(KeptDiet(since=DAY)) is None


def test_two_add_up_and_the_later_day_holds() -> None:
    milk = KeptDiet(Diet(frozenset({"milk"})), NO_DIET, DAY)
    both = milk.plus(KeptDiet(NUTS, Diet(frozenset({"fish"})), date(2026, 1, 1)))
    assert both.own == Diet(NUTS.allergens | {"milk"}, NUTS.diets, NUTS.avoid)
    assert (both.table, both.since) == (Diet(frozenset({"fish"})), DAY)


def test_more_is_not_avoided_than_there_is_room_for_and_the_first_stay() -> None:
    full = Diet(avoid=frozenset(f"z{nth}" for nth in range(MOST_AVOIDED - 1)))
    after = full.keeping(Diet(avoid=frozenset({"a", "b"})))
    assert after.avoid == full.avoid | {"a"}


def test_nothing_that_is_kept_is_lost_where_two_unite_or_are_shown_as_one() -> None:
    own = Diet(avoid=frozenset(f"o{nth}" for nth in range(MOST_AVOIDED)))
    table = Diet(avoid=frozenset(f"t{nth}" for nth in range(MOST_AVOIDED)))
    assert KeptDiet(own, table).whole.avoid == own.avoid | table.avoid
    assert KeptDiet(own).plus(KeptDiet(table)).own.avoid == own.avoid | table.avoid
    assert KeptDiet(own).keeping(KeptDiet(NO_DIET, table)).table == table
