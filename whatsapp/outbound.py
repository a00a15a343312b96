"""What goes to Twilio: messages, the typing indicator, and the look whether a message went out.

Creating a message is not idempotent, so every failure says whether it may have been sent.
None is repeated here.
"""

import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from models.bubbles import Bubble
from whatsapp.billing import BillingDoor
from whatsapp.calling_numbers import CallingNumbersDoor
from whatsapp.calls_door import CallsDoor
from whatsapp.content import ContentDoor
from whatsapp.host import Host, SendError
from whatsapp.hosts import API_URL, CONTENT_URL, MESSAGING_URL
from whatsapp.message_form import form_of, may_be
from whatsapp.numbers import NumbersDoor
from whatsapp.statuses import NOT_ARRIVED

TYPING_PATH = "/v2/Indicators/Typing.json"
TIMEOUT_S = 10.0
TYPING_TIMEOUT_S = 2.0  # later than that the answer may be there
RECENT_MESSAGES = 50
SID = r"\w{1,64}"  # Twilio's have 34 characters


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

        def host(url: str) -> Host:
            return Host(base_url or url, authorization, timeout_s, proxy_of(base_url or url))

        self._api = host(API_URL)
        self._messaging = host(MESSAGING_URL)
        # The account's contents: what a diner may tap, and templates.
        self.content = ContentDoor(account_sid, host(CONTENT_URL))
        self._public_url = public_url
        self._account_path = f"/2010-04-01/Accounts/{account_sid}"
        # What runs now and then asks of them.
        self.numbers = NumbersDoor(self._account_path, self._api, self._messaging)
        self.calling_numbers = CallingNumbersDoor(self._account_path, self._api, self._messaging)
        self.billing = BillingDoor(self._account_path, self._api)
        self.calls = CallsDoor(self._account_path, self._api)
        self._messages_path = f"{self._account_path}/Messages.json"

    def send(
        self,
        *,
        to: str,
        from_: str,
        bubble: Bubble,
        status_callback: str,
        content_sid: str | None = None,
    ) -> str:
        """Create a message; returns its SID. Raises SendError.

        `content_sid`: of the content that a bubble's choices are; without it they are numbers.
        """
        message = self._api.post(
            self._messages_path,
            {
                "To": to,
                "From": from_,
                **form_of(bubble, self._public_url, content_sid),
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

        Raises SendError.
        """
        return self.billing.account().status or None

    def close(self) -> None:
        """Hang up what is kept open for the next call."""
        self._api.close()
        self._messaging.close()
        self.content.close()

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
