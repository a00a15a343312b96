"""Notes in brackets: what a message holds beside its words, a line each, behind them.

It knows how one is made and found again. What a diner or their phone put in is flattened to one
line without brackets, and what they typed can't look like one.
"""

import re

MOST = 1_000  # characters of one note
FORWARDED = "[forwarded: perhaps not their own words]"
FORWARDED_OFTEN = "[forwarded many times: hardly their own words]"
EDITED = "[edited an earlier message]"
DELETED = "[deleted an earlier message]"
TAPPED = "[chose it by a tap]"
TAKEN_BACK = "[deleted this message]"  # where its words stood
# How each begins. Of `_QUIET` ones nobody expects an answer.
_QUIET = ("reacted", "deleted", "edited")
_OPENINGS = (
    *_QUIET,
    *("a message of a kind", "an empty message", "answered", "answers"),
    *("came from an advertisement", "chose", "filled in a form"),
    *("forwarded", "heard in", "sent", "shared a contact", "shared a location"),
    "tapped a button",
)
_BRACKETS = str.maketrans("[]", "()")
_TYPED = re.compile(rf"\[(?=\s*+(?:{'|'.join(_OPENINGS)})\b)", re.IGNORECASE)
_NOTE = re.compile(rf"\[(?:{'|'.join(_OPENINGS)})\b[^\[\]\n]*+\]")
_QUIET_NOTE = re.compile(rf"\[(?:{'|'.join(_QUIET)})\b[^\[\]\n]*+\]")


def note(what: str, of: str) -> str:
    """A note, or nothing where there is nothing to tell."""
    told = line(of)
    return f"[{what}: {told}]" if told else ""


def line(text: str, most: int = MOST) -> str:
    """One line, with no bracket that could end a note of ours or begin another."""
    if not text:
        return ""  # as most fields of a form are
    shown = text[: 4 * most].translate(_BRACKETS)
    flat = " ".join("".join(each if each.isprintable() else " " for each in shown).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def as_typed(words: str) -> str:
    """What a diner typed, with no bracket that would make a note of ours of it."""
    return _TYPED.sub("(", words) if "[" in words else words


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
