"""`synonyms`: what diners call things, everywhere or at one restaurant, and what is found by it."""

from collections.abc import Iterator

import pytest

from handlers.cli.restaurants import restaurants_group
from handlers.cli.stock import seed_command
from handlers.cli.synonyms import synonyms_group
from knowledge.lexicon_on_file import lexicon_of
from knowledge.menu_search import search_menu
from models import audit
from models.database.engine import Database
from models.menu import available_items
from models.restaurants import all_of_them
from tests.engine.world import KIGALI
from tests.handlers.terminal import run


@pytest.fixture
def database(stocked_url: str) -> Iterator[Database]:
    database = Database(stocked_url)
    yield database
    database.close()


def said(database: Database, *arguments: str) -> str:
    done = run(synonyms_group(database), *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def first_for(database: Database, query: str, slug: str = "kigali") -> str | None:
    with database.transaction() as session:
        (restaurant,) = [each for each in all_of_them(session) if each.slug == slug]
        items = available_items(session, restaurant.id)
        lexicon = lexicon_of(database, session, slug)
    found = search_menu(items, query, lexicon=lexicon).items
    return found[0].slug if found else None


def test_the_words_of_six_languages_are_known_whatever_an_operator_adds(
    database: Database,
) -> None:
    said(database, "add", "sw", "zutzi", "snack")
    lines = said(database, "list", "chicken").splitlines()
    told = {tuple(line.split(" = ")[0].split(maxsplit=1)) for line in lines}
    expected = [("fr", "poulet"), ("it", "pollo"), ("mt", "tiġieġ"), ("rw", "inkoko")]
    assert told.issuperset([*expected, ("sw", "kuku"), ("en", "hen")])


def test_each_restaurant_that_a_word_is_of_has_it_in_its_audit(database: Database) -> None:
    said(database, "add", "sw", "zutzi", "pumpkin soup")
    said(database, "add", "sw", "zutzi", "cheesecake", "--restaurant", "kigali")
    said(database, "remove", "sw", "zutzi", "--restaurant", "kigali")
    with database.transaction() as session:
        kept = session.query(audit.Change).order_by(audit.Change.id).all()
    assert [(each.restaurant_id, each.what) for each in kept] == [
        (1, "word.added"),
        (2, "word.added"),
        (1, "word.added"),
        (1, "word.removed"),
    ]
    assert {each.subject for each in kept} == {"zutzi (sw)"}


def test_a_word_that_is_added_is_understood_at_once_and_one_that_is_removed_is_not(
    database: Database,
) -> None:
    assert first_for(database, "zutzi") is None
    assert said(database, "add", "sw", "zutzi", "pumpkin soup") == (
        "zutzi (sw) means pumpkin soup now.\n"
    )
    assert first_for(database, "zutzi") == "pumpkin-soup"
    said(database, "add", "sw", "zutzi", "cheesecake")
    assert first_for(database, "zutzi") == "passion-cheesecake"
    said(database, "remove", "sw", "zutzi")
    assert first_for(database, "zutzi") is None


def test_nothing_has_to_be_loaded_before_a_word_is_changed(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    known = len(said(database, "list").splitlines())
    said(database, "add", "sw", "zutzi", "snack")
    assert len(said(database, "list").splitlines()) == known + 1 > 4_000
    said(database, "remove", "fr", "poulet")
    with database.transaction() as session:
        terms = lexicon_of(database, session, "kigali").terms("inkoko zutzi poulet")
    assert [term.concept for term in terms] == ["chicken", "snack", "poulet"]
    database.close()


def test_a_word_may_be_one_restaurants_alone(database: Database) -> None:
    said(database, "add", "en", "the usual", "espresso", "--restaurant", "valletta")
    assert first_for(database, "the usual", "valletta") == "espresso"
    assert first_for(database, "the usual") != "espresso"
    assert "(valletta alone)" in said(database, "list", "the usual", "--restaurant", "valletta")
    assert said(database, "list", "the usual") == ""
    assert run(restaurants_group(database), "remove", "valletta", "--yes").exit_code == 0
    refused = run(synonyms_group(database), "list", "--restaurant", "valletta")
    assert "There is no restaurant valletta, only: kigali." in refused.output


def test_what_is_removed_at_one_restaurant_is_known_everywhere_else(database: Database) -> None:
    said(database, "add", "sw", "zutzi", "espresso")
    said(database, "remove", "sw", "zutzi", "--restaurant", "kigali")
    said(database, "remove", "mt", "tiġieġ", "--restaurant", "kigali")
    assert said(database, "list", "tiġieġ", "--restaurant", "kigali") == ""
    assert "tiġieġ = chicken" in said(database, "list", "tiġieġ", "--restaurant", "valletta")
    assert first_for(database, "zutzi") is None
    assert first_for(database, "zutzi", "valletta") == "espresso"
    refused = run(synonyms_group(database), "remove", "mt", "tiġieġ", "--restaurant", "kigali")
    assert "tiġieġ (mt) is not known at kigali: see synonyms list." in refused.output


def test_a_word_may_say_nothing_of_what_is_wanted(database: Database) -> None:
    said(database, "add", "en", "zutzi", "--nothing")
    assert first_for(database, "zutzi espresso") == "espresso"
    assert "zutzi = nothing of what is wanted" in said(database, "list", "zutzi")


def test_what_an_operator_changed_stays_when_the_files_are_loaded_again(database: Database) -> None:
    said(database, "add", "fr", "poulet", "goat")
    said(database, "remove", "it", "pollo")
    assert run(seed_command(database, KIGALI)).exit_code == 0
    assert "fr         poulet = goat" in said(database, "list", "poulet")
    assert said(database, "list", "pollo", "--language", "it") == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "fr", "poulet"), "say what the word means, or --nothing"),
        (("add", "fr", "poulet", "chicken", "--nothing"), "say what the word means, or --nothing"),
        (("add", "French", "poulet", "chicken"), "a language is its code, as fr or sw"),
        (("add", "fr", "a, b", "chicken"), "and no comma"),
        (("add", "fr", "mot", "chicken", "--restaurant", "rome"), "There is no restaurant: load"),
        (("remove", "fr", "zutzi"), "zutzi (fr) is not known: see synonyms list."),
    ],
)
def test_what_is_wrong_is_named(sqlite_url: str, arguments: tuple[str, ...], told: str) -> None:
    database = Database(sqlite_url)
    done = run(synonyms_group(database), *arguments)
    database.close()
    assert done.exit_code != 0
    assert told in done.output
