"""A dish as somebody fills it in: its cells, what has to be asked once more, and what diners hear.

What a cell may hold, `knowledge.files` says. Pure.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from knowledge.allergens import BELIED_BY, Facts, diets_in, known_words
from knowledge.dish_prices import is_large_step
from knowledge.money import price_text, typed_amount
from knowledge.tables import cells
from knowledge.tables.kind import Row
from knowledge.tables.menu import NONE
from knowledge.words import words_of
from models.menu import ALLERGENS, DIETS, MenuItem
from models.restaurants import Restaurant

CONTAINS, MAY, FREE, UNSTATED = "contains", "may_contain", "free_of", ""
# From the one that keeps most diners from it: what moves to the right is asked for once more.
STATES = (CONTAINS, MAY, UNSTATED, FREE)
LISTS = {CONTAINS: "allergens", MAY: "may_contain", FREE: "free_of"}
TEXTS = (
    "name",
    "price",
    "category",
    "description",
    "portion",
    "served",
    "image_url",
    "keywords",
)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 70


@dataclass(frozen=True, slots=True)
class Filled:
    """A form: texts by column, the diets that are ticked, each allergen's state.

    `words`: what else it contains, as the kitchen calls it: "cream, prawns".
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    diets: frozenset[str] = frozenset()
    states: Mapping[str, str] = field(default_factory=dict)
    words: str = ""

    def of(self, state: str) -> list[str]:
        return [key for key in ALLERGENS if self.states.get(key, UNSTATED) == state]


def filled_of(item: MenuItem, facts: Facts, restaurant: Restaurant) -> Filled:
    """A dish that is on file."""
    texts = {
        "name": item.name,
        "price": typed_amount(item.price, restaurant.currency),
        "category": item.category,
        "description": item.description,
        "portion": item.portion or "",
        "served": cells.of_words(item.served or ()),
        "image_url": item.image_url,
        "keywords": cells.of_words(item.keywords),
    }
    diets = frozenset(item.dietary) & set(DIETS)
    return Filled(texts, diets, states_of(facts), ", ".join(facts.unclear))


def states_of(facts: Facts) -> dict[str, str]:
    of_sets = ((facts.contained, CONTAINS), (facts.may_contain, MAY), (facts.free_of, FREE))
    return {key: state for keys, state in of_sets for key in keys}


def cells_of(filled: Filled, slug: str, *, may_be_silent: bool) -> dict[str, str]:
    """Its row as the cells of a file. `may_be_silent`: it said of nothing before what is in it."""
    contained = [*filled.of(CONTAINS), *cells.words(filled.words)]
    is_stated = may_be_silent or any(filled.states.values()) or filled.words.strip()
    return {
        "slug": slug,
        **{name: filled.texts.get(name, "") for name in TEXTS},
        "dietary": cells.of_words([key for key in DIETS if key in filled.diets]),
        "allergens": cells.of_words(contained) or (NONE if is_stated else ""),
        "may_contain": cells.of_words(filled.of(MAY)),
        "free_of": cells.of_words(filled.of(FREE)),
    }


def read_as(words: str) -> tuple[dict[str, str], list[str]]:
    """What kitchens' words are taken for, `{"cream": "milk"}`, and all that they are.

    Raises ValueError.
    """
    keys, readings = known_words(cells.words(words), "allergens")
    return readings, keys


def slug_for(name: str, there: Mapping[str, MenuItem]) -> str:
    """A new dish's, of its name; that of a dish which left the menu under the same name."""
    gone = (slug for slug, each in there.items() if each.name == name and not each.available)
    if (known := next(gone, None)) is not None:
        return known
    made = "-".join(words_of(name))[:LONGEST_SLUG].strip("-")
    slug = made if _SLUG.fullmatch(made) else "dish"
    others = (f"{slug}-{nth}" for nth in count(2))
    return next(each for each in chain((slug,), others) if each not in there)


