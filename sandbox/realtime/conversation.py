"""A session's default conversation: what was said and called in it, in order.

Items of a response stand in it from when they begin. It sends nothing.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.realtime import call_events
from sandbox.realtime.events import Event, new_id
from sandbox.realtime.item import Item
from sandbox.realtime.shapes import Refusal

# As OpenAI counts sound that goes in.
HEARD_TOKENS_PER_S = 10
SAID_TOKENS_PER_S = 20


@dataclass(slots=True)
class Kept:
    """`told` is what a client is told of it, `meant` what it is to the model."""

    told: Callable[[], Event]
    meant: Callable[[], Event]
    id: str
    item: Item | None = None  # of a response
    heard_ms: float = 0.0

    @property
    def is_known(self) -> bool:
        if self.item is None:
            return True
        sounding = self.item.sounding
        is_unheard = sounding is not None and sounding.is_live and not sounding.ms
        return self.item.sent > 0 and not is_unheard


class Conversation:
    """Read and written by both of a socket's threads."""

    def __init__(self) -> None:
        self.id = new_id("conv")
        self._lock = threading.Lock()
        self._kept: list[Kept] = []
        self._cached = 0  # tokens of sound that a response was made from

    def context(self) -> list[Event]:
        """What the model knows. Of an answer of which nobody heard a word, it knows nothing."""
        with self._lock:
            kept = tuple(self._kept)
        known = [each.meant() for each in kept if each.is_known]
        return [item for item in known if item.get("role") != "assistant" or item["content"]]

    def items(self) -> list[Event]:
        """As a client is told of them."""
        with self._lock:
            kept = tuple(self._kept)
        return [each.told() for each in kept]

    def audio_tokens(self) -> int:
        with self._lock:
            kept = tuple(self._kept)
        heard_ms = sum(each.heard_ms for each in kept)
        sounds = [each.item.sounding for each in kept if each.item is not None]
        said_ms = sum(sound.ms for sound in sounds if sound is not None)
        return round((heard_ms * HEARD_TOKENS_PER_S + said_ms * SAID_TOKENS_PER_S) / 1_000)

    def cached_audio_tokens(self, of: int) -> int:
        """What the cache has of so many: those of the response before this one."""
        with self._lock:
            before, self._cached = self._cached, of
        return min(before, of)

    def has_sound(self) -> bool:
        """Whether the model has spoken in it."""
        with self._lock:
            sounds = [each.item.sounding for each in self._kept if each.item is not None]
        return any(sound is not None and sound.ms for sound in sounds)

    def add(self, item: Event, after: str | None = None) -> str | None:
        """Returns the id of the one before it. `after`: an id, or `root` for the beginning."""
        return self._put(Kept(lambda: item, lambda: item, item["id"]), after)

    def add_heard(self, item: Event, words: str, heard_ms: float) -> str | None:
        """What a caller said, which the model knows by its `words`."""
        part = {"type": "input_text", "text": words}
        meant = {"type": "message", "role": "user", "content": [part]}
        return self._put(Kept(lambda: item, lambda: meant, item["id"], heard_ms=heard_ms))

    def begin(self, item: Item) -> str | None:
        def event() -> Event:
            return item.event(item.status)

        return self._put(Kept(event, item.meant, item.id, item))

    def item(self, item_id: str) -> Event:
        """Raises Refusal where there is none."""
        return self._find(item_id).told()

    def remove(self, item_id: str) -> None:
        kept = self._find(item_id)
        with self._lock:
            self._kept.remove(kept)

    def truncate(self, item_id: str, content_index: int, at_ms: int) -> Event:
        """What is told of it. Raises Refusal for what has no sound, or less."""
        kept = self._find(item_id)
        sounding = kept.item.sounding if kept.item is not None else None
        if kept.item is None or sounding is None or not sounding.ms:
            said = "Only model output audio messages can be truncated"
            raise Refusal("unsupported_content_type", said)
        if content_index:
            said = f"Content index {content_index} does not exist in item '{item_id}'."
            raise Refusal("invalid_value", said, "content_index")
        if at_ms < 0:
            said = f"expected a value >= 0, but got {at_ms} instead."
            raise Refusal(
                "integer_below_min_value", f"Invalid 'audio_end_ms': {said}", "audio_end_ms"
            )
        if at_ms > sounding.ms:
            said = f"Audio content of {sounding.ms}ms is already shorter than {at_ms}ms"
            raise Refusal("invalid_value", said)
        kept.item.cut(at_ms)
        return call_events.truncated(item_id, content_index, at_ms)

    def _put(self, kept: Kept, after: str | None = None) -> str | None:
        with self._lock:
            place = len(self._kept)
            if after == "root":
                place = 0
            elif after is not None:
                place = 1 + self._place(after)
            previous = self._kept[place - 1].id if place else None
            self._kept.insert(place, kept)
        return previous

    def _place(self, item_id: str) -> int:
        for place, kept in enumerate(self._kept):
            if kept.id == item_id:
                return place
        raise Refusal(
            "item_not_found", f"Item with item_id '{item_id}' not found in conversation.", "item_id"
        )

    def _find(self, item_id: str) -> Kept:
        with self._lock:
            return self._kept[self._place(item_id)]
