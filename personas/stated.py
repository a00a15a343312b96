"""What diners say of their health is kept though no tool was called: models forget.

It reads the diner's own words as they come, once. It looks nothing up.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from knowledge.vocabulary import DIET, OWN, THING, listed, may_have, parts_of
from knowledge.wishes import exclusions_in
from knowledge.words import fold
from models import diets
from models.diets import NO_DIET, NOTHING_KEPT, Diet, KeptDiet
from models.diners import Known
from personas.effects import RememberDiet
from personas.tool import with_all_as_one

# A text without a word of both says nothing that lasts: most are read no further.
_WHAT = frozenset({THING, DIET, OWN})
_WHY = frozenset({DIET, OWN, "harm", "allergy", "never", "without", "around", "free"})


def stated(diner: Known, texts: Iterable[str], today: date) -> tuple[RememberDiet, ...]:
    """What these words say of somebody's allergies and diets that is not kept with the diner yet.

    Where they speak of somebody who eats with them, it is kept for the conversation.
    """
    said = NOTHING_KEPT
    for text in with_all_as_one(tuple(texts)):
        said = said.plus(_said_in(text))
    if not said.whole:
        return ()
    kept = diets.read(diner.diet)
    own = said.own.minus(kept.own)
    table = said.table.minus(kept.whole.plus(own))
    return (RememberDiet(KeptDiet(own, table, today)),) if own or table else ()


@lru_cache(maxsize=256)  # a turn asks several times
def _said_in(text: str) -> KeptDiet:
    folded = fold(text)
    if not (may_have(folded, _WHAT) and may_have(folded, _WHY)):
        return NOTHING_KEPT
    read = exclusions_in(text)
    if not read.is_lasting:
        return NOTHING_KEPT
    must_not = Diet(read.without, read.diets, frozenset(read.without_words))
    if _speaks_of_others(folded):
        return KeptDiet(NO_DIET, must_not)
    return KeptDiet(must_not)


def _speaks_of_others(folded: str) -> bool:
    here = listed("here")  # "coeliac here" is whoever writes
    return any(part.role == "person" and part.words not in here for part in parts_of(folded))
