"""What goes to Twilio: messages, the typing indicator, and the look whether a message went out.

Creating a message is not idempotent, so every failure says whether it may have been sent; it never repeats one by itself.

    SendError
      permanent     it can't be sent, ever: `code` says why (https://www.twilio.com/docs/api/errors)
      maybe_sent    it may have gone out: look before sending again
      retry_after   seconds to wait at least, when Twilio said so
"""

import json
import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

TIMEOUT_S = 10.0
POOLED_CONNECTIONS = 100
MAX_CODE = 2**31 - 1  # what an INTEGER column holds; Twilio's have five digits
RECENT_MESSAGES = 50
# Twilio's clock and ours may differ, and it tells whole seconds.
CLOCK_SLACK = timedelta(seconds=30)
# Twilio would hardly ask for more; a date in its place is not read.
MAX_RETRY_AFTER_S = 3600.0
# The service is busy or the rate is over its limit: the message was not taken, later it will be.
TRANSIENT_CODES = {20429, 63018, 63119, 14107}
# What somebody can put right while messages wait: the token, a proxy's time-out, the rate.
TRANSIENT_STATUSES = {401, 408, 429}


class SendError(Exception):
    def __init__(
        self,
        detail: str,
        *,
        permanent: bool = False,
        maybe_sent: bool = False,
        code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.permanent, self.maybe_sent, self.code, self.retry_after = permanent, maybe_sent, code, retry_after


class TwilioDoor:
    """Twilio's REST API for one account.

    `base_url`: where it is, if not at Twilio: every host of the client goes there.
    `timeout_s`: how long to wait for a connection, and then for each piece of an answer.
    """

    def __init__(self, account_sid: str, auth_token: str, base_url: str | None = None, *, timeout_s: float = TIMEOUT_S) -> None:
        # Its request lines hold addresses and bodies.
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
        self._http_client = _HttpClient(base_url, timeout_s)
        self._client = Client(account_sid, auth_token, http_client=self._http_client)

    def send(self, *, to: str, from_: str, body: str, status_callback: str) -> str:
        """Create a message; returns its SID. Raises SendError."""
        with _translated():
            message = self._client.messages.create(to=to, from_=from_, body=body, status_callback=status_callback)
            if not isinstance(message.sid, str):
                raise ValueError("an answer without a SID")
            return message.sid

    def find_sent(self, *, to: str, from_: str, body: str, since: datetime, known: set[str]) -> str | None:
        """The SID of a message with this body that Twilio took since then and that is not among the `known`.

        Raises SendError when Twilio does not answer: it may still have been sent.
        """
        try:
            with _translated():
                recent = self._client.messages.list(to=to, from_=from_, limit=RECENT_MESSAGES)
        except SendError as error:
            raise SendError(str(error), maybe_sent=True, code=error.code, retry_after=error.retry_after) from error
        for message in recent:
            created = message.date_created or datetime.now(UTC)
            if _is_same(message.body, body) and message.sid not in known and created >= since - CLOCK_SLACK:
                return str(message.sid)
        return None

    def show_typing(self, message_sid: str) -> None:
        """Show the diner that an answer is being written, and mark their message read. Raises SendError."""
        with _translated():
            self._client.messaging.v2.typing_indicator.create(channel="whatsapp", message_id=message_sid)

    def close(self) -> None:
        """Hang up what is kept open for the next call."""
        self._http_client.session.close()


class _RefusedError(TwilioException):  # type: ignore[misc]
    """An answer that is none: its HTTP status, Twilio's code if it gave one, and the seconds after which to come again."""

    def __init__(self, status: int, code: int | None, retry_after: float | None) -> None:
        super().__init__(f"HTTP {status}, error {code}")
        self.status, self.code, self.retry_after = status, code, retry_after


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """The client's own, with a time-out, a pool for many greenlets, no proxy from the environment, and another host if set.

    It raises _RefusedError for an error answer, since the client's own exceptions drop the headers.
    """

    def __init__(self, base_url: str | None, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s)
        self._base = urlsplit(base_url) if base_url else None
        self.session.trust_env = False
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(pool_connections=POOLED_CONNECTIONS, pool_maxsize=POOLED_CONNECTIONS))

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        response = super().request(method, self._aimed(url), *args, **kwargs)
        if response.status_code >= 300:
            raise _RefusedError(response.status_code, _code(response.text), _retry_after(response.headers))
        if not isinstance(json.loads(response.text), dict):
            raise ValueError("an answer that is no JSON object")
        return response

    def _aimed(self, url: str) -> str:
        if self._base is None:
            return url
        target = urlsplit(url)
        path = self._base.path.rstrip("/") + target.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, target.query, target.fragment))


@contextmanager
def _translated() -> Iterator[None]:
    """Every failure of the client's, as a SendError."""
    try:
        yield
    except _RefusedError as error:
        raise _refusal(error) from error
    # ValueError: an answer that is not JSON, as from something else that listens there.
    except (TwilioException, requests.RequestException, ValueError) as error:
        raise SendError(type(error).__name__, maybe_sent=not _never_left(error)) from error


def _refusal(error: _RefusedError) -> SendError:
    is_unknown = error.status >= 500
    is_transient = error.status < 400 or error.status in TRANSIENT_STATUSES or error.code in TRANSIENT_CODES
    return SendError(
        str(error),
        permanent=not (is_transient or is_unknown),
        maybe_sent=is_unknown,
        code=error.code,
        retry_after=error.retry_after,
    )


def _code(body: str) -> int | None:
    """Twilio's own error code, of an error's body."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if type(code) is int and 0 < code <= MAX_CODE else None


def _retry_after(headers: Mapping[str, str] | None) -> float | None:
    try:
        seconds = float((headers or {}).get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S) if math.isfinite(seconds) else None


def _is_same(told: str | None, body: str) -> bool:
    """Whether Twilio tells of this body. It may trim white space, or end lines in its own way."""
    return (told or "").split() == body.split()


def _never_left(error: Exception) -> bool:
    """True when no connection came about, so that Twilio can't have taken anything."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
