"""Where the console hangs on the service: made at its first request, and free until then.

A few of its requests run at once: whoever asks for many pages delays no webhook.

It knows no page.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Lock, Semaphore
from time import sleep
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from models.database.absence import DatabaseUnavailableError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT = "/console"
AWAY = "The console is not there yet: the database can't be reached. Try again in a moment.\n"
RETRY_AFTER_S = "5"
MOST_BYTES = 64 * 1024  # of a body
# Of one process. A page takes some 10 ms of its processor, and what comes to it waits so long.
AT_ONCE = 4
# Long enough for whatever has come in the meantime to go first, which a pause of 0 is not.
GIVES_WAY_S = 0.001


class Mounted:
    """`make` gives the console, or raises DatabaseUnavailableError: then it is tried again."""

    def __init__(self, make: "Callable[[], WSGIApplication]") -> None:
        self._make = make
        self._made: WSGIApplication | None = None
        self._lock = Lock()
        self._places = Semaphore(AT_ONCE)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        _read(environ)  # not in a place: a body may take its time
        is_free = self._places.acquire(blocking=False)
        if not is_free:
            self._places.acquire()
        try:
            if not is_free:
                sleep(GIVES_WAY_S)
            return self._answer(environ, start_response)
        finally:  # what is streamed comes after this, for as long as it likes
            self._places.release()

    def _answer(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            console = self._made or self._first()
        except DatabaseUnavailableError:
            answer = Response(AWAY, 503, {"Retry-After": RETRY_AFTER_S}, mimetype="text/plain")
            return answer(environ, start_response)
        return console(environ, start_response)

    def _first(self) -> "WSGIApplication":
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def _read(environ: "WSGIEnvironment") -> None:
    """The body, where it is not too large: that is refused unread."""
    told = environ.get("CONTENT_LENGTH") or ""
    length = int(told) if told.isdecimal() else None
    if length is None and "wsgi.input_terminated" in environ:
        length = MOST_BYTES + 1
    if length is None or length > MOST_BYTES + 1:
        return
    try:
        body = environ["wsgi.input"].read(length)
    except (OSError, ValueError):  # it broke off
        body = b""
    environ["wsgi.input"] = BytesIO(body)
