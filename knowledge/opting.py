"""The words by which a diner wants no more messages, or wants them again: `opting.toml`'s, whole.

Pure: whom they are heeded of, `conversation.opting` says.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import category, normalize

from knowledge.notes import own_words

WORDS_FILE = Path(__file__).with_name("opting.toml")
STOP, START = "stop", "start"
LONGEST = 200  # characters, marks and emoji around it included
MOST_WORDS = 8  # pieces of one, where something stands within it, among them
# Its words are everybody's: whoever writes one need not speak it.
EVERYBODYS = "en"
_WORD = re.compile(r"[^\W_]+")


class Asked(NamedTuple):
    """STOP or START, and the languages in which it was said."""

    word: str
    languages: tuple[str, ...]

    def in_language(self, own: str) -> str:
        """The language to answer in: the diner's `own`, unless the word is of another alone."""
        is_theirs = own in self.languages or EVERYBODYS in self.languages
        return own if is_theirs else self.languages[0]

    def of_one(self) -> str | None:
        """The language that the word is of, if of one alone."""
        is_of_one = len(self.languages) == 1 and EVERYBODYS not in self.languages
        return self.languages[0] if is_of_one else None


def asked(text: str) -> Asked | None:
    """What a message asks for that is one of these words; None for one that says more, or else.

    What stands beside it is no word: it may be a picture's caption.
    """
    text = own_words(text)
    if len(text) > LONGEST or len(_WORD.findall(text)) > MOST_WORDS:
        return None
    return _words().get(_plain(text))


@cache
def _words() -> Mapping[str, Asked]:
    found: dict[str, Asked] = {}
    for language, words in tomllib.loads(WORDS_FILE.read_text(encoding="utf-8")).items():
        for word in (STOP, START):
            for each in words[word]:
                before = found.get(each)
                languages = (*before.languages, language) if before else (language,)
                found[each] = Asked(word, languages)
    return found


def _plain(text: str) -> str:
    """Letters and digits alone, in lower case, and a space between words.

    Neither an accent nor what nobody sees ends one.
    """
    if not text.isascii():
        # Before its case: styled capitals have none.
        text = normalize("NFKD", text)
        text = "".join(each for each in text if category(each) not in ("Mn", "Cf"))
    return " ".join(_WORD.findall(text.casefold().replace("ħ", "h")))
