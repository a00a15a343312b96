"""A bubble as Twilio's Messages API is posted it, and whether a message that it lists is one.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import json
from collections.abc import Mapping
from typing import Any

from knowledge.menu_pictures import SERVED
from models.bubbles import Bubble
from whatsapp.choices import numbered, tappable


def form_of(bubble: Bubble, public_url: str, content_sid: str | None = None) -> dict[str, str]:
    """The fields that say what is sent. A voice note has no words beside it, a picture may.

    `content_sid`: of the content that its choices are.
    """
    if bubble.template is not None:
        form = {"ContentSid": bubble.template.sid}
        words = bubble.template.words
        if words is None:
            return form
        return form | {"ContentVariables": json.dumps({"1": words}, ensure_ascii=False)}
    if content_sid is not None and (taps := tappable(bubble)):
        variables = json.dumps(taps.variables, ensure_ascii=False)
        return {"ContentSid": content_sid, "ContentVariables": variables}
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
    if not told and (bubble.voice or bubble.picture):
        # It tells nothing more of a voice note; a picture's caption it may leave out.
        return _has_media(message)
    if not told and bubble.choices:
        return not _has_media(message)  # a content's words may not be listed
    # What was refused with all that it had went out in words alone.
    return told in (_words(bubble.text), _words(numbered(bubble)))


def _has_media(message: Mapping[str, Any]) -> bool:
    return message.get("num_media") not in (None, "", "0", 0)


def _words(told: object) -> list[str]:
    return told.split() if isinstance(told, str) else []


def _absolute(address: str, public_url: str) -> str:
    return f"{public_url.rstrip('/')}{address}" if address.startswith(SERVED) else address
