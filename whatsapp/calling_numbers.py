"""Where Twilio posts who rings which number: a phone number's voice address, a sender's TwiML app.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource,
https://www.twilio.com/docs/usage/api/applications, and `configuration` of
https://www.twilio.com/docs/whatsapp/api/senders. Each call raises SendError.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from addresses import SCHEME
from whatsapp.host import Host
from whatsapp.numbers import MOST_PAGES, PAGE_SIZE, SENDERS, object_in, objects_in, sid_in, text_in


@dataclass(frozen=True, slots=True)
class VoiceWebhook:
    """By Twilio's own names; empty where there is none."""

    voice_url: str = ""
    voice_method: str = ""
    status_callback: str = ""
    status_callback_method: str = ""


@dataclass(frozen=True, slots=True)
class App:
    """A TwiML app: what stands for a webhook where several numbers share it."""

    sid: str
    name: str
    webhook: VoiceWebhook


@dataclass(frozen=True, slots=True)
class RungNumber:
    """`application`: the SID of a TwiML app, if one stands in the place of its webhook."""

    sid: str
    number: str
    webhook: VoiceWebhook
    application: str


class CallingNumbersDoor:
    def __init__(self, account_path: str, api: Host, messaging: Host) -> None:
        self._numbers = f"{account_path}/IncomingPhoneNumbers"
        self._apps = f"{account_path}/Applications"
        self._api = api
        self._messaging = messaging

    def apps(self) -> Iterator[App]:
        path = f"{self._apps}.json?{urlencode({'PageSize': PAGE_SIZE})}"
        for _ in range(MOST_PAGES):
            page, _now = self._api.get(path)
            for each in objects_in(page, "applications"):
                yield App(sid_in(each), text_in(each, "friendly_name"), _webhook(each))
            following = text_in(page, "next_page_uri")
            if not following:
                break
            parts = urlsplit(following)
            path = f"{parts.path}?{parts.query}"

    def make_app(self, name: str, webhook: VoiceWebhook) -> str:
        """Its SID."""
        made = self._api.post(f"{self._apps}.json", {"FriendlyName": name, **_form(webhook)})
        return sid_in(made)

    def point_app(self, app_sid: str, webhook: VoiceWebhook) -> None:
        self._api.post(f"{self._apps}/{app_sid}.json", _form(webhook))

    def phone_number(self, address: str) -> RungNumber | None:
        """None where the account has no such number."""
        number = address.removeprefix(SCHEME)
        answer, _ = self._api.get(f"{self._numbers}.json?{urlencode({'PhoneNumber': number})}")
        for each in objects_in(answer, "incoming_phone_numbers"):
            if text_in(each, "phone_number") == number:
                application = text_in(each, "voice_application_sid")
                return RungNumber(sid_in(each), number, _webhook(each), application)
        return None

    def point_phone_number(self, number_sid: str, webhook: VoiceWebhook) -> None:
        self._api.post(f"{self._numbers}/{number_sid}.json", _form(webhook))

    def app_of_sender(self, sender_sid: str) -> str:
        """The SID of its TwiML app; empty where it has none, and takes no calls."""
        answer, _ = self._messaging.get(f"{SENDERS}/{sender_sid}")
        return text_in(object_in(answer, "configuration"), "voice_application_sid")

    def give_app(self, sender_sid: str, app_sid: str) -> None:
        body = {"configuration": {"voice_application_sid": app_sid}}
        self._messaging.post_json(f"{SENDERS}/{sender_sid}", body)


def _webhook(told: Mapping[str, Any]) -> VoiceWebhook:
    return VoiceWebhook(*(text_in(told, name) for name in asdict(VoiceWebhook())))


def _form(webhook: VoiceWebhook) -> dict[str, str]:
    """`voice_url` as VoiceUrl."""
    return {
        "".join(word.capitalize() for word in name.split("_")): value
        for name, value in asdict(webhook).items()
        if value
    }
