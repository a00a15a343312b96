"""A word's best place counts, a mistyped word only where nobody spells it so; far off is out."""

import pytest

from knowledge.scoring import Place, best_first, word_scores

LEASES = (Place(1.0, ("lease",)), Place(0.5, whole=frozenset({"tenant", "chocolate"})))
LEAVE = (Place(1.0, ("leave",)), Place(0.5, ("lease",)))


def test_the_best_place_counts() -> None:
    assert word_scores([LEASES, LEAVE], "lease") == [1.0, 0.5]


def test_the_other_places_add_their_share() -> None:
    both = (Place(1.0, ("lease",)), Place(0.5, ("lease",)))
    assert word_scores([both], "lease", others_share=0.25) == [0.75 * 1.0 + 0.25 * 1.5]


def test_a_beginning_counts_less_than_the_word() -> None:
    assert word_scores([[Place(1.0, ("chocolate",))]], "choc") == [0.8]


@pytest.mark.parametrize(("word", "score"), [("chocolate", 0.5), ("choc", 0.0), ("choclate", 0.0)])
def test_of_prose_only_the_very_word_counts(word: str, score: float) -> None:
    assert word_scores([LEASES], word) == [score]


def test_a_word_is_mistyped_only_where_nobody_spells_it_so() -> None:
    assert word_scores([LEAVE[:1], LEASES], "lease") == [0.0, 1.0]
    mistyped, other = word_scores([LEAVE[:1], LEASES[1:]], "leeve")
    assert 0.8 <= mistyped < 1
    assert other == 0


def test_the_best_of_its_aliases_speaks_for_a_word() -> None:
    assert word_scores([LEASES, LEAVE], "tenant", ("leave",)) == [0.5, 1.0]


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
