"""The people: an owner in each restaurant, somebody who can be called, and who sees the books.

Whoever is on the staff signs in to the console by their number: an owner there is an owner here.
"""

from collections.abc import Iterator
from datetime import datetime

from engine.doctor.finding import LIMIT_S, Finding, ok, warn
from models import restaurants, staff
from models.database.engine import Database
from models.restaurants import Restaurant
from models.templates import STAFF_CALLED
from personas import colleagues
from personas.rights import Books

ADD = "flask --app app staff add NUMBER --role"


def look(database: Database, now: datetime) -> Iterator[Finding]:
    """Raises DatabaseUnavailableError."""
    with database.transaction(LIMIT_S) as session:
        found = [
            (each, staff.of_restaurant(session, each.id))
            for each in restaurants.all_of_them(session)
        ]
    for restaurant, members in found:
        at = f"--restaurant {restaurant.slug}"
        owners = sum("owner" in each.roles for each in members)
        if owners:
            yield ok("staff.owner", f"{restaurant.name} has {owners} owner(s) on its staff.")
        else:
            yield warn(
                "staff.owner",
                f"{restaurant.name} has no owner: nobody may do everything in /console, nor hears"
                " of its budget.",
                f"{ADD} owner {at}",
            )
        yield _called(database, restaurant, bool(colleagues.who_answers(members)), now)


def of_books(books: Books, database: Database, *, is_production: bool) -> Iterator[Finding]:
    """What CFO_NUMBERS holds. Raises DatabaseUnavailableError."""
    name = "settings.books"
    faults = books.faults(database, is_production=is_production, limit_s=LIMIT_S)
    for fault, slug in faults:
        if fault == "everybodys":
            yield warn(
                name,
                "CFO_NUMBERS opens books to everyone who writes, in production.",
                "Name numbers in the place of the *, or put people on the staff as finance.",
            )
        else:
            yield warn(
                name,
                f"CFO_NUMBERS names {slug}, and there is no such restaurant.",
                "See flask --app app restaurants list for how they are called.",
            )
    if not faults:
        whom = "everyone" if books.are_everybodys else "whom CFO_NUMBERS and the staff's roles name"
        yield ok(name, f"The books are open to {whom}.")


def _called(
    database: Database, restaurant: Restaurant, has_somebody: bool, now: datetime
) -> Finding:
    if not has_somebody:
        return warn(
            "staff.called",
            f"Nobody of {restaurant.name} may answer diners: who asks for a person gets none.",
            f"{ADD} waiter --restaurant {restaurant.slug}",
        )
    reached = colleagues.reached(database, restaurant, now, purpose=STAFF_CALLED)
    if not reached:
        return warn(
            "staff.called",
            f"WhatsApp takes nothing to the staff of {restaurant.name} now: none of them wrote"
            " within 24 hours, and no template is approved to call them by.",
            "Let them write to the restaurant's number, and run flask --app app templates sync.",
        )
    return ok("staff.called", f"{len(reached)} of {restaurant.name} can be called.")
