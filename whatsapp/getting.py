"""One GET from a host that somebody else named: its redirects followed by hand, its time bounded.

Which hosts may be called, and what of an answer is believed, is said elsewhere.
"""

import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import closing, contextmanager, suppress
from functools import partial
from threading import Thread, Timer
from time import monotonic
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urljoin

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from whatsapp.internet import PrivateAddressError, parsed
from whatsapp.pool import NO_RETRIES

MOST_HOPS = 3  # the first one included
TOO_LONG = "it takes too long"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class GetError(Exception):
    """There is no answer, and why. `may_pass`: another time there may be one."""

    def __init__(self, why: str, *, may_pass: bool = False) -> None:
        super().__init__(why)
        self.may_pass = may_pass


@contextmanager
def answer_of(
    url: str,
    may_call: Callable[[SplitResult], bool],
    pool_of: Callable[[SplitResult], HTTPConnectionPool],
    *,
    wait_s: float,
    total_s: float,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[BaseHTTPResponse]:
    """The first answer that is no redirect, its body not yet read.

    `may_call`: whether an address may be asked, or led to. `pool_of`: fresh connections to its
    host; it may raise PrivateAddressError, and OSError. `wait_s`: for a connection, and for each
    piece. `total_s`: for all of it, until the answer is done with. `headers`: for the first address
    alone. Raises GetError, also for what goes wrong while the answer is read.
    """
    with closing(_Limit(total_s)) as limit:
        try:
            with closing(_last(limit, url, may_call, pool_of, wait_s, headers)) as response:
                yield response
        except (HTTPError, OSError) as error:
            why = TOO_LONG if limit.is_over else type(error).__name__
            raise GetError(why, may_pass=not limit.is_over) from error
        if limit.is_over:
            raise GetError(TOO_LONG)  # whatever came was perhaps not all


def _last(
    limit: "_Limit",
    url: str,
    may_call: Callable[[SplitResult], bool],
    pool_of: Callable[[SplitResult], HTTPConnectionPool],
    wait_s: float,
    headers: Mapping[str, str],
) -> BaseHTTPResponse:
    """The answer that is no redirect. Raises GetError, HTTPError and OSError."""
    target = _led_to("", url)
    for _ in range(MOST_HOPS):
        if not may_call(target):
            raise GetError("it may not be called")
        response = limit.soon(partial(_first_of, limit, target, pool_of, wait_s, headers))
        if response.status not in _REDIRECTS:
            return response
        response.close()
        target = _led_to(target.geturl(), response.headers.get("Location", ""))
        headers = {}
    raise GetError("it leads on and on")


def _led_to(base: str, location: str) -> SplitResult:
    try:
        return parsed(urljoin(base, location))
    except ValueError:
        raise GetError("it is no address") from None


def _first_of(
    limit: "_Limit",
    target: SplitResult,
    pool_of: Callable[[SplitResult], HTTPConnectionPool],
    wait_s: float,
    headers: Mapping[str, str],
) -> BaseHTTPResponse:
    """What a host answers, its body not yet read. Raises GetError, HTTPError and OSError."""
    try:
        pool = pool_of(target)
    except PrivateAddressError:
        raise GetError("its host is in a private network") from None
    pool.ConnectionCls = limit.noting(pool.ConnectionCls)
    path = target.path or "/"
    return pool.urlopen(
        "GET",
        f"{path}?{target.query}" if target.query else path,
        headers={
            **headers,
            "Host": target.netloc,
            "Accept-Encoding": "identity",
            "User-Agent": "tableside",
            "Connection": "close",
        },
        retries=NO_RETRIES,
        redirect=False,
        preload_content=False,
        decode_content=False,
        timeout=Timeout(connect=wait_s, read=wait_s),
    )


class _Limit:
    """So many seconds: then who waits is told, and the connections made within it are shut.

    A read's own time begins anew with every byte, as a TLS handshake's does, and a name's look-up
    has none: who drips could hold us for hours.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._until = monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def soon(self, work: Callable[[], BaseHTTPResponse]) -> BaseHTTPResponse:
        """What it comes to. Raises what it does, and GetError if it isn't done in time."""
        done: Future[BaseHTTPResponse] = Future()

        def run() -> None:
            try:
                response = work()
            except Exception as error:  # noqa: BLE001 (it is raised where it is waited for)
                if done.set_running_or_notify_cancel():
                    done.set_exception(error)
            else:
                if done.set_running_or_notify_cancel():
                    done.set_result(response)
                else:
                    response.close()

        Thread(target=run, daemon=True).start()
        wait([done], max(0.0, self._until - monotonic()))
        if done.cancel():
            raise GetError(TOO_LONG)
        return done.result()

    def noting(self, kind: Any) -> Any:
        """The class of connections, each of them noted before it says or hears anything."""
        limit = self

        class Noted(kind):  # type: ignore[misc]
            def _new_conn(self) -> socket.socket:
                made: socket.socket = super()._new_conn()
                noted = made.dup()  # TLS takes the other one out of our hands
                limit._sockets.append(noted)
                if limit.is_over:
                    _shut(noted)
                return made

        return Noted

    def close(self) -> None:
        """Whoever is still at it, for nobody, ends as well."""
        self._timer.cancel()
        self._end()

    def _end(self) -> None:
        self.is_over = True
        for each in list(self._sockets):
            _shut(each)


def _shut(noted: socket.socket) -> None:
    with noted, suppress(OSError):
        noted.shutdown(socket.SHUT_RDWR)
