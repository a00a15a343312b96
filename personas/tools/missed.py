"""What a look at the menu could not tell its diner, for the restaurant's people to see.

It tells the model nothing: that is `menu_notes`.
"""

from collections.abc import Iterator

from knowledge.menu_search import Found
from knowledge.wishes import Wishes
from models.tool_calls import Missed

# What is not stated of more dishes was no question about these.
MOST_NAMED = 3


def of_search(found: Found) -> tuple[Missed, ...]:
    """Words that nobody knows, dishes that are not on the menu, and what no dish's row states."""
    wishes = found.wishes
    missed = [Missed("word", each) for each in wishes.not_understood]
    missed += [Missed("dish", each) for each in found.absent]
    unstated = (*found.unclear, *found.not_stated)
    named = " ".join(wishes.words)
    if named and len(unstated) <= MOST_NAMED:
        missed += [Missed("contents", _in_brackets(item.name, wishes)) for item in unstated]
    has_something = found.items or unstated or wishes.contains
    if not has_something and not missed and (asked := _in_brackets(named, wishes)):
        missed.append(Missed("dish", asked))
    return tuple(missed)


def _in_brackets(name: str, wishes: Wishes) -> str:
    """A dish, and behind it what was wished of it: "pizza (vegan, without peanuts)"."""
    wished = ", ".join(_wished(wishes))
    return f"{name} ({wished})".lstrip() if wished else name


def _wished(wishes: Wishes) -> Iterator[str]:
    yield from sorted(wishes.diets)
    yield from (f"without {each}" for each in sorted(wishes.without | wishes.without_words))
    yield from sorted(wishes.contains)
    for sign, price in ((">=", wishes.min_price), ("<=", wishes.max_price)):
        if price is not None:
            yield f"{sign} {price.normalize():f}"
