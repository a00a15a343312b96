"""What only some diners may, and what the model hears when it tries it for another one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from models import restaurants
from models.database.engine import USE_LIMIT_S, Database
from models.diners import Known
from models.restaurants import Restaurant
from models.staff import Colleague, Roster
from telemetry.logs import log

# To see the books; to change what is served, and its prices; to answer diners in person. And in the
# console alone: to read conversations; to see the figures, without money; to mend what could not be
# answered or sent; to say who works here, and see who changed what.
Right = Literal["books", "menu", "prices", "people", "conversations", "figures", "repairs", "staff"]

# What the roles of the staff allow: models/staff.py has them.
RIGHTS_OF: Mapping[str, frozenset[Right]] = {
    "owner": frozenset(get_args(Right)),
    "finance": frozenset({"books", "figures"}),
    "manager": frozenset({"menu", "prices", "people", "conversations", "figures", "repairs"}),
    "staff": frozenset({"menu", "people", "conversations", "figures", "repairs"}),
    "waiter": frozenset({"people", "conversations"}),
    "kitchen": frozenset({"menu"}),
    "read-only": frozenset({"conversations", "figures"}),
}
_STAFF_ONLY = "That is for the restaurant's staff only, and this diner is none of them."
REFUSALS: Mapping[Right, str] = {
    **dict.fromkeys(get_args(Right), _STAFF_ONLY),
    "books": (
        "The books are open to the restaurant's own numbers only,"
        " and this diner's is not one of them. Give no figures."
    ),
}
EVERYONE = "*"
Fault = Literal["everybodys", "no_restaurant"]


def of_roles(roles: Collection[str]) -> frozenset[Right]:
    """What somebody of the staff may, by all their roles together."""
    return frozenset[Right]().union(*(RIGHTS_OF.get(role, frozenset()) for role in roles))


@dataclass(frozen=True, slots=True)
class Books:
    """Who may see whose books, beside the staff whose role allows it.

    `open_to`: an address opens the books of the restaurant that answers on `home`, an address with
    `@` and a slug those of that one; `*` is everyone, and alone it opens everybody's.
    """

    open_to: frozenset[str]
    home: str

    def are_open(self, diner: Known, restaurant: Restaurant) -> bool:
        if EVERYONE in self.open_to:
            return True
        keys = {f"{each}@{restaurant.slug}" for each in (EVERYONE, *diner.addresses)}
        if restaurant.number == self.home:
            keys.update(diner.addresses)
        return not keys.isdisjoint(self.open_to)

    def addresses_of(self, restaurant: Restaurant) -> list[str]:
        """Those that are named for this restaurant's books."""
        named = (each.partition("@") for each in sorted(self.open_to))
        is_home = restaurant.number == self.home
        return [
            address
            for address, mark, slug in named
            if address != EVERYONE and (slug == restaurant.slug if mark else is_home)
        ]

    def are_open_to_everyone(self, restaurant: Restaurant) -> bool:
        return not {EVERYONE, f"{EVERYONE}@{restaurant.slug}"}.isdisjoint(self.open_to)

    @property
    def are_everybodys(self) -> bool:
        """Whether some are open to everyone."""
        return any(each.partition("@")[0] == EVERYONE for each in self.open_to)

    def faults(
        self, database: Database, *, is_production: bool, limit_s: float = USE_LIMIT_S
    ) -> list[tuple[Fault, str]]:
        """What CFO_NUMBERS holds that its owner may not have meant; the slug of no restaurant.

        Raises DatabaseUnavailableError.
        """
        found: list[tuple[Fault, str]] = []
        if is_production and self.are_everybodys:
            found.append(("everybodys", ""))
        if slugs := {slug for each in self.open_to if (slug := each.partition("@")[2])}:
            with database.transaction(limit_s) as session:
                known = restaurants.slugs_by_number(session).values()
            found += [("no_restaurant", slug) for slug in sorted(slugs.difference(known))]
        return found


def warn_of(books: Books, database: Database, *, is_production: bool) -> None:
    """Say its faults in the log. Raises DatabaseUnavailableError."""
    for fault, slug in books.faults(database, is_production=is_production):
        if fault == "everybodys":
            log.warning("books.open_to_everyone", setting="CFO_NUMBERS")
        else:
            log.warning("books.of_no_restaurant", setting="CFO_NUMBERS", slug=slug)


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may what: whoever `books` names, and the staff by their roles."""

    books: Books
    roster: Roster

    def of(self, diner: Known, restaurant: Restaurant) -> frozenset[Right]:
        """Raises DatabaseUnavailableError where the staff was never read."""
        rights = of_roles(self.roster.roles_of(diner, restaurant))
        return rights | {"books"} if self.books.are_open(diner, restaurant) else rights

    def of_colleague(self, colleague: Colleague, restaurant: Restaurant) -> frozenset[Right]:
        """As whoever this is has them who writes to this restaurant."""
        rights = of_roles(colleague.roles)
        named = set(self.books.addresses_of(restaurant))
        is_open = self.books.are_open_to_everyone(restaurant)
        is_open = is_open or not named.isdisjoint(colleague.addresses)
        return rights | {"books"} if is_open else rights
