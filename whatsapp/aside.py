"""Files are opened and made here, each in a process of its own that lives as long as that takes.

A file that crashes its decoder, or wants all the memory or time there is, harms nobody else, and
whoever waits for it holds up no other diner. Run as a program it opens the one file on its input.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Semaphore
from typing import Literal

# So many at once: who sends many waits for their own.
AT_ONCE = 2
TIMEOUT_S = 10.0
CPU_S = 6
MEMORY = 1024**3  # bytes, of addresses
REFUSED = 3  # the program's status for a file that can't be opened
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
        environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
        with self._room:
            try:
                done = subprocess.run(  # noqa: S603 (our own interpreter, our own module)
                    [sys.executable, "-m", "whatsapp.aside", what],
                    input=content,
                    capture_output=True,
                    timeout=self._timeout_s,
                    check=False,
                    cwd=ROOT,
                    env=environment,
                )
            except subprocess.TimeoutExpired:
                raise OpeningError("it takes too long to open") from None
        if done.returncode == REFUSED:
            raise OpeningError(done.stderr.decode(errors="replace").strip())
        if done.returncode != 0:
            raise OpeningError("it is broken")
        return done.stdout


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
    with suppress(OSError):
        os.nice(10)  # those who answer come first


def _main(what: str) -> int:
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
        opened = opener(sys.stdin.buffer.read())
    except refusals as error:
        sys.stderr.write(str(error))
        return REFUSED
    sys.stdout.buffer.write(opened)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
