"""What a turn took of the model, or a response of it. Values."""

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import NamedTuple

from models.database.columns import MAX_INTEGER


class Tokens(NamedTuple):
    """`cached` is the part of `input` that the prompt cache had.

    Sound and pictures are parts of `input` and `output` too, at prices of their own; what the cache
    had of the sound is a part of both.
    """

    input: int = 0
    cached: int = 0
    output: int = 0
    audio_input: int = 0
    audio_output: int = 0
    image_input: int = 0
    audio_cached: int = 0

    def plus(self, other: "Tokens") -> "Tokens":
        if other == NO_TOKENS:
            return self  # as of all but files
        # The sum of a turn's rounds has to fit its columns.
        return Tokens(*[min(each, MAX_INTEGER) for each in map(add, self, other)])


NO_TOKENS = Tokens()


def total(each: Iterable[Tokens]) -> Tokens:
    return reduce(Tokens.plus, each, NO_TOKENS)
