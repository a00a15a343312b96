"""A socket that a selector watches: whoever closes it meanwhile has it closed once none does.

gevent ends the whole process over a descriptor that is closed while it is watched, and websockets'
threads close each other's: https://www.gevent.org/api/gevent.selectors.html
"""

import errno
import os
import socket
from typing import Any


class Watched(socket.socket):
    """Takes the place of `accepted`, which is none from here on."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        self._is_over = False
        self._is_watched = True

    def close(self) -> None:
        self._is_over = True
        if not self._is_watched:
            super().close()

    def let_go(self) -> None:
        """Nobody watches it any more."""
        self._is_watched = False
        if self._is_over:
            super().close()

    def accept(self) -> tuple[socket.socket, Any]:
        self._check()
        return super().accept()

    def recv(self, *args: Any) -> bytes:
        self._check()
        return super().recv(*args)

    def _check(self) -> None:
        if self._is_over:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
