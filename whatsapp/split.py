"""A reply cut into parts that WhatsApp takes, and never inside a character or a link.

A part ends at a paragraph, a line, a sentence or a word, and not within what its marks belong to:
code, bold.
"""

from bisect import bisect_left
from collections.abc import Iterator

import regex

# Twilio refuses a Body over 1,600 (error 21617) and counts in UTF-16, where most emoji are two.
MOST_TAKEN = 1_600
MAX_UNITS = 1_500  # of a part, where a text is cut at all
GOES_ON = " …"

# Where a part may end, best first. A part is at least half full, or a heading would go out
# alone; for a word any place will do.
_BREAKS = [
    (regex.compile(r"\n\s*\n"), 0.5),
    (regex.compile(r"\n"), 0.5),
    (regex.compile(r"(?<=[.!?…。！？])[\s--\u00a0\u2007\u202f]+", regex.V1), 0.5),
    # Also the four separators that Python takes for white space and Unicode does not.
    (regex.compile(r"[\s\x1c-\x1f--\u00a0\u2007\u202f]+", regex.V1), 0.0),
    # Where nothing else is left: within a price, rather than within a word.
    (regex.compile(r"[\u00a0\u2007\u202f]+"), 0.0),
]
_WORD = regex.compile(r"[^\s\x1c-\x1f]")
_LINK = regex.compile(r"https?://\S+")
_LINK_BEGINS = len("https://") + 1  # characters after which it is known for a link
_GRAPHEME = regex.compile(r"\X")

# WhatsApp's marks and what is between them: shown as they are where one of a pair is missing.
_FENCE = "```"
_BLOCK = regex.compile(r"```.*?```", regex.DOTALL)
_MARKED = regex.compile(
    rf"{_BLOCK.pattern}|`[^`\n]++`"
    r"|(?<![\w*])\*(?=[^\s*])[^*\n]*+(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])[^_\n]*+(?<=\S)_(?![\w_])"
    r"|(?<![\w~])~(?=[^\s~])[^~\n]*+(?<=\S)~(?![\w~])",
    regex.DOTALL,
)
_MARKS = "`*_~"
_QUOTE = "> "


def as_messages(text: str) -> list[str]:
    """The text, which is not cut where Twilio takes it whole: each message costs money."""
    if units(text) <= MOST_TAKEN:
        return [text]
    return min((split(text, limit) for limit in (MAX_UNITS, MOST_TAKEN)), key=len)


def split(text: str, limit: int = MAX_UNITS) -> list[str]:
    """The parts of `text`, in order and none empty: `limit` UTF-16 units (2 or more) at most each.

    Words and their order are kept; white space at a cut is dropped. Only a link or a grapheme
    longer than the limit is cut apart, and a block of code, each part of which is one; a line that
    is quoted is so in each part. The time it takes grows with the text, not with its square.
    """
    text = _with_short_blocks(text.strip(), limit)
    whole = _Whole(text, limit)
    parts = []
    start = 0
    begins = ""
    while start < len(text):
        fits = _fitting(text, start, limit - len(begins))
        cut = fits if fits == len(text) else _cut(text, start, fits, whole)
        part = begins + text[start:cut].rstrip()
        parts.append(part)
        word = _WORD.search(text, cut)
        goes_on_at = word.start() if word else len(text)
        is_one_line = text.find("\n", cut, goes_on_at) < 0
        is_quoted = part[part.rfind("\n") + 1 :].startswith(_QUOTE)
        begins = _QUOTE if is_one_line and is_quoted and limit > 2 * len(_QUOTE) else ""
        start = goes_on_at
    return parts


def cut_short(text: str, limit: int) -> str:
    """`text`, or as much of it as ends well within `limit` UTF-16 units (4 or more), and "…"."""
    if len(text) > limit:
        text = text.strip()
    if len(text) <= limit and units(text) <= limit:
        return text
    # More than `limit` characters never fit.
    begun, *_ = split(text[: limit + 1], limit - len(GOES_ON))
    return f"{begun}{GOES_ON}"


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(text: str, start: int, limit: int) -> int:
    """How far one gets from `start` with `limit` units."""
    end = min(start + limit, len(text))
    # Each pass gives back what the characters beyond 16 bits took twice; a few passes do, each
    # shorter than the one before.
    while (excess := units(text[start:end]) - limit) > 0:
        end -= (excess + 1) // 2
    return max(end, start + 1)


class _Whole:
    """What of a text is not cut apart: what stands between marks, unless it is too long for it."""

    def __init__(self, text: str, limit: int) -> None:
        self._spans = [
            found.span()
            for found in (_MARKED.finditer(text) if any(mark in text for mark in _MARKS) else ())
            if units(found[0]) <= (limit if found[0].startswith(_FENCE) else limit // 2)
        ]

    def has_within(self, place: int) -> bool:
        before = bisect_left(self._spans, (place, 0)) - 1
        return before >= 0 and place < self._spans[before][1]


def _with_short_blocks(text: str, limit: int) -> str:
    """Each block of code that is longer than a part as several, which end with their lines."""
    room = limit - 2 * (len(_FENCE) + 1)
    if _FENCE not in text or room < 2:
        return text

    def shorter(found: regex.Match[str]) -> str:
        if units(found[0]) <= limit:
            return found[0]
        lines = found[0].removeprefix(_FENCE).removesuffix(_FENCE).strip("\n").split("\n")
        return "\n\n".join(f"{_FENCE}\n{each}\n{_FENCE}" for each in _packed(lines, room))

    return _BLOCK.sub(shorter, text)


def _packed(lines: list[str], limit: int) -> Iterator[str]:
    packed: list[str] = []
    size = 0
    for line in lines:
        size += units(line) + 1
        if packed and size > limit + 1:
            yield "\n".join(packed)
            packed = []
            size = units(line) + 1
        packed.append(line)
    yield "\n".join(packed)


def _cut(text: str, start: int, fits: int, whole: _Whole) -> int:
    """Where the part from `start` ends, for which `fits` is the limit."""
    for pattern, share in _BREAKS:
        earliest = start + max(1, int((fits - start) * share))
        # One beyond the limit: a part may end right before the white space that no longer fits.
        places = [
            match.start()
            for match in pattern.finditer(text, start, fits + 1)
            if match.start() >= earliest and not whole.has_within(match.start())
        ]
        if places:
            return places[-1]
    for link in _LINK.finditer(text, start, fits + _LINK_BEGINS):
        if start < link.start() < fits < link.end():
            return link.start()
    return _last_grapheme_end(text, start, fits)


def _last_grapheme_end(text: str, start: int, fits: int) -> int:
    # One character beyond the limit tells whether the last grapheme goes on there.
    ends = [
        match.end() for match in _GRAPHEME.finditer(text, start, fits + 1) if match.end() <= fits
    ]
    return ends[-1] if ends else fits
