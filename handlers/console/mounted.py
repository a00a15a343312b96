"""Where the console hangs on the service: made at its first request, and free until then.

It knows no page.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from models.database.absence import DatabaseUnavailableError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT = "/console"
AWAY = "The console is not there yet: the database can't be reached. Try again in a moment.\n"
RETRY_AFTER_S = "5"


class Mounted:
    """`make` gives the console, or raises DatabaseUnavailableError: then it is tried again."""

    def __init__(self, make: "Callable[[], WSGIApplication]") -> None:
        self._make = make
        self._made: WSGIApplication | None = None
        self._lock = Lock()

    def __call__(
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
