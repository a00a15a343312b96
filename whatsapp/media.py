"""The files of diners' messages, fetched from Twilio and from nowhere else.

Twilio's API answers with a redirect to where its media are kept. Our credentials go to the API
alone; a redirect is followed by hand, without them, to Twilio's own hosts, whose addresses must be
the internet's. What comes is bounded in size and time, whatever is said of it.

https://www.twilio.com/docs/messaging/api/media-resource
"""

import re
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool

from telemetry.logs import log
from whatsapp.getting import GetError, answer_of
from whatsapp.internet import HTTPS_PORT, Internet, Resolve, parsed
from whatsapp.pool import pool_for

# WhatsApp's own limits.
MOST_BYTES, MOST_OF_PICTURE = 16 * 1024 * 1024, 5 * 1024 * 1024
WAIT_S = 4.0  # for a connection, and for each piece
TOTAL_S = 10.0  # of all tries, redirects included
# A file may come a moment after the webhook that tells of it.
RETRIES_AFTER_S = (1.0, 2.0)  # so at 1 s and at 3 s
PIECE = 64 * 1024  # bytes
TWILIO, CDN = ".twilio.com", ".twiliocdn.com"
# Accounts that don't enforce authentication are sent to this bucket, on a host that all share:
# https://help.twilio.com/articles/223183748
BUCKET_HOST, BUCKET = "s3-external-1.amazonaws.com", "/media.twiliocdn.com/"


class MediaError(Exception):
    """A file did not come; the message is what the diner may be told of it.

    `is_late`: it may come yet.
    """

    def __init__(self, detail: str, *, is_late: bool = False) -> None:
        super().__init__(detail)
        self.is_late = is_late


NOT_THERE = "it did not come through"


class _Origin(NamedTuple):
    scheme: str
    host: str
    port: int


class MediaDoor:
    """Media of one account's messages.

    `base_url`: where Twilio's API is, if not at Twilio; what is fetched comes from there.
    `proxy_of`: of a host's URL, the proxy that opens a tunnel there, or None. `resolve`: the
    addresses of a host. `context`: what a host has to show over TLS.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        base_url: str | None = None,
        *,
        proxy_of: Callable[[str], str | None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        total_s: float = TOTAL_S,
        resolve: Resolve | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._authorization = f"Basic {b64encode(f'{account_sid}:{auth_token}'.encode()).decode()}"
        self._base = urlsplit(base_url) if base_url else None
        self._path = re.compile(
            rf"/2010-04-01/Accounts/{re.escape(account_sid)}/Messages/\w{{1,64}}/Media/\w{{1,64}}"
        )
        self._proxy_of = proxy_of
        self._sleep = sleep
        self._total_s = total_s
        self._internet = Internet(proxy_of, resolve, context)

    def fetch(
        self, url: str, most: int = MOST_BYTES, room_for: Callable[[int], None] = lambda _: None
    ) -> bytes:
        """The content of a message's file, by the address that its webhook gave.

        `most`: bytes of it. `room_for` is told how many come, and may wait before they do.
        Raises MediaError. It takes TOTAL_S at most.
        """
        until = time.monotonic() + self._total_s
        for pause_s in RETRIES_AFTER_S:
            try:
                return self._fetch(url, most, room_for, until)
            except MediaError as error:
                if not error.is_late or time.monotonic() + pause_s > until:
                    raise
            room_for(0)
            self._sleep(pause_s)
        return self._fetch(url, most, room_for, until)

    def _fetch(self, url: str, most: int, room_for: Callable[[int], None], until: float) -> bytes:
        try:
            with answer_of(
                self._at_the_api(url),
                self._is_at_twilio,
                self._pool,
                wait_s=WAIT_S,
                total_s=until - time.monotonic(),
                headers={"Authorization": self._authorization},
            ) as response:
                size = _size(response, most)
                room_for(size)
                content = _content(response, size)
        except GetError as error:
            raise MediaError(NOT_THERE, is_late=error.may_pass) from error
        if not content:
            raise MediaError("it is empty")
        return content

    def _at_the_api(self, url: str) -> str:
        """The first address, which gets our credentials. Raises MediaError."""
        try:
            parts = parsed(url)
        except ValueError:
            raise MediaError(NOT_THERE) from None
        prefix = self._base.path.rstrip("/") if self._base else ""
        path = parts.path.removeprefix(prefix)
        if not self._path.fullmatch(path) or parts.query:
            raise MediaError(NOT_THERE)
        if self._base is not None:
            return self._base._replace(path=prefix + path).geturl()
        is_twilio = (parts.hostname or "").endswith(TWILIO) and parts.port in (None, HTTPS_PORT)
        if parts.scheme != "https" or not is_twilio:
            raise MediaError(NOT_THERE)
        return url

    def _is_at_twilio(self, parts: SplitResult) -> bool:
        """Whether a file of Twilio's may be there; a redirect could lead anywhere."""
        if self._is_base(parts):
            return True
        host = parts.hostname or ""
        is_kept_there = host.endswith((TWILIO, CDN)) or (
            host == BUCKET_HOST
            and parts.path.startswith(BUCKET)
            and ".." not in unquote(parts.path)
        )
        if parts.scheme == "https" and parts.port in (None, HTTPS_PORT) and is_kept_there:
            return True
        log.warning("media.redirected_elsewhere", host=host)
        return False

    def _is_base(self, parts: SplitResult) -> bool:
        return self._base is not None and _origin(parts) == _origin(self._base)

    def _pool(self, target: SplitResult) -> HTTPConnectionPool:
        """Connections to a host that may be called."""
        if self._is_base(target):
            url = f"{target.scheme}://{target.netloc}"
            return pool_for(url, self._proxy_of(url), self._internet.context)
        return self._internet.pool(target)


def too_large(most: int) -> str:
    return f"it is larger than {most // 1024**2} MB"


def _size(response: BaseHTTPResponse, most: int) -> int:
    """In bytes, `most` where nobody tells. Raises MediaError for what is no file to be taken."""
    if response.status != 200:
        is_late = response.status in (404, 429) or response.status >= 500
        raise MediaError(NOT_THERE, is_late=is_late)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise MediaError(NOT_THERE)
    size = _number(response.headers.get("Content-Length", ""))
    if size > most:
        raise MediaError(too_large(most))
    return size or most


def _content(response: BaseHTTPResponse, most: int) -> bytes:
    """All of it. Raises MediaError, for too much of it before that is there."""
    content = bytearray()
    while piece := response.read1(PIECE):
        content += piece
        if len(content) > most:
            raise MediaError(too_large(most))
    return bytes(content)


def _origin(parts: SplitResult) -> _Origin:
    port = parts.port or (80 if parts.scheme == "http" else HTTPS_PORT)
    return _Origin(parts.scheme, parts.hostname or "", port)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
