"""gunicorn's gevent worker: it keeps connections longer than any router, and loses none at a stop.

It owns when a connection ends and how a worker stops. It knows nothing of the service:
`gunicorn.conf.py` names it.
"""

import fcntl
import os
import signal
import termios
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import gevent
from gevent.event import Event
from gevent.pool import Pool
from gevent.server import StreamServer
from gevent.socket import SHUT_RD, socket
from gunicorn.http.errors import ParseException
from gunicorn.workers.ggevent import GeventWorker

LOOK_S = 1.0
STOPPING_LOOK_S = 0.05
# At a stop: whoever has just connected, or sent half a head, is about to send the rest.
UNDER_WAY_S = 1.0


class Connection(socket):  # type: ignore[misc] # gevent ships no types of its sockets
    """A client's connection, and for how long nothing has come on it."""

    # For the head of the next request; False while a request is being answered.
    is_waiting = False
    # Something of that request has come, or the client has connected just for it.
    is_under_way = True
    # When the wait began, or when something last came: seconds of the monotonic clock.
    heard_at = 0.0

    def recv(self, *args: Any) -> bytes:
        received: bytes = super().recv(*args)
        if self.is_waiting:
            self.is_under_way = True
            self.heard_at = time.monotonic()
        return received

    @contextmanager
    def waiting(self) -> Iterator[None]:
        self.is_waiting = True
        self.heard_at = time.monotonic()
        try:
            yield
        finally:
            self.is_waiting = False
            self.is_under_way = False

    def hang_up_after(self, quiet_s: float) -> None:
        """If nothing has come for so long, let the worker read the end of it.

        What is in the kernel's buffer already is a request that was taken: it is still read and
        answered.
        """
        is_quiet = self.is_waiting and time.monotonic() - self.heard_at >= quiet_s
        if is_quiet and not self._has_unread():
            with suppress(OSError):  # the client has hung up first
                # The socket below gevent's: gevent's own would throw at whoever reads,
                # and what has just come would be lost.
                self._sock.shutdown(SHUT_RD)

    def _has_unread(self) -> bool:
        return fcntl.ioctl(self, termios.FIONREAD, bytes(4)) != bytes(4)


@dataclass(frozen=True, slots=True)
class Reading:
    """A body's reader: one that is malformed is the client's fault, not ours.

    Who reads a body answers 400 to a ValueError, and 500 to errors of gunicorn's own.
    """

    reader: Any

    def read(self, size: int) -> bytes:
        try:
            return bytes(self.reader.read(size))
        except ParseException as error:
            raise ValueError("the body is malformed") from error


@dataclass(frozen=True, slots=True)
class Named:
    """All that gunicorn asks of a listener while it answers.

    At a stop the listener is closed before all that it took is.
    """

    name: Any

    def getsockname(self) -> Any:
        return self.name


class WebWorker(GeventWorker):  # type: ignore[misc] # gunicorn ships no types
    """HTTP/1.1 behind a router that ends TLS.

    `stopping` is set at the moment at which the worker is told to stop.
    """

    alive: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopping = Event()
        self._connections: dict[gevent.Greenlet, Connection] = {}

    def count_connections(self) -> int:
        """Of clients, those that wait too: a greenlet each."""
        return len(self._connections)

    def run(self) -> None:
        """GeventWorker's, but a stop is seen at once and waits for nobody who is quiet."""
        servers = [self._serve(each) for each in self.sockets]
        while self.alive:
            self.notify()
            self._hang_up()
            self.stopping.wait(LOOK_S)
        self.stopping.set()
        for server in servers:
            server.close()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while any(len(server.pool) for server in servers) and time.monotonic() < deadline:
            self.notify()
            self._hang_up()
            gevent.sleep(STOPPING_LOOK_S)
        for server in servers:
            server.stop(timeout=1)

    def notify(self) -> None:
        """GeventWorker's would end at once where the master is gone, and leave the port open."""
        super(GeventWorker, self).notify()
        if self.alive and self.ppid != os.getppid():
            self.log.warning("The master is gone: this worker finishes what it has, and ends")
            self.alive = False

    def init_signals(self) -> None:
        """A terminal that hangs up tells all its processes, not the master alone."""
        super().init_signals()
        signal.signal(signal.SIGHUP, self.handle_exit)

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.stopping.set()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        connection = Connection(client.family, client.type, client.proto, fileno=client.detach())
        self._connections[gevent.getcurrent()] = connection
        try:
            super().handle(listener, connection, addr)
        finally:
            del self._connections[gevent.getcurrent()]

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        req.body.reader = Reading(req.body.reader)
        super().handle_request(listener_name, req, sock, addr)

    def timeout_ctx(self) -> AbstractContextManager[None]:
        """Around the wait for a head.

        gunicorn's own is a time-out that throws, and loses a request that has half come.
        """
        return self._connections[gevent.getcurrent()].waiting()

    def _serve(self, listener: Any) -> StreamServer:
        listener.setblocking(1)
        named = Named(listener.getsockname())
        server = StreamServer(
            listener, handle=partial(self.handle, named), spawn=Pool(self.worker_connections)
        )
        if self.cfg.workers > 1:
            server.max_accept = 1  # the others shall get some too
        server.start()
        return server

    def _hang_up(self) -> None:
        for each in list(self._connections.values()):
            if self.alive:
                each.hang_up_after(self.cfg.keepalive)
            else:
                each.hang_up_after(UNDER_WAY_S if each.is_under_way else 0)
