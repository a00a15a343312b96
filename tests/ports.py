"""Ports for what is started beside the tests: none is given to anybody else before it listens.

Those that the system gives away for the asking may be taken again in the seconds that a service
takes to start. These lie below them; each worker has its own.
"""

import os
import socket
from contextlib import suppress
from itertools import cycle

FIRST = 20_000  # below the system's own, which begin at 32,768 on Linux and higher elsewhere
EACH = 2_000  # a worker's

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_begin = FIRST + EACH * (_worker % 6)
# Another run on the same machine begins elsewhere.
_shift = 7 * os.getpid() % EACH
_next = cycle([_begin + (_shift + nth) % EACH for nth in range(EACH)])


def free_port() -> int:
    """One on which nobody listens, and that was not given for as long as there are others."""
    for _ in range(EACH):
        port = next(_next)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")
