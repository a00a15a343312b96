"""The account behind the messages: its state and money, its senders, services and phone numbers.

It speaks no HTTP. All of it may be ordered otherwise, as for a test of who looks at it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from hashlib import md5
from typing import Any

SCHEME = "whatsapp:"
# Everybody's own to try out with: it is no sender of any account, and its webhook is set by hand.
# https://www.twilio.com/docs/whatsapp/sandbox
SHARED_NUMBER = "whatsapp:+14155238886"
ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Sender:
    """One WhatsApp sender; its webhooks by the names that Twilio has for them."""

    sid: str
    address: str
    callback_url: str
    fallback_url: str = ""
    callback_method: str = "POST"
    fallback_method: str = "POST"
    status_callback_url: str = ""
    status_callback_method: str = "POST"
    status: str = "ONLINE"
    quality_rating: str = "HIGH"
    messaging_limit: str = "10K Customers/24hr"
    offline_code: str = ""
    offline_message: str = ""
    service: str = ""  # the name of the Messaging Service that it belongs to
    voice_application_sid: str = ""  # without it nobody can ring it: error 37009


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number for telephone calls and SMS, which is a WhatsApp sender or not."""

    sid: str
    number: str
    sms_url: str = ""
    sms_method: str = "POST"
    sms_application_sid: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_application_sid: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class TwimlApp:
    """What stands for a webhook, for all numbers and senders that name it."""

    sid: str
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class MessagingService:
    """Its webhook stands in place of its senders', unless it defers to theirs.

    `use_inbound_webhook_on_number`: "true" where it does.
    """

    sid: str
    name: str
    inbound_request_url: str = ""
    inbound_method: str = "POST"
    fallback_url: str = ""
    use_inbound_webhook_on_number: str = "false"

    @property
    def defers(self) -> bool:
        return self.use_inbound_webhook_on_number == "true"


@dataclass(slots=True)
class Account:
    """`numbers`: the addresses that there are, each of which is a sender but the shared one.

    `balance`: None for a subaccount, which has none. `spent`: this month, in US dollars.
    """

    numbers: Callable[[], Sequence[tuple[str, str]]]
    webhook_url: str
    fallback_url: str | None = None
    status: str = ACTIVE
    type: str = "Full"
    balance: str | None = "42.00"
    spent: str = "3.10"
    _ordered: dict[str, Sender] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)
    _phone_numbers: dict[str, PhoneNumber] = field(default_factory=dict)
    _services: dict[str, MessagingService] = field(default_factory=dict)
    _apps: dict[str, TwimlApp] = field(default_factory=dict)

    def senders(self) -> list[Sender]:
        addresses = [address for address, _ in self.numbers()]
        found = [each for each in dict.fromkeys([*addresses, *self._ordered]) if _may_be(each)]
        return [self._sender(each) for each in found if each not in self._gone]

    def change(self, address: str, **changes: str) -> Sender:
        """Also of one that there was not before."""
        self._gone.discard(address)
        changed = replace(self._sender(address), **changes)
        self._ordered[address] = changed
        return changed

    def drop(self, address: str) -> None:
        """It is no sender any more."""
        self._gone.add(address)

    def webhooks_of(self, address: str) -> tuple[str, str | None]:
        """Where what diners write to it is posted, and where if that fails."""
        if not _may_be(address):
            return self.webhook_url, self.fallback_url
        sender = self._sender(address)
        service = self._services.get(sender.service)
        if service and not service.defers:
            return service.inbound_request_url, service.fallback_url or None
        return sender.callback_url, sender.fallback_url or None

    def voice_of(self, address: str) -> PhoneNumber | TwimlApp | None:
        """What says where its calls are posted; None where nothing was ordered of it."""
        rung: Sender | PhoneNumber | None = self._phone_numbers.get(address)
        if address.startswith(SCHEME):
            rung = self._ordered.get(address)
        if rung is None:
            return None
        app = self._apps.get(rung.voice_application_sid)
        return app if app or isinstance(rung, Sender) else rung

    def services(self) -> list[MessagingService]:
        return list(self._services.values())

    def change_service(self, name: str, **changes: str) -> MessagingService:
        """Also one that there was not before; a sender says itself that it belongs to one."""
        before = self._services.get(name) or MessagingService(_sid("MG", name), name)
        self._services[name] = changed = replace(before, **changes)
        return changed

    def phone_numbers(self) -> list[PhoneNumber]:
        return list(self._phone_numbers.values())

    def change_number(self, number: str, **changes: str) -> PhoneNumber:
        before = self._phone_numbers.get(number) or PhoneNumber(_sid("PN", number), number)
        changed = replace(before, **changes)
        self._phone_numbers[number] = changed
        return changed

    def apps(self) -> list[TwimlApp]:
        return list(self._apps.values())

    def make_app(self, **given: str) -> TwimlApp:
        made = TwimlApp(_sid("AP", str(len(self._apps))), **given)
        self._apps[made.sid] = made
        return made

    def change_app(self, sid: str, **changes: str) -> TwimlApp:
        """Raises KeyError for one that there is not."""
        self._apps[sid] = changed = replace(self._apps[sid], **changes)
        return changed

    def _sender(self, address: str) -> Sender:
        if known := self._ordered.get(address):
            return known
        return Sender(_sid("XE", address), address, self.webhook_url, self.fallback_url or "")


def as_told(it: Sender | PhoneNumber | MessagingService | TwimlApp) -> Mapping[str, Any]:
    return {each.name: getattr(it, each.name) for each in fields(it)}


def _may_be(address: str) -> bool:
    return address.startswith(SCHEME) and address != SHARED_NUMBER


def _sid(prefix: str, name: str) -> str:
    """The same with each start."""
    return prefix + md5(name.encode(), usedforsecurity=False).hexdigest()
