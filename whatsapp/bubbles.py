"""Bubbles as WhatsApp takes them: with its marks, and no more of them than a diner reads."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.bubbles import Bubble, Choices
from whatsapp.choices import numbered
from whatsapp.markup import to_whatsapp
from whatsapp.spans import with_prices_whole
from whatsapp.split import MAX_UNITS, MOST_TAKEN, as_messages, cut_short, split, units

# Of one reply. Each message costs money, and a model that has lost its way never ends.
MOST_PARTS = 5
MOST_UNITS = 6_000  # four full messages, so that five are enough wherever they can end
LEAST_UNITS = 16  # worth a bubble's beginning
MOST_CAPTION = 1_024  # units that WhatsApp takes below a picture
NOTHING = Bubble("")


def bounded(bubbles: Sequence[Bubble], limit: int = MOST_UNITS) -> tuple[Bubble, ...]:
    """As much of a reply as is told, at most `limit` UTF-16 units; "…" where it goes on."""
    kept = []
    for bubble in bubbles:
        text = cut_short(bubble.text, limit)
        kept.append(_saying(bubble, text))
        limit -= units(text)
        if text != bubble.text or limit < LEAST_UNITS:
            break
    return tuple(kept)


def fitting(bubbles: Sequence[Bubble]) -> tuple[tuple[Bubble, ...], list[Bubble]]:
    """As much of a reply as is told, and the messages that it becomes: five at most."""
    limit = MOST_UNITS
    while True:
        kept = bounded(bubbles, limit)
        parts = as_sent(kept)
        if len(parts) <= MOST_PARTS or limit // 2 < LEAST_UNITS:
            return kept, parts[:MOST_PARTS]
        limit //= 2  # its marks take more room on WhatsApp, or it hardly ever ends well


def as_sent(bubbles: Iterable[Bubble]) -> list[Bubble]:
    """In order; one in which there is nothing is left out."""
    return [part for bubble in bubbles for part in _parts(bubble) if part != NOTHING]


def _parts(bubble: Bubble) -> list[Bubble]:
    text = to_whatsapp(bubble.text)
    if bubble.voice:
        return [replace(bubble, text=text)]  # one to be heard, however long it is to read
    if not (bubble.picture or bubble.choices):
        return [_saying(bubble, each) for each in as_messages(text)]
    return _with_all(replace(bubble, text=text, choices=_whole_prices(bubble.choices)))


def _saying(bubble: Bubble, text: str) -> Bubble:
    return bubble if bubble.text == text else replace(bubble, text=text)


def _with_all(bubble: Bubble) -> list[Bubble]:
    """What it has beside its words goes with the last of them, which are read right before it."""
    below = units(numbered(bubble)) - units(bubble.text)  # its choices, where they are numbers
    texts = as_messages(bubble.text)
    if units(texts[-1]) + below > MOST_TAKEN:
        texts = split(bubble.text, MAX_UNITS - below)
    *before, last = texts
    whole = replace(bubble, text=last)
    if units(numbered(whole)) > MOST_CAPTION:
        whole = replace(whole, picture=None)
    words = replace(bubble, picture=None, choices=None)
    return [*(replace(words, text=each) for each in before), whole]


def _whole_prices(choices: Choices | None) -> Choices | None:
    if choices is None:
        return None
    options = (
        replace(
            each,
            title=with_prices_whole(each.title),
            description=with_prices_whole(each.description),
        )
        for each in choices.options
    )
    return replace(choices, options=tuple(options))
