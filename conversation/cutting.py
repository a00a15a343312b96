"""What can be sent of an answer that was cut off: its whole sentences and lines, and no more.

A price that ends in the middle is worse than none. It reads text alone, in whatever language.
"""

import re

SENTENCE_ENDS = ".!?…。！？؟"
COLONS = ":："
# They may stand between a sentence's end and the blank behind it, and in front of a word.
MARKS = "\"'”’»“‘«()[]*_~"
# No word and no run of marks that matters is longer.
FEW = 20
# Of a line without an end, characters: one that is longer is no text.
LOOK_BACK = 20_000
# Behind one of these a full stop ends no sentence, or may not, in the languages that we know.
_SHORT = """
    approx apprx max min incl excl no nos nr tel vs ca etc mr mrs ms dr st ave rd dept est vol
    env ex p pp cf av bd mme mlle ecc es num pag tab bzw usw inkl exkl zzgl
"""
ABBREVIATIONS = frozenset(_SHORT.split())
_LIST_LINE = re.compile(r"^[ \t]*+(?:[-*+•–—][ \t]|[0-9]{1,3}[.)][ \t]|\|)")


def whole_part(text: str) -> str:
    """`text` up to its last whole sentence or line; empty when it has none.

    A line of a list counts when it has ended, and a line that announces something when that
    follows it.
    """
    before, _, last = text.rstrip(" \t").rpartition("\n")
    kept = "" if _LIST_LINE.match(last) else last[: _sentences_end(last)]
    lines = (before if kept else before.rstrip()).split("\n")
    while not kept and lines:
        kept = lines.pop()
        if _announces(kept):
            kept = kept[: _sentences_end(kept)]
    return "\n".join([*lines, kept]).strip()


def _announces(line: str) -> bool:
    return line.startswith("#") or line.rstrip(MARKS + " \t")[-1:] in (*COLONS, "")


def _sentences_end(line: str) -> int:
    """Where the last whole sentence of a line ends; 0 when there is none."""
    for at in range(len(line) - 1, max(-1, len(line) - LOOK_BACK), -1):
        if line[at] in SENTENCE_ENDS:
            marks = _run(line[at + 1 : at + 1 + FEW], MARKS)
            if _ends_sentence(line, at, line[at + 1 + marks : at + 1 + marks + FEW]):
                return at + 1 + marks
    return 0


def _ends_sentence(line: str, at: int, behind: str) -> bool:
    """Whether the mark at this place does; `behind`: what follows it."""
    following = behind.lstrip()[:1]
    if following.islower() or (behind and not behind[0].isspace() and line[at].isascii()):
        return False
    return line[at] != "." or _is_full_stop(line[max(0, at - FEW) : at], following)


def _is_full_stop(before: str, following: str) -> bool:
    """Not one in a figure, an address or behind a shortened word."""
    word = before.rsplit(maxsplit=1)[-1].lstrip(MARKS) if before.strip() else ""
    if not word or before[-1].isspace():
        return False
    if word.endswith("."):
        return True  # three of them
    if word[-1].isdigit():
        # What ends here may go on: "RWF 2." And "2." may count what follows.
        counts = word.isdigit() and len(word) <= len("99")
        return bool(following) and not (following.isdigit() or counts)
    letters = word.rstrip(MARKS).lower()
    if letters == "no":  # an answer, where no figure follows: "Nuts? No." is none without it
        return (bool(following) and not following.isdigit()) or _begins_sentence(before, word)
    is_shortened = letters in ABBREVIATIONS or min(map(len, letters.split("."))) <= 1
    return not (is_shortened or following.isdigit() or ("." in letters and not following))


def _begins_sentence(before: str, word: str) -> bool:
    earlier = before[: before.rindex(word)].rstrip(MARKS + " \t")
    return earlier[-1:] in (*SENTENCE_ENDS, *COLONS, "")


def _run(text: str, marks: str) -> int:
    """How many of these marks it begins with."""
    return len(text) - len(text.lstrip(marks))
