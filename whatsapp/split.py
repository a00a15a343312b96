"""A reply cut into parts that WhatsApp takes, and never inside a character or a link.

A part ends at a paragraph, a line, a sentence or a word.
"""

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


def as_messages(text: str) -> list[str]:
    """The text, which is not cut where Twilio takes it whole: each message costs money."""
    return [text] if units(text) <= MOST_TAKEN else split(text)


def split(text: str, limit: int = MAX_UNITS) -> list[str]:
    """The parts of `text`, in order and none empty: `limit` UTF-16 units (2 or more) at most each.

    Words and their order are kept; white space at a cut is dropped. Only a link or a grapheme
    longer than the limit is cut apart. The time it takes grows with the text, not with its square.
    """
    text = text.strip()
    parts = []
    start = 0
    while start < len(text):
        fits = _fitting(text, start, limit)
        cut = fits if fits == len(text) else _cut(text, start, fits)
        parts.append(text[start:cut].rstrip())
        word = _WORD.search(text, cut)
        start = word.start() if word else len(text)
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


def _cut(text: str, start: int, fits: int) -> int:
    """Where the part from `start` ends, for which `fits` is the limit."""
    for pattern, share in _BREAKS:
        earliest = start + max(1, int((fits - start) * share))
        # One beyond the limit: a part may end right before the white space that no longer fits.
        places = [
            match.start()
            for match in pattern.finditer(text, start, fits + 1)
            if match.start() >= earliest
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
