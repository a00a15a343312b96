"""What a diner chose: the ids of what they may tap, and how they name one by its place.

An id says by itself what is meant, so that one that was offered days ago still means the same, and
one that nobody offered says no more than the diner could have written. Pure.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from knowledge import opting
from knowledge.language_tables import listed as listed_in_languages
from knowledge.notes import TAPPED, as_typed, note
from knowledge.number_words import value_of_word
from knowledge.words import fold, listed

WORDS_FILE = Path(__file__).with_suffix(".toml")
LONGEST_ID = 200  # characters; WhatsApp takes no more of a list's
LONGEST = 40  # characters of what may name a place
LAST = -1
YES, NO = "yes", "no"
_ITEM = re.compile(r"item:(?P<id>[1-9][0-9]{0,8})")
_ITEM_NOTE = re.compile(r"^\[chose menu item (?P<id>[0-9]{1,9})\]$", re.MULTILINE)
_SAID = "say:"
_KEYWORD = re.compile(r"/[a-z0-9]{1,32}")
_WORD = re.compile(r"[^\W_]+")
# The tables' lists, where a word stands in two the later one counts.
_KINDS = {
    **{"marks": "m", "options": "c", "around": "a", "wanting": "w", "plural": "?"},
    **{"numbers": "n", "places": "p", "ones": "o"},
}
_NUMBERED = ("numbers", "places")
# "The second one, please"; "no. 2"; "2, please", but not "give me 2", which may be two of them;
# and "one" alone.
_A_PLACE = re.compile(r"\A(?:[amwc]*p[aowc]*|[amwc]*[mc]n[aw]*|[am]*na*|o)")

# "nº2"
_GLUED = re.compile(r"\b(n|no|nr|num)(?=\d)")
# "2€", "-2", "2%"; and "No, 2", which is no "no. 2".
_NO_PLACE = re.compile(r"[€$£¥%]|(?<!\w)[-−+]\d|\A\W*no *[,;!] *\d")
_SEVERAL = re.compile(r"\d{1,2}(?:(?:[,;+&] | [+&] | [^\W\d]+ )\d{1,2})+")

Phrase = tuple[str, ...]


def id_of(title: str, item_id: int | None = None) -> str:
    """The id of a choice: of an item of the menu, of a keyword, a yes or a no, or of its words."""
    if item_id is not None:
        return f"item:{item_id}"
    if _KEYWORD.fullmatch(title):
        return title
    said = _words(title)
    if said in _bare(YES):
        return YES
    return NO if said in _bare(NO) else f"{_SAID}{title}"[:LONGEST_ID]


def chosen(choice_id: str, shown: str) -> str:
    """What a diner says by a choice: its words, and a note of what they mean where these don't.

    `shown`: the words that they saw, perhaps cut; all there is where the id is none of ours.
    """
    if _KEYWORD.fullmatch(choice_id):
        return choice_id
    shown = as_typed(shown)
    if choice_id.startswith(_SAID):
        return as_typed(choice_id[len(_SAID) : LONGEST_ID].strip()) or shown
    if item := _ITEM.fullmatch(choice_id):
        return f"{shown}\n[chose menu item {item['id']}]".strip()
    if choice_id in (YES, NO) and shown and _words(shown)[:1] != (choice_id,):
        return f"{shown}\n[chose {choice_id}]"
    return shown


def tapped(choice_id: str, shown: str) -> str:
    """The same by a tap: words of ours are noted, which say nothing of the diner's language."""
    said = chosen(choice_id, shown)
    if not choice_id.startswith(_SAID):
        return said
    is_a_command = said.startswith("/") or opting.asked(said) is not None
    return said if is_a_command else f"{said}\n{TAPPED}"


def item_in(text: str) -> int | None:
    """The id of the dish that a message's note says was chosen."""
    found = _ITEM_NOTE.search(text) if "[chose" in text else None
    return int(found["id"]) if found else None


def with_item(text: str, name: str | None) -> str:
    """A message whose note names the dish; None: it is on this menu no more."""
    told = note("chose menu item", name or "") or "[chose a dish that is no longer on the menu]"
    return _ITEM_NOTE.sub(lambda _: told, text)


def place_in(text: str) -> int | None:
    """The place that a short text names and nothing else, from 1; LAST for the last one.

    "2", "no. 2", "the second", "deuxième", "ya kabiri"; not "2 beers".
    """
    if len(text) > LONGEST or _NO_PLACE.search(fold(text)):
        return None
    said = _words(_GLUED.sub(r"\1 ", fold(text)))
    kinds = ""
    found = 0
    at = 0
    while at < len(said):
        size, kind, value = _named_at(said, at)
        kinds += kind
        found = found or value
        at += size
    return (found or 1) if _A_PLACE.fullmatch(kinds) else None


def places_in(text: str) -> tuple[int, ...]:
    """Several places that a short text names and nothing else: "1 and 3", "1, 2"."""
    if len(text) > LONGEST or not _SEVERAL.fullmatch(said := fold(text).strip(" .!")):
        return ()
    between = {(word,) for word in _WORD.findall(said) if not word.isdigit()}
    return tuple(map(int, re.findall(r"\d+", said))) if between <= _listed("and") else ()


def may_be_meant(choice_id: str, title: str) -> bool:
    """Whether who writes a number may mean what a choice says, and no place: "4 people".

    Not of a dish: "Grilled tilapia (for two)", "Lager 33 cl".
    """
    if _ITEM.fullmatch(choice_id):
        return False
    named = (_named_at((word,), 0) for word in _words(title))
    return place_in(title) is not None or any(value for _, _, value in named)


def _named_at(said: Phrase, at: int) -> tuple[int, str, int]:
    """How many words from there belong together, of what kind, and the number that they name."""
    for size in range(min(_longest(), len(said) - at), 0, -1):
        if found := _spoken().get(said[at : at + size]):
            return size, *found
    number = _number(said[at])
    return 1, "n" if number else "?", number


def _number(word: str) -> int:
    """What it counts to, 0 where it is no number."""
    return int(word) if word.isascii() and word.isdigit() else value_of_word(word)


def _words(text: str) -> Phrase:
    return tuple(_WORD.findall(fold(text)))


@cache
def _tables() -> tuple[dict[str, str], ...]:
    return tuple(tomllib.loads(WORDS_FILE.read_text(encoding="utf-8")).values())


@cache
def _spoken() -> dict[Phrase, tuple[str, int]]:
    """The kind of each, as `_A_PLACE` has it, and the number that it names, if it does."""
    spoken: dict[Phrase, tuple[str, int]] = {}
    for name, kind in _KINDS.items():
        for table in _tables():
            for each in listed(table.get(name, "")):
                words, _, number = each.rpartition(" ") if name in _NUMBERED else (each, "", "0")
                spoken[_words(words)] = kind, int(number)
    return spoken


@cache
def _longest() -> int:
    return max(map(len, _spoken()))


@cache
def _bare(word: str) -> frozenset[Phrase]:
    """A yes or a no, in any of the languages."""
    return _listed(word) | listed_in_languages(YES) if word == YES else _listed(word)


@cache
def _listed(name: str) -> frozenset[Phrase]:
    return frozenset(_words(each) for table in _tables() for each in listed(table.get(name, "")))
