"""Files are opened and made here, each in a process of its own that lives as long as that takes.

A file that crashes its decoder, or wants all the memory or time there is, harms nobody else, and
whoever waits for it holds up no other diner. Run as a program it opens the one file on its input.
"""

import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Semaphore
from typing import Literal

from whatsapp import child

# So many at once: who sends many waits for their own.
AT_ONCE = 2
TIMEOUT_S = 10.0
CPU_S = 6
MEMORY = 1024**3  # bytes, of addresses
# What the program's answer begins with, and a whole file ends with.
OPENED, REFUSED, WHOLE = b"opened:", b"refused", b":whole"
ROOT = Path(__file__).resolve().parent.parent
# Of the environment: what an interpreter needs to start, and none of our secrets.
_NEEDED = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "LANG")

What = Literal["picture", "sound", "note"]


class OpeningError(Exception):
    """A file can't be opened, or made; the message is what the diner may be told of it."""


class Aside:
    """`timeout_s`: what a file may take, before it counts as broken."""

    def __init__(self, at_once: int = AT_ONCE, timeout_s: float = TIMEOUT_S) -> None:
        self._room = Semaphore(at_once)
        self._timeout_s = timeout_s

    def picture(self, content: bytes) -> bytes:
        """As `images.sized_down` gives it. Raises OpeningError."""
        return self._opened("picture", content)

    def sound(self, content: bytes) -> bytes:
        """As `audio.decode` gives it. Raises OpeningError."""
        return self._opened("sound", content)

    def note(self, pcm: bytes) -> bytes:
        """As `voice_note.encode` gives it. Raises OpeningError."""
        return self._opened("note", pcm)

    def _opened(self, what: What, content: bytes) -> bytes:
        with self._room:
            try:
                told = child.run(
                    [sys.executable, "-m", "whatsapp.aside", what],
                    _environment(),
                    content,
                    self._timeout_s,
                )
            except TimeoutError:
                raise OpeningError("it takes too long to open") from None
        head, opened = told[: len(OPENED)], told[len(OPENED) :]
        if head == REFUSED:
            raise OpeningError(opened.decode(errors="replace"))
        if head != OPENED or not opened.endswith(WHOLE):
            raise OpeningError("it is broken")
        return opened.removesuffix(WHOLE)


def _environment() -> dict[str, str]:
    """For an interpreter that finds our modules."""
    kept = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    paths = filter(None, (str(ROOT), kept.get("PYTHONPATH")))
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}


def _bound() -> None:
    """What this process may take of the machine, whatever its file says."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_S,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for limit, most in limits.items():
        with suppress(OSError, ValueError):  # a machine that knows less of limits
            resource.setrlimit(limit, (most, most))


def _main(what: str) -> None:
    _bound()
    opener: Callable[[bytes], bytes]
    refusals: type[Exception]
    if what == "picture":
        from whatsapp.images import ImageError, sized_down  # noqa: PLC0415 (one of three)

        opener, refusals = sized_down, ImageError
    elif what == "sound":
        from whatsapp.audio import AudioError, decode  # noqa: PLC0415

        opener, refusals = decode, AudioError
    else:
        from whatsapp.voice_note import NoteError, encode  # noqa: PLC0415

        opener, refusals = encode, NoteError
    try:
        told = OPENED + opener(sys.stdin.buffer.read()) + WHOLE
    except refusals as error:
        told = REFUSED + str(error).encode()
    sys.stdout.buffer.write(told)


if __name__ == "__main__":
    _main(sys.argv[1])
