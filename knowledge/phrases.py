"""The fixed sentences that diners read, each in their language.

The English sentence is the key of its translations: gettext catalogues in `locales/`, read by Babel
once a process. It never says what a model reads, which is English.
"""

import gettext
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NewType

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from knowledge.words import words_of
from models.diners import Known
from models.restaurants import Restaurant

LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en"
LANGUAGES = (ENGLISH, "fr", "rw", "mt", "it", "sw")
# Made by `phrase` or `plural`, or of what these made: whoever takes it takes no bare English.
Phrase = NewType("Phrase", str)


def phrase(text: str, language: str | None, /, **fields: object) -> Phrase:
    """The sentence in this language, with its `{fields}`; in English where it has none."""
    return _filled(catalogue(language).gettext(text), fields)


def plural(one: str, many: str, n: int, language: str | None, /, **fields: object) -> Phrase:
    """The same of so many, by the language's own plurals; `{n}` is the number as it writes it."""
    text = catalogue(language).ngettext(one, many, n)
    return _filled(text, {"n": format_decimal(n, locale=known(language)), **fields})


class TellableError(ValueError):
    """What is wrong, said to whoever wrote it in their language; `text` is a sentence of ours."""

    def __init__(self, text: str = "", /, **fields: object) -> None:
        super().__init__(text.format(**fields))
        self._text = text
        self._fields = fields

    def told(self, language: str | None) -> Phrase:
        """Empty where there is nothing more to say."""
        return phrase(self._text, language, **self._fields) if self._text else Phrase("")


def later(text: str) -> str:
    """A sentence that stands in a table: the catalogues have it, `phrase` is called elsewhere."""
    return text


def date_text(day: date, language: str | None) -> str:
    """ "22 November 2026", as the language has it."""
    return format_date(day, "d MMMM y", locale=known(language))


def own_name(language: str) -> str:
    """What those who speak it call it."""
    return str(Locale(language).get_display_name(language))


@cache
def by_name() -> dict[str, str]:
    """Each language by its name in every one of them."""
    return {
        word: each
        for each in LANGUAGES
        for speaker in LANGUAGES
        for word in words_of(str(Locale(each).get_display_name(speaker)))
    }


def known(language: str | None) -> str:
    return language if language in LANGUAGES else ENGLISH


def language_of(diner: Known, restaurant: Restaurant | None) -> str:
    """The diner's, as they write or chose; else that of the restaurant's locale."""
    return spoken(diner.language, restaurant.locale if restaurant else None)


def spoken(language: str | None, locale: str | None) -> str:
    """What is kept of a diner, else the language of a restaurant's `locale`: "en_RW"."""
    return known(language or (locale or ENGLISH).partition("_")[0])


def _filled(text: str, fields: dict[str, object]) -> Phrase:
    return Phrase(text.format(**fields) if fields else text)


@cache
def catalogue(language: str | None) -> gettext.NullTranslations:
    """The language's; what it has not, its fallbacks are asked for, as any of gettext's."""
    file = LOCALES / f"{known(language)}.po"
    if not file.exists():
        return gettext.NullTranslations()
    # Only here: a command that tells nobody anything never needs it.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=known(language)))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
