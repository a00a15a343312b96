"""What goes to Twilio: messages, the typing indicator, and the look whether a message went out.

Creating a message is not idempotent, so every failure says whether it may have been sent.
None is repeated here.

    SendError
      permanent     it can't be sent as it is: `code` says why (Twilio's, or the HTTP status)
      maybe_sent    it may have gone out: look before sending again
      retry_after   seconds to wait at least, when Twilio said so
"""

import json
import logging
import math
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode, urlsplit

from urllib3 import BaseHTTPResponse, HTTPHeaderDict, Retry, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError

from models.database.columns import MAX_INTEGER
from models.outbox import Bubble
from whatsapp import errors
from whatsapp.message_form import form_of, may_be
from whatsapp.pool import pool_for
from whatsapp.statuses import NOT_ARRIVED

API_URL = "https://api.twilio.com"
MESSAGING_URL = "https://messaging.twilio.com"
TYPING_PATH = "/v2/Indicators/Typing.json"
TIMEOUT_S = 10.0
TYPING_TIMEOUT_S = 2.0  # later than that the answer may be there
NO_RETRIES = Retry(False)  # its errors come as they are
RECENT_MESSAGES = 50
SID = r"\w{1,64}"  # Twilio's have 34 characters
MAX_STATUS = 20  # characters of an account's status
# It tells whole seconds, and its machines' clocks may differ among themselves.
CLOCK_SLACK = timedelta(seconds=30)
# Where an answer has no date, ours has to do for it, and may be wrong by minutes.
OUR_CLOCK_SLACK = timedelta(minutes=10)
# Twilio would hardly ask for more; a date in its place is not read.
MAX_RETRY_AFTER_S = 3600.0


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
        self.permanent = permanent
        self.maybe_sent = maybe_sent
        self.code = code
        self.retry_after = retry_after


