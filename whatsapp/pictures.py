"""Whether an operator's own picture of a dish can be sent: asked of its host, and remembered.

Twilio fetches it by itself; what it would not find, or WhatsApp not take, is better left out than
refused. https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
"""

import time
from collections.abc import Callable
from contextlib import closing
from urllib.parse import SplitResult, urljoin

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Retry, Timeout
from urllib3.exceptions import HTTPError

from telemetry.logs import log
from whatsapp.internet import PrivateAddressError, parsed, within

MOST_BYTES = 5 * 1024 * 1024
TYPES = frozenset({"image/jpeg", "image/png"})
# An answer waits for it, so it is short.
WAIT_S = 1.5
TOTAL_S = 3.0
MOST_HOPS = 3
# For how long a verdict holds: a host that was away may be back.
HOLDS_S, REFUSED_HOLDS_S = 3600.0, 300.0
MOST_REMEMBERED = 2_048
PIECE = 64 * 1024  # bytes
_NO_RETRIES = Retry(False)


class PictureDoor:
    """`pool_of`: connections to a host of the internet, as `whatsapp.internet` makes them."""

    def __init__(
        self,
        pool_of: Callable[[SplitResult], HTTPConnectionPool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool_of = pool_of
        self._monotonic = monotonic
        self._verdicts: dict[str, tuple[bool, float]] = {}  # by address, until when they hold

    def loads(self, url: str) -> bool:
        """Whether there is a picture that WhatsApp takes. At the first time it takes TOTAL_S."""
        now = self._monotonic()
        if (known := self._verdicts.get(url)) and now < known[1]:
            return known[0]
        why_not = self._fault(url)
        if why_not:
            log.warning("picture.left_out", why=why_not)
        holds_s = REFUSED_HOLDS_S if why_not else HOLDS_S
        while len(self._verdicts) >= MOST_REMEMBERED:
            self._verdicts.pop(next(iter(self._verdicts)), None)
        self._verdicts[url] = (not why_not, now + holds_s)
        return not why_not

    def _fault(self, url: str) -> str:
        """What is wrong with it; "": nothing."""
        until = self._monotonic() + TOTAL_S
        try:
            for _ in range(MOST_HOPS):
                left_s = until - self._monotonic()
                if left_s < 0:
                    return "it takes too long"
                parts = _of_https(url)
                with (
                    within(left_s, self._pool_of(parts)) as pool,
                    closing(_open(pool, parts)) as response,
                ):
                    if response.status in (301, 302, 303, 307, 308):
                        url = urljoin(url, response.headers.get("Location", ""))
                        continue
                    return self._fault_of(response, until)
        except PrivateAddressError:
            return "its host is in a private network"
        except (HTTPError, OSError, ValueError) as error:
            return type(error).__name__
        return "it leads on and on"

    def _fault_of(self, response: BaseHTTPResponse, until: float) -> str:
        if response.status != 200:
            return f"HTTP {response.status}"
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in TYPES:
            return "it is no JPEG or PNG"
        length = response.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit():
            return "it is too large" if not 0 < int(length[:20]) <= MOST_BYTES else ""
        size = 0
        while piece := response.read1(PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                return "it is too large"
            if self._monotonic() > until:
                return "it takes too long"
        return "" if size else "it is empty"


def _of_https(url: str) -> SplitResult:
    """Raises ValueError for any other address."""
    parts = parsed(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("not of https")
    return parts


def _open(pool: HTTPConnectionPool, parts: SplitResult) -> BaseHTTPResponse:
    path = parts.path or "/"
    return pool.urlopen(
        "GET",  # not every host knows HEAD, and we hang up before the content
        f"{path}?{parts.query}" if parts.query else path,
        headers={"Host": parts.netloc, "User-Agent": "tableside", "Connection": "close"},
        retries=_NO_RETRIES,
        redirect=False,
        preload_content=False,
        timeout=Timeout(connect=WAIT_S, read=WAIT_S),
    )
