"""Which files a message brings that can be opened, and how a text tells what was in them.

It opens none.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.notes import as_typed, line, note, notes_of
from models.inbox import Medium
from whatsapp import cards
from whatsapp.wordless import MOST_FILES

MOST_URL, MOST_TYPE = 1_000, 127  # characters
MOST_READ = 20_000  # bytes of a file of text
PICTURE = "[sent a picture]"
_OPENED = ("image/", "audio/", "text/plain", *cards.TYPES)
# As `wordless` tells of files that nobody has opened yet.
_UNOPENED = re.compile(r"\[sent ([^\[\]\n]*), which can't be opened here\]")
_UNHEARD = re.compile(r"\[sent an? [a-z ]+ that can't be heard: ([^\[\]\n]*)\]")
_ABOUT_A_MESSAGE = re.compile(r"\[(?:answers|came from|forwarded)\b[^\[\]\n]*\]")


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


def told(text: str, found: Mapping[Medium, Found]) -> str:
    """A message's text, with what was found in its files where it said that some came."""
    before = notes_of(text)
    lines = text.split("\n")
    words = lines[: len(lines) - len(before)]
    words += [each.words for each in found.values() if each.words]
    counts = Counter(each.note for each in found.values())
    notes = [_numbered(each, count) for each, count in counts.items()]
    names = tuple(_name(each) for each in found)
    for each in before:
        if unopened := _UNOPENED.fullmatch(each):
            others = [name for name in unopened[1].split(" and ") if not name.startswith(names)]
            notes += [_cant_open(" and ".join(others))] if others else []
        else:
            notes.append(each)
    return "\n".join([*words, *notes])


def heard(medium: Medium, words: str, most_minutes: int | None) -> Found:
    """`most_minutes`: of a recording that goes on after these."""
    cut = f"; only its first {most_minutes} minutes were heard" if most_minutes else ""
    return Found(f"[heard in {_name(medium)}{cut}]", as_typed(words))


def read(medium: Medium, content: bytes) -> Found:
    """What a file of text says: a contact's names and numbers, or its words, as far as they go."""
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    text = content[:MOST_READ].decode(encoding, errors="replace")
    if medium.type not in cards.TYPES:
        return Found(note("sent a file that says", text) or _cant_open("a file", "it is empty"))
    told = note("shared a contact", "; ".join(cards.people_in(text)))
    return Found(told or _cant_open("a contact", "there is no name in it"))


def unopened(medium: Medium, why: str) -> Found:
    if medium.is_sound:
        return Found(f"[sent {_name(medium)} that can't be heard: {line(why)}]")
    return Found(_cant_open(_name(medium), why))


def why_unheard(text: str) -> str | None:
    """Of a message that is recordings alone whose words nobody knows; None of any other.

    It may answer another message, or have been forwarded.
    """
    lines = [each for each in text.split("\n") if not _ABOUT_A_MESSAGE.fullmatch(each)]
    unheard = [_UNHEARD.fullmatch(each) for each in lines]
    whys = [each[1] for each in unheard if each]
    return whys[-1] if whys and len(whys) == len(lines) else None


def is_heard(text: str) -> bool:
    """Whether the words of a message were spoken."""
    return any(each.startswith("[heard in a voice note") for each in notes_of(text))


def _medium(form: Mapping[str, str], kind: str, nth: int) -> Medium | None:
    url = form.get(f"MediaUrl{nth}", "").strip()
    content_type = form.get(f"MediaContentType{nth}", "").partition(";")[0].strip().lower()
    is_sticker = content_type == "image/webp" and kind not in ("image", "document")
    is_bounded = len(url) <= MOST_URL and len(content_type) <= MOST_TYPE
    if not url or not is_bounded or is_sticker or not content_type.startswith(_OPENED):
        return None
    return Medium(url, content_type)


def _name(medium: Medium) -> str:
    """As `wordless` calls it."""
    if medium.is_picture:
        return "a GIF" if medium.type == "image/gif" else "a picture"
    if medium.is_sound:
        is_note = medium.type.endswith(("/ogg", "/opus"))
        return "a voice note" if is_note else "an audio file"
    return "a contact" if medium.type in cards.TYPES else "a file"


def _cant_open(name: str, why: str = "") -> str:
    reason = f": {line(why)}" if why else ""
    return f"[sent {name}, which can't be opened here{reason}]"


def _numbered(told: str, count: int) -> str:
    return told if count == 1 else told.replace("a picture", f"{count} pictures", 1)
