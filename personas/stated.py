"""What diners say of their health is kept though no tool was called: models forget.

It reads the diner's own words as they come, once. It looks nothing up.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from knowledge.vocabulary import DIET, OWN, THING, listed, may_have, parts_of
from knowledge.wishes import allowed_in, lasting_in
from knowledge.words import fold
from models import diets
from models.diets import NO_DIET, NOTHING_KEPT, Diet, KeptDiet
from models.diners import Known
from personas.effects import RememberDiet
from personas.tool import with_all_as_one

# A text without a word of both says nothing that lasts: most are read no further.
_WHAT = frozenset({THING, DIET, OWN, "never"})
_WHY = frozenset({DIET, OWN, "harm", "allergy", "never", "without", "around", "free"})


def stated(diner: Known, texts: Iterable[str], today: date) -> tuple[RememberDiet, ...]:
    """What these words say of somebody's allergies and diets that is not kept with the diner yet.

    Where they speak of somebody who eats with them, it is kept for the conversation.
    """
    said = NOTHING_KEPT
    allowed: frozenset[str] = frozenset()
    for text in with_all_as_one(tuple(texts)):
        said = said.plus(_said_in(text))
        allowed |= _allowed_in(text)
    kept = diets.read(diner.diet)
    taken_back = _only(kept.own, allowed).minus(said.whole)
    own = said.own.minus(kept.own)
    table = said.table.minus(kept.whole.plus(own)).plus(_only(kept.table, allowed))
    if not (own or table or taken_back):
        return ()
    return (RememberDiet(KeptDiet(own, table, today), taken_back),)


@lru_cache(maxsize=256)  # a turn asks several times
def _said_in(text: str) -> KeptDiet:
    folded = fold(text)
    if not (may_have(folded, _WHAT) and may_have(folded, _WHY)):
        return NOTHING_KEPT
    read = lasting_in(text)
    if not read.is_lasting:
        return NOTHING_KEPT
    must_not = Diet(read.without, read.diets, frozenset(read.without_words))
    if _speaks_of_others(folded):
        return KeptDiet(NO_DIET, must_not)
    return KeptDiet(must_not)


def _only(diet: Diet, keys: frozenset[str]) -> Diet:
    return Diet(diet.allergens & keys, diet.diets & keys, diet.avoid & keys)


@lru_cache(maxsize=256)
def _allowed_in(text: str) -> frozenset[str]:
    folded = fold(text)
    if not may_have(folded, _WHAT) or _speaks_of_others(folded):
        return frozenset()
    return allowed_in(text)


def _speaks_of_others(folded: str) -> bool:
    here = listed("here")  # "coeliac here" is whoever writes
    return any(part.role == "person" and part.words not in here for part in parts_of(folded))
