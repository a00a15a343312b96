"""The language that a diner chooses with `/language`; `hearing` hears the one that they write.

It keeps nothing: what is to be kept stands in the turn's ending.
"""

import re
from difflib import get_close_matches

from conversation import aliases
from conversation.ending import Ending, SpeakIn, said
from knowledge.choosing import id_of
from knowledge.phrases import LANGUAGES, Phrase, by_name, known, own_name, phrase
from knowledge.words import fold, words_of
from models.bubbles import Bubble, Choice, Choices
from models.diners import Known

# "fr", "fr-FR", "en_US", and a word behind it.
_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z]{2,4})?(?:\s+\S+)?")
LEAST_ALIKE = 0.75  # of 1: "frensh" is French
LONGEST = 100  # letters in which a language is named


def answer(rest: str, diner: Known) -> Ending:
    """The ending of a turn with `/language`; `rest`: what stands behind it."""
    if not rest:
        return _offering(diner.language)
    if not aliases.AS_WRITTEN.isdisjoint(words_of(rest)):
        text = phrase("Done: you read here what you write in.", diner.language)
        return Ending(said(text), None, effects=(SpeakIn(None, is_chosen=True),))
    chosen = _named_in(rest)
    if chosen is None:
        sorry = phrase("I don't write that language.", diner.language)
        return _offering(diner.language, f"{sorry} ")
    text = phrase("Done: you read {language} here from now on.", chosen, language=own_name(chosen))
    return Ending(said(text), None, effects=(SpeakIn(chosen, is_chosen=True),))


def _named_in(text: str) -> str | None:
    """The one language that is named, perhaps mistyped, or by its code; not what it is not to be.

    Short words are codes where hardly more is said, and no name: "it" and "en" are words too.
    """
    words = words_of(text[:LONGEST])
    if not aliases.NOT.isdisjoint(words):
        return None
    names = aliases.LANGUAGES | by_name()
    alike = (get_close_matches(word, names, 1, LEAST_ALIKE) for word in words)
    found = {names[name] for names_alike in alike for name in names_alike}
    code = _CODE.fullmatch(fold(text).strip())
    if not found and code and code[1] in LANGUAGES:
        return code[1]
    return found.pop() if len(found) == 1 else None


def _offering(language: str | None, before: str = "") -> Ending:
    """With each language to tap, by the name that those who speak it read."""
    title = phrase(
        "You read {language} here. To change that, send one of these:",
        language,
        language=own_name(known(language)),
    )
    lines = [f"- */language {each}* – {own_name(each)}" for each in LANGUAGES]
    as_written = phrase("the one that you write", language)
    lines.append(f"- */language auto* – {as_written}")
    text = Phrase("\n".join([f"{before}{title}", *lines]))
    options = (Choice(id_of(f"/language {each}"), own_name(each)) for each in LANGUAGES)
    choices = Choices("list", tuple(options), phrase("Choose", language), is_told=True)
    return Ending((Bubble(text, choices=choices),), None)
