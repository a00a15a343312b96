"""A bubble as Twilio's Messages API is posted it, and whether a message that it lists is one.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from collections.abc import Mapping
from typing import Any

from models.outbox import Bubble
from whatsapp.choices import numbered

OWN_MEDIA = "/media/"


def form_of(bubble: Bubble, public_url: str) -> dict[str, str]:
    """The fields that say what is sent. A voice note has no words beside it, a picture may."""
    if bubble.voice:
        return {"MediaUrl": _absolute(bubble.voice, public_url)}
    form = {"Body": numbered(bubble)}
    if not bubble.picture:
        return form
    picture = {"MediaUrl": _absolute(bubble.picture, public_url)}
    return picture | form if form["Body"] else picture


def may_be(message: Mapping[str, Any], bubble: Bubble) -> bool:
    """Whether what Twilio tells of may be this bubble.

    It may trim white space, or end lines in its own way.
    """
    told = _words(message.get("body"))
    if bubble.voice or (bubble.picture and not told):
        # It tells nothing more of a voice note; a picture's caption it may leave out.
        return not told and message.get("num_media") not in (None, "", "0", 0)
    return told in (bubble.text.split(), numbered(bubble).split())


def _words(told: object) -> list[str]:
    return told.split() if isinstance(told, str) else []


def _absolute(address: str, public_url: str) -> str:
    return f"{public_url.rstrip('/')}{address}" if address.startswith(OWN_MEDIA) else address
