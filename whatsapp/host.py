"""One host of Twilio's over kept connections: its answers as JSON, every failure as a SendError.

It knows no resource. None of its calls is repeated here.

    SendError
      permanent     it can't be sent as it is: `code` says why (Twilio's, or the HTTP status)
      maybe_sent    it may have gone out: look before sending again
      retry_after   seconds to wait at least, when Twilio said so
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from urllib3 import BaseHTTPResponse, HTTPHeaderDict, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError

from models.database.columns import MAX_INTEGER
from whatsapp import errors
from whatsapp.pool import NO_RETRIES, pool_for

# It tells whole seconds, and its machines' clocks may differ among themselves.
CLOCK_SLACK = timedelta(seconds=30)
# Where an answer has no date, ours has to do for it, and may be wrong by minutes.
OUR_CLOCK_SLACK = timedelta(minutes=10)
# Twilio would hardly ask for more; a date in its place is not read.
MAX_RETRY_AFTER_S = 3600.0
FORM = "application/x-www-form-urlencoded"
GONE = frozenset({404, 20404})


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

    @property
    def reason(self) -> str:
        """One of a few: Twilio's code, or none."""
        return "no_answer" if self.code is None else str(self.code)


class Host:
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
        self._form_headers = {**self._headers, "Content-Type": FORM}
        self._json_headers = {**self._headers, "Content-Type": "application/json"}

    def get(self, path: str) -> tuple[dict[str, Any], datetime]:
        """With it, the moment that it is there by now at the earliest."""
        answer, headers = self._call("GET", path, None, self._headers, self._timeout_s)
        return answer, _now_there(headers)

    def post(
        self, path: str, form: Mapping[str, str], *, most_s: float = math.inf
    ) -> dict[str, Any]:
        """`most_s`: what to wait at most, where that is less than for all else."""
        wait_s = min(self._timeout_s, most_s)
        answer, _ = self._call("POST", path, urlencode(form), self._form_headers, wait_s)
        return answer

    def post_json(
        self, path: str, body: Mapping[str, Any], *, most_s: float = math.inf
    ) -> dict[str, Any]:
        """`most_s`: as in `post`."""
        wait_s = min(self._timeout_s, most_s)
        answer, _ = self._call("POST", path, json.dumps(body), self._json_headers, wait_s)
        return answer

    def delete(self, path: str) -> None:
        """What is there no more is deleted."""
        try:
            self._call("DELETE", path, None, self._headers, self._timeout_s)
        except SendError as error:
            if error.code not in GONE:
                raise

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
        if response.status == 204:
            return {}, response.headers
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
