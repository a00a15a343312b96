"""Where the service listens: IPv4 and, where the machine has it, IPv6; and whether it may.

It knows addresses and ports, nothing of what is served. gunicorn's master imports it.
"""

import errno
import socket
import time
from collections.abc import Sequence
from contextlib import suppress

LOOPBACK = ("127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
FREE_WITHIN_S = 3
LOOK_S = 0.2


class PortError(Exception):
    """A sentence: the port can't be had, and what to do."""


def addresses(port: int, *, from_outside: bool) -> list[str]:
    """As gunicorn's `bind` takes them: `["127.0.0.1:8787", "[::1]:8787"]`.

    `from_outside`: every address of the machine, otherwise the loopback ones.
    """
    four, six = EVERYWHERE if from_outside else LOOPBACK
    # The system would choose a port for each.
    if port == 0 or not _has(six):
        return [f"{four}:{port}"]
    if from_outside and _takes_both():
        return [f"[{six}]:{port}"]
    return [f"{four}:{port}", f"[{six}]:{port}"]


def check_free(bind: Sequence[tuple[str, int]], within_s: float = FREE_WITHIN_S) -> None:
    """Raises PortError where one of these hosts and ports is another's, and stays so for so long.

    A service that was killed frees them within a second or two; gunicorn would try for longer, and
    log each time.
    """
    deadline = time.monotonic() + within_s
    while error := _hindrance(bind):
        if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise PortError(_sentence(bind[0][1], error))
        time.sleep(LOOK_S)


def _hindrance(bind: Sequence[tuple[str, int]]) -> OSError | None:
    for host, port in bind:
        try:
            _listen(host, port)
        except OSError as error:
            return error
    return None


def _has(six: str) -> bool:
    with suppress(OSError):
        _listen(six, 0)
        return True
    return False


def _takes_both() -> bool:
    """Whether a socket on `::` hears IPv4 too, as on Linux, unless its owner decided otherwise."""
    with socket.socket(socket.AF_INET6) as probe:
        return not probe.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


def _listen(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As gunicorn's: connections of a service that has just ended are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _sentence(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"PORT: {port} is taken by another program, perhaps by Tableside itself:"
            f" stop it, or choose another, as PORT={port % 65535 + 1}"
        )
    if error.errno == errno.EACCES:
        return f"PORT: {port} is not for every user: choose one above 1023, as PORT=8787"
    return f"PORT: {port} can't be listened on: {error.strerror}"
