"""`remember_diet`: what a diner, or somebody at their table, must not have is kept, or taken back.

It is kept by the keys of the menu; what has none is avoided as a word. It looks nothing up.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from knowledge.language_tables import DIETS_OF_PEOPLE
from knowledge.wishes import NOT_EXCLUDING, Wishes, wishes_in
from knowledge.words import words_of
from models import diets
from models.diets import MOST_AVOIDED, NO_DIET, Diet, KeptDiet
from personas.effects import RememberDiet
from personas.tool import Answer, Arguments, Tool, ToolContext
from personas.tools.menu_arguments import as_diet, each_read, without, words_listed

MOST_LETTERS = 30  # of a word that is avoided
# Somebody else's allergy could be erased by whoever makes up their number.
NOT_BY_TELEPHONE = (
    "nothing is taken back by telephone, where a number may be made up: say that they can do so on"
    " WhatsApp with /me forget diet, and keep to what is kept until then"
)
MOST_WORDS = 20  # of one argument
EVERYTHING = frozenset(words_of("all everything anything diet allergy allergies restrictions"))

Listed = Annotated[
    tuple[Annotated[str, Field(max_length=60)], ...],
    BeforeValidator(words_listed),
    Field(max_length=MOST_WORDS),
]


class RememberDietArguments(Arguments):
    allergens: Annotated[
        Listed, Field(description="What they are allergic to or can't have: milk, nuts, shellfish.")
    ] = ()
    diets: Annotated[
        Listed, Field(description=f"{', '.join(DIETS_OF_PEOPLE)}, gluten-free, ...")
    ] = ()
    avoid: Annotated[Listed, Field(description="Other ingredients, in English: kiwi.")] = ()
    forget: Annotated[
        Listed,
        Field(description='What they take back ("I\'m not vegan any more"), or "everything".'),
    ] = ()
    for_whom: Annotated[
        Literal["diner", "table"],
        Field(description="table: somebody who eats with them, for this conversation only."),
    ] = "diner"


def run(context: ToolContext, arguments: RememberDietArguments) -> dict[str, object] | Answer:
    if arguments.forget and not context.may_take_back:
        return {"error": NOT_BY_TELEPHONE}
    before = diets.read(context.diner.diet)
    try:
        added = (
            _read("allergens", arguments.allergens, without)
            .plus(_read("diets", arguments.diets, as_diet))
            .plus(_read("avoid", arguments.avoid, without))
        )
        forgotten = _taken_back(arguments.forget, before)
    except ValueError as error:
        return {"error": str(error)}
    if not added and not arguments.forget:
        return {"error": "allergens, diets, avoid and forget are empty: pass what there is to keep"}
    is_own = arguments.for_whom == "diner"
    kept = KeptDiet(added, NO_DIET, context.today) if is_own else KeptDiet(NO_DIET, added)
    effect = RememberDiet(replace(kept, since=context.today), forgotten)
    after = effect.changed(before)
    if not added.avoid <= after.whole.avoid:
        return {"error": f"avoid: {MOST_AVOIDED} things are the most that can be kept"}
    return Answer(_told(before, after), (effect,))


def _told(before: KeptDiet, after: KeptDiet) -> dict[str, object]:
    return {
        "kept_of_the_diner": _shown(after.own),
        "kept_of_their_table_for_this_conversation": _shown(after.table),
        "no_longer_kept": _shown(before.whole.minus(after.whole)),
        "note": (
            "Every look-up keeps to it from now on. Say in a few words what you keep in mind,"
            " and that /me shows and erases it."
        ),
    }


def _shown(diet: Diet) -> list[str]:
    return sorted(diet.allergens | diet.diets | diet.avoid)


def _read(
    argument: str, words: Sequence[str], as_sentences: Callable[[str], Sequence[str]]
) -> Diet:
    """Raises ValueError for what names nothing."""
    wrong = (
        f"{argument}: {{!r}} is nothing that the menu knows;"
        " name in avoid, in English, what they don't eat"
    )
    read = each_read(words, as_sentences, wrong, _to_keep)
    return Diet(read.without, read.diets, read.without_words)


def _to_keep(sentence: str) -> Wishes:
    read = wishes_in(sentence)
    avoided = frozenset(each for each in read.without_words if len(each) <= MOST_LETTERS)
    return Wishes(diets=read.diets - NOT_EXCLUDING, without=read.without, without_words=avoided)


def _taken_back(words: Sequence[str], kept: KeptDiet) -> Diet:
    together = NO_DIET
    for word in words:
        as_diet = wishes_in(word.replace("_", "-"))
        as_thing = wishes_in(f"without {word}")
        names_none = not (as_thing.without or as_diet.diets)
        if names_none and not EVERYTHING.isdisjoint(words_of(word)):
            return kept.whole
        together = together.plus(
            Diet(
                as_thing.without | as_diet.without,
                as_diet.diets | as_thing.diets,
                as_thing.without_words,
            )
        )
    return together


remember_diet = Tool(
    name="remember_diet",
    description=(
        "Keep an allergy, a diet or an ingredient that the diner, or somebody at their table, must"
        " not have; or take it back."
    ),
    arguments=RememberDietArguments,
    run=run,
)
