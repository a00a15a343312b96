"""What diners say of their health is kept though no tool was called: models forget.

It reads the diner's own words as they come, once. It looks nothing up.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache, reduce

from knowledge.language_tables import DIET, OWN, THING
from knowledge.vocabulary import may_have, parts_of
from knowledge.whose import speaks_of_others
from knowledge.wishes import Wishes, allowed_in, lasting_in, own_lasting_in
from knowledge.words import fold
from models import diets
from models.diets import NO_DIET, Diet, KeptDiet
from models.diners import Known
from personas.effects import RememberDiet
from personas.tool import with_all_as_one

# A text without a word of both says nothing that lasts: most are read no further.
_WHAT = frozenset({THING, DIET, OWN, "never", "over"})
_WHY = frozenset({DIET, OWN, "harm", "allergy", "never", "without", "around", "free"})


def stated(diner: Known, texts: Iterable[str], today: date) -> tuple[RememberDiet, ...]:
    """What these words say of somebody's allergies and diets that is not kept with the diner yet.

    Where they speak of somebody who eats with them, it is kept for the conversation.
    """
    read = [each for text in with_all_as_one(tuple(texts)) if (each := _read(text))]
    if not read:
        return ()  # as most
    said = reduce(KeptDiet.plus, (must_not for must_not, _ in read))
    allowed = frozenset[str]().union(*(may for _, may in read))
    kept = diets.read(diner.diet)
    taken_back = _only(kept.own, allowed).minus(said.whole)
    own = said.own.minus(kept.own)
    table = said.table.minus(kept.whole.plus(own)).plus(_only(kept.table, allowed))
    if not (own or table or taken_back):
        return ()
    return (RememberDiet(KeptDiet(own, table, today), taken_back),)


@lru_cache(maxsize=1024)  # a turn asks several times
def _read(text: str) -> tuple[KeptDiet, frozenset[str]] | None:
    """What a text says that somebody must not have, and what it takes back; None for nothing."""
    folded = fold(text)
    if not may_have(folded, _WHAT):
        return None
    lasting = lasting_in(text) if may_have(folded, _WHY) else None
    must_not = _diet(lasting) if lasting and lasting.is_lasting else NO_DIET
    may = allowed_in(text)
    if not (must_not or may):
        return None
    if not speaks_of_others(parts_of(folded)):
        return KeptDiet(must_not), may
    own = _diet(own_lasting_in(text)) if must_not else NO_DIET
    own = own.minus(own.minus(must_not))  # what the whole text says, too
    return KeptDiet(own, must_not.minus(own)), frozenset()


def _diet(wishes: Wishes) -> Diet:
    return Diet(wishes.without, wishes.diets, frozenset(wishes.without_words))


def _only(diet: Diet, keys: frozenset[str]) -> Diet:
    return Diet(diet.allergens & keys, diet.diets & keys, diet.avoid & keys)
