"""Loads restaurants, tax rules and the sample books into the database, as often as one likes.

The files are the truth: a second run changes nothing but what changed in them, and adds the sample
books' new days. Of the samples alone, what people changed at the console or over WhatsApp stays.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.doubts import doubts, silent
from knowledge.files import FileError, Readings, RestaurantFile, read_restaurant, read_tax_rules
from knowledge.samples.ledger import lines_of, sample_covers, sample_journals, sample_kinds
from models import accounts, audit, covers, ledger, menu, opening_hours, restaurants, tax
from models.database.engine import Database
from models.database.upsert import Difference, Row, difference, row_counts, snapshots

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_FILES = (SAMPLES / "kigali.json", SAMPLES / "valletta.json")
TAX_RULES_FILE = SAMPLES / "tax_rules.json"
KIGALI = "kigali"
SAMPLE_SLUGS = {file.stem for file in SAMPLE_FILES}
# As SeedCounts names them; the books are never changed.
FROM_FILES = {
    "restaurants": restaurants.Restaurant,
    "menu_items": menu.MenuItem,
    "opening_hours": opening_hours.OpeningHours,
    "pairings": menu.Pairing,
    "tax_rules": tax.TaxRule,
}


@dataclass(frozen=True)
class SeedCounts:
    """How many rows a run added, and in which tables how many it changed and took away.

    All zero: everything was there. `readings`: how kitchens' words for allergens and diets were
    read (`"'cream' as milk"`), with the names of the dishes. `doubts`: where a dish's words say
    what its lists don't; `silent`: the dishes that state of nothing that they are free of it.
    `kept`: the samples (`kigali`) whose menu, pairings and hours are as people made them.
    """

    restaurants: int
    menu_items: int
    pairings: int
    tax_rules: int
    ledger_entries: int
    changed: Mapping[str, int] = field(default_factory=dict)
    gone: Mapping[str, int] = field(default_factory=dict)
    readings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    doubts: Sequence[str] = field(default=(), compare=False)
    silent: Sequence[str] = field(default=(), compare=False)
    opening_hours: int = 0
    kept: Sequence[str] = field(default=(), compare=False)


def seed(
    database: Database,
    *,
    today: date,
    kigali_number: str,
    files: Sequence[Path | RestaurantFile] | None = None,
    anew: bool = False,
    note: Callable[[Any, Sequence[str], Mapping[str, int]], object] = lambda *_: None,
) -> SeedCounts:
    """Load the sample restaurants, or those of `files` in their place, and the tax rules.

    `kigali_number`: what the sample restaurant in Kigali answers on (`whatsapp:+14155238886`),
    unless it is the other sample's own: each then has that of its file.
    `today`: the last day of the sample books; a restaurant from a file of one's own has no books.
    `anew`: the samples as their files have them, whatever people changed.
    `note` hears, within the transaction, of which restaurants, by their slugs, how many rows were
    `added`, `changed` and `gone`, where any were.
    A sample gives way to a restaurant of one's own that has its number: it stays, on no number.
    Raises FileError, before anything is written, for a wrong file or a number that is taken.
    """
    readings: Readings = {}
    loaded = (
        _samples(kigali_number)
        if files is None
        else [
            file if isinstance(file, RestaurantFile) else read_restaurant(file, readings)
            for file in files
        ]
    )
    rules = read_tax_rules(TAX_RULES_FILE)
    kept = []
    with database.transaction() as session:
        before = snapshots(session, FROM_FILES.values())
        [booked] = row_counts(session, [ledger.LedgerEntry])
        settled, moving = _settle_numbers(loaded, restaurants.slugs_by_number(session))
        for slug in moving:
            restaurants.set_number(session, slug, nobodys_number(slug))
        _settle_calls(session, settled)
        for file in settled:
            restaurant_id = restaurants.store(session, file.restaurant.columns())
            slug = file.restaurant.slug
            if files is None and not anew and audit.has_menu_of_its_own(session, restaurant_id):
                kept.append(slug)
            else:
                _store_menu(session, restaurant_id, file)
            if files is None:
                _, booked_to = ledger.booked_days(session, restaurant_id)
                ledger.book(session, restaurant_id, list(_sample_lines(slug, booked_to, today)))
                accounts.set_kinds(session, restaurant_id, sample_kinds())
                counted_to = covers.last_day(session, restaurant_id)
                covers.store(session, restaurant_id, sample_covers(slug, counted_to, today))
        tax.store(session, [rule.model_dump() for rule in rules])
        after = snapshots(session, FROM_FILES.values())
        [booked_now] = row_counts(session, [ledger.LedgerEntry])
        differences = dict(zip(FROM_FILES, map(difference, before, after), strict=True))
        if counts := _in_all(differences.values()):
            note(session, [file.restaurant.slug for file in settled], counts)
    return SeedCounts(
        **{name: each.added for name, each in differences.items()},
        ledger_entries=booked_now - booked,
        changed={name: each.changed for name, each in differences.items() if each.changed},
        gone={name: each.gone for name, each in differences.items() if each.gone},
        readings=readings,
        doubts=[doubt for file in loaded for doubt in doubts(file.menu)],
        silent=[name for file in loaded for name in silent(file.menu)],
        kept=kept,
    )


def _store_menu(session: Any, restaurant_id: int, file: RestaurantFile) -> None:
    opening_hours.store(session, restaurant_id, file.hours_rows())
    items = menu.store(session, restaurant_id, [dish.model_dump() for dish in file.menu])
    menu.store_pairings(session, items.values(), _pairings(file, items))


def _in_all(differences: Iterable[Difference]) -> dict[str, int]:
    each = [asdict(difference) for difference in differences]
    counts = {name: sum(one[name] for one in each) for name in ("added", "changed", "gone")}
    return {name: count for name, count in counts.items() if count}


def sample_numbers() -> frozenset[str]:
    """The numbers in the samples' files: those that nobody gave them are made up."""
    return frozenset(read_restaurant(file).restaurant.number for file in SAMPLE_FILES)


