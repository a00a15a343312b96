"""What a diner must not have, as it is kept in their row: a short JSON text, and how two unite.

It reads no diner's words: which keys these mean is `knowledge`'s to say.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

# That are newly kept, beside the allergens and diets, which are few by themselves.
MOST_AVOIDED = 20


@dataclass(frozen=True, slots=True)
class Diet:
    """Allergens and diets by their keys in `models.menu`, and other things that somebody avoids."""

    allergens: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    avoid: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.allergens or self.diets or self.avoid)

    def plus(self, other: "Diet") -> "Diet":
        return Diet(
            self.allergens | other.allergens, self.diets | other.diets, self.avoid | other.avoid
        )

    def keeping(self, new: "Diet") -> "Diet":
        """With what is new; of what is avoided no more than there is room for."""
        room = max(0, MOST_AVOIDED - len(self.avoid))
        avoid = sorted(new.avoid - self.avoid)[:room]
        return self.plus(replace(new, avoid=frozenset(avoid)))

    def minus(self, other: "Diet") -> "Diet":
        return Diet(
            self.allergens - other.allergens, self.diets - other.diets, self.avoid - other.avoid
        )


NO_DIET = Diet()


@dataclass(frozen=True, slots=True)
class KeptDiet:
    """The diner's `own`, and that of the `table` they are at, which is of this conversation alone.

    `since`: the day on which it was changed last.
    """

    own: Diet = NO_DIET
    table: Diet = NO_DIET
    since: date | None = None

    @property
    def whole(self) -> Diet:
        return self.own.plus(self.table)

    def plus(self, other: "KeptDiet") -> "KeptDiet":
        """Both: who is one of two must have what neither may."""
        days = [each for each in (self.since, other.since) if each]
        return KeptDiet(
            self.own.plus(other.own), self.table.plus(other.table), max(days, default=None)
        )

    def keeping(self, new: "KeptDiet") -> "KeptDiet":
        """With what is new, as far as there is room for it."""
        return KeptDiet(
            self.own.keeping(new.own), self.table.keeping(new.table), self.plus(new).since
        )

    def minus(self, forgotten: Diet) -> "KeptDiet":
        return replace(self, own=self.own.minus(forgotten), table=self.table.minus(forgotten))

    def alone(self) -> "KeptDiet":
        """Without the table's."""
        return replace(self, table=NO_DIET)


NOTHING_KEPT = KeptDiet()


def read(text: str | None) -> KeptDiet:
    """What a row keeps, which `written` wrote."""
    if text is None:
        return NOTHING_KEPT
    kept = json.loads(text)
    since = kept.get("since")
    return KeptDiet(
        _read(kept), _read(kept.get("table", {})), date.fromisoformat(since) if since else None
    )


def written(kept: KeptDiet) -> str | None:
    """As a row keeps it; None for nothing."""
    if not kept.whole:
        return None
    told = _written(kept.own)
    if kept.table:
        told["table"] = _written(kept.table)
    if kept.since:
        told["since"] = kept.since.isoformat()
    return json.dumps(told, ensure_ascii=False)


def _read(told: Mapping[str, Any]) -> Diet:
    parts = (told.get(part, ()) for part in ("allergens", "diets", "avoid"))
    return Diet(*map(frozenset, parts))


def _written(diet: Diet) -> dict[str, Any]:
    parts = {"allergens": diet.allergens, "diets": diet.diets, "avoid": diet.avoid}
    return {name: sorted(part) for name, part in parts.items() if part}
