"""A restaurant shows its own menu only, and what left it keeps its row."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError

from models.database.columns import Base
from models.database.engine import Database
from models.database.migrate import upgrade
from models.menu import (
    ALLERGENS,
    DIETS,
    MenuItem,
    Pairing,
    available_items,
    pairings_of,
    store,
    store_pairings,
)
from models.restaurants import Restaurant
from tests.postgres import Cluster


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def stored(database: Database) -> Database:
    """Two restaurants: one has stew (1) with wine (2), no longer cake (3); one has tea (4)."""
    with database.transaction() as session:
        session.add_all([restaurant(1), restaurant(2)])
        session.flush()
        session.add_all(
            [
                MenuItem(restaurant_id=1, **dish("Stew")),
                MenuItem(restaurant_id=1, **dish("Wine")),
                MenuItem(restaurant_id=1, **dish("Cake", available=False)),
                MenuItem(restaurant_id=2, **dish("Tea")),
            ]
        )
        session.flush()
        session.add_all(
            [
                Pairing(item_id=1, with_item_id=2, upsell="A glass?"),
                Pairing(item_id=1, with_item_id=3, upsell="Cake?"),
            ]
        )
    return database


def restaurant(number: int) -> Restaurant:
    texts = dict.fromkeys(
        ("name", "country", "locale", "timezone", "city", "address", "hours", "about"), "-"
    )
    return Restaurant(
        id=number, slug=f"r{number}", number=f"whatsapp:+{number}", currency="EUR", **texts
    )


def dish(name: str, price: str = "4.50", *, available: bool = True) -> dict[str, Any]:
    return {
        "slug": name.lower(),
        "name": name,
        "price": Decimal(price),
        "category": "-",
        "description": "",
        "image_url": "",
        "dietary": [],
        "allergens": [],
        "keywords": [],
        "available": available,
    }


def test_a_menu_has_what_the_restaurant_serves_today(stored: Database) -> None:
    with stored.transaction() as session:
        assert [item.name for item in available_items(session, 1)] == ["Stew", "Wine"]


def test_a_pairing_names_the_other_item_and_how_to_offer_it(stored: Database) -> None:
    with stored.transaction() as session:
        assert [(pairing.item.name, pairing.upsell) for pairing in pairings_of(session, 1, 1)] == [
            ("Wine", "A glass?")
        ]
        assert pairings_of(session, 2, 1) == []


def test_a_price_comes_back_to_the_cent(stored: Database) -> None:
    with stored.transaction() as session:
        assert [item.price for item in available_items(session, 2)] == [Decimal("4.50")]


def test_a_stored_menu_is_the_menu_and_a_dish_keeps_its_id(database: Database) -> None:
    with database.transaction() as session:
        session.add(restaurant(1))
        session.flush()
        first = store(session, 1, [dish("Stew"), dish("Cake")])
        second = store(session, 1, [dish("Stew", "5.00"), dish("Tea")])
    with database.transaction() as session:
        served = [(item.slug, item.price) for item in available_items(session, 1)]
    assert served == [("stew", Decimal("5.00")), ("tea", Decimal("4.50"))]
    assert second["stew"] == first["stew"]
    assert second["cake"] == first["cake"]  # off the menu, but there


def test_another_restaurants_menu_stays_as_it_is(stored: Database) -> None:
    with stored.transaction() as session:
        store(session, 1, [dish("Soup")])
    with stored.transaction() as session:
        assert [item.name for item in available_items(session, 2)] == ["Tea"]


def test_stored_pairings_are_all_there_are(stored: Database) -> None:
    row = {"item_id": 1, "with_item_id": 2, "upsell": "A bottle?"}
    with stored.transaction() as session:
        store_pairings(session, [1, 2, 3], [row])
    with stored.transaction() as session:
        rows = session.query(Pairing).all()
    assert [(one.with_item_id, one.upsell) for one in rows] == [(2, "A bottle?")]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=["migrated", "made"])
def tables(
    request: pytest.FixtureRequest, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The tables as the migrations make them, and as the models do: made once, used by many."""
    name = f"menu_{request.param}"
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp(name) / 'tableside.db'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        url = cluster.create_database(name)
    upgrade(url)
    database = Database(url)
    if request.param == "made":
        Base.metadata.drop_all(database.engine)
        Base.metadata.create_all(database.engine)
    yield database
    database.close()
    if kind == "postgresql":
        cluster.drop_database(name)


@pytest.fixture
def guarded(tables: Database) -> Iterator[Database]:
    """With one restaurant, which goes again with its dishes."""
    with tables.transaction() as session:
        session.add(restaurant(1))
    yield tables
    with tables.transaction() as session:
        session.execute(delete(MenuItem))
        session.execute(delete(Restaurant))


@pytest.mark.parametrize(
    "words",
    [
        {"allergens": ["dairy"]},
        {"allergens": ["milk", "Milk"]},
        {"allergens": [None]},
        {"allergens": [["milk"]]},
        {"allergens": "milk"},
        {"allergens": {"milk": True}},
        {"dietary": ["Vegan"]},
        {"dietary": ["milk"]},
        {"may_contain": ["dairy"]},
        {"may_contain": "nuts"},
        {"free_of": ["dairy"]},
        {"free_of": "others"},
        {"free_of": [None]},
    ],
)
def test_the_table_takes_no_word_that_nobody_knows(
    guarded: Database, words: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), guarded.transaction() as session:
        session.add(MenuItem(restaurant_id=1, **(dish("Stew") | words)))
    with guarded.transaction() as session:
        store(session, 1, [dish("Stew")])
    with pytest.raises(IntegrityError), guarded.transaction() as session:
        store(session, 1, [dish("Stew") | words])
    with guarded.transaction() as session:
        assert [item.allergens for item in available_items(session, 1)] == [[]]


def test_it_takes_every_word_that_there_is(guarded: Database) -> None:
    with guarded.transaction() as session:
        words = {"allergens": list(ALLERGENS), "dietary": list(DIETS)}
        said = {"may_contain": list(ALLERGENS), "free_of": list(ALLERGENS)}
        store(session, 1, [dish("Stew") | words | said])
    with guarded.transaction() as session:
        (stew,) = available_items(session, 1)
    assert (stew.allergens, stew.dietary) == (list(ALLERGENS), list(DIETS))
    assert (stew.may_contain, stew.free_of) == (list(ALLERGENS), list(ALLERGENS))


def test_what_is_not_stated_is_null_and_may_be_stated_and_unsaid_again(guarded: Database) -> None:
    for said in (None, ["milk"], None):
        with guarded.transaction() as session:
            store(session, 1, [dish("Stew") | {"may_contain": said, "free_of": said}])
        with guarded.transaction() as session:
            (stew,) = available_items(session, 1)
            rows = session.execute(text("SELECT count(*) FROM menu_items WHERE free_of IS NULL"))
            assert rows.scalar() == (said is None)
        assert (stew.may_contain, stew.free_of) == (said, said)
