"""Notes in brackets: what a message holds beside its words, a line each, behind them.

It knows how one is made and found again. Square brackets are ours alone: in all that a diner, their
phone or a file of theirs put in they become round ones, whatever stands in them.
"""

import re
from itertools import chain
from unicodedata import category, name

MOST = 1_000  # characters of one note
FORWARDED = "[forwarded: perhaps not their own words]"
FORWARDED_OFTEN = "[forwarded many times: hardly their own words]"
EDITED = "[edited an earlier message]"
DELETED = "[deleted an earlier message]"
TAPPED = "[chose it by a tap]"
TAKEN_BACK = "[deleted this message]"  # where its words stood
UNCLEAR = "[said something that could not be made out]"  # in a call
PRESSED_0 = "[pressed 0 to reach a person]"
_QUIET = ("reacted", "deleted", "edited")  # how those begin of which nobody expects an answer
_NOTE = re.compile(r"\[[^\[\]\n]++\]")
_QUIET_NOTE = re.compile(rf"\[(?:{'|'.join(_QUIET)})\b[^\[\]\n]*+\]")
# Where Unicode has its brackets, of all scripts and widths; and two that a machine alone can see.
_BLOCKS = (range(0x5B, 0x5E), range(0x2045, 0x2047), range(0x2300, 0x3020), range(0xFE17, 0xFF64))
_UNSEEN = "\U000e005b\U000e005d"


def note(what: str, of: str) -> str:
    """A note, or nothing where there is nothing to tell."""
    told = line(of)
    return f"[{what}: {told}]" if told else ""


def line(text: str, most: int = MOST) -> str:
    """One line, with no bracket that could end a note of ours or begin another."""
    if not text:
        return ""  # as most fields of a form are
    shown = as_typed(text[: 4 * most])
    flat = " ".join("".join(each if each.isprintable() else " " for each in shown).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def as_typed(words: str) -> str:
    """What a diner typed, or somebody else did, with round brackets where square ones might be."""
    return _SQUARE.sub(lambda found: _ROUND[found[0]], words)


def own_words(text: str) -> str:
    """A message without its notes; of what was forwarded, nothing is the diner's own."""
    if not text.endswith("]"):
        return text  # as most
    notes = notes_of(text)
    if not notes:
        return text
    if FORWARDED in notes or FORWARDED_OFTEN in notes:
        return ""
    return "\n".join(text.split("\n")[: -len(notes)])


def notes_of(text: str) -> list[str]:
    """The notes behind a message's words, in order."""
    if not text.endswith("]"):
        return []
    lines = text.split("\n")
    first = len(lines)
    while first and _NOTE.fullmatch(lines[first - 1]):
        first -= 1
    return lines[first:]


def is_chosen(text: str) -> bool:
    """Whether its words are those of what the diner tapped."""
    return text.endswith("]") and any(each.startswith("[chose ") for each in notes_of(text))


def is_quiet(text: str) -> bool:
    """Whether nobody expects an answer to it: a reaction alone, a message or caption taken back."""
    return text.startswith("[") and all(map(_QUIET_NOTE.fullmatch, text.split("\n")))


def _round() -> dict[str, str]:
    """All that opens or closes as a square bracket may, but for quotation marks."""
    found = {**dict.fromkeys("⎡⎢⎣", "("), **dict.fromkeys("⎤⎥⎦", ")"), **dict.fromkeys(_UNSEEN, "")}
    for each in map(chr, chain(*_BLOCKS)):
        kind = category(each)
        if kind in ("Ps", "Pe") and "QUOTATION" not in name(each):
            found[each] = "(" if kind == "Ps" else ")"
    return found


_ROUND = _round()
_SQUARE = re.compile(f"[{re.escape(''.join(_ROUND))}]")
