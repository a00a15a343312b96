"""Bubbles as WhatsApp takes them: with its marks; one that is too long for it becomes several."""

from collections.abc import Iterable
from dataclasses import replace

from models.outbox import Bubble
from whatsapp.markup import to_whatsapp
from whatsapp.split import split

NOTHING = Bubble("")


def as_sent(bubbles: Iterable[Bubble]) -> list[Bubble]:
    """In order; one in which there is nothing is left out."""
    return [part for bubble in bubbles for part in _parts(bubble) if part != NOTHING]


def _parts(bubble: Bubble) -> list[Bubble]:
    first, *others = split(to_whatsapp(bubble.text)) or [""]
    # What a bubble has beside its words goes with the first of them.
    return [replace(bubble, text=first), *map(Bubble, others)]
