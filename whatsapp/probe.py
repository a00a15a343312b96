"""A message of nobody's, posted as Twilio posts one, to the address that Twilio calls.

WhatsApp's own kind `system` is acknowledged and passed over: no diner and no message comes of it.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from whatsapp.host import FORM
from whatsapp.pool import NO_RETRIES, pool_for
from whatsapp.signature import SIGNATURE, sign

PATH, READY = "/whatsapp", "/readyz"
WAIT_S = 4.0
MOST_READ = 64 * 1024  # bytes
# In this order: what is refused at once is a kind of what takes too long, to urllib3.
WHY = (
    (NameResolutionError, "its name has no address"),
    (NewConnectionError, "no connection comes about"),
    (SSLError, "its certificate is not taken"),
    (ConnectTimeoutError | ReadTimeoutError, "it takes too long"),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """`status`: of HTTP; None where no answer came, and `why` says so. `leads_to`: a redirect's."""

    status: int | None
    why: str = ""
    leads_to: str = ""
    body: bytes = b""


class Probe:
    """`secret`: what signs. `number`: one that we answer on.

    `proxy`: what opens a tunnel to the internet, or None. `wait_s`: for each answer.
    """

    def __init__(
        self,
        public_url: str,
        secret: str,
        account_sid: str,
        number: str,
        proxy: str | None,
        wait_s: float = WAIT_S,
    ) -> None:
        self._public_url = public_url
        self._secret = secret
        self._form = _form(account_sid, number)
        self._pool = pool_for(public_url, proxy)
        self._timeout = Timeout(connect=wait_s, read=wait_s)

    def signed(self) -> Answered:
        """It is taken: 204."""
        signature = sign(self._secret, f"{self._public_url}{PATH}", self._form)
        return self._call("POST", PATH, {SIGNATURE: signature})

    def unsigned(self) -> Answered:
        """It is refused: 403."""
        return self._call("POST", PATH, {})

    def ready(self) -> dict[str, Any] | None:
        """What `/readyz` says there; None where nothing of ours answers."""
        answered = self._call("GET", READY, {})
        try:
            told = json.loads(answered.body)
        except (ValueError, RecursionError):
            return None
        return told if isinstance(told, dict) and isinstance(told.get("ok"), bool) else None

    def tells(self, path: str) -> bool:
        """Whether a stranger is given what stands there."""
        return self._call("GET", path, {}).status == 200

    def close(self) -> None:
        self._pool.close()

    def _call(self, method: str, path: str, headers: dict[str, str]) -> Answered:
        is_post = method == "POST"
        try:
            response = self._pool.urlopen(
                method,
                path,
                urlencode(self._form) if is_post else None,
                {
                    "User-Agent": "tableside",
                    **({"Content-Type": FORM} if is_post else {}),
                    **headers,
                },
                retries=NO_RETRIES,
                redirect=False,
                preload_content=False,
                timeout=self._timeout,
            )
            return _answered(response)
        except (HTTPError, OSError) as error:
            why = next(
                (said for kind, said in WHY if isinstance(error, kind)), type(error).__name__
            )
            return Answered(None, why)


def _answered(response: BaseHTTPResponse) -> Answered:
    try:
        body = response.read(MOST_READ)
    finally:
        response.release_conn()
    location = urlsplit(response.headers.get("Location", ""))
    leads_to = f"{location.scheme}://{location.netloc}" if location.netloc else location.path
    return Answered(response.status, leads_to=leads_to, body=body)


def _form(account_sid: str, number: str) -> dict[str, str]:
    """As a form of Twilio's; from the number itself, which nobody answers."""
    sid = f"SM{secrets.token_hex(16)}"
    return {
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "AccountSid": account_sid,
        "From": number,
        "To": number,
        "Body": "",
        "NumMedia": "0",
        "NumSegments": "1",
        "MessageType": "system",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
