"""An entry far behind the best is left out; equals stay in their order."""

from knowledge.scoring import best_first


def test_an_entry_far_behind_the_best_is_left_out() -> None:
    assert best_first("abcd", [0.5, 0.0, 1.0, 0.4], kept_share=0.5) == ["c", "a"]


def test_a_bonus_orders_what_is_kept_and_keeps_nothing() -> None:
    kept = best_first(
        "abc", [0.6, 1.0, 0.1], 0.5, bonus=lambda entry: {"a": 1.0, "c": 9.0}.get(entry, 0.0)
    )
    assert kept == ["a", "b"]


def test_equals_stay_in_their_order_and_nothing_is_nothing() -> None:
    assert best_first("ba", [1.0, 1.0], 0.5) == ["b", "a"]
    assert best_first("ab", [0.0, 0.0], 0.5) == []
