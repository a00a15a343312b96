"""Who is on a vCard, as WhatsApp shares a contact: https://www.rfc-editor.org/rfc/rfc6350

It reads names and telephone numbers, and nothing else of what somebody else has shared.
"""

import quopri
import re
from collections.abc import Iterator

TYPES = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
MOST = 100_000  # characters; photos may stand in it
MOST_PEOPLE = 20
_FOLDED = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(
    r"(?im)^(?:item[0-9]{1,3}\.)?(?P<name>FN|N|TEL)(?P<how>(?:;[^:\n]*)?):(?P<of>[^\r\n]*)"
)
_ESCAPED = re.compile(r"\\([\\,;nN])")


def is_card(text: str) -> bool:
    return "BEGIN:VCARD" in text[:MOST].upper()


def names_in(card: str) -> list[str]:
    """The people's names, in order, once each; of a file with several cards, those of all."""
    return list(dict.fromkeys(name for name, _ in _people(card) if name))


def people_in(card: str) -> list[str]:
    """The people, each with their numbers: "Marie Uwase, +250 788 000 009"."""
    told = (", ".join([name, *numbers]) for name, numbers in _people(card) if name)
    return list(dict.fromkeys(told))


def _people(card: str) -> Iterator[tuple[str, list[str]]]:
    for each in re.split(r"(?i)BEGIN:VCARD", _FOLDED.sub("", card[:MOST]))[1 : MOST_PEOPLE + 1]:
        found = [(one["name"].upper(), _value(one)) for one in _PROPERTY.finditer(each)]
        whole = (_plain(value) for name, value in found if name == "FN")
        parts = (_in_order(value) for name, value in found if name == "N")
        numbers = dict.fromkeys(_plain(value) for name, value in found if name == "TEL")
        yield next((name for name in (*whole, *parts) if name), ""), list(filter(None, numbers))


def _value(found: re.Match[str]) -> str:
    if "QUOTED-PRINTABLE" not in found["how"].upper():
        return found["of"]
    return quopri.decodestring(found["of"].encode()).decode(errors="replace")


def _in_order(value: str) -> str:
    """A structured name, "Uwase;Marie;;Dr;": title, given, further and family name."""
    family, given, further, title, *_ = [*re.split(r"(?<!\\);", value), "", "", "", ""]
    return " ".join(filter(None, map(_plain, (title, given, further, family))))


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda each: " " if each[1] in "nN" else each[1], value).strip()
