"""A TCP proxy before PostgreSQL that a test can let swallow all, as a machine that is gone does."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit


class Proxy:
    """`url`: the way through it to the server at `direct_url`, which is on a Unix socket."""

    def __init__(self, direct_url: str) -> None:
        parts = urlsplit(direct_url)
        query = parse_qs(parts.query)
        self._server = f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}"
        self._passes = Event()
        self._passes.set()
        self._age = 0
        self._sockets: list[socket.socket] = []

    def swallow(self) -> None:
        """From now on nothing comes through, and nobody hears of it."""
        self._age += 1
        self._passes.clear()

    def pass_on(self) -> None:
        """New connections work again; the old ones are dead, and nobody says so."""
        self._passes.set()

    @contextmanager
    def running(self) -> Iterator[None]:
        Thread(target=self._accept, daemon=True).start()
        try:
            yield
        finally:
            self._passes.set()
            for each in [self._listener, *self._sockets]:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._sockets += [client, server]
                for here, there in ((client, server), (server, client)):
                    Thread(target=self._pump, args=(here, there), daemon=True).start()

    def _pump(self, here: socket.socket, there: socket.socket) -> None:
        age = self._age
        with suppress(OSError):
            while heard := here.recv(65536):
                if self._passes.is_set() and age == self._age:
                    there.sendall(heard)
            there.shutdown(socket.SHUT_WR)
