"""gunicorn's gevent worker: it keeps connections longer than any router, and loses none at a stop.

It owns that slow clients keep nobody out, and how a worker stops. It knows nothing of the service:
`gunicorn.conf.py` names it.
"""

import os
import signal
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import gevent
from gevent.event import Event
from gevent.pool import Pool
from gevent.server import StreamServer
from gunicorn.errors import AppImportError
from gunicorn.http.errors import (
    InvalidHeader,
    NoMoreData,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.workers.ggevent import GeventWorker

from web_connection import MOST_UNASKED, Connection

LOOK_S = 1.0
STOPPING_LOOK_S = 0.05
READ_BYTES = 1024
# At a stop: whoever has just connected, or sent half a head, is about to send the rest.
UNDER_WAY_S = 1.0
# At a stop, all of a request that has begun, and what a client reads at a time.
STOPPING_PATIENCE_S = 5.0
# Of `worker_connections`: from there on, each new one takes the place of who keeps us waiting.
CROWDED = 0.9


@dataclass(frozen=True, slots=True)
class Reading:
    """A body's reader: one that is malformed is the client's fault, not ours.

    Who reads a body answers 400 to a ValueError, and 500 to errors of gunicorn's own.
    """

    reader: Any

    def read(self, size: int) -> bytes:
        try:
            return bytes(self.reader.read(size))
        except (ParseException, NoMoreData) as error:
            raise ValueError("the body is malformed, or ended early") from error

    @property
    def has_much_left(self) -> bool:
        """Whether more may come than is read of a body that was refused."""
        if hasattr(self.reader, "length"):
            return bool(self.reader.length > MOST_UNASKED)
        return self.reader.parser is not None  # chunks, whose end nobody knows


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
    `headers`: of answers that the application never sees, a line each.
    `patience_s`: how long a request may take to come in, and a client to read what it is given at
    a time: all of an answer, or a piece of one that is streamed.
    """

    alive: bool
    headers = b""
    patience_s = 30.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopping = Event()
        self._connections: dict[gevent.Greenlet, Connection] = {}

    def init_process(self) -> None:
        """GeventWorker's; but of what ends it, gunicorn prints all that it says."""
        try:
            super().init_process()
        except (AppImportError, ImportError):
            raise  # it names a module
        except Exception as error:
            raise RuntimeError(type(error).__name__) from error

    def count_connections(self) -> int:
        """Of clients, those that wait too: a greenlet each."""
        return len(self._connections)

    def run(self) -> None:
        """GeventWorker's, but a stop is seen at once and waits for nobody who is quiet."""
        servers = [self._serve(each) for each in self.sockets]
        while self.alive:
            self.notify()
            self._hang_up()
            self._end_slow(self.patience_s)
            self.stopping.wait(LOOK_S)
        self.stopping.set()
        for server in servers:
            server.close()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while any(len(server.pool) for server in servers) and time.monotonic() < deadline:
            self.notify()
            self._hang_up()
            self._end_slow(min(self.patience_s, STOPPING_PATIENCE_S))
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
        connection.headers = self.headers
        if len(self._connections) >= self.worker_connections * CROWDED:
            self._make_room()
        self._connections[gevent.getcurrent()] = connection
        try:
            super().handle(listener, connection, addr)
        finally:
            del self._connections[gevent.getcurrent()]

    def handle_request(self, listener_name: Any, req: Any, sock: Connection, addr: Any) -> None:
        """GeventWorker's; where the body was refused, the answer says that the connection ends."""
        reading = req.body.reader = Reading(req.body.reader)
        asks_to_close = req.should_close
        req.should_close = lambda: reading.has_much_left or asks_to_close()
        try:
            super().handle_request(listener_name, req, sock, addr)
        except StopIteration:
            if reading.has_much_left:
                _drain(sock, req.body)
            raise

    def handle_error(self, req: Any, client: Connection, addr: Any, exc: BaseException) -> None:
        client.is_refused = True
        if isinstance(exc, UnsupportedTransferCoding):
            exc = InvalidHeader("Transfer-Encoding")  # its 501 would look like our fault
        super().handle_error(req, client, addr, exc)

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

    def _end_slow(self, patience_s: float) -> None:
        ended = sum(each.end_if_slow(patience_s) for each in list(self._connections.values()))
        if ended:
            self.log.warning("Clients that sent or read too slowly: %d connections ended", ended)

    def _make_room(self) -> None:
        """Twilio shall find a place: who has kept us waiting longest gives theirs up."""
        waits = [each for each in self._connections.values() if each.waits_since is not None]
        if waits:
            min(waits, key=lambda each: each.waits_since or 0.0).end()


def _drain(client: Connection, body: Any) -> None:
    """Ended at once, a client that still sends would lose the answer."""
    with client.waiting(), suppress(ValueError, OSError):
        while body.read(READ_BYTES):
            pass
