"""JSON of a server that nobody here wrote: each field as what it should be, or as nothing.

It knows no event: what the fields mean is `reading.py`'s.
"""

import json
import re
from base64 import b64decode
from typing import Any

import orjson

Json = dict[str, Any]

# A longer wait than this is a mistake: no limit's window lasts longer.
MAX_WAIT_S = 86_400
# What an integer column holds: no response takes so many tokens.
MAX_COUNT = 2**31 - 1
# Of a name that a server gives: an error's code, a status, an event's type.
MAX_NAME = 64
# More digits than any count, time or position has, and than Python reads in one number.
MAX_DIGITS = 20
_NO_NAME = re.compile(r"[^A-Za-z0-9_.:/-]")


def loaded(frame: str | bytes) -> object:
    """A frame's JSON.

    What orjson refuses, the slower parser may take: half a character, Infinity, a byte order mark,
    a number of any length.
    """
    try:
        return orjson.loads(frame)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(frame, parse_int=_integer)
    except RecursionError as error:
        raise ValueError("nested too deeply to be an event") from error


def is_object(text: str) -> bool:
    """Whether a text is a whole JSON object."""
    try:
        return isinstance(loaded(text), dict)
    except ValueError:
        return False


def mapping_of(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def text_of(fields: Json, name: str) -> str:
    """A text that any encoder takes."""
    return mended(piece_of(fields, name))


def piece_of(fields: Json, name: str) -> str:
    """A piece of a text as it came: it may begin and end in half a character."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def sound_of(fields: Json, name: str) -> bytes:
    """What stands there in base64; nothing where that is none."""
    try:
        return b64decode(piece_of(fields, name), validate=True)
    except ValueError:
        return b""


def name_of(fields: Json, name: str) -> str:
    """A word of the server's, fit for a log: short, and of plain letters alone."""
    return _NO_NAME.sub("_", piece_of(fields, name)[:MAX_NAME])


def count_of(value: object) -> int:
    """Between nothing and what a column holds, whatever a server claims."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0
    # No NaN is more than nothing.
    return int(min(value, MAX_COUNT)) if value > 0 else 0


def is_used_up(remaining: object) -> bool:
    """Whether this is how much is left of a limit, and none is; some servers count below zero."""
    return isinstance(remaining, int | float) and remaining is not False and remaining <= 0


def seconds_of(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0.0
    # Python's JSON knows Infinity and NaN too.
    return float(value) if 0 < value <= MAX_WAIT_S else 0.0


def mended(text: str) -> str:
    """Halves of characters joined, or replaced where one is alone.

    Servers that cut text by UTF-16 send such halves.
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _integer(digits: str) -> int:
    return int(digits[:MAX_DIGITS])
