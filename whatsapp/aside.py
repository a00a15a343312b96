"""Files are opened and made here, each in a process of its own that lives as long as that takes.

A file that crashes its decoder, or wants all the memory or time there is, harms nobody else, and
whoever waits for it holds up no other diner. Run as a program it opens the one file on its input.
"""

import os
import resource
import sys
from collections.abc import Hashable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from telemetry.logs import log
from whatsapp.child import Child
from whatsapp.decoding import NOT_NOW, OpeningError
from whatsapp.room import Room

AT_ONCE = 2
TIMEOUT_S = 10.0
CPU_S = 3  # what phones make takes one at most
MEMORY = 512 * 1024**2  # bytes, of addresses
# For the next file, a process stands by so long, in 40 MB, with all that decodes loaded: that
# takes a tenth of a second, as long as most files.
STANDS_BY_S = 60.0
# What the program's answer begins with, and a whole file ends with.
OPENED, REFUSED, DIED, WHOLE = b"opened:", b"refused", b"died:", b":whole"
ROOT = Path(__file__).resolve().parent.parent
# Of the environment: what an interpreter needs to start, and none of our secrets.
_NEEDED = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "LANG")
_OPENERS = {
    "picture": ("whatsapp.images", "sized_down"),
    "sound": ("whatsapp.audio", "decode"),
    "note": ("whatsapp.voice_note", "encode"),
    "line": ("whatsapp.telephone", "encode"),
}


class Aside:
    """`timeout_s`: what a file may take, before it counts as broken.

    Of `at_once` files no more than half are one diner's: who sends many waits for their own.
    """

    def __init__(
        self,
        at_once: int = AT_ONCE,
        timeout_s: float = TIMEOUT_S,
        stands_by_s: float = STANDS_BY_S,
    ) -> None:
        self._room = Room(at_once)
        self._timeout_s = timeout_s
        self._stands_by_s = stands_by_s
        self._lock = Lock()
        self._next: Child | None = None
        self._end_of_next: Timer | None = None

    def picture(self, content: bytes, diner: Hashable = None) -> bytes:
        """As `images.sized_down` gives it. Raises OpeningError."""
        return self._opened("picture", content, diner)

    def sound(self, content: bytes, diner: Hashable = None) -> bytes:
        """As `audio.decode` gives it. Raises OpeningError."""
        return self._opened("sound", content, diner)

    def note(self, pcm: bytes, diner: Hashable = None) -> bytes:
        """As `voice_note.encode` gives it. Raises OpeningError."""
        return self._opened("note", pcm, diner)

    def line(self, pcm: bytes) -> bytes:
        """As `telephone.encode` gives it. Raises OpeningError."""
        return self._opened("line", pcm, None)

    @property
    def standing_by(self) -> Child | None:
        return self._next

    def _opened(self, what: str, content: bytes, diner: Hashable) -> bytes:
        with self._room.share(diner) as share:
            share.take(1)
            try:
                child = self._take_next() or _spawned(what)
                told = child.answer(f"{what}\n".encode() + content, self._timeout_s)
            except TimeoutError:
                raise OpeningError("it takes too long to open") from None
            except OSError:  # the machine has no room for a process
                raise OpeningError(NOT_NOW) from None
        self._stand_by()
        if told.startswith(REFUSED):
            raise OpeningError(told.removeprefix(REFUSED).decode(errors="replace"))
        if not told.startswith(OPENED) or not told.endswith(WHOLE):
            why = told.removeprefix(DIED).decode(errors="replace") if told.startswith(DIED) else ""
            log.warning("aside.died", what=what, status=child.status, why=why)
            raise OpeningError("it is broken")
        return told[len(OPENED) : -len(WHOLE)]

    def _stand_by(self) -> None:
        """Have a process ready for the next file, for a while."""
        with self._lock, suppress(OSError):
            if self._next is None:
                self._next = _spawned(*_OPENERS)
                self._end_of_next = Timer(self._stands_by_s, self._end, (self._next,))
                self._end_of_next.daemon = True
                self._end_of_next.start()

    def _take_next(self) -> Child | None:
        with self._lock:
            child, self._next = self._next, None
            if child is None or self._end_of_next is None:
                return None
            self._end_of_next.cancel()
        if child.is_alive:
            return child
        child.end()
        return None

    def _end(self, child: Child) -> None:
        """Of one that was not needed."""
        with self._lock:
            if self._next is not child:
                return
            self._next = None
        child.end()


def _spawned(*loaded: str) -> Child:
    """A process with these of _OPENERS loaded."""
    return Child([sys.executable, "-m", "whatsapp.aside", *loaded], _environment())


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


def _main(loaded: list[str]) -> None:
    _bound()
    openers = {what: _opener(*_OPENERS[what]) for what in loaded}
    what = sys.stdin.buffer.readline().decode().strip()
    if not what:  # nobody needs it any more
        return
    try:
        told = OPENED + openers[what](sys.stdin.buffer.read()) + WHOLE
    except OpeningError as error:
        told = REFUSED + str(error).encode()
    sys.stdout.buffer.write(told)


def _opener(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def _in_short(error: Exception) -> str:
    """What may be logged: a decoder's own message could quote the file."""
    return repr(error) if isinstance(error, ImportError) else type(error).__name__


if __name__ == "__main__":
    try:
        _main(sys.argv[1:])
    except Exception as error:  # noqa: BLE001 (who asked logs it)
        sys.stdout.buffer.write(DIED + _in_short(error).encode())
        sys.exit(1)
