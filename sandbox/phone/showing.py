"""A message as the phone's page is told of it. It changes none and asks nobody."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace

from sandbox.twilio.media import has_words
from sandbox.twilio.messages import INBOUND, Choices, Medium, Message
from sandbox.twilio.webhooks import ERROR_TEXTS

DELETED = "deleted"  # the kind of one of which only its place is left
_PLACE = ("latitude", "longitude", "label", "address")


def shown(message: Message) -> dict[str, object]:
    """`direction` is the phone's: what the diner wrote goes out."""
    if message.is_deleted:
        message = replace(message, body="", media=(), extra_fields={}, reaction="")
    is_own = message.direction == INBOUND
    # WhatsApp shows one file a message.
    media = message.media[:1]
    return {
        "id": message.sid,
        "direction": "out" if is_own else "in",
        "kind": DELETED if message.is_deleted else message.kind,
        "body": _words(message.body, media),
        "status": message.status,
        "at": message.created,
        "error": message.error if is_own else _error(message.error_code),
        "media": [_medium(each) for each in media],
        "location": _location(message),
        "reply_to": message.about,
        "is_edited": message.is_edited,
        "reaction": message.reaction,
        "choices": _choices(message.choices),
    }


def _words(body: str, media: Sequence[Medium]) -> str:
    """Without what is not shown beside a file: its name, where that is all there is."""
    is_caption = all(has_words(each.content_type) and body != each.name for each in media)
    return body if is_caption else ""


def _choices(choices: Choices | None) -> dict[str, object] | None:
    return None if choices is None else asdict(choices)


def _error(code: int | None) -> str | None:
    return f"{ERROR_TEXTS.get(code, 'The channel refused it')} ({code})." if code else None


def _medium(medium: Medium) -> dict[str, object]:
    return {
        # What was not loaded, nobody saw.
        "url": None if medium.content is None else f"/phone/media/{medium.sid}",
        "content_type": medium.content_type,
        "name": medium.name or _on_card(medium, "FN"),
        "bytes": len(medium.content or b""),
        "number": _on_card(medium, "TEL"),
    }


def _on_card(medium: Medium, what: str) -> str:
    """A line of a contact's vCard; empty where there is none."""
    if medium.content_type != "text/vcard":
        return ""
    card = (medium.content or b"").decode(errors="replace")
    line = re.search(rf"(?im)^{what}\b[^:\r\n]*:([^\r\n]+)", card)
    return re.sub(r"\\(.)", r"\1", line[1]) if line else ""


def _location(message: Message) -> dict[str, object] | None:
    fields = message.extra_fields
    if not (fields.get("Latitude") and fields.get("Longitude")):
        return None
    return {name: fields.get(name.title(), "") for name in _PLACE}
