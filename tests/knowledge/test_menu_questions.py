"""The labelled questions: what is promised of the search holds on those that nobody tuned it by."""

import pytest

from tests.benchmarks.menu import LANGUAGES, Asked, asked, questions, score

LEAST_RECALL = 0.95
LEAST_PRECISION = 0.85
LEAST_RECALL_OF_A_LANGUAGE = 0.90
LEAST_EMPTY = 0.95


@pytest.fixture(scope="module")
def every() -> list[Asked]:
    return asked(questions())


@pytest.fixture(params=["tuned", "unseen"])
def half(request: pytest.FixtureRequest, every: list[Asked]) -> list[Asked]:
    return [each for each in every if each.question.is_for_tuning == (request.param == "tuned")]


def test_the_right_dishes_are_found_first(half: list[Asked]) -> None:
    got = score(half)
    assert (got.recall or 0) >= LEAST_RECALL
    assert (got.precision or 0) >= LEAST_PRECISION


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_left_behind(half: list[Asked], language: str) -> None:
    got = score([each for each in half if each.question.lang == language])
    assert (got.recall or 0) >= LEAST_RECALL_OF_A_LANGUAGE


def test_nobody_gets_what_they_must_not_have(half: list[Asked]) -> None:
    assert score(half).forbidden == 0  # which ones, is not told: half of them stay unseen


def test_what_is_not_on_the_menu_is_not_found(half: list[Asked]) -> None:
    assert (score(half).empty or 0) >= LEAST_EMPTY


def test_there_are_enough_of_every_language_and_of_both_menus() -> None:
    assert len(questions()) >= 500
    assert {each.lang for each in questions()} == set(LANGUAGES)
    assert {each.restaurant for each in questions()} == {"kigali", "valletta"}
