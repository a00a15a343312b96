"""Which files a message brings that can be opened, and how a text tells what was in them.

It opens none.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.notes import notes_of
from models.inbox import Medium
from whatsapp.wordless import MOST_FILES

MOST_URL = 1_000  # characters
PICTURE = "[sent a picture]"
_OPENED = ("image/", "audio/")
# As `wordless` tells of files that nobody has opened yet.
_UNOPENED = re.compile(r"\[sent ([^\[\]\n]*), which can't be opened here\]")
_TOLD = frozenset({"a picture", "a GIF", "a voice note", "an audio file"})
_UNHEARD = re.compile(r"\[sent an? [a-z ]+ that can't be heard: [^\[\]\n]*\]")
_BRACKETS = str.maketrans("[]", "()")


@dataclass(frozen=True, slots=True)
class Found:
    """What a file came to: a note in brackets, with words of the diner's or a picture."""

    note: str
    words: str = ""
    picture: bytes | None = None


def media(form: Mapping[str, str], kind: str) -> tuple[Medium, ...]:
    """The media to be opened, in order. `kind`: MessageType, in lower case.

    A sticker is none: it says what it is by being one.
    """
    count = form.get("NumMedia", "").strip()
    if not re.fullmatch("[1-9][0-9]{0,2}", count) or kind == "sticker":
        return ()
    found = (_medium(form, kind, nth) for nth in range(min(int(count), MOST_FILES)))
    return tuple(each for each in found if each is not None)


def told(text: str, found: Sequence[Found]) -> str:
    """A message's text, with what was found in its files where it said that some came."""
    lines = text.split("\n")
    place, others = len(lines), list[str]()
    for nth, line in enumerate(lines):
        if note := _UNOPENED.fullmatch(line):
            # A diner may have written the same before; ours is the last one.
            place, others = nth, [each for each in note[1].split(" and ") if each not in _TOLD]
    words = [each.words for each in found if each.words]
    notes = [_numbered(note, count) for note, count in Counter(f.note for f in found).items()]
    if others:
        notes.append(f"[sent {' and '.join(others)}, which can't be opened here]")
    return "\n".join([*lines[:place], *words, *notes, *lines[place + 1 :]])


def heard(medium: Medium, words: str, most_minutes: int | None) -> Found:
    """`most_minutes`: of a note that goes on after these."""
    name = _name(medium)
    cut = f"; only its first {most_minutes} minutes were heard" if most_minutes else ""
    return Found(f"[heard in {name}{cut}]", words.translate(_BRACKETS))


def unopened(medium: Medium, why: str) -> Found:
    why = why.translate(_BRACKETS)
    if medium.is_picture:
        return Found(f"[sent {_name(medium)}, which can't be opened here: {why}]")
    return Found(f"[sent {_name(medium)} that can't be heard: {why}]")


def is_unheard(text: str) -> bool:
    """Whether a message is a voice note alone whose words nobody knows."""
    return _UNHEARD.fullmatch(text) is not None


def is_heard(text: str) -> bool:
    """Whether the words of a message were spoken."""
    return any(each.startswith("[heard in a voice note") for each in notes_of(text))


def _medium(form: Mapping[str, str], kind: str, nth: int) -> Medium | None:
    url = form.get(f"MediaUrl{nth}", "").strip()
    content_type = form.get(f"MediaContentType{nth}", "").partition(";")[0].strip().lower()
    is_sticker = content_type == "image/webp" and kind not in ("image", "document")
    if not url or len(url) > MOST_URL or is_sticker or not content_type.startswith(_OPENED):
        return None
    return Medium(url, content_type)


def _name(medium: Medium) -> str:
    if medium.is_picture:
        return "a picture"
    return "a voice note" if medium.type.endswith(("/ogg", "/opus")) else "an audio file"


def _numbered(note: str, count: int) -> str:
    return note if count == 1 else note.replace("a picture", f"{count} pictures", 1)
