"""What sound and which pictures OpenAI's server takes within a message, and how it refuses others.

It looks at no more than what they are: what is said or seen, the practice model makes up.
"""

from base64 import b64decode
from typing import Any

from sandbox.practice.speech import BYTES_PER_SAMPLE
from sandbox.realtime.shapes import Refusal, text

MOST_BYTES = 15 * 1024 * 1024  # as `openai.types.realtime` says of sound
# `image_url` is a data address, "Supported formats are PNG and JPEG".
BEGINS = {
    "data:image/jpeg;base64": b"\xff\xd8\xff",
    "data:image/png;base64": b"\x89PNG\r\n\x1a\n",
}


def sound(value: Any, path: str) -> None:
    """Raises Refusal for what is no PCM in base64."""
    text()(value, path)
    samples = len(_decoded(value, path)) / BYTES_PER_SAMPLE
    if not samples or not samples.is_integer():
        said = "Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value."
        raise Refusal("invalid_value", f"Invalid '{path}'. {said}", path)


def base64(value: Any, path: str) -> None:
    """Raises Refusal for what is none: what sound it is, the session's settings say."""
    text()(value, path)
    if value and not _decoded(value, path):
        said = "Expected base64-encoded audio bytes but got an invalid value."
        raise Refusal("invalid_value", f"Invalid '{path}'. {said}", path)


def picture(value: Any, path: str) -> None:
    """Raises Refusal for what is no JPEG or PNG, or no data address."""
    text()(value, path)
    head, _, content = value.partition(",")
    begins = BEGINS.get(head.lower())
    if begins is None:
        said = "Expected a base64-encoded data URL of a PNG or JPEG image, but got another value."
        raise Refusal("invalid_value", f"Invalid '{path}'. {said}", path)
    if not _decoded(content, path).startswith(begins):
        said = "The image data you provided does not represent a valid image."
        raise Refusal("invalid_value", f"Invalid '{path}'. {said}", path)


def _decoded(value: str, path: str) -> bytes:
    """Its bytes; none where it is no base64. Raises Refusal where they are too many."""
    try:
        content = b64decode(value, validate=True)
    except ValueError:
        return b""
    if len(content) > MOST_BYTES:
        said = f"Expected at most {MOST_BYTES} bytes, but got {len(content)} instead."
        raise Refusal("string_above_max_length", f"Invalid '{path}': too long. {said}", path)
    return content