class TwilioDoor:
    """Twilio's REST API for one account, over kept connections.

    Twilio's own client costs three times the CPU a message.
    `base_url`: where it is, if not at Twilio: every host of Twilio's goes there.
    `public_url`: where Twilio finds what we serve, `/media/...` among it.
    `timeout_s`: how long to wait for a connection, and then for each piece of an answer.
    `proxy_of`: of a host's URL, `http://host:port` of what opens a tunnel there, or None; without
    it there is none, whatever the environment says.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        base_url: str | None = None,
        *,
        public_url: str = "",
        timeout_s: float = TIMEOUT_S,
        proxy_of: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        # Its request lines hold addresses, and it warns of each connection beyond those it keeps.
        logging.getLogger("urllib3").setLevel(logging.ERROR)
        authorization = f"Basic {b64encode(f'{account_sid}:{auth_token}'.encode()).decode()}"
        api_url = base_url or API_URL
        messaging_url = base_url or MESSAGING_URL
        self._api = _Host(api_url, authorization, timeout_s, proxy_of(api_url))
        self._messaging = _Host(messaging_url, authorization, timeout_s, proxy_of(messaging_url))
        self._public_url = public_url
        self._account_path = f"/2010-04-01/Accounts/{account_sid}"
        self._messages_path = f"{self._account_path}/Messages.json"

    def send(self, *, to: str, from_: str, bubble: Bubble, status_callback: str) -> str:
        """Create a message; returns its SID. Raises SendError."""
        message = self._api.post(
            self._messages_path,
            {
                "To": to,
                "From": from_,
                **form_of(bubble, self._public_url),
                "StatusCallback": status_callback,
            },
        )
        sid = _sid(message)
        if sid is None:
            raise SendError("an answer without a SID that is one", maybe_sent=True)
        return sid

    def find_sent(self, *, to: str, from_: str, bubble: Bubble, age: timedelta) -> list[str]:
        """The SIDs of messages that may be this bubble, and that old at most, newest first.

        One that failed does not count. Raises SendError when Twilio does not answer: it may still
        have been sent.
        """
        try:
            recent = list(islice(self._newest_first(to, from_), RECENT_MESSAGES))
        except SendError as error:
            raise SendError(
                str(error), maybe_sent=True, code=error.code, retry_after=error.retry_after
            ) from error
        found = [
            _sid(message)
            for message, now in recent
            if may_be(message, bubble)
            and message.get("status") not in NOT_ARRIVED
            and _created_at(message, now) >= now - age
        ]
        return [sid for sid in found if sid is not None]

    def show_typing(self, message_sid: str) -> None:
        """Show the diner that an answer is being written, and mark their message read.

        Raises SendError, soon: it is worth no waiting.
        """
        form = {"channel": "whatsapp", "messageId": message_sid}
        self._messaging.post(TYPING_PATH, form, most_s=TYPING_TIMEOUT_S)

    def account_status(self) -> str | None:
        """Twilio's word for the account: `active`, `suspended` or `closed`, if it says one.

        It costs nothing (https://www.twilio.com/docs/iam/api/account). Raises SendError.
        """
        account, _ = self._api.get(f"{self._account_path}.json")
        status = account.get("status")
        return status[:MAX_STATUS] if isinstance(status, str) else None

    def close(self) -> None:
        """Hang up what is kept open for the next call."""
        self._api.close()
        self._messaging.close()

    def _newest_first(self, to: str, from_: str) -> Iterator[tuple[Mapping[str, Any], datetime]]:
        """Every message between the two, page after page.

        With each the moment that it is there by now at the earliest.
        """
        query = urlencode({"To": to, "From": from_, "PageSize": RECENT_MESSAGES})
        path: object = f"{self._messages_path}?{query}"
        while isinstance(path, str):
            page, now = self._api.get(path)
            messages: Any = page.get("messages")
            is_list = isinstance(messages, list)
            if not is_list or not all(isinstance(each, dict) for each in messages):
                raise SendError("an answer without messages", maybe_sent=True)
            yield from ((each, now) for each in messages)
            path = page.get("next_page_uri")


class _Host:
    """One host of the API: its answers as JSON objects, every failure as a SendError."""

    def __init__(self, url: str, authorization: str, timeout_s: float, proxy: str | None) -> None:
        self._prefix = urlsplit(url).path.rstrip("/")
        self._timeout_s = timeout_s
        self._pool = pool_for(url, proxy)
        self._headers = {
            "Authorization": authorization,
            "Accept": "application/json",
            "User-Agent": "tableside",
        }
        self._post_headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}

    def get(self, path: str) -> tuple[dict[str, Any], datetime]:
        """With it, the moment that it is there by now at the earliest."""
        answer, headers = self._call("GET", path, None, self._headers, self._timeout_s)
        return answer, _now_there(headers)

    def post(
        self, path: str, form: Mapping[str, str], *, most_s: float = math.inf
    ) -> dict[str, Any]:
        """`most_s`: what to wait at most, where that is less than for all else."""
        wait_s = min(self._timeout_s, most_s)
        answer, _ = self._call("POST", path, urlencode(form), self._post_headers, wait_s)
        return answer

    def close(self) -> None:
        self._pool.close()

    def _call(
        self,
        method: str,
        path: str,
        body: str | None,
        headers: Mapping[str, str],
        wait_s: float,
    ) -> tuple[dict[str, Any], HTTPHeaderDict]:
        try:
            # The pool looks first whether a kept connection was closed meanwhile.
            response = self._pool.urlopen(
                method,
                self._prefix + path,
                body,
                headers,
                retries=NO_RETRIES,
                redirect=False,
                timeout=Timeout(connect=wait_s, read=wait_s),
            )
        except HTTPError as error:
            # Where no connection came about, Twilio can't have taken anything.
            never_left = isinstance(error, NewConnectionError | ConnectTimeoutError | ProxyError)
            raise SendError(type(error).__name__, maybe_sent=not never_left) from error
        answer = _json(response)
        if response.status >= 300:
            raise _refusal(response.status, _code(answer), _retry_after(response.headers))
        if not isinstance(answer, dict):
            # As from something else that listens there.
            raise SendError("an answer that is no JSON object", maybe_sent=True)
        return answer, response.headers


def _now_there(headers: HTTPHeaderDict) -> datetime:
    """What the other side's clock says, or said a moment ago."""
    try:
        # A server may add a date of its own before it.
        return parsedate_to_datetime(headers.getlist("Date")[-1]).astimezone(UTC) - CLOCK_SLACK
    except (IndexError, ValueError):
        return datetime.now(UTC) - OUR_CLOCK_SLACK


def _json(response: BaseHTTPResponse) -> object:
    """What was answered; None when it is not JSON."""
    try:
        return json.loads(response.data.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None


def _refusal(status: int, code: int | None, retry_after: float | None) -> SendError:
    is_unknown = status >= 500
    may_pass = is_unknown or status < 400 or errors.passes(status, code)
    return SendError(
        f"HTTP {status}, error {code}",
        permanent=not may_pass,
        maybe_sent=is_unknown,
        # Where something else refuses, such as a proxy, the status is all that there is.
        code=code or (status if 400 <= status < 500 else None),
        retry_after=retry_after,
    )


def _code(answer: object) -> int | None:
    """Twilio's own error code, of an error's body."""
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if type(code) is int and 0 < code <= MAX_INTEGER else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S) if math.isfinite(seconds) else None


def _sid(message: Mapping[str, Any]) -> str | None:
    """Its SID; None for what could not be stored, nor come with a status callback."""
    sid = message.get("sid")
    return sid if isinstance(sid, str) and re.fullmatch(SID, sid) else None


def _created_at(message: Mapping[str, Any], now: datetime) -> datetime:
    """When Twilio took it, by its own clock; now, when it does not tell."""
    try:
        return parsedate_to_datetime(message["date_created"]).replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError):
        return now
