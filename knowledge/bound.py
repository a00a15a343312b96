"""What of the things beside a "no" or an allergy is meant by it.

It reads the parts of one clause, and keeps nothing.
"""

from collections.abc import Collection, Iterable, Sequence

from knowledge.language_tables import THING, WORD, listed
from knowledge.vocabulary import Part
from models.menu import ALLERGENS

WITH = frozenset({"with", "avec", "con"})
_LINKS = frozenset({"that", "which", "contain", "containing", "made", *WITH})
_FROM_THE_SEA = frozenset({"fish", "crustaceans", "molluscs"})


def bound_by(parts: Sequence[Part], at: int, after: Sequence[int]) -> list[int]:
    """What stands after the cue `at` and is meant by it."""
    too = {word for phrase in listed("too") for word in phrase}
    tasted = [each for each in after if not too.isdisjoint(parts[each].words)]
    if tasted:
        return tasted  # "I don't like my fish too spicy"
    bound: list[int] = []
    for each in after:
        last = bound[-1] if bound else at
        between = [parts[place] for place in range(last + 1, each)]
        is_next_dish = bound and last + 1 == each and parts[each].meaning.is_dish
        if is_next_dish and not parts[last].meaning.is_dish:
            continue  # "no gluten pasta" is a pasta
        if bound and between and between[0].words[0] in WITH and is_harmless(parts[last]):
            break  # "no sugar with milk"
        is_joined = between and all(part.role != "fillers" for part in between)
        if bound and is_harmless(parts[each]) and not is_joined:
            continue  # "no nuts and a coffee"
        bound.append(each)
    return bound


def told_between(parts: Sequence[Part], at: int, bound: Sequence[int]) -> range:
    """Of "no cake that contains nuts" not the cake, of "no roasted nuts" the roasted."""
    between = range(at + 1, bound[0] if bound else at + 1)
    begins = [each for each in between if parts[each].words[0] in _LINKS]
    begins += [each + 1 for each in between if parts[each].role == THING]
    return range(max(begins, default=between.start), between.stop)


def joined_to(parts: Sequence[Part], at: int, after: Sequence[int]) -> list[int]:
    """Of "coeliac and milk" the milk."""
    between = range(at + 1, after[0]) if after else ()
    roles = [parts[each].role for each in between]
    is_joined = "and" in roles and set(roles) <= {"and", "fillers"}
    return list(after) if is_joined else []


def right_before(
    parts: Sequence[Part], begin: int, at: int, before: Collection[int], is_any: bool
) -> tuple[list[int], bool]:
    """The list that ends at the cue `at`, and whether it goes on before its clause.

    `is_any`: of what is a dish, and of what only has an allergen, too.
    """
    found: list[int] = []
    has_and = False
    for each in range(at - 1, begin - 1, -1):
        part = parts[each]
        is_listed = is_any or (part.meaning.is_whole and not part.meaning.is_dish)
        if each in before and (not found or is_listed):
            found.append(each)
        elif part.role == "and" and found:
            has_and = True
        elif part.role != "fillers":
            return found, False
    is_noted = parts[begin - 1].words == ("(",)  # "fish (nut allergy)"
    is_whole_clause = is_any and len(found) == at - begin
    return found, has_and or (is_whole_clause and not is_noted)


def spared_by(parts: Sequence[Part], cue: int, things: Iterable[int]) -> list[int]:
    """Of "used to be allergic to eggs, and now to milk" the eggs."""

    def turns(at: int) -> bool:
        return any(parts[each].words in listed("turns") for each in range(cue + 1, at))

    return [at for at in things if not turns(at)]


def words_before(parts: Sequence[Part], places: Iterable[int]) -> set[int]:
    """Of "pnut allergy" the word that is on no list."""
    before = {at - 1 for at in places if at > 0}
    return {at for at in before if parts[at].role == WORD and parts[at].words[0].isalpha()}


def is_harmless(part: Part) -> bool:
    return part.keys.isdisjoint(ALLERGENS)


def is_ordered(part: Part) -> bool:
    """Whether one asks for it by that name: fish, and not eggs, which are in a dish."""
    return is_harmless(part) or part.meaning.is_dish or part.keys <= _FROM_THE_SEA
