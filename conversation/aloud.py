"""Whether an answer is fit to be heard, in which words, and whether it was said as it was written.

Pure. Who speaks, and what becomes of the sound, stands elsewhere.
"""

import re
from collections.abc import Sequence

import regex

from knowledge.number_words import MARK, in_figures
from knowledge.prices import amounts_in
from knowledge.words import fold
from models.bubbles import Bubble
from whatsapp.markup import to_whatsapp

# About a minute: whoever asked aloud can listen so long.
MOST_CHARACTERS = 800
# More of them have to be seen beside each other.
MOST_PRICES = 2
# So many lines of so few characters are a list, whatever they begin with.
SHORT_LINES, SHORT_LINE = 3, 40

# What has to be read, or tapped: lists, quotes, code; addresses of pages and people; numbers to
# call.
_LISTED = re.compile(r"^[ \t]*+(?:[•*>–—+-]|\d{1,2}[.)])\s", re.MULTILINE)
_LETTERED = re.compile(
    r"(?<!\w)\(?(?:[a-z]|\d{1,2})\)\s.*?(?<!\w)\(?(?:[a-z]|\d{1,2})\)\s", re.DOTALL
)
_CODE = re.compile("`")
_ADDRESS = re.compile(r"://|www\.|\S@\S|\w/\w|[\w-]{2}\.[^\W\d_]{2,}\b")
_NUMBER_TO_CALL = re.compile(r"\+\d|\d(?:[\s().-]{0,2}\d){8}")
_TO_BE_READ = (_LISTED, _LETTERED, _CODE, _ADDRESS, _NUMBER_TO_CALL)
_MARKS = re.compile(r"(?<![\w*_])[*_]++(?=\S)|(?<=[^\s*_])[*_]++(?!\w)")
# What says no more than its words, and is left out. Any other sign may stand in a word's place: a
# cross, a peanut, a clock, what is struck out.
_MOODS = regex.compile(
    r"(?:[😀-😏🙂🙃🤗🤩🤤🥰🥳👋👏🙌🙏🤝❤🧡💛💚💙💜✨🌟⭐🎉🎊🍽🍴🍲👨👩🧑](?:\p{Emoji_Modifier}|\ufe0f|\u200d🍳)*)+"
)
_SIGNS = regex.compile(r"[\p{So}\p{Extended_Pictographic}\u20e3~]")
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[., '’\u00a0\u202f](?=\d{3}(?!\d))")
# Of three prices, the currency is often said once.
_LIKE_A_PRICE = re.compile(r"(?<!\d)0*+[1-9]\d{2}")
_SPACES = re.compile(r"[^\S\n]+")

# Of a text in lower case: one way to write it, and another.
_SPELLED = (
    (re.compile("[’ʼ]"), "'"),
    (re.compile(r"\b([ap])\.m\b\.?"), r"\1m"),
    (re.compile(r"\bcan(?:'t| not)\b"), "cannot"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\b(it|that|there|here|what)'s\b"), r"\1 is"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"\bi'm\b"), "i am"),
)
# Marks too, where they are said: "€4" is not "$4".
_SAID = regex.compile(r"\d+|[^\W\d_]+|[\p{Sc}\p{Sm}%]")


def to_be_heard(bubbles: Sequence[Bubble]) -> str | None:
    """An answer's words, without what only an eye needs; None for one that has to be read."""
    if len(bubbles) != 1 or bubbles[0] != Bubble(bubbles[0].text):
        return None
    text = to_whatsapp(bubbles[0].text)
    looked_at = _without_thousands(text)  # "RWF 12 500 000" is no number to call
    if any(pattern.search(looked_at) for pattern in _TO_BE_READ) or _is_listed(text):
        return None
    if _prices_in(text) > MOST_PRICES:
        return None
    words = _SPACES.sub(" ", _MOODS.sub(" ", _MARKS.sub("", text)))
    if _SIGNS.search(words):
        return None
    lines = (line.strip() for line in words.split("\n"))
    heard = "\n".join(line for line in lines if line)
    return heard if 0 < len(heard) <= MOST_CHARACTERS else None


def says_the_same(written: str, said: str) -> bool:
    """Whether what was said is what was written, word for word, however it is spelled.

    One other word may be the one on which somebody's health hangs, in any language.
    """
    ours = _words(written)
    return bool(ours) and ours == _words(said)


def _is_listed(text: str) -> bool:
    """Whether its lines stand below each other as those of a list: by their marks, or shortness."""
    lines = [line for each in text.split("\n") if (line := each.strip("*_~ \t"))]
    marked = sum(not line[0].isalpha() for line in lines)
    return marked >= 2 or sum(len(line) < SHORT_LINE for line in lines) >= SHORT_LINES


def _prices_in(text: str) -> int:
    folded = fold(text)
    figures, _ = in_figures(_without_thousands(folded))
    return max(len(_LIKE_A_PRICE.findall(figures)), len(amounts_in(folded)))


def _words(text: str) -> list[str]:
    """With numbers in figures, whichever way they were written."""
    spelled = text.casefold()
    for pattern, same in _SPELLED:
        spelled = pattern.sub(same, spelled)
    figures, _ = in_figures(fold(_without_thousands(spelled)))
    return _SAID.findall(re.sub(MARK, " ", figures))


def _without_thousands(text: str) -> str:
    return _BETWEEN_THOUSANDS.sub("", text)
