"""Whether an operator's own picture of a dish can be sent: asked of its host, and remembered.

Twilio fetches it by itself; what it would not find, or WhatsApp not take, is better left out than
refused. https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
"""

import time
from collections.abc import Callable
from urllib.parse import SplitResult

from urllib3 import BaseHTTPResponse, HTTPConnectionPool

from telemetry.logs import log
from whatsapp.getting import GetError, answer_of

MOST_BYTES = 5 * 1024 * 1024
# What a file of its type begins with: many a host calls its page for what is not there a picture.
BEGINNINGS = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/jpg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
# An answer waits for it, so it is short.
WAIT_S = 1.5
TOTAL_S = 3.0
# For how long a verdict holds: a host that was away may be back.
HOLDS_S, REFUSED_HOLDS_S = 3600.0, 300.0
MOST_REMEMBERED = 2_048
PIECE = 64 * 1024  # bytes


class PictureDoor:
    """`pool_of`: connections to a host of the internet, as `whatsapp.internet` makes them.

    `total_s`: what a first look at a picture may take.
    """

    def __init__(
        self,
        pool_of: Callable[[SplitResult], HTTPConnectionPool],
        monotonic: Callable[[], float] = time.monotonic,
        total_s: float = TOTAL_S,
    ) -> None:
        self._pool_of = pool_of
        self._total_s = total_s
        self._monotonic = monotonic
        self._verdicts: dict[str, tuple[bool, float]] = {}  # by address, until when they hold

    def loads(self, url: str) -> bool:
        """Whether there is a picture that WhatsApp takes. At the first time it takes TOTAL_S."""
        now = self._monotonic()
        if (known := self._verdicts.get(url)) and now < known[1]:
            return known[0]
        why_not = self.fault(url)
        if why_not:
            log.warning("picture.left_out", why=why_not)
        holds_s = REFUSED_HOLDS_S if why_not else HOLDS_S
        while len(self._verdicts) >= MOST_REMEMBERED:
            self._verdicts.pop(next(iter(self._verdicts)), None)
        self._verdicts[url] = (not why_not, now + holds_s)
        return not why_not

    def fault(self, url: str) -> str:
        """What is wrong with it now; "": nothing."""
        try:
            with answer_of(
                url, _is_of_https, self._pool_of, wait_s=WAIT_S, total_s=self._total_s
            ) as response:
                return _fault_of(response)
        except GetError as error:
            return str(error)


def _is_of_https(parts: SplitResult) -> bool:
    return parts.scheme == "https" and bool(parts.hostname)


def _fault_of(response: BaseHTTPResponse) -> str:
    if response.status != 200:
        return f"HTTP {response.status}"
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    beginning = BEGINNINGS.get(kind, b"")
    length = response.headers.get("Content-Length", "")
    is_told = length.isascii() and length.isdigit()
    if is_told and not 0 < int(length[:20]) <= MOST_BYTES:
        return "it is too large"
    if not beginning or response.read(len(beginning)) != beginning:
        return "it is no JPEG or PNG"
    size = len(beginning)
    while not is_told and (piece := response.read1(PIECE)):  # else we hang up before the content
        size += len(piece)
        if size > MOST_BYTES:
            return "it is too large"
    return ""
