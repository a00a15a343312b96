"""The fixed sentences of a call as they sound where no voice of the model's is at hand: packaged.

They, and what the caller of a demonstration says, are made by `python -m tests.voices`, which has
espeak-ng speak them. Nothing is encoded here.
"""

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sounds"
# What a caller says in a demonstration, in English.
DEMO = ("What coffee do you have?", "What goes well with a cappuccino?", "Thank you, that is all.")
# What a caller names is never a path.
_NAME = re.compile("[a-z0-9_]{1,32}")
ENDING = ".ulaw"  # bare µ-law of 8 kHz: 8 bytes a millisecond


@lru_cache(maxsize=256)  # all that there are, and some names of strangers'
def packaged(key: str, language: str) -> bytes:
    """Empty where there is none."""
    if not (_NAME.fullmatch(key) and _NAME.fullmatch(language)):
        return b""
    file = FOLDER / language / f"{key}{ENDING}"
    return file.read_bytes() if file.is_file() else b""
