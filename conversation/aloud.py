"""Whether an answer is fit to be heard, in which words, and whether it was said as it was written.

Pure. Who speaks, and what becomes of the sound, stands elsewhere.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import regex

from knowledge.allergens import allergens_of, diet_of
from knowledge.kitchen_words import NEGATIONS, NONE_WORDS
from knowledge.number_words import MARK, in_figures
from knowledge.prices import amounts_in
from knowledge.words import fold, words_of
from models.bubbles import Bubble
from whatsapp.markup import to_whatsapp

# About a minute: whoever asked aloud can listen so long.
MOST_CHARACTERS = 800
# More of them have to be seen beside each other.
MOST_PRICES = 2
# Of all words, those that may be other ones: "I'll" where it says "I will".
MOST_STRAYED = 0.15

# What has to be read, or tapped: lists, quotes, code; addresses of pages and people; numbers to
# call.
_LISTED = re.compile(r"^[ \t]*+(?:[•*>–-]|\d{1,2}[.)])\s", re.MULTILINE)
_CODE = re.compile("`")
_ADDRESS = re.compile(r"://|www\.|\S@\S|[\w-]{2}\.[a-z]{2,6}\b(?!\.)")
_NUMBER_TO_CALL = re.compile(r"\+\d|\d(?:[\s().-]{0,2}\d){8}")
_TO_BE_READ = (_LISTED, _CODE, _ADDRESS, _NUMBER_TO_CALL)
_MARKS = re.compile(r"(?<![\w*_~])[*_~]++(?=\S)|(?<=[^\s*_~])[*_~]++(?!\w)")
_PICTURES = regex.compile(
    r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f\U0001f1e6-\U0001f1ff]+"
)
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[., '’\u00a0\u202f](?=\d{3}(?!\d))")
_NO = frozenset(words_of(" ".join(NEGATIONS | {each for each in NONE_WORDS if " " not in each})))
_SPACES = re.compile(r"[^\S\n]+")


def to_be_heard(bubbles: Sequence[Bubble]) -> str | None:
    """An answer's words, without what only an eye needs; None for one that has to be read."""
    if len(bubbles) != 1 or bubbles[0] != Bubble(bubbles[0].text):
        return None
    text = to_whatsapp(bubbles[0].text)
    looked_at = _without_thousands(text)  # "RWF 12 500 000" is no number to call
    if any(pattern.search(looked_at) for pattern in _TO_BE_READ):
        return None
    if len(amounts_in(fold(text))) > MOST_PRICES:
        return None
    words = _SPACES.sub(" ", _PICTURES.sub(" ", _MARKS.sub("", text)))
    lines = (line.strip() for line in words.split("\n"))
    heard = "\n".join(line for line in lines if line)
    return heard if 0 < len(heard) <= MOST_CHARACTERS else None


def says_the_same(written: str, said: str) -> bool:
    """Whether what was said is what was written: word for word but for a few that weigh nothing.

    A figure, an allergen, a diet or a "no" weighs.
    """
    ours, theirs = _compared(written), _compared(said)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    strayed = list(_strayed(matcher, ours, theirs))
    return len(strayed) <= MOST_STRAYED * 2 * len(ours) and not any(map(_weighs, strayed))


def _strayed(matcher: SequenceMatcher[str], ours: list[str], theirs: list[str]) -> Iterator[str]:
    for kind, our_begin, our_end, their_begin, their_end in matcher.get_opcodes():
        if kind != "equal":
            yield from ours[our_begin:our_end]
            yield from theirs[their_begin:their_end]


def _weighs(word: str) -> bool:
    return (
        any(map(str.isdigit, word))
        or word in _NO
        or bool(allergens_of(word))
        or diet_of(word) is not None
    )


def _compared(text: str) -> list[str]:
    """Its words, numbers in figures, whichever way they were written."""
    figures, _ = in_figures(fold(_without_thousands(text)))
    return list(words_of(re.sub(MARK, " ", figures)))


def _without_thousands(text: str) -> str:
    return _BETWEEN_THOUSANDS.sub("", text)
