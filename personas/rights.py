"""What only some diners may, and what the model hears when it tries it for another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from addresses import other_spelling, spelled
from models.diners import Known
from models.restaurants import Restaurant

Right = Literal["books"]

REFUSALS: Mapping[Right, str] = {
    "books": (
        "The books are open to the restaurant's own numbers only,"
        " and this diner's is not one of them. Give no figures."
    ),
}
EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Books:
    """Who may see whose books.

    `open_to`: an address opens the books of the restaurant that answers on `home`, an address with
    `@` and a slug those of that one; `*` is everyone, and alone it opens everybody's.
    """

    open_to: frozenset[str]
    home: str

    def are_open(self, diner: Known, restaurant: Restaurant) -> bool:
        if EVERYONE in self.open_to:
            return True
        keys = {f"{each}@{restaurant.slug}" for each in (EVERYONE, *_addresses_of(diner))}
        if restaurant.number == self.home:
            keys.update(_addresses_of(diner))
        return not keys.isdisjoint(self.open_to)

    @property
    def are_everybodys(self) -> bool:
        """Whether some are open to everyone."""
        return any(each.partition("@")[0] == EVERYONE for each in self.open_to)

    @property
    def slugs(self) -> frozenset[str]:
        """The restaurants that are named."""
        return frozenset(slug for each in self.open_to if (slug := each.partition("@")[2]))


def _addresses_of(diner: Known) -> list[str]:
    """All that a diner is known by, each in every spelling."""
    own = [spelled(each) for each in (diner.address, diner.user_id) if each]
    return [*own, *filter(None, map(other_spelling, own))]
