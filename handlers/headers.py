"""What every answer tells the browser that gets it: what a page may load, do, and be shown in.

One WSGI layer around an application, so that errors, files, streams and redirects carry it too. It
never replaces a header that an answer has of its own: a page that needs more says what.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "tableside.headers"  # in the application's extensions: for what answers in its place
# Most answers are no page: what is opened as one all the same loads, runs and sends nothing.
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
# A page of ours: its own files alone, nothing inline.
OWN_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_NOTHING_OF_THE_DEVICE = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
# Who answers by https once, answers by nothing else for a year. The host's own subdomains may.
HSTS = "max-age=31536000"


def keep_here(app: Flask) -> None:
    """Before its routes are added: no address is put right by a redirect.

    Werkzeug's lead to the host that the caller named. A slash that lacks at the end is not missed,
    one too many is another address.
    """
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False


def guard(app: Flask, policy: str, public_url: str | None) -> None:
    """Give every answer of `app` the headers; `policy` is what a Content-Security-Policy says.

    `public_url`: where it is reached. By https, a browser shall never try anything else.
    """
    headers = [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),  # for browsers older than frame-ancestors
        # Not `no-referrer`: by https, a form is checked by where it was sent from too.
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", _NOTHING_OF_THE_DEVICE),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    if public_url and public_url.startswith("https:"):
        headers.append(("Strict-Transport-Security", HSTS))
    app.extensions[KEY] = headers
    app.wsgi_app = Guarded(app.wsgi_app, headers)  # type: ignore[method-assign] # flask's own way


class Guarded:
    """A WSGI application whose answers have these headers, unless they have them already."""

    def __init__(self, inner: "WSGIApplication", headers: list[tuple[str, str]]) -> None:
        self._inner = inner
        # Made once: it is on the way of every webhook.
        self._headers = [(header[0].lower(), header) for header in headers]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            own = {name.lower() for name, _ in headers}
            headers += [header for name, header in self._headers if name not in own]
            return start_response(status, headers, *rest)

        return self._inner(environ, start)
