"""Bubbles as WhatsApp takes them: with its marks, and no more of them than a diner reads."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.outbox import Bubble
from whatsapp.markup import to_whatsapp
from whatsapp.split import cut_short, split, units

# Of one reply. Each message costs money, and a model that has lost its way never ends.
MOST_PARTS = 5
MOST_UNITS = 6_000  # four full messages, so that five are enough wherever they can end
LEAST_UNITS = 16  # worth a bubble's beginning
NOTHING = Bubble("")


def bounded(bubbles: Sequence[Bubble], limit: int = MOST_UNITS) -> tuple[Bubble, ...]:
    """As much of a reply as is told, at most `limit` UTF-16 units; "…" where it goes on."""
    kept = []
    for bubble in bubbles:
        text = cut_short(bubble.text, limit)
        kept.append(replace(bubble, text=text))
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
    first, *others = split(to_whatsapp(bubble.text)) or [""]
    # What a bubble has beside its words goes with the first of them.
    return [replace(bubble, text=first), *map(Bubble, others)]
