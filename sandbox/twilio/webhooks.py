"""The POSTs that Twilio makes: their fields, their signature, their time-out and retry.

It knows URLs and form fields; it keeps no message and decides nothing about one.
"""

import base64
import hashlib
import hmac
import json
import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

log = logging.getLogger(__name__)

API_VERSION = "2010-04-01"
WEBHOOK_TIMEOUT_S = 15
CONNECTIONS = 100
# A connection that was never made is tried again, as Twilio does by default; nothing else is.
CONNECT_TRIES = 2
HTTP_FAILURE = 11200
CONNECT_FAILURE = 11205
ERROR_TEXTS = {
    63003: "Channel could not find To address",
    63007: "Twilio could not find a Channel with the specified From address",
    63013: "Channel policy violation",
    63014: "The user blocked or opted out of messages from this sender",
    63016: "Failed to send freeform message because you are outside the allowed window",
    63018: "Rate limit exceeded for Channel",
    63019: "Media failed to download",
    63021: "Channel invalid content error",
    63034: "Media exceeds size limit",
    11751: "Media Message - Media exceeds messaging provider size limit",
    12300: "Invalid Content-Type",
}
_OWN_TYPES = {"image/webp": "sticker", "text/vcard": "contacts"}
_TYPES = frozenset({"image", "audio", "video", *_OWN_TYPES.values()})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one POST: without an answer, `status` is None.

    Then, and after a bad status, `code` is Twilio's error.
    """

    url: str
    status: int | None
    seconds: float
    code: int | None = None
    tries: int = 1

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with what it says, as TwiML is."""

    answer: Answer
    content_type: str = ""
    body: bytes = b""


class Webhooks:
    """Posts signed forms over real sockets, from any number of threads."""

    def __init__(self, auth_token: str, timeout_s: float = WEBHOOK_TIMEOUT_S) -> None:
        self._auth_token = auth_token
        self._timeout_s = timeout_s
        self._session = requests.Session()
        self._session.trust_env = False
        # A kept-alive connection may be closed by the service at the moment it is used again,
        # and a webhook is not repeated then.
        self._session.headers.update(
            {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "Connection": "close"}
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))

    def deliver(
        self, url: str, fallback_url: str | None, fields: Mapping[str, str], token: str
    ) -> list[Answer]:
        """Post an inbound message; to the fallback too if that fails.

        The last answer is what counts.
        """
        answer = self.post(url, fields, token)
        if answer.ok or not fallback_url:
            return [answer]
        trouble = {"ErrorCode": str(answer.code), "ErrorUrl": url}
        return [answer, self.post(fallback_url, {**fields, **trouble}, token)]

    def post(self, url: str, fields: Mapping[str, str], token: str | None = None) -> Answer:
        """Post a form. Its `token` stays the same when a message is posted again."""
        return self.fetch("POST", url, fields, token).answer

    def fetch(
        self, method: str, url: str, fields: Mapping[str, str], token: str | None = None
    ) -> Page:
        """The same with what is answered; by GET, the fields stand in the address."""
        started = time.monotonic()
        token = token or str(uuid.uuid4())
        tries = 1
        response, code = self._try(method, url, fields, token)
        while code == CONNECT_FAILURE and tries < CONNECT_TRIES:
            tries += 1
            response, code = self._try(method, url, fields, token)
        seconds = time.monotonic() - started
        if response is None:
            return Page(Answer(url, None, seconds, code, tries))
        answer = Answer(url, response.status_code, seconds, code, tries)
        return Page(answer, response.headers.get("Content-Type", ""), response.content)

    def close(self) -> None:
        self._session.close()

    def _try(
        self, method: str, url: str, fields: Mapping[str, str], token: str
    ) -> tuple[requests.Response | None, int | None]:
        # What stands behind the # tells Twilio how to connect; it is neither sent nor signed.
        in_url = method == "GET"
        request = requests.Request(
            method,
            url.partition("#")[0],
            params=dict(fields) if in_url else None,
            data=None if in_url else dict(fields),
        )
        try:
            prepared = self._session.prepare_request(request)
            signature = sign(self._auth_token, prepared.url or "", {} if in_url else fields)
            prepared.headers["X-Twilio-Signature"] = signature
            prepared.headers["I-Twilio-Idempotency-Token"] = token
            response = self._session.send(prepared, timeout=self._timeout_s, allow_redirects=False)
        except requests.RequestException as error:
            log.info("sandbox.webhook_failed url=%s error=%s", url, error)
            return None, CONNECT_FAILURE if _never_connected(error) else HTTP_FAILURE
        return response, None if 200 <= response.status_code < 300 else HTTP_FAILURE


