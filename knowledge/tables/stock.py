"""Which tables people keep in files, each with what is on file and how a plan is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from knowledge.doubts import doubts, silent
from knowledge.files import Dish
from knowledge.lexicon_on_file import words_at
from knowledge.tables import books, hours
from knowledge.tables import ledger as journals
from knowledge.tables import tax as rules
from knowledge.tables.kind import Key, Kind, Plan, Row
from knowledge.tables.menu import menu_of, pairings_of
from knowledge.tables.synonyms import SYNONYMS, synonyms_of
from models import accounts, covers, ledger, menu, opening_hours, restaurants, synonyms, tax

MOST_DAYS = 5  # that one sentence names

Session = Any  # a database session: its library has one door, models


@dataclass(frozen=True)
class Table:
    """One that a file can be loaded into. `kind` is made for one file, today, by what is on file.

    `is_restaurants`: each restaurant has its own; the functions get its id then, else 0.
    """

    kind: Callable[[Session, int, date], Kind]
    there: Callable[[Session, int], Mapping[Key, Row]]
    store: Callable[[Session, int, Plan], object]
    is_restaurants: bool = True
    # What is to be looked at again in what a plan adds and changes, a sentence each.
    doubts: Callable[[Plan, date], Sequence[str]] = lambda _plan, _today: ()


def _menu_kind(session: Session, restaurant_id: int, _today: date) -> Kind:
    rows = opening_hours.rows_of(session, restaurant_id)
    return menu_of({row["what"]: None for row in rows if row["what"]})


def _dishes(session: Session, restaurant_id: int) -> dict[Key, Row]:
    rows = menu.rows_of(session, restaurant_id)
    return {(row["slug"],): Dish.model_validate(row).model_dump() for row in rows}


def _store_dishes(session: Session, restaurant_id: int, plan: Plan) -> None:
    menu.store(session, restaurant_id, [*plan.others, *plan.rows])


def _doubts(plan: Plan, _today: date) -> list[str]:
    fresh = [*plan.added, *(after for _, after in plan.changed)]
    dishes = [Dish.model_validate(row) for row in fresh]
    told = list(doubts(dishes))
    if unsaid := silent(dishes):
        told.append(f"no free_of, so nobody with an allergy is offered it: {', '.join(unsaid)}")
    return told


def _to_come(field: str) -> Callable[[Plan, date], Sequence[str]]:
    """A doubt about the days in `field` that are still to come, in what a plan adds."""

    def doubts(plan: Plan, today: date) -> Sequence[str]:
        days = sorted({row[field] for row in plan.added if row[field] > today})
        named = [f"{day}" for day in days[:MOST_DAYS]]
        if len(days) > MOST_DAYS:
            named.append(f"and {len(days) - MOST_DAYS} more")
        return [f"days that are still to come: {', '.join(named)}"] if days else []

    return doubts


def _pairings_kind(session: Session, restaurant_id: int, _today: date) -> Kind:
    return pairings_of(row["slug"] for row in menu.rows_of(session, restaurant_id))


def _pairings(session: Session, restaurant_id: int) -> dict[Key, Row]:
    rows = menu.pairing_rows_of(session, restaurant_id)
    return {(row["item"], row["with_item"]): row for row in rows}


def _store_pairings(session: Session, restaurant_id: int, plan: Plan) -> None:
    ids = menu.ids_of(session, restaurant_id)
    rows = [
        {
            "item_id": ids[row["item"]],
            "with_item_id": ids[row["with_item"]],
            "upsell": row["upsell"],
        }
        for row in (*plan.others, *plan.rows)
    ]
    menu.store_pairings(session, ids.values(), rows)


def _booked(session: Session, restaurant_id: int) -> dict[Key, Row]:
    rows = ledger.lines_of(session, restaurant_id)
    return {(row["journal"], row["line"]): row for row in rows}


def _hours(session: Session, restaurant_id: int) -> dict[Key, Row]:
    rows = opening_hours.rows_of(session, restaurant_id)
    return {tuple(row[name] for name in hours.KEY): row for row in rows}


def _store_hours(session: Session, restaurant_id: int, plan: Plan) -> None:
    opening_hours.store(session, restaurant_id, [*plan.others, *plan.rows])


def _book(session: Session, restaurant_id: int, plan: Plan) -> None:
    ledger.book(session, restaurant_id, plan.added)


def _rules(session: Session, _restaurant_id: int) -> dict[Key, Row]:
    return {(row["slug"],): row for row in tax.rows(session)}


def _store_rules(session: Session, _restaurant_id: int, plan: Plan) -> None:
    tax.store(session, plan.rows)
    tax.remove(session, [row["slug"] for row in plan.gone])


def _covers(session: Session, restaurant_id: int) -> dict[Key, Row]:
    counted = covers.by_day(session, restaurant_id)
    return {(day,): {"day": day, "covers": count} for day, count in counted.items()}


def _store_covers(session: Session, restaurant_id: int, plan: Plan) -> None:
    covers.store(session, restaurant_id, {row["day"]: row["covers"] for row in plan.rows})


def _accounts(session: Session, restaurant_id: int) -> dict[Key, Row]:
    kinds = accounts.kinds_of(session, restaurant_id)
    return {(code,): {"account_code": code, "kind": kind} for code, kind in kinds.items()}


def _store_accounts(session: Session, restaurant_id: int, plan: Plan) -> None:
    kinds = {row["account_code"]: row["kind"] for row in plan.rows}
    accounts.set_kinds(session, restaurant_id, kinds)


def _synonyms_kind(session: Session, _restaurant_id: int, _today: date) -> Kind:
    return synonyms_of(restaurants.slugs_by_number(session).values())


def _synonyms(session: Session, _restaurant_id: int) -> dict[Key, Row]:
    own = [each for each in synonyms.rows(session) if each.restaurant and each.means is not None]
    said = [
        {
            "restaurant": each.restaurant,
            "language": each.language,
            "word": each.word,
            "means": list(each.means or ()),
        }
        for each in (*words_at(session), *own)
    ]
    return {SYNONYMS.key_of(row): row for row in said}


def _store_synonyms(session: Session, _restaurant_id: int, plan: Plan) -> None:
    for row in plan.gone:
        named = row["restaurant"], row["language"], row["word"]
        if row["restaurant"]:
            synonyms.drop(session, *named)
        else:
            synonyms.put(session, *named, None)
    for row in (*plan.added, *(after for _, after in plan.changed)):
        synonyms.put(session, row["restaurant"], row["language"], row["word"], row["means"])


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "menu": Table(_menu_kind, _dishes, _store_dishes, doubts=_doubts),
        "pairings": Table(_pairings_kind, _pairings, _store_pairings),
        "hours": Table(lambda _session, _id, today: hours.hours(today), _hours, _store_hours),
        "ledger": Table(
            lambda _session, _id, today: journals.ledger(today),
            _booked,
            _book,
            doubts=_to_come("entry_date"),
        ),
        "covers": Table(
            lambda _session, _id, today: books.covers(today),
            _covers,
            _store_covers,
            doubts=_to_come("day"),
        ),
        "accounts": Table(lambda *_: books.ACCOUNTS, _accounts, _store_accounts),
        "synonyms": Table(_synonyms_kind, _synonyms, _store_synonyms, is_restaurants=False),
        "tax": Table(
            lambda _session, _id, today: rules.tax(today),
            _rules,
            _store_rules,
            is_restaurants=False,
        ),
    }
)
