"""The sample menus say of a thing the same in every dish, and nothing that a chef would not."""

from pathlib import Path

import pytest

from knowledge.allergens import Facts, facts_of
from knowledge.files import read_restaurant
from knowledge.seed import SAMPLE_FILES
from models.menu import MenuItem

KIGALI, VALLETTA = SAMPLE_FILES


def facts_in(file: Path) -> dict[str, tuple[MenuItem, Facts]]:
    dishes = [MenuItem(**dish.model_dump()) for dish in read_restaurant(file).menu]
    return {item.slug: (item, facts_of(item)) for item in dishes}


def said_of(facts: Facts, allergen: str) -> str:
    told = ("contained", "may_contain", "free_of", "not_stated")
    return next(name for name in told if allergen in getattr(facts, name))


@pytest.mark.parametrize("file", SAMPLE_FILES)
def test_what_wine_is_fined_with_is_not_stated(file: Path) -> None:
    wines = [facts for item, facts in facts_in(file).values() if item.category == "Wine"]
    assert len(wines) >= 5
    for facts in wines:
        assert {said_of(facts, each) for each in ("eggs", "fish", "milk")} == {"not_stated"}


@pytest.mark.parametrize("slug", ["bajtra-spritz", "kinnie-spritz"])
def test_a_spritz_is_as_its_wine(slug: str) -> None:
    assert said_of(facts_in(VALLETTA)[slug][1], "milk") == "not_stated"


@pytest.mark.parametrize("allergen", ["celery", "mustard"])
def test_a_sausage_is_one_in_every_dish(allergen: str) -> None:
    rows = facts_in(VALLETTA).values()
    sausages = [
        said_of(facts, allergen)
        for item, facts in rows
        if "sausage" in f"{item.name} {item.description}".casefold()
    ]
    assert len(sausages) >= 5
    assert set(sausages) == {"may_contain"}


@pytest.mark.parametrize(
    ("file", "slug", "allergens"),
    [
        (VALLETTA, "awrata", "eggs"),
        (VALLETTA, "qarnit-bit-tewm", "fish"),
        (VALLETTA, "spaghetti-qarnit", "fish"),
        (VALLETTA, "chips", "gluten sulphites"),
        (KIGALI, "sambusa-beef", "fish eggs milk"),
        (KIGALI, "sambusa-veg", "fish eggs milk"),
        (KIGALI, "mandazi", "fish"),
        (KIGALI, "sambaza-starter", "eggs milk"),
        (KIGALI, "fish-chips", "milk"),
    ],
)
def test_what_a_pan_or_a_fryer_may_bring_is_not_ruled_out(
    file: Path, slug: str, allergens: str
) -> None:
    facts = facts_in(file)[slug][1]
    assert facts.free_of.isdisjoint(allergens.split())
