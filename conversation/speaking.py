"""The language that a diner reads: heard of what they write, or chosen with `/language`.

It keeps nothing: what is to be kept stands in the turn's ending.
"""

from collections.abc import Sequence
from functools import cache

from babel import Locale

from conversation import keywords
from conversation.ending import Ending, SpeakIn, said
from knowledge.choosing import id_of
from knowledge.notes import is_chosen, own_words
from knowledge.phrases import LANGUAGES, Phrase, known, own_name, phrase
from knowledge.words import words_of
from knowledge.written_in import written_in
from models.diners import Known
from models.inbox import Written
from models.outbox import Bubble, Choice, Choices
from personas.catalogue import PERSONAS


def heard(diner: Known, messages: Sequence[Written]) -> str | None:
    """The language that a diner writes now, if it is another one than is kept of them.

    The restaurant's own is kept as well: who writes it changes to none by the name of a dish.
    """
    if diner.has_chosen_language:
        return None
    language = written_in(_own_words(messages), diner.language)
    return None if language == diner.language else language


def _own_words(messages: Sequence[Written]) -> str:
    """What says something of their language: a keyword, or a dish that they tapped, does not."""
    texts = []
    for message in messages:
        if is_chosen(message.text):
            continue
        keyword = keywords.parse(message.text) if message.is_keyword else None
        if keyword is None:
            texts.append(own_words(message.text))
        elif keyword.word in PERSONAS:
            texts.append(keyword.rest)
    return "\n".join(texts)


def answer(rest: str, diner: Known) -> Ending:
    """The ending of a turn with `/language`; `rest`: what stands behind it."""
    if not rest:
        return _offering(diner.language)
    words = words_of(rest)
    names = {**_named(), **({each: each for each in LANGUAGES} if len(words) == 1 else {})}
    chosen = next((names[word] for word in words if word in names), None)
    if chosen is None:
        sorry = phrase("I don't write that language.", diner.language)
        return _offering(diner.language, f"{sorry} ")
    text = phrase("Done: you read {language} here from now on.", chosen, language=own_name(chosen))
    return Ending(said(text), None, effects=(SpeakIn(chosen, is_chosen=True),))


def _offering(language: str | None, before: str = "") -> Ending:
    """With each language to tap, by the name that those who speak it read."""
    title = phrase(
        "You read {language} here. To change that, send one of these:",
        language,
        language=own_name(known(language)),
    )
    lines = [f"- */language {each}* – {own_name(each)}" for each in LANGUAGES]
    text = Phrase("\n".join([f"{before}{title}", *lines]))
    options = (Choice(id_of(f"/language {each}"), own_name(each)) for each in LANGUAGES)
    choices = Choices("list", tuple(options), phrase("Choose", language), is_told=True)
    return Ending((Bubble(text, choices=choices),), None)


@cache
def _named() -> dict[str, str]:
    """Each language by its name in every one of them."""
    return {
        word: each
        for each in LANGUAGES
        for speaker in LANGUAGES
        for word in words_of(str(Locale(each).get_display_name(speaker)))
    }
