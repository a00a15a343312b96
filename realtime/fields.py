"""JSON of a server that nobody here wrote: each field as what it should be, or as nothing.

It knows no event: what the fields mean is `events.py`'s.
"""

import json
from typing import Any

import orjson

Json = dict[str, Any]

# A longer wait than this is a mistake: no limit's window lasts longer.
MAX_WAIT_S = 86_400


def loaded(frame: str | bytes) -> object:
    """A frame's JSON.

    What orjson refuses, the slower parser may take: half a character, Infinity, a byte order mark.
    """
    try:
        return orjson.loads(frame)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(frame)
    except RecursionError as error:
        raise ValueError("nested too deeply to be an event") from error


def mapping_of(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def text_of(fields: Json, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def count_of(value: object) -> int:
    return max(value, 0) if isinstance(value, int) else 0


def is_used_up(remaining: object) -> bool:
    """Whether this is how much is left of a limit, and none is; some servers count below zero."""
    return isinstance(remaining, int | float) and remaining is not False and remaining <= 0


def seconds_of(value: object) -> float:
    # Python's JSON knows Infinity and NaN too.
    return float(value) if isinstance(value, int | float) and 0 < value <= MAX_WAIT_S else 0.0


def mended(text: str) -> str:
    """Halves of characters joined, or replaced where one is alone.

    Servers that cut text by UTF-16 send such halves.
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
