"""What the model says, as events and items of a response carry it: messages and their parts.

It reads shapes and keeps nothing: what of all this is the answer, `speech.py` decides.
"""

from dataclasses import dataclass
from typing import NamedTuple

from realtime.fields import Json, list_of, mapping_of, name_of, piece_of, text_of

WRITTEN = ("output_text", "text")
SPOKEN = ("output_audio", "audio")


@dataclass(frozen=True, slots=True)
class Message:
    """An item of a response; `phase` is the server's word for its part in the answer.

    `text` is empty where none is told: at the item's beginning, for one.
    """

    id: str
    text: str
    phase: str = ""  # commentary | final_answer


class Place(NamedTuple):
    """Where a piece of text belongs: the item, empty when the server names none, and its part."""

    item: str = ""
    part: int = 0
    is_spoken: bool = False  # what audio says, in words


def place_of(event: Json, *, is_spoken: bool) -> Place:
    part = event.get("content_index")
    return Place(piece_of(event, "item_id"), part if isinstance(part, int) else 0, is_spoken)


def is_audio(part: Json) -> bool:
    return part.get("type") in SPOKEN


def message_of(item: Json) -> Message | None:
    """None for an item that is no message of the model's."""
    if item.get("type") != "message" or item.get("role") not in ("assistant", None):
        return None
    parts = [mapping_of(part) for part in list_of(item.get("content"))]
    written = "".join(text_of(part, "text") for part in parts if part.get("type") in WRITTEN)
    spoken = "".join(text_of(part, "transcript") for part in parts if is_audio(part))
    return Message(text_of(item, "id"), written or spoken, name_of(item, "phase"))
