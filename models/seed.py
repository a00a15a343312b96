"""Loads restaurants, tax rules and the sample books into the database, as often as one likes: the
files are the truth.

A second run changes nothing but what changed in the files, and adds the sample books' new days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models.database.columns import Base
from models.database.engine import Database
from models.database.statements import Spelling
from models.files import FileError, RestaurantFile, RuleCard, read_restaurant, read_tax_rules
from models.ledger import LedgerEntry, booked_days
from models.menu import MenuItem, Pairing
from models.restaurants import Restaurant
from models.samples.ledger import lines_of, sample_journals
from models.tax import TaxRule

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_FILES = (SAMPLES / "kigali.json", SAMPLES / "valletta.json")
TAX_RULES_FILE = SAMPLES / "tax_rules.json"
KIGALI = "kigali"
SAMPLE_SLUGS = {file.stem for file in SAMPLE_FILES}

Row = dict[str, Any]


@dataclass(frozen=True)
class SeedCounts:
    """How many rows a run added. All zero: everything was there."""

    restaurants: int
    menu_items: int
    pairings: int
    tax_rules: int
    ledger_entries: int


def seed(
    database: Database, *, today: date, kigali_number: str, files: Sequence[Path] | None = None
) -> SeedCounts:
    """Load the sample restaurants, or those of `files` in their place, and the tax rules.

    `kigali_number`: the address that the sample restaurant in Kigali answers on
    (`whatsapp:+14155238886`). `today`: the last day of the sample books; a restaurant from a file
    of one's own has no books. A sample gives way to a restaurant of one's own that has its number:
    it stays, on no number. Raises FileError, before anything is written, for a file that is wrong
    or a number that is taken.
    """
    restaurants = (
        [read_restaurant(file) for file in files] if files is not None else _samples(kigali_number)
    )
    rules = read_tax_rules(TAX_RULES_FILE)
    with database.transaction() as session:
        restaurants = _settle_numbers(session, restaurants)
        before = _counts(session)
        for file in restaurants:
            restaurant_id = _store_restaurant(session, file)
            items = _store_menu(session, restaurant_id, file)
            _store_pairings(session, items, file)
            if files is None:
                _book(session, restaurant_id, file.restaurant.slug, today)
        _store_rules(session, rules)
        after = _counts(session)
    return SeedCounts(*(there - was for there, was in zip(after, before, strict=True)))


def _samples(kigali_number: str) -> list[RestaurantFile]:
    files = [read_restaurant(file) for file in SAMPLE_FILES]
    return [
        _renumbered(file, kigali_number) if file.restaurant.slug == KIGALI else file
        for file in files
    ]


def _settle_numbers(session: Session, files: Sequence[RestaurantFile]) -> list[RestaurantFile]:
    """A diner finds the restaurant by the number alone, so a number has one restaurant; a sample
    gives way.
    """
    slugs = {
        row.number: row.slug for row in session.execute(select(Restaurant.number, Restaurant.slug))
    }
    # What these files load again may change its number.
    taken = {
        number: slug
        for number, slug in slugs.items()
        if slug not in {file.restaurant.slug for file in files}
    }
    settled = []
    for file in files:
        card = file.restaurant
        other = taken.get(card.number)
        if other in SAMPLE_SLUGS:
            session.execute(
                update(Restaurant)
                .where(Restaurant.slug == other)
                .values(number=nobodys_number(other))
            )
        elif other is not None and card.slug in SAMPLE_SLUGS:
            file = _renumbered(file, nobodys_number(card.slug))  # noqa: PLW2901
        elif other is not None:
            raise FileError(
                f"{card.slug}: restaurant.number: {card.number} is already the number of {other}"
            )
        taken[file.restaurant.number] = card.slug
        settled.append(file)
    return settled


def nobodys_number(slug: str) -> str:
    """What stands for the number of a restaurant that answers on none."""
    return f"none:{slug}"


def _renumbered(file: RestaurantFile, number: str) -> RestaurantFile:
    return file.model_copy(
        update={"restaurant": file.restaurant.model_copy(update={"number": number})}
    )


def _counts(session: Session) -> list[int]:
    tables: tuple[type[Base], ...] = (Restaurant, MenuItem, Pairing, TaxRule, LedgerEntry)
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def _store_restaurant(session: Session, file: RestaurantFile) -> int:
    _upsert(session, Restaurant, ["slug"], [file.restaurant.model_dump()])
    return session.scalars(
        select(Restaurant.id).where(Restaurant.slug == file.restaurant.slug)
    ).one()


def _store_menu(session: Session, restaurant_id: int, file: RestaurantFile) -> dict[str, int]:
    """Store the dishes; returns their ids by slug.

    A dish that left the file leaves the menu, but its row stays.
    """
    rows = [{"restaurant_id": restaurant_id, **dish.model_dump()} for dish in file.menu]
    _upsert(session, MenuItem, ["restaurant_id", "slug"], rows)
    query = select(MenuItem.slug, MenuItem.id).where(MenuItem.restaurant_id == restaurant_id)
    ids = {row.slug: row.id for row in session.execute(query)}
    gone = set(ids) - {dish.slug for dish in file.menu}
    session.execute(
        update(MenuItem)
        .where(MenuItem.id.in_([ids[slug] for slug in gone]))
        .values(available=False)
    )
    return ids


def _store_pairings(session: Session, items: dict[str, int], file: RestaurantFile) -> None:
    rows: list[Row] = [
        {
            "item_id": items[pairing.item],
            "with_item_id": items[pairing.with_item],
            "upsell": pairing.upsell,
        }
        for pairing in file.pairings
    ]
    wanted = {(row["item_id"], row["with_item_id"]) for row in rows}
    there = session.scalars(select(Pairing).where(Pairing.item_id.in_(items.values())))
    stale = [
        pairing.id for pairing in there if (pairing.item_id, pairing.with_item_id) not in wanted
    ]
    session.execute(delete(Pairing).where(Pairing.id.in_(stale)))
    _upsert(session, Pairing, ["item_id", "with_item_id"], rows)


def _store_rules(session: Session, rules: Sequence[RuleCard]) -> None:
    _upsert(session, TaxRule, ["slug"], [rule.model_dump() for rule in rules])


def _book(session: Session, restaurant_id: int, slug: str, today: date) -> None:
    _, booked_to = booked_days(session, restaurant_id)
    journals = sample_journals(slug, booked_to, today)
    rows = [
        {"restaurant_id": restaurant_id, **line}
        for journal in journals
        for line in lines_of(journal)
    ]
    if rows:
        session.execute(_insert(session, LedgerEntry).on_conflict_do_nothing(), rows)


def _upsert(session: Session, table: type[Base], key: list[str], rows: list[Row]) -> None:
    if not rows:
        return
    statement = _insert(session, table)
    fresh = {column: statement.excluded[column] for column in rows[0] if column not in key}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=fresh), rows)


def _insert(session: Session, table: type[Base]) -> Any:
    return Spelling(session.get_bind().dialect).insert(table)