def questions(before: MenuItem, states: Mapping[str, str], after: Row, at: Restaurant) -> list[str]:
    """What somebody is asked before a dish becomes `after`. `states`: of its allergens before."""
    asked = []
    if is_large_step(before.price, after["price"]):
        old, new = (price_text(p, at.currency, at.locale) for p in (before.price, after["price"]))
        asked.append(f"It costs {old}. Is it to be {new}?")
    now = states_in(after)
    asked += (
        _asked(key, states.get(key, UNSTATED), now.get(key, UNSTATED))
        for key in ALLERGENS
        if STATES.index(now.get(key, UNSTATED)) > STATES.index(states.get(key, UNSTATED))
    )
    return asked


def told_beside(typed: Filled, there: Filled) -> dict[str, str]:
    """Where what is on file is not what was typed: how it is on file, by column."""
    told = {
        name: f"It is “{there.texts[name]}” now." if there.texts[name] else "It is empty now."
        for name in TEXTS
        if typed.texts.get(name, "") != there.texts[name]
    }
    differ = [
        key for key in ALLERGENS if typed.states.get(key, "") != there.states.get(key, UNSTATED)
    ]
    if differ:
        each = (f"{key} {_TOLD[there.states.get(key, UNSTATED)]}" for key in differ)
        told["allergens"] = f"On the menu now: {', '.join(each)}."
    if typed.diets != there.diets:
        diets = ", ".join(sorted(there.diets)) or "nothing ticked"
        told["dietary"] = f"Whom it fits, now: {diets}."
    return told


def states_in(row: Row) -> dict[str, str]:
    return {key: state for state, name in LISTS.items() for key in row[name] or ()}


def _asked(key: str, was: str, now: str) -> str:
    heard = {
        MAY: "From now on diners hear that it may be in it.",
        UNSTATED: "From now on diners hear that the kitchen has to be asked.",
        FREE: f"From now on it is offered to diners who must not have {key}.",
    }
    return f"{key.capitalize()}: {_TOLD[was]} so far, {_TOLD[now]} now. {heard[now]}"


_TOLD = {CONTAINS: "contained", MAY: "perhaps in it", UNSTATED: "not stated", FREE: "free of it"}


def heard(states: Mapping[str, str], diets: Collection[str]) -> list[tuple[str, str]]:
    """What diners are told of it: each with the state that it is about."""
    of = {
        state: [key for key in ALLERGENS if states.get(key, UNSTATED) == state] for state in LISTS
    }
    unstated = [key for key in ALLERGENS if not states.get(key)]
    told = []
    if of[CONTAINS]:
        told.append((CONTAINS, f"It contains {_listed(of[CONTAINS])}."))
    if of[MAY]:
        told.append((MAY, f"It may contain {_listed(of[MAY], 'or')}."))
    if of[FREE]:
        told.append((FREE, f"It is free of {_listed(of[FREE])}, and offered to whoever avoids it."))
    if unstated:
        whom = "any of the 14" if len(unstated) == len(ALLERGENS) else _listed(unstated, "or")
        told.append(
            (
                UNSTATED,
                f"Not stated: {whom}. The waiter says that the kitchen has to be asked, and does"
                " not offer it to whoever must not have that.",
            )
        )
    return told + [("fits", each) for each in _of_diets(diets, of[CONTAINS], of[MAY])]


def _of_diets(
    diets: Collection[str], contained: Sequence[str], perhaps: Sequence[str]
) -> list[str]:
    fits = diets_in(sorted(diets), frozenset(contained), frozenset(perhaps))
    told = [key for key in DIETS if key in fits and key not in BELIED_BY]
    denied = [key for key in DIETS if key in diets and key not in fits]
    sentences = [f"It is offered as {_listed(told)}."] if told else []
    if denied:
        sentences.append(
            f"Nobody hears that it is {_listed(denied)}: what is in it says otherwise."
        )
    return sentences


def _listed(words: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join([*([", ".join(words[:-1])] if words[1:] else []), words[-1]])
