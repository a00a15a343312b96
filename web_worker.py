"""gunicorn's gevent worker: it keeps connections longer than any router, and loses none at a stop.

It owns when a connection ends, that slow clients keep nobody out, and how a worker stops. It knows
nothing of the service: `gunicorn.conf.py` names it.
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
from gevent.socket import SHUT_RD, SHUT_RDWR, socket
from gunicorn.errors import AppImportError
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.workers.ggevent import GeventWorker

LOOK_S = 1.0
STOPPING_LOOK_S = 0.05
# At a stop: whoever has just connected, or sent half a head, is about to send the rest.
UNDER_WAY_S = 1.0
# At a stop, all of a request that has begun, and what a client reads at a time.
STOPPING_PATIENCE_S = 5.0
# Bytes of a head, or of a body that was refused unread.
MOST_UNASKED = 128 * 1024
# Of `worker_connections`: from there on, each new one takes the place of who keeps us waiting.
CROWDED = 0.9
TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: application/json\r\n"
    b"Content-Length: 63\r\n\r\n"
    b'{"error":"The request took too long to come in.","details":[]}\n'
)


class Connection(socket):  # type: ignore[misc] # gevent ships no types of its sockets
    """A client's connection, and since when we wait for the client."""

    # For the head of the next request; False while a request is being answered.
    is_waiting = False
    # Something of that request has come, or the client has connected just for it.
    is_under_way = True
    # When the wait began, or when something last came: seconds of the monotonic clock.
    heard_at = 0.0
    # When the first byte of a request came, its head or its body still being under way.
    began_at: float | None = None
    # Since when the client reads what we have for it.
    writes_since: float | None = None
    is_ended = False
    # What comes is answered by gunicorn or by us: the application never hears of it.
    is_refused = False
    # Of such an answer, those that the application's answers have too, a line each.
    headers = b""
    _reads = False
    _unasked = 0  # bytes that came while we waited for a head

    def recv(self, *args: Any) -> bytes:
        self._reads = True
        try:
            received: bytes = super().recv(*args)
        finally:
            self._reads = False
        now = time.monotonic()
        if self.began_at is None:
            self.began_at = now
        if self.is_waiting:
            self.is_under_way = True
            self.heard_at = now
            self._unasked += len(received)
            if self._unasked > MOST_UNASKED:
                return b""
        return received

    def sendall(self, answer: Any, *args: Any) -> None:
        self.writes_since = time.monotonic()
        try:
            super().sendall(self._headed(answer) if self.is_refused else answer, *args)
        finally:
            self.writes_since = None

    def sendfile(self, *args: Any, **named: Any) -> int:
        self.writes_since = time.monotonic()
        try:
            return int(super().sendfile(*args, **named))
        finally:
            self.writes_since = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        self.is_waiting = True
        self.began_at = None
        self._unasked = 0
        self.heard_at = time.monotonic()
        try:
            yield
        finally:
            self.is_waiting = False
            self.is_under_way = False
        if not self._unasked:
            # It came with the one before, and others may have waited through many of these.
            gevent.sleep(0)

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

    @property
    def waits_since(self) -> float | None:
        """Since when we wait for the client: all of a request, or of what it reads at a time."""
        if self.is_ended:
            return None
        if self.writes_since is not None or not self._reads:
            return self.writes_since
        return self.heard_at if self.began_at is None else self.began_at

    def end_if_slow(self, patience_s: float) -> bool:
        """Whether what the client has begun, a request or to read an answer, took so long."""
        since = self.waits_since
        is_idle = self.writes_since is None and self.began_at is None
        if since is None or is_idle or time.monotonic() - since < patience_s:
            return False
        self.end()
        return True

    def end(self) -> None:
        """Whoever reads or writes here finds it ended; what came for an idle one is answered."""
        is_idle = self.is_waiting and self.began_at is None
        if is_idle and self._has_unread():
            return
        self.is_ended = True
        with suppress(OSError):  # the client has hung up, or reads nothing
            if self.began_at is not None and self.writes_since is None:
                self._sock.send(self._headed(TOO_SLOW))
        with suppress(OSError):
            self._sock.shutdown(SHUT_RD if is_idle else SHUT_RDWR)

    def _headed(self, answer: bytes) -> bytes:
        return answer.replace(b"\r\n", b"\r\n" + self.headers, 1)

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
        except (ParseException, NoMoreData) as error:
            raise ValueError("the body is malformed, or ended early") from error


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

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        req.body.reader = Reading(req.body.reader)
        super().handle_request(listener_name, req, sock, addr)

    def handle_error(self, req: Any, client: Connection, addr: Any, exc: BaseException) -> None:
        client.is_refused = True
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
