"""What goes to Twilio: messages, the typing indicator, and the look whether a message went out.

Creating a message is not idempotent, so every failure says whether it may have been sent; it never repeats one by itself.

    SendError
      permanent     it can't be sent, ever: `code` says why (https://www.twilio.com/docs/api/errors)
      maybe_sent    it may have gone out: look before sending again
      retry_after   seconds to wait at least, when Twilio said so
"""

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

TIMEOUT_S = 10
POOLED_CONNECTIONS = 100
RECENT_MESSAGES = 50
# Twilio's clock and ours may differ, and it tells whole seconds.
CLOCK_SLACK = timedelta(seconds=30)
# The service is busy or the rate is over its limit: the message was not taken, later it will be.
TRANSIENT_CODES = {20429, 63018, 63119, 14107, 20503}


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
    """

    def __init__(self, account_sid: str, auth_token: str, base_url: str | None = None) -> None:
        # Its request lines hold addresses and bodies.
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
        self._client = Client(account_sid, auth_token, http_client=_HttpClient(base_url))

    def send(self, *, to: str, from_: str, body: str, status_callback: str) -> str:
        """Create a message; returns its SID. Raises SendError."""
        try:
            message = self._client.messages.create(to=to, from_=from_, body=body, status_callback=status_callback)
        except TwilioRestException as error:
            raise _refusal(error) from error
        except (TwilioException, requests.RequestException) as error:
            raise SendError(type(error).__name__, maybe_sent=not _never_left(error)) from error
        return str(message.sid)

    def find_sent(self, *, to: str, from_: str, body: str, since: datetime, known: set[str]) -> str | None:
        """The SID of a message with this body that Twilio took since then and that is not among the `known`.

        Raises SendError when Twilio does not answer.
        """
        try:
            recent = self._client.messages.list(to=to, from_=from_, limit=RECENT_MESSAGES)
        except (TwilioException, requests.RequestException) as error:
            raise SendError(type(error).__name__, maybe_sent=True) from error
        for message in recent:
            created = message.date_created or datetime.now(UTC)
            if message.body == body and message.sid not in known and created >= since - CLOCK_SLACK:
                return str(message.sid)
        return None

    def show_typing(self, message_sid: str) -> None:
        """Show the diner that an answer is being written, and mark their message read. Raises SendError."""
        try:
            self._client.messaging.v2.typing_indicator.create(channel="whatsapp", message_id=message_sid)
        except (TwilioException, requests.RequestException) as error:
            raise SendError(type(error).__name__) from error


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """The client's own, with a time-out, a pool for many greenlets, no proxy from the environment, and another host if set."""

    def __init__(self, base_url: str | None) -> None:
        super().__init__(timeout=TIMEOUT_S)
        self._base = urlsplit(base_url) if base_url else None
        self.session.trust_env = False
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(pool_connections=POOLED_CONNECTIONS, pool_maxsize=POOLED_CONNECTIONS))

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        return super().request(method, self._aimed(url), *args, **kwargs)

    def _aimed(self, url: str) -> str:
        if self._base is None:
            return url
        target = urlsplit(url)
        path = self._base.path.rstrip("/") + target.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, target.query, target.fragment))


def _refusal(error: TwilioRestException) -> SendError:
    detail = f"HTTP {error.status}, error {error.code}"
    if error.status == 429 or error.code in TRANSIENT_CODES:
        return SendError(detail, code=error.code)
    if error.status >= 500:
        return SendError(detail, code=error.code, maybe_sent=True)
    return SendError(detail, code=error.code, permanent=True)


def _never_left(error: Exception) -> bool:
    """True when no connection came about, so that Twilio can't have taken anything."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
