"""Which files a message brings that can be opened, and where they are. It opens none."""

import re
from collections.abc import Mapping

from models.inbox import Medium
from whatsapp.wordless import MOST_FILES

MOST_URL = 1_000  # characters
_OPENED = ("image/", "audio/")


def media(form: Mapping[str, str], kind: str) -> tuple[Medium, ...]:
    """The media to be opened, in order. `kind`: MessageType, in lower case.

    A sticker is none: it says what it is by being one.
    """
    count = form.get("NumMedia", "").strip()
    if not re.fullmatch("[1-9][0-9]{0,2}", count) or kind == "sticker":
        return ()
    found = (_medium(form, kind, nth) for nth in range(min(int(count), MOST_FILES)))
    return tuple(each for each in found if each is not None)


def _medium(form: Mapping[str, str], kind: str, nth: int) -> Medium | None:
    url = form.get(f"MediaUrl{nth}", "").strip()
    content_type = form.get(f"MediaContentType{nth}", "").partition(";")[0].strip().lower()
    is_sticker = content_type == "image/webp" and kind not in ("image", "document")
    if not url or len(url) > MOST_URL or is_sticker or not content_type.startswith(_OPENED):
        return None
    return Medium(url, content_type)
