"""What a diner sends from the phone, read from JSON: words, a file, a place, a contact, a reaction.

It makes of each what Twilio posts of it, and refuses what WhatsApp's own app would not send.
"""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from sandbox.bodies import RefusedError, object_of, text_of
from sandbox.phone.voice import TYPE, as_voice_note
from sandbox.practice.voice_note import voice_note
from sandbox.twilio.media import LARGEST, MB, TYPES, bare_type, code_units
from sandbox.twilio.messages import DELETION, EDIT, REACTION, Attachment
from sandbox.twilio.rest import BODY_LIMIT
from sandbox.twilio.webhooks import message_type

MOST_SAID = 300  # characters, which take 12 s
SHORT = 200  # characters of a name, an address
REACTION_LIMIT = 16  # an emoji may be that many characters
FURTHEST = {"latitude": 90, "longitude": 180}  # degrees


@dataclass(frozen=True, slots=True)
class Sending:
    body: str
    media: tuple[Attachment, ...] = ()
    # What the form has beside the usual fields.
    fields: dict[str, str] = field(default_factory=dict)


def read_sending(message: dict[str, Any]) -> Sending:
    """Raises RefusedError.

    Beside `body` it may have one of `media`, `voice`, `sticker`, `location`, `contact`, `reaction`,
    `edit`, `delete`.
    """
    body = text_of(message, "body", "")
    if code_units(body) > BODY_LIMIT:
        raise RefusedError(f"body must not be longer than {BODY_LIMIT} characters")
    for name, read in _KINDS.items():
        if name in message:
            return read(object_of(message, name), message)
    if not body.strip():
        raise RefusedError("body must not be empty")
    return Sending(body)


def _file(given: dict[str, Any], message: dict[str, Any]) -> Sending:
    content_type = bare_type(text_of(given, "content_type", ""))
    if content_type not in TYPES:
        raise RefusedError(f"WhatsApp takes no file of the type {content_type or 'unknown'}")
    name = text_of(given, "name", "")[-SHORT:]
    caption = text_of(message, "body", "")
    if not caption.strip() and message_type([content_type]) == "document":
        caption = name  # as Twilio has it
    return Sending(caption, (Attachment(content_type, _content(given), name),))


def _voice(given: dict[str, Any], _: dict[str, Any]) -> Sending:
    """A recording, or words that the practice voice says: a microphone is not needed for it."""
    if words := text_of(given, "words", "").strip():
        if len(words) > MOST_SAID:
            raise RefusedError(f"voice: words must not be longer than {MOST_SAID} characters")
        note = voice_note(words)
    else:
        note = as_voice_note(_content(given))
    return Sending("", (Attachment(TYPE, note),))


def _sticker(given: dict[str, Any], _: dict[str, Any]) -> Sending:
    fields = {"MessageType": "sticker"}
    return Sending("", (Attachment("image/webp", _content(given)),), fields)


def _location(given: dict[str, Any], _: dict[str, Any]) -> Sending:
    point = {name: _degrees(given, name) for name in FURTHEST}
    fields = {"MessageType": "location"} | {key.title(): each for key, each in point.items()}
    for name in ("label", "address"):
        if told := text_of(given, name, "").strip()[:SHORT]:
            fields[name.title()] = told
    return Sending("", (), fields)


def _contact(given: dict[str, Any], _: dict[str, Any]) -> Sending:
    name = " ".join(text_of(given, "name").split())[:SHORT]
    number = " ".join(text_of(given, "number", "").split())[:SHORT]
    if not name:
        raise RefusedError("contact: name must not be empty")
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:;{_escaped(name)};;;", f"FN:{_escaped(name)}"]
    lines += [f"TEL;type=CELL:{_escaped(number)}"] if number else []
    card = "\r\n".join([*lines, "END:VCARD", ""]).encode()
    return Sending("", (Attachment("text/vcard", card, name),), {"MessageType": "contacts"})


def _reaction(given: dict[str, Any], message: dict[str, Any]) -> Sending:
    emoji = text_of(given, "emoji")
    if len(emoji) > REACTION_LIMIT:
        raise RefusedError("reaction: emoji must be one emoji, or empty to take it back")
    if not text_of(message, "reply_to", ""):
        raise RefusedError("reaction: reply_to must name the message that it is put on")
    return Sending(emoji, (), {"MessageType": REACTION})


def _edit(given: dict[str, Any], message: dict[str, Any]) -> Sending:
    body = text_of(message, "body", "")
    if not body.strip():
        raise RefusedError("body must not be empty")
    return Sending(body, (), {"MessageType": EDIT, "OriginalMessageSid": text_of(given, "of")})


def _deletion(given: dict[str, Any], _: dict[str, Any]) -> Sending:
    return Sending("", (), {"MessageType": DELETION, "OriginalMessageSid": text_of(given, "of")})


_KINDS = {
    "media": _file,
    "voice": _voice,
    "sticker": _sticker,
    "location": _location,
    "contact": _contact,
    "reaction": _reaction,
    "edit": _edit,
    "delete": _deletion,
}


def _content(given: dict[str, Any]) -> bytes:
    try:
        content = base64.b64decode(text_of(given, "base64"), validate=True)
    except binascii.Error:
        raise RefusedError("media: base64 must be a file in base64") from None
    if not content:
        raise RefusedError("This file is empty")
    if len(content) > LARGEST:
        raise RefusedError(f"WhatsApp takes files of up to {LARGEST // MB} MB")
    return content


def _degrees(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    furthest = FURTHEST[name]
    if isinstance(value, int | float) and -furthest <= value <= furthest:
        return f"{value:.6f}"
    raise RefusedError(f"location: {name} must be a number from -{furthest} to {furthest}")


def _escaped(text: str) -> str:
    """As a vCard has it (RFC 6350, 3.4)."""
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
