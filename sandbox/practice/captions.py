"""Which words a telephone heard, found again by the sound of what was spoken lately.

For who tries calls out where nothing is to be heard. A person's words it does not know.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

# Of µ-law: what is heard so far of a sentence tells which one it is.
PROBE_BYTES = 6_400
SILENCE = b"\xff\x7f"


@dataclass(frozen=True, slots=True)
class Caption:
    at: int  # bytes of all that was heard
    words: str


class Lately:
    """What was spoken to people who listen: the newest first."""

    def __init__(self, most: int = 64) -> None:
        self._spoken = deque[tuple[str, bytes]](maxlen=most)

    def note(self, words: str, sound: bytes) -> None:
        self._spoken.append((words, sound))

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return iter(tuple(self._spoken)[::-1])


LATELY = Lately()


class Captions:
    """Of one call. `sentences`: what may be heard beside what was spoken `lately`, as µ-law."""

    def __init__(
        self, sentences: Iterable[tuple[str, bytes]] = (), lately: Iterable[tuple[str, bytes]] = ()
    ) -> None:
        self._sentences = tuple(sentences)
        self._lately = lately
        self._heard = b""
        self._gone = 0

    def hear(self, sound: bytes) -> Iterator[Caption]:
        """What begins in it, in order; to be read to its end."""
        self._heard += sound
        while found := self._first():
            at, probe, words = found
            yield Caption(self._gone + at, words)
            self._drop(at + len(probe))
        self._drop(max(0, len(self._heard) - PROBE_BYTES))

    def _first(self) -> tuple[int, bytes, str] | None:
        """Of two that begin alike it is the one that was spoken last."""
        first: tuple[int, bytes, str] | None = None
        for words, sound in (*self._lately, *self._sentences):
            probe = _probe(sound)
            at = self._heard.find(probe) if probe else -1
            if at >= 0 and (first is None or at < first[0]):
                first = (at, probe, words)
        return first

    def _drop(self, count: int) -> None:
        self._heard = self._heard[count:]
        self._gone += count


@lru_cache(maxsize=256)
def _probe(sound: bytes) -> bytes:
    return sound.lstrip(SILENCE)[:PROBE_BYTES]
