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
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Retry, Timeout
from urllib3.exceptions import HTTPError

from telemetry.logs import log
from whatsapp.internet import HTTPS_PORT, Internet, PrivateAddressError, Resolve, parsed, within
from whatsapp.pool import pool_for

# WhatsApp's own limits.
MOST_BYTES, MOST_OF_PICTURE = 16 * 1024 * 1024, 5 * 1024 * 1024
CONNECT_S, READ_S = 4.0, 4.0
TOTAL_S = 15.0  # of one try, redirects included
MOST_HOPS = 3
# A file may come a moment after the webhook that tells of it.
RETRIES_AFTER_S = (1.0, 2.0)  # so at 1 s and at 3 s
PIECE = 64 * 1024  # bytes
TWILIO, CDN = ".twilio.com", ".twiliocdn.com"
# Accounts that don't enforce authentication are sent to this bucket, on a host that all share:
# https://help.twilio.com/articles/223183748
BUCKET_HOST, BUCKET = "s3-external-1.amazonaws.com", "/media.twiliocdn.com/"
_NO_RETRIES = Retry(False)


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
        monotonic: Callable[[], float] = time.monotonic,
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
        self._monotonic = monotonic
        self._internet = Internet(proxy_of, resolve, context)

    def fetch(
        self, url: str, most: int = MOST_BYTES, room_for: Callable[[int], None] = lambda _: None
    ) -> bytes:
        """The content of a message's file, by the address that its webhook gave.

        `most`: bytes of it. `room_for` is told how many come, and may wait before they do.
        Raises MediaError. It may take TOTAL_S three times, and a few seconds between.
        """
        for pause_s in RETRIES_AFTER_S:
            try:
                return self._fetch(url, most, room_for)
            except MediaError as error:
                if not error.is_late:
                    raise
            room_for(0)
            self._sleep(pause_s)
        return self._fetch(url, most, room_for)

    def _fetch(self, url: str, most: int, room_for: Callable[[int], None]) -> bytes:
        until = self._monotonic() + TOTAL_S
        target = self._at_the_api(url)
        authorization = {"Authorization": self._authorization}
        for _ in range(MOST_HOPS):
            left_s = max(0.1, until - self._monotonic())
            with (
                within(left_s, self._pool(target)) as pool,
                closing(_open(pool, target, authorization, left_s)) as response,
            ):
                if response.status in (301, 302, 303, 307, 308):
                    target = self._elsewhere(target, response.headers.get("Location", ""))
                    authorization = {}
                    continue
                size = _size(response, most)
                room_for(size)
                return self._content(response, size, until)
        raise MediaError(NOT_THERE)

    def _at_the_api(self, url: str) -> SplitResult:
        """The first address, which gets our credentials. Raises MediaError."""
        parts = _split(url)
        prefix = self._base.path.rstrip("/") if self._base else ""
        path = parts.path.removeprefix(prefix)
        if not self._path.fullmatch(path) or parts.query:
            raise MediaError(NOT_THERE)
        if self._base is not None:
            return self._base._replace(path=prefix + path)
        is_twilio = (parts.hostname or "").endswith(TWILIO) and parts.port in (None, HTTPS_PORT)
        if parts.scheme != "https" or not is_twilio:
            raise MediaError(NOT_THERE)
        return parts

    def _elsewhere(self, target: SplitResult, location: str) -> SplitResult:
        """Where a redirect leads, if that is a place of Twilio's. Raises MediaError."""
        parts = _split(urljoin(target.geturl(), location))
        if self._is_base(parts):
            return parts
        host = parts.hostname or ""
        is_kept_there = host.endswith((TWILIO, CDN)) or (
            host == BUCKET_HOST
            and parts.path.startswith(BUCKET)
            and ".." not in unquote(parts.path)
        )
        if parts.scheme != "https" or parts.port not in (None, HTTPS_PORT) or not is_kept_there:
            log.warning("media.redirected_elsewhere", host=host)
            raise MediaError(NOT_THERE)
        return parts

    def _is_base(self, parts: SplitResult) -> bool:
        return self._base is not None and _origin(parts) == _origin(self._base)

    def _pool(self, target: SplitResult) -> HTTPConnectionPool:
        """Connections to a host that may be called. Raises MediaError."""
        if self._is_base(target):
            url = f"{target.scheme}://{target.netloc}"
            return pool_for(url, self._proxy_of(url), self._internet.context)
        try:
            return self._internet.pool(target)
        except PrivateAddressError:
            raise MediaError(NOT_THERE) from None
        except OSError as error:
            raise MediaError(NOT_THERE, is_late=True) from error

    def _content(self, response: BaseHTTPResponse, most: int, until: float) -> bytes:
        """All of it. Raises MediaError, for too much of it before that is there."""
        content = bytearray()
        try:
            while piece := response.read1(PIECE):
                content += piece
                if len(content) > most:
                    raise MediaError(too_large(most))
                if self._monotonic() > until:
                    break
        except (HTTPError, OSError) as error:
            raise MediaError(NOT_THERE, is_late=True) from error
        if self._monotonic() > until:
            raise MediaError(NOT_THERE)  # whatever came was perhaps not all
        if not content:
            raise MediaError("it is empty")
        return bytes(content)


def _open(
    pool: HTTPConnectionPool, target: SplitResult, authorization: Mapping[str, str], left_s: float
) -> BaseHTTPResponse:
    """The answer of a host that may be called, its body not yet read. Raises MediaError."""
    path = f"{target.path}?{target.query}" if target.query else target.path
    headers = {
        **authorization,
        "Host": target.netloc,
        "Accept-Encoding": "identity",
        "User-Agent": "tableside",
        "Connection": "close",
    }
    timeout = Timeout(connect=min(CONNECT_S, left_s), read=min(READ_S, left_s))
    try:
        return pool.urlopen(
            "GET",
            path,
            headers=headers,
            retries=_NO_RETRIES,
            redirect=False,
            preload_content=False,
            decode_content=False,
            timeout=timeout,
        )
    except (HTTPError, OSError) as error:
        raise MediaError(NOT_THERE, is_late=True) from error


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


def _split(url: str) -> SplitResult:
    try:
        return parsed(url)
    except ValueError:
        raise MediaError(NOT_THERE) from None


def _origin(parts: SplitResult) -> _Origin:
    port = parts.port or (80 if parts.scheme == "http" else HTTPS_PORT)
    return _Origin(parts.scheme, parts.hostname or "", port)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
