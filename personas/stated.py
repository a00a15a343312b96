"""What diners say of their health is kept though no tool was called: models forget.

It reads the diner's own words as they come, once. Of them it keeps allergens and diets alone: other
things that somebody avoids are the model's to name.
"""

from collections.abc import Iterable
from datetime import date

from knowledge.companions import speaks_of_others
from knowledge.wishes import exclusions_in
from models import diets
from models.diets import NO_DIET, Diet, KeptDiet
from models.diners import Known
from personas.effects import RememberDiet


def stated(diner: Known, texts: Iterable[str], today: date) -> tuple[RememberDiet, ...]:
    """What these words say of somebody's allergies and diets that is not kept with the diner yet.

    Where they speak of somebody who eats with them, it is kept for the conversation.
    """
    own = table = NO_DIET
    for text in texts:
        said = exclusions_in(text)
        if said.is_lasting:
            must_not = Diet(said.without, said.diets)
            if speaks_of_others(text):
                table = table.plus(must_not)
            else:
                own = own.plus(must_not)
    if not own and not table:
        return ()
    kept = diets.read(diner.diet)
    new = KeptDiet(own.minus(kept.own), table.minus(kept.whole.plus(own)), today)
    return (RememberDiet(new),) if new.whole else ()