def sign(auth_token: str, url: str, fields: Mapping[str, str]) -> str:
    """Twilio's signature: base64(HMAC-SHA1(token, URL + every name and value, sorted by name)).

    Source: https://www.twilio.com/docs/usage/security#validating-requests
    """
    text = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def inbound_fields(
    account_sid: str,
    sid: str,
    from_: str,
    to: str,
    body: str,
    profile_name: str,
    media: Sequence[tuple[str, str]],
) -> dict[str, str]:
    """The form of a message that came in; `media` are (URL, content type) pairs."""
    user = from_.removeprefix("whatsapp:")
    # Since 2026 a WhatsApp user may have a name in place of a number.
    identity = {"WaId": user[1:]} if user.startswith("+") else {"ExternalUserId": user}
    context = {"ProfileName": profile_name, **identity}
    metadata = {"type": "whatsapp", "data": {"context": context}}
    fields = {
        "SmsMessageSid": sid,
        "NumMedia": str(len(media)),
        "ProfileName": profile_name,
        "MessageType": message_type([content_type for _, content_type in media]),
        "SmsSid": sid,
        **identity,
        "SmsStatus": "received",
        "Body": body,
        "To": to,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": account_sid,
        "From": from_,
        "ApiVersion": API_VERSION,
        "ChannelMetadata": json.dumps(metadata, separators=(",", ":")),
    }
    for index, (url, content_type) in enumerate(media):
        fields |= {f"MediaUrl{index}": url, f"MediaContentType{index}": content_type}
    return fields


def message_type(content_types: Sequence[str]) -> str:
    """WhatsApp's word for a message with such files."""
    if not content_types:
        return "text"
    first = content_types[0].partition(";")[0]
    kind = _OWN_TYPES.get(first, first.partition("/")[0])
    return kind if kind in _TYPES else "document"


def status_fields(
    account_sid: str, sid: str, from_: str, to: str, status: str, error_code: int | None
) -> dict[str, str]:
    """The form of a status callback about a message that went out."""
    fields = {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": API_VERSION,
        "MessageStatus": status,
        "SmsSid": sid,
        "SmsStatus": status,
        "ChannelInstallSid": "XE" + account_sid[2:],
        "To": to,
        "From": from_,
        "MessageSid": sid,
        "AccountSid": account_sid,
        "StructuredMessage": "false",
        "ChannelToAddress": to.removeprefix("whatsapp:"),
    }
    if error_code is not None:
        text = ERROR_TEXTS.get(error_code, "The channel refused the message")
        return fields | {
            "ErrorCode": str(error_code),
            "ChannelStatusMessage": text,
            "EventType": "UNDELIVERED",
        }
    return fields | ({"EventType": status.upper()} if status in {"delivered", "read"} else {})


def explain(answer: Answer) -> str:
    """Why a webhook failed, for somebody who sees this service for the first time."""
    if not answer.url:
        return (
            "No service is connected to this sandbox yet: it does not know where to post messages."
        )
    if answer.status is None and answer.code == CONNECT_FAILURE:
        return f"Nothing answers at {answer.url}. Is the service running?"
    if answer.status is None:
        return (
            f"The service took the message but gave no answer; Twilio waits {WEBHOOK_TIMEOUT_S} s."
            " Its log may say why."
        )
    if answer.status == 403:
        return (
            "The service refused the signature (403):"
            " its TWILIO_AUTH_TOKEN or its PUBLIC_URL is not the sandbox's."
        )
    return f"The service answered {answer.status} in place of 204. Its log says why."


def _never_connected(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