def _samples(kigali_number: str) -> list[RestaurantFile]:
    files = [read_restaurant(file) for file in SAMPLE_FILES]
    if kigali_number in {file.restaurant.number for file in files}:
        return files
    return [
        _renumbered(file, kigali_number) if file.restaurant.slug == KIGALI else file
        for file in files
    ]


def _settle_numbers(
    files: Sequence[RestaurantFile], slugs_by_number: Mapping[str, str]
) -> tuple[list[RestaurantFile], list[str]]:
    """The files, each with the number it gets, and the slugs that have to lose theirs before.

    A diner finds the restaurant by the number alone, so a number has one restaurant; a sample
    gives way. What moves to another number makes room first: two may change places.
    """
    loaded = {file.restaurant.slug for file in files}
    # What these files load again may change its number.
    taken = {number: slug for number, slug in slugs_by_number.items() if slug not in loaded}
    settled: list[RestaurantFile] = []
    moving: list[str] = []
    for file in sorted(files, key=lambda file: file.restaurant.slug in SAMPLE_SLUGS):
        card = file.restaurant
        other = taken.get(card.number)
        if other in SAMPLE_SLUGS - loaded:
            moving.append(other)
        elif other is not None and card.slug in SAMPLE_SLUGS:
            file = _renumbered(file, nobodys_number(card.slug))  # noqa: PLW2901
        elif other is not None:
            raise FileError(
                f"{card.slug}: restaurant.number: {card.number} is already the number of {other}"
            )
        taken[file.restaurant.number] = card.slug
        settled.append(file)
    moving += [slug for number, slug in slugs_by_number.items() if taken.get(number) != slug]
    return settled, moving


def _settle_calls(session: Any, files: Sequence[RestaurantFile]) -> None:
    """Who has a number for calls alone: two may change places, and no two have one."""
    known = restaurants.slugs_by_calls_number(session)
    numbers = {
        card.slug: card.calls_number
        for card in (file.restaurant for file in files)
        if "calls_number" in card.model_fields_set
    }
    taken = {number: slug for number, slug in known.items() if slug not in numbers}
    for slug, number in numbers.items():
        if number and number in taken:
            raise FileError(
                f"{slug}: restaurant.calls_number: {number} is already that of {taken[number]}"
            )
        if number:
            taken[number] = slug
        restaurants.set_telephones(session, slug, calls_number=None)


def nobodys_number(slug: str) -> str:
    """What stands for the number of a restaurant that answers on none."""
    return f"none:{slug}"


def _renumbered(file: RestaurantFile, number: str) -> RestaurantFile:
    card = file.restaurant.model_copy(update={"number": number})
    return file.model_copy(update={"restaurant": card})


def _pairings(file: RestaurantFile, items: Mapping[str, int]) -> list[Row]:
    return [
        {
            "item_id": items[pairing.item],
            "with_item_id": items[pairing.with_item],
            "upsell": pairing.upsell,
        }
        for pairing in file.pairings
    ]


def _sample_lines(slug: str, booked_to: date | None, today: date) -> Iterator[Row]:
    for journal in sample_journals(slug, booked_to, today):
        yield from lines_of(journal)
