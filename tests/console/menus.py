"""A small menu for the console's tests: four dishes in Kigali, one in Valletta; a kitchen hand."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from models import audit, menu, menu_changes, opening_hours, staff
from models.database.engine import Database
from models.menu import MenuItem
from models.restaurants import Restaurant
from tests.console.world import Guest, House

HX = {"HX-Request": "true"}
KIZITO, MARIA = "whatsapp:+250788000015", "whatsapp:+250788000016"  # kitchen, manager
FORM = {
    "name": "Rolex", "price": "3000", "category": "Breakfast", "description": "An egg roll.",
    "portion": "", "served": "breakfast", "image_url": "", "keywords": "egg roll",
    "contents-gluten": "contains", "contents-eggs": "contains", "contents-milk": "free_of",
}  # fmt: skip


def dish(slug: str, name: str, price: int, **more: Any) -> dict[str, Any]:
    return {
        "slug": slug, "name": name, "price": Decimal(price), "description": f"{name}.",
        "image_url": "", "category": "Mains", "dietary": [], "allergens": [], "keywords": [],
        "may_contain": None, "free_of": None, "available": True, "served": None, "portion": None,
    } | more  # fmt: skip


DISHES = [
    dish(
        "rolex", "Rolex", 3000, category="Breakfast", served=["breakfast"],
        description="An egg roll.", keywords=["egg roll"],
        allergens=["gluten", "eggs"], free_of=["milk"],
    ),
    dish("tilapia", "Grilled tilapia", 9500, allergens=["fish"], portion="for two"),
    dish("chips", "Chips <b>", 2000),
    dish("ugali", "Ugali", 1500, available=False),
]  # fmt: skip


def served(database: Database) -> dict[str, int]:
    """The ids of the dishes, by slug."""
    with database.transaction() as session:
        ids = menu.store(session, 1, DISHES)
        ids |= menu.store(session, 2, [dish("timpana", "Timpana", 12)])
        week = [(day, "", "07:00", "23:00") for day in opening_hours.WEEKDAYS]
        parts = [(day, "breakfast", "07:00", "11:00") for day in opening_hours.WEEKDAYS]
        rows = [
            {"what": what, "day": day, "opens": opens, "closes": closes, "name": ""}
            for day, what, opens, closes in (*week, *parts)
        ]
        opening_hours.store(session, 1, rows)
        staff.add(session, 1, KIZITO, ["kitchen"], "Kizito")
        staff.add(session, 1, MARIA, ["manager"], "Maria")
    return ids


def on_file(house: House, item_id: int) -> MenuItem:
    with house.database.transaction() as session:
        found = session.get(MenuItem, item_id)
        assert found is not None
        return found


def last(house: House, address: str) -> menu_changes.Change | None:
    """What this person's `/undo` would take back."""
    since = house.clock.now() - timedelta(days=1)
    with house.database.transaction() as session:
        return menu_changes.last_made(session, session.get_one(Restaurant, 1), [address], since)


def noted(house: House) -> list[tuple[object, ...]]:
    """What the audit tells of the menu and what is beside it, newest first."""
    with house.database.transaction() as session:
        found = audit.latest(session, 1, 20)
    return [
        (each.what, each.subject, each.before, each.after)
        for each in found
        if not each.what.startswith("console.")
    ]


def ready(house: House, address: str) -> Guest:
    """Signed in, with a form token."""
    guest = house.signed_in(address)
    guest.get("/me")
    return guest
