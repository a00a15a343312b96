"""What WhatsApp takes as a file, and how Twilio loads one that a restaurant sends.

It keeps no message: a file goes out whole, or the message that has it fails with the code of the
error. https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import requests

FETCH_TIMEOUT_S = 15
CHUNK = 64 * 1024  # bytes
MB = 1024 * 1024
LARGEST_PICTURE = 5 * MB
LARGEST = 16 * MB
MOST_CAPTION = 1_024  # UTF-16 units that WhatsApp shows beside a file
MOST_FILES = 10  # in one call; WhatsApp shows the first of them

NO_ADDRESS = 21620
TOO_MANY = 21623
NOT_LOADED = 63019
NOT_TAKEN = 12300
INVALID = 63021
PICTURE_TOO_LARGE = 63034
TOO_LARGE = 11751

# What a file begins with, by its type; nothing is known of the others.
_BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "audio/ogg": (b"OggS",),
    "audio/amr": (b"#!AMR",),
    "application/pdf": (b"%PDF",),
    "text/vcard": (b"BEGIN:VCARD", b"begin:vcard"),
}
TYPES = frozenset(
    {
        *_BEGINNINGS,
        "audio/3gpp",
        "audio/aac",
        "audio/mp4",
        "audio/mpeg",
        "video/mp4",
        "video/3gpp",
        "text/plain",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
# An Ogg file is Opus, or none of WhatsApp's: it says so at the start of its first page.
_OPUS, _OPUS_WITHIN = b"OpusHead", 100
# Beside these WhatsApp shows no text: Twilio leaves it out.
_WITHOUT_WORDS = ("audio/", "image/webp", "text/vcard")


class MediaError(Exception):
    """A file that does not go out, with Twilio's code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def has_words(content_type: str) -> bool:
    """Whether a text goes out beside such a file."""
    return not content_type.startswith(_WITHOUT_WORDS)


def check_caption(text: str, types: Iterable[str]) -> None:
    """Raises MediaError where a text is too long for what it goes out beside."""
    if code_units(text) > MOST_CAPTION and any(map(has_words, types)):
        raise MediaError(INVALID)


def load(url: str) -> tuple[str, bytes]:
    """What stands at this address: its type, and the content. Raises MediaError."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.get(url, stream=True, timeout=FETCH_TIMEOUT_S) as answer:
                if not answer.ok:
                    raise MediaError(NOT_LOADED)
                content_type = bare_type(answer.headers.get("Content-Type", ""))
                if content_type not in TYPES:
                    raise MediaError(NOT_TAKEN)
                content = _content(answer)
        except requests.RequestException:
            raise MediaError(NOT_LOADED) from None
    if trouble := trouble_with(content_type, content):
        raise MediaError(trouble)
    return content_type, content


def code_units(text: str) -> int:
    """How WhatsApp counts characters: UTF-16 code units, so that most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def bare_type(content_type: str) -> str:
    """Without what may follow it, as `; codecs=opus`."""
    return content_type.partition(";")[0].strip().lower()


def trouble_with(content_type: str, content: bytes) -> int | None:
    """Twilio's code of what WhatsApp has against a file of one of its types."""
    if len(content) > LARGEST:
        return TOO_LARGE
    if content_type.startswith("image/") and len(content) > LARGEST_PICTURE:
        return PICTURE_TOO_LARGE
    beginnings = _BEGINNINGS.get(content_type, (b"",))
    is_as_told = content.startswith(beginnings)
    if content_type == "audio/ogg":
        is_as_told = is_as_told and _OPUS in content[:_OPUS_WITHIN]
    if not content:
        return NOT_LOADED
    return None if is_as_told else INVALID


def _content(answer: requests.Response) -> bytes:
    """No more of it than shows that it is too large."""
    content = bytearray()
    for chunk in answer.iter_content(CHUNK):
        content += chunk
        if len(content) > LARGEST:
            break
    return bytes(content)
