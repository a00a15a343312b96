"""`/me`: what is kept about a diner, in words, and how to have it erased."""

from collections.abc import Iterator

from conversation import aliases
from conversation.ending import Ending, said
from knowledge.language_tables import named_in
from knowledge.phrases import Phrase, date_text, known, later, own_name, phrase
from knowledge.words import words_of
from models import diets
from models.diets import Diet
from models.diners import Known
from personas.effects import RememberDiet
from personas.persona import Persona

ERASE_DIET = "/me forget diet"


def answer(rest: str, diner: Known, persona: Persona) -> Ending:
    """The ending of a turn with `/me`; `rest`: what stands behind it."""
    if _erases_diet(rest):
        forget = RememberDiet(forgotten=diets.read(diner.diet).whole)
        return Ending(said(phrase(FORGOTTEN_DIET, diner.language)), None, effects=(forget,))
    return Ending(said(_about(diner, persona)), None)


def _erases_diet(rest: str) -> bool:
    words = words_of(rest)
    if aliases.ERASE.isdisjoint(words[:1]):
        return False
    return len(words) == 1 or not aliases.DIET.isdisjoint(words)


def _about(diner: Known, persona: Persona) -> Phrase:
    """As a WhatsApp list."""
    language = diner.language
    kept = diets.read(diner.diet)
    lines = [phrase("What I keep about you:", language), *_who(diner, persona)]
    diet = _told(kept.own, language)
    if kept.since:
        day = date_text(kept.since, language)
        lines.append(phrase("- your diet, since {day}: {diet}", language, day=day, diet=diet))
    else:
        lines.append(phrase("- your diet: {diet}", language, diet=diet))
    if kept.table:
        diet = _told(kept.table, language)
        lines.append(phrase("- at your table, for this conversation: {diet}", language, diet=diet))
    lines.append(
        phrase(
            "- what we wrote to each other, and said in calls, for as long as the house keeps it",
            language,
        )
    )
    if kept.whole:
        lines.append(phrase("To erase the diet, write *{words}*.", language, words=ERASE_DIET))
    lines.append(phrase("To erase all of it, write */forget*.", language))
    return Phrase("\n".join(lines))


def _who(diner: Known, persona: Persona) -> Iterator[Phrase]:
    language = diner.language
    if diner.profile_name:
        name = diner.profile_name
        yield phrase("- your name on WhatsApp: {name}", language, name=name)
    yield phrase(
        "- who you talk to: the {persona}, until you choose somebody else",
        language,
        persona=phrase(persona.title, language),
    )
    yield phrase(
        "- the language that you read: {language} (*/language* changes it)",
        language,
        language=own_name(known(language)),
    )


def _told(diet: Diet, language: str | None) -> Phrase:
    parts = sorted(named_in(each, known(language)) for each in diet.diets)
    never = sorted(named_in(each, known(language)) for each in diet.allergens | diet.avoid)
    if never:
        parts.append(phrase("never {things}", language, things=", ".join(never)))
    return Phrase("; ".join(parts)) if parts else phrase("nothing that I know of", language)


FORGOTTEN_DIET = later(
    "Done: I no longer keep any diet or allergy of yours. Tell me if there is one."
)
STILL_KEPT = later("What you must not eat I still keep: */me* shows it.")
