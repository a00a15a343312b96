"""The words for periods, a table a language, and what a text is in the words of them all.

`canonical` makes "le 1er août" and "1 August" the same; what that means is knowledge/period.py's.
A word that stands in no table stays as it is, and so makes no period.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from knowledge.words import fold, listed

LANGUAGES = Path(__file__).with_name("periods")

# "T3" is French and Italian for a quarter, "S1" for a half year; "S32" is a week.
_PARTS = {"q": "quarter", "t": "quarter", "h": "half", "s": "half", "w": "week"}
_MOST = {"quarter": 4, "half": 2, "week": 53}

_TABLES = [
    tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(LANGUAGES.glob("*.toml"))
]


def _by_word(tables: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {
        fold(" ".join(word.split())): meaning
        for table in tables
        for meaning, words in table.items()
        for word in listed(words)
    }


# "before" and "earlier", by the words for what a period is compared with.
COMPARED = _by_word(table.pop("compared", {}) for table in _TABLES)
_MEANINGS = _by_word(_TABLES)
# Each by its number, for whoever names a day.
MONTHS_SAID = {word: int(of[1:]) for word, of in _MEANINGS.items() if re.fullmatch(r"m\d+", of)}
WEEKDAYS_SAID = {word: int(of[2:]) for word, of in _MEANINGS.items() if re.fullmatch(r"wd\d", of)}
_LONGEST_FIRST = sorted(_MEANINGS, key=lambda word: (-len(word), word))
_ANY_WORD = "|".join(word.replace(" ", "[ -]") for word in _LONGEST_FIRST)
_WORD = re.compile(rf"(?<![a-z])(?:{_ANY_WORD})(?![a-z])")
_SIGNS = str.maketrans({"–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "…": ".."})
_DATE = re.compile(
    r"(?<![\da-z])(?:(?P<year>20\d\d)(?P<s>[-/.])(?P<month>\d\d?)(?P=s)(?P<day>\d\d?)"
    r"|(?P<first>\d\d?)(?P<z>[-/.])(?P<middle>\d\d?)(?P=z)(?P<last>20\d\d)"
    r"|(?P<y>20\d\d)[-/.](?P<m>0?[1-9]|1[0-2])|(?P<mm>0?[1-9]|1[0-2])[-/.](?P<my>20\d\d))"
    r"(?![\d/]|[-.]\d{1,2}(?!\d))"
)
_MARKS = re.compile(r"[.,?!:()]")
_ELIDED_OF = re.compile(r"\bd'")  # d'août
_ELISION = re.compile(r"\bl'|'s\b")  # l'année, last year's
_SHORT_YEAR = re.compile(r"'(\d\d)\b")
_PART = re.compile(r"(?:\b|(?<=\b20\d\d))([qthsw])([1-9]\d?)(?!\d)|\b([1-4])([qth])(?![a-z])")
_PART_OF_YEAR = re.compile(r"\b(20\d\d)[-/](?=[qthsw]\d)|\b([qthsw]\d{1,2})[-/](?=20\d\d\b)")
# "The last quarter of a year", which "last quarter" is not.
_FINAL = re.compile(
    r"\b(?:last (?:(\d\d?) )?|(\d\d?) last )(day|week|month|quarter|half|wd[1-7]) of\b"
)
_WHICH = "last|this|next|beforelast"
_OF_A_MONTH = re.compile(
    rf"(?:(?<=\S )of|(?<= week)|(?<= day)|(?<= half)) (?:({_WHICH}) month|month ({_WHICH}))\b"
)
# "Week 9 March" may be another one.
_WEEK_OF = re.compile(r"\bweek of (?=#?\d\d? m\d|m\d\d? #?\d\d?(?!\d)|d\d{8})")
_OF = re.compile(r"\bof\b")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|ere|re|nde|eme|e|o|a|°)(?![a-z\d])")


def canonical(text: str) -> str:
    """`text` in meanings, one space between them, and what no table knows as it stands.

    A date in figures is `d20250814`, a month `d202508`; "of last month" is `mlast`, and "the last
    two days of" is `final 2 day`.
    """
    text = _SHORT_YEAR.sub(r" 20\1", " ".join(text.translate(_SIGNS).casefold().split()))
    text = _ELISION.sub(" ", _ELIDED_OF.sub("de ", _DATE.sub(_figures, text)))
    text = fold(text)
    text = _PART.sub(_part, _PART_OF_YEAR.sub(r"\1\2 ", text))
    text = _WORD.sub(_meaning, _ORDINAL.sub(r" #\1 ", text))
    text = " ".join(_MARKS.sub(" ", text.replace("..", "-")).split())
    text = _FINAL.sub(lambda found: f"final {found[1] or found[2] or 1} {found[3]}", text)
    text = _WEEK_OF.sub("weekof ", text)
    return " ".join(_OF.sub(" ", _OF_A_MONTH.sub(r" m\1\2", text)).split())


def _figures(found: re.Match[str]) -> str:
    """The day stands first, as in most of the world; what is no date so stays as it is."""
    year = found["year"] or found["last"] or found["y"] or found["my"]
    month = found["month"] or found["middle"] or found["m"] or found["mm"]
    day = found["day"] or found["first"]
    try:
        written = date(int(year), int(month), int(day or 1))
    except ValueError:
        return found[0]
    return f" d{written:%Y%m%d} " if day else f" d{written:%Y%m} "


def _meaning(found: re.Match[str]) -> str:
    return f" {_MEANINGS[found[0].replace('-', ' ')]} "


def _part(found: re.Match[str]) -> str:
    letter, number = (found[1], int(found[2])) if found[1] else (found[4], int(found[3]))
    part = "week" if letter == "s" and number > _MOST["half"] else _PARTS[letter]
    return f" #{number} {part} " if number <= _MOST[part] else found[0]
