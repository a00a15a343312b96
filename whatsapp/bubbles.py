"""Bubbles as WhatsApp takes them: with its marks; one that is too long for it becomes several."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from models.outbox import Bubble
from whatsapp.markup import to_whatsapp
from whatsapp.split import split


def as_sent(bubbles: Iterable[Bubble]) -> list[Bubble]:
    """In order; one without words is none."""
    return [part for bubble in bubbles for part in _parts(bubble)]


def _parts(bubble: Bubble) -> Iterator[Bubble]:
    for place, text in enumerate(split(to_whatsapp(bubble.text))):
        # What a bubble has beside its words goes with the first of them.
        yield replace(bubble, text=text) if place == 0 else Bubble(text)
