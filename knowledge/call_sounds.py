"""The fixed sentences of a call as they sound where no voice of the model's is at hand: packaged.

They, and what the caller of a demonstration says, are made by `python -m tests.voices`, which has
espeak-ng speak them. Nothing is encoded here.
"""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sounds"
# What a caller says in a demonstration, in English.
DEMO = ("What coffee do you have?", "What goes well with a cappuccino?", "Thank you, that is all.")
ENDING = ".ulaw"  # bare µ-law of 8 kHz: 8 bytes a millisecond


def packaged(key: str, language: str) -> bytes:
    """Empty where there is none."""
    return _all().get((key, language), b"")


@cache
def _all() -> dict[tuple[str, str], bytes]:
    """By name, as found in the folder: what a caller names is never a path."""
    found = FOLDER.glob(f"*/*{ENDING}")
    return {(file.stem, file.parent.name): file.read_bytes() for file in found}
