"""What a diner gets: a message as they see it, and how the outbox's columns hold it. Values."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

# What WhatsApp shows of choices: so many buttons, or items of a list.
MOST_BUTTONS = 3
MOST_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """What a diner may tap: its words, and the id that comes back with the tap."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a diner may tap below a message's words. `button`: what a list is opened by.

    `is_told`: the words list them already, and do so where nothing can be tapped.
    """

    kind: Literal["buttons", "list"]
    options: tuple[Choice, ...]
    button: str = ""
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A template's content, by its SID at Twilio, and the words that fill it, if any do."""

    sid: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message to a diner, as they see it.

    It becomes one part of the outbox, or a few where it is too long for WhatsApp.
    `picture`, whose caption is the text, and `voice`, which says it in place of the text, are
    addresses: of https, or a path of ours below `/media/`. `purpose`: what it is said for, if it is
    no answer, as `models.templates` has them. `is_plain`: what it has beside its words was refused,
    and they go out alone. `template`: as which it goes out where WhatsApp takes
    nothing else; that is found out as it is sent, and never stored.
    """

    text: str
    picture: str | None = None
    voice: str | None = None
    choices: Choices | None = None
    purpose: str | None = None
    is_plain: bool = False
    template: Filled | None = None


def bound(bubble: Bubble) -> dict[str, Any]:
    """A bubble, as `writing` has it bound."""
    return {"body": bubble.text, "extra": _extra(bubble)}


def _extra(bubble: Bubble) -> dict[str, Any] | None:
    extra: dict[str, Any] = {}
    if bubble.picture:
        extra["picture"] = bubble.picture
    if bubble.voice:
        extra["voice"] = bubble.voice
    if bubble.choices:
        extra["choices"] = asdict(bubble.choices)
    if bubble.purpose:
        extra["purpose"] = bubble.purpose
    if bubble.is_plain:
        extra["is_plain"] = True
    return extra or None


def bubble_of(*columns: Any) -> Bubble:
    """A bubble, of its `BUBBLE` columns."""
    body, extra = columns
    if extra is None:
        return Bubble(body)
    picture, voice, purpose = map(extra.get, ("picture", "voice", "purpose"))
    return Bubble(body, picture, voice, choices_of(extra), purpose, extra.get("is_plain", False))


def choices_of(extra: dict[str, Any] | None) -> Choices | None:
    """What may be chosen, of a part's `extra`."""
    stored = (extra or {}).get("choices")
    if stored is None:
        return None
    options = tuple(Choice(**option) for option in stored["options"])
    return Choices(**{**stored, "options": options})
