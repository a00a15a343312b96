"""A reply cut into parts that WhatsApp takes: at a paragraph, line, sentence or word, never inside a character or a link."""

import regex

# Twilio refuses a Body over 1,600 (error 21617) and counts in UTF-16, where most emoji are two.
MAX_UNITS = 1_500

# Where a part may end, best first; each pattern's end is the place.
_BREAKS = [
    regex.compile(r"\n\s*\n"),
    regex.compile(r"\n"),
    regex.compile(r"(?<=[.!?…。！？])\s+"),
    regex.compile(r"\s+"),
]
_LINK = regex.compile(r"https?://\S+")
_GRAPHEME = regex.compile(r"\X")


def split(text: str, limit: int = MAX_UNITS) -> list[str]:
    """The parts of `text`, in order, each of at most `limit` UTF-16 units; none is empty.

    Words and their order are kept; white space at a cut is dropped. Only a grapheme longer than the limit is cut apart.
    """
    parts = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        parts.append(rest)
    return [part for part in parts if part]


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def _cut(text: str, limit: int) -> int:
    """Where the first part of a text that is too long ends."""
    fits = _fitting(text, limit)
    links = [match.span() for match in _LINK.finditer(text, 0, min(len(text), fits + limit))]
    # Not before half of the part, or a heading would go out alone; for a word any place will do.
    for pattern, earliest in zip(_BREAKS, (fits // 2, fits // 2, fits // 2, 1), strict=True):
        places = [match.end() for match in pattern.finditer(text, 0, fits + 1) if earliest <= match.start() <= fits]
        if places:
            return places[-1]
    for start, end in links:
        if start < fits < end and start > 0:
            return start
    return _last_grapheme_end(text, fits)


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` units."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return index
    return len(text)


def _last_grapheme_end(text: str, fits: int) -> int:
    ends = [match.end() for match in _GRAPHEME.finditer(text, 0, fits + 1) if match.end() <= fits]
    # The last one may go on behind `fits`: then it is the next part's.
    if ends and _is_boundary(text, ends[-1]):
        return ends[-1]
    return ends[-2] if len(ends) > 1 else max(fits, 1)


def _is_boundary(text: str, index: int) -> bool:
    window = text[max(0, index - 64) : index + 64]
    offset = min(64, index)
    return any(match.end() == offset for match in _GRAPHEME.finditer(window))
