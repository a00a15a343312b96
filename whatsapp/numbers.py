"""The numbers of an account as Twilio has them, and where what diners write to each is posted.

WhatsApp senders (https://www.twilio.com/docs/whatsapp/api/senders), phone numbers that are none
(https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource), and the Messaging
Services that senders may belong to (https://www.twilio.com/docs/messaging/api/service-resource).
Each call raises SendError.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import urlencode, urlsplit

from addresses import SCHEME, other_spelling, spelled
from whatsapp.host import Host, SendError

# Everybody's own to try out with: no account has it as a sender, and its webhook is set by hand.
# https://www.twilio.com/docs/whatsapp/sandbox
TRYING_OUT = "whatsapp:+14155238886"
SENDERS = "/v2/Channels/Senders"
SERVICES = "/v1/Services"
PAGE_SIZE = 100
MOST_PAGES = 50
MAX_TOLD = 500  # characters of a text of Twilio's
SID = r"\w{1,64}"


@dataclass(frozen=True, slots=True)
class Webhook:
    """By Twilio's own names; empty where there is none."""

    callback_url: str = ""
    callback_method: str = ""
    fallback_url: str = ""
    fallback_method: str = ""
    status_callback_url: str = ""
    status_callback_method: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """`status`: `ONLINE`, `OFFLINE` and others. `reasons`: why it is offline, if Twilio says.

    `quality`: how WhatsApp rates it, `HIGH` to `LOW`. `limit`: whom it may write to first.
    """

    sid: str
    address: str
    status: str
    quality: str
    limit: str
    reasons: tuple[str, ...]
    webhook: Webhook


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """`application`: the SID of a TwiML app, if one stands in the place of `sms_url`."""

    sid: str
    number: str
    sms_url: str
    sms_method: str
    application: str


@dataclass(frozen=True, slots=True)
class MessagingService:
    """`defers`: to the webhook of each sender; else its own stands in that one's place."""

    sid: str
    name: str
    defers: bool
    inbound_request_url: str
    inbound_method: str
    fallback_url: str


class NumbersDoor:
    def __init__(self, account_path: str, api: Host, messaging: Host) -> None:
        self._numbers = f"{account_path}/IncomingPhoneNumbers"
        self._api = api
        self._messaging = messaging

    def senders(self) -> dict[str, str]:
        """The SID of each WhatsApp sender of the account, by its address."""
        pages = self._pages(SENDERS, "senders", Channel="whatsapp")
        return {spelled(text_in(each, "sender_id")): sid_in(each) for each in pages}

    def services(self) -> list[MessagingService]:
        return [
            MessagingService(
                sid_in(each),
                text_in(each, "friendly_name"),
                each.get("use_inbound_webhook_on_number") is True,
                text_in(each, "inbound_request_url"),
                text_in(each, "inbound_method"),
                text_in(each, "fallback_url"),
            )
            for each in self._pages(SERVICES, "services")
        ]

    def senders_of(self, service_sid: str) -> list[str]:
        """The addresses that belong to a Messaging Service, of whatever channel."""
        pages = self._pages(f"{SERVICES}/{service_sid}/ChannelSenders", "senders")
        return [spelled(text_in(each, "sender")) for each in pages]

    def sender(self, sid: str) -> Sender:
        answer, _ = self._messaging.get(f"{SENDERS}/{sid}")
        properties = object_in(answer, "properties")
        webhook = object_in(answer, "webhook")
        return Sender(
            sid_in(answer),
            spelled(text_in(answer, "sender_id")),
            text_in(answer, "status"),
            text_in(properties, "quality_rating"),
            text_in(properties, "messaging_limit"),
            tuple(text_in(each, "message") for each in objects_in(answer, "offline_reasons")),
            Webhook(*(text_in(webhook, each.name) for each in fields(Webhook))),
        )

    def point_sender(self, sid: str, webhook: Webhook) -> None:
        """Twilio carries it out by and by: the sender is `ONLINE:UPDATING` meanwhile."""
        told = {name: value for name, value in asdict(webhook).items() if value}
        self._messaging.post_json(f"{SENDERS}/{sid}", {"webhook": told})

    def phone_number(self, address: str) -> PhoneNumber | None:
        """None where the account has no such number."""
        number = address.removeprefix(SCHEME)
        answer, _ = self._api.get(f"{self._numbers}.json?{urlencode({'PhoneNumber': number})}")
        for each in objects_in(answer, "incoming_phone_numbers"):
            if text_in(each, "phone_number") == number:
                return PhoneNumber(
                    sid_in(each),
                    number,
                    text_in(each, "sms_url"),
                    text_in(each, "sms_method"),
                    text_in(each, "sms_application_sid"),
                )
        return None

    def point_phone_number(self, sid: str, url: str) -> None:
        self._api.post(f"{self._numbers}/{sid}.json", {"SmsUrl": url, "SmsMethod": "POST"})

    def _pages(self, path: str, name: str, **query: str) -> Iterator[Mapping[str, Any]]:
        """What stands in the list of that name, on all pages of it."""
        path = f"{path}?{urlencode({**query, 'PageSize': PAGE_SIZE})}"
        for _ in range(MOST_PAGES):
            page, _now = self._messaging.get(path)
            yield from objects_in(page, name)
            meta = page.get("meta")
            following = text_in(meta, "next_page_url") if isinstance(meta, dict) else ""
            if not following:
                break
            parts = urlsplit(following)  # of Twilio's own host, whichever one that is here
            path = f"{parts.path}?{parts.query}"


def sid_of(senders: Mapping[str, str], address: str) -> str | None:
    """Of `NumbersDoor.senders`, by either of the two spellings that some countries have."""
    return senders.get(address) or senders.get(other_spelling(address) or "")


def objects_in(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SendError(f"an answer whose {name} are none")
    return found


def object_in(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def text_in(answer: Mapping[str, Any], name: str) -> str:
    """In one line, for it is shown as it is."""
    value = answer.get(name)
    return " ".join(value.split())[:MAX_TOLD] if isinstance(value, str) else ""


def sid_in(answer: Mapping[str, Any]) -> str:
    sid = answer.get("sid")
    if not isinstance(sid, str) or not re.fullmatch(SID, sid):
        raise SendError("an answer without a SID that is one")
    return sid
