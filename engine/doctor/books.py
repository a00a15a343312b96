"""What the CFO answers from: books that go on, and tax rules that somebody has read of late."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from engine.doctor.finding import LIMIT_S, Finding, ok, warn
from models import ledger, restaurants, tax
from models.database.engine import Database

A_YEAR = timedelta(days=365)
READ_AGAIN = (
    "Read each at its source, mend it and set checked_on: flask --app app tax export rules.xlsx,"
    " then tax import."
)


def look(database: Database, today: date) -> Iterator[Finding]:
    """Raises DatabaseUnavailableError."""
    with database.transaction(LIMIT_S) as session:
        lasts = [
            (each.name, ledger.booked_days(session, each.id)[1])
            for each in restaurants.all_of_them(session)
        ]
        rules = tax.rows(session)
    for name, last in lasts:
        yield _books(name, last, today)
    if not rules:
        yield warn(
            "tax",
            "There is no tax rule on file: the CFO has none to quote.",
            "Run flask --app app seed: it brings those that are packaged.",
        )
        return
    old = Counter(
        str(each["jurisdiction"]) for each in rules if each["checked_on"] < today - A_YEAR
    )
    if old:
        oldest = min(each["checked_on"] for each in rules)
        told = ", ".join(f"{count} of {name}" for name, count in sorted(old.items()))
        yield warn(
            "tax",
            f"Nobody has checked {told} tax rules for a year, the oldest since {oldest}.",
            READ_AGAIN,
        )
    else:
        yield ok("tax", f"All {len(rules)} tax rules were checked within a year.")


def _books(name: str, last: date | None, today: date) -> Finding:
    """What was not booked since last month began is missing by now."""
    if last is None:
        return ok("books", f"{name} has no books: its CFO says so.")
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if last < last_month:
        return warn(
            "books",
            f"{name}'s books end on {last}: of later months the CFO has no figures.",
            "Bring them up to date: flask --app app ledger import books.xlsx.",
        )
    return ok("books", f"{name}'s books go to {last}.")
