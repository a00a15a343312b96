"""Where what diners write to our numbers is to be posted, beside where Twilio posts it now.

A plan changes nothing; what Twilio's console alone can set is only named.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from enum import Enum
from urllib.parse import parse_qs, urlsplit

from whatsapp.numbers import TRYING_OUT, MessagingService, NumbersDoor, Webhook, sid_of

MESSAGES, STATUS = "/whatsapp", "/whatsapp/status"
# Three more tries, whatever went wrong, within Twilio's 15 seconds; by default there is none.
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
TRIES = "#rc=3&rp=all"
ENOUGH_TRIES = ({"all"}, {"5xx", "ct", "rt"})
PORTS = {"https": 443, "http": 80}
# An account may have hundreds of services.
AT_ONCE = 16
NOWHERE = Webhook()


class Kind(Enum):
    SENDER = "a WhatsApp sender"
    PHONE_NUMBER = "a phone number"
    TRYING_OUT = "Twilio's WhatsApp sandbox"
    UNKNOWN = "none of this account"


@dataclass(frozen=True, slots=True)
class Change:
    """By Twilio's name for it; `before` is empty where nothing stood there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted`: all that the number's webhooks are then. `application`: what stands in their way.

    `service`: the Messaging Service whose webhook stands in their place. `sid`: Twilio's for the
    number, empty where it has none.
    """

    address: str
    kind: Kind
    changes: tuple[Change, ...] = ()
    wanted: Webhook = NOWHERE
    sid: str = ""
    application: str = ""
    service: str = ""


class Pointing:
    """`public_url`: what Twilio is to call. Each call raises SendError."""

    def __init__(self, door: NumbersDoor, public_url: str) -> None:
        self._door = door
        self._public_url = public_url

    def plans(self, addresses: Iterable[str]) -> Iterator[Plan]:
        senders: dict[str, str] | None = None
        ruled: dict[str, MessagingService] = {}
        for address in addresses:
            if address == TRYING_OUT:
                yield Plan(address, Kind.TRYING_OUT, wanted=wanted(NOWHERE, self._public_url))
                continue
            if senders is None:
                senders = self._door.senders()
                ruled = ruled_by_services(self._door)
            if sid := sid_of(senders, address):
                yield self._of_sender(address, sid, ruled)
            else:
                yield self._of_phone_number(address)

    def apply(self, plan: Plan) -> None:
        """Once more changes nothing."""
        if plan.kind is Kind.SENDER:
            self._door.point_sender(plan.sid, plan.wanted)
        elif plan.kind is Kind.PHONE_NUMBER:
            self._door.point_phone_number(plan.sid, plan.wanted.callback_url)

    def _of_sender(self, address: str, sid: str, ruled: Mapping[str, MessagingService]) -> Plan:
        sender = self._door.sender(sid)
        before = sender.webhook
        after = wanted(before, self._public_url)
        service = ruled.get(sender.address)
        return Plan(
            address,
            Kind.SENDER,
            changes_of(asdict(before), asdict(after)),
            after,
            sid,
            service=(service.name or service.sid) if service else "",
        )

    def _of_phone_number(self, address: str) -> Plan:
        """Its `status_callback` is of telephone calls: those of a message name their own."""
        number = self._door.phone_number(address)
        if number is None:
            return Plan(address, Kind.UNKNOWN)
        after = wanted(Webhook(number.sms_url, number.sms_method), self._public_url)
        changes = changes_of(
            {"sms_url": number.sms_url, "sms_method": number.sms_method},
            {"sms_url": after.callback_url, "sms_method": after.callback_method},
        )
        return Plan(
            address, Kind.PHONE_NUMBER, changes, after, number.sid, application=number.application
        )


def ruled_by_services(door: NumbersDoor) -> dict[str, MessagingService]:
    """By the addresses of senders, the Messaging Service whose webhook stands in place of theirs.

    Raises SendError.
    """
    services = [each for each in door.services() if not each.defers]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        senders = pool.map(door.senders_of, (each.sid for each in services))
        of_each = zip(services, senders, strict=True)
        return {address: service for service, addresses in of_each for address in addresses}


def wanted(before: Webhook, public_url: str) -> Webhook:
    """What is right already stays as it is spelled."""
    url = before.callback_url
    is_right = leads_here(url, public_url, MESSAGES) and is_tried_again(url)
    status_url = before.status_callback_url
    is_ours = leads_here(status_url, public_url, STATUS)
    return replace(
        before,
        callback_url=url if is_right else f"{public_url}{MESSAGES}{TRIES}",
        callback_method="POST",
        status_callback_url=status_url if is_ours else f"{public_url}{STATUS}",
        status_callback_method="POST",
    )


def leads_here(url: str, public_url: str, path: str) -> bool:
    return _place(url) == _place(f"{public_url}{path}")


def is_tried_again(url: str) -> bool:
    """Whether what stands behind its # has Twilio try again when an answer fails to come."""
    told = parse_qs(urlsplit(url).fragment)
    tries, reasons = told.get("rc", ["0"])[-1], set(told.get("rp", ["ct"])[-1].split(","))
    return tries in {"1", "2", "3", "4", "5"} and any(each <= reasons for each in ENOUGH_TRIES)


def _place(url: str) -> tuple[str, str, int | None, str] | None:
    """What is called, however it is spelled; None for what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname or "", port, parts.path.rstrip("/")


def changes_of(before: dict[str, str], after: dict[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(name, before[name], after[name]) for name in after if after[name] != before[name]
    )
