"""The staff is diners of the number too: every answer to their words is in their own language."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from knowledge.phrases import LANGUAGES
from tests.engine.test_kitchen import OWNER, items, kitchen, told

ASKED = (
    *(
        "/help",
        "/me",
        "/86",
        "/86 pilawu",
        "/86",
        "/86 tilapia",
        "/86 tilapia all",
        "/86",
        "/86 zebra",
    ),
    *("/86 pilawu until 9 of never", "/back pilawu", "/back pilawu", "/back tilapia all", "/undo"),
    *("/price espresso", "/price espresso 12.345,6", "/price espresso 2000"),
    *("/price double espresso 2500", "/price double espresso 90000", "/price double espresso 2600"),
    *("/undo", "/undo", "/to", "/take", "/done", "/to 99 Hello", "/take 98!", "/reset", "/zebra"),
    *("/language", "/language klingon", "/human", "/waiter", "/cfo", "/me forget diet"),
)
# Lines that are the same for everybody: names alone.
SAME = re.compile(r"\d\. \*[^*]+\*|- \*/language \w\w\* – \w+|")


@pytest.fixture(scope="module")
def english(migrated_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    file = shutil.copy(migrated_sqlite_file, tmp_path_factory.mktemp("english") / "kitchen.db")
    return answers(f"sqlite:///{file}", "en")


def answers(url: str, language: str) -> list[str]:
    with kitchen(url) as house:
        told(house, f"/language {language}", OWNER)
        return [told(house, words, OWNER) for words in ASKED]


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_no_line_of_any_answer_is_english(
    language: str, english: list[str], sqlite_url: str
) -> None:
    for asked, own, others in zip(ASKED, answers(sqlite_url, language), english, strict=True):
        same = set(own.splitlines()) & set(others.splitlines())
        assert all(SAME.fullmatch(line) for line in same), (asked, same)


@pytest.mark.parametrize(
    "typed",
    [
        "/86 pilawu 3 jours",
        "/86 pilawu 3 giorni",
        "/86 pilawu 3 ijiem",
        "/86 pilawu iminsi 3",
        "/86 pilawu siku 3",
        "/86 pilawu kwa siku 3",
        "/86 pilawu for 3 days",
    ],
)
def test_how_long_is_said_in_any_language(typed: str, sqlite_url: str) -> None:
    with kitchen(sqlite_url) as house:
        told(house, typed)
        until = items(house)["pilau"].sold_out_until
        assert until is not None
        assert timedelta(days=2) < until - house.clock.now() < timedelta(days=3)


@pytest.mark.parametrize(
    "typed", ["burundu", "daima", "għal dejjem", "per sempre", "pour de bon", "for good"]
)
def test_for_good_is_said_in_any_language(typed: str, sqlite_url: str) -> None:
    with kitchen(sqlite_url) as house:
        told(house, f"/86 pilawu {typed}")
        until = items(house)["pilau"].sold_out_until
        assert until is not None
        assert until.year == 9999
