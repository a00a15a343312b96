"""The numbers that diners write to, as Twilio has them: each one's state and its webhook.

Twilio tells nothing of its own sandbox's number, and of a number that is no sender only that. A
Messaging Service that a sender belongs to may have a webhook that stands in place of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from engine.doctor.finding import Finding, ok, warn, wrong
from engine.pointing import (
    MESSAGES,
    STATUS,
    TRIES,
    is_tried_again,
    leads_here,
    ruled_by_services,
)
from whatsapp.host import SendError
from whatsapp.numbers import (
    TRYING_OUT,
    MessagingService,
    NumbersDoor,
    Sender,
    sid_of,
)

# https://www.twilio.com/docs/whatsapp/api/senders, `status`
ONLINE = frozenset({"ONLINE", "ONLINE:UPDATING"})
LOW = frozenset({"LOW", "RED"})
CONFIGURE = "flask --app app twilio configure shows what it would set, --apply sets it."
NO_SERVICES = "Twilio does not tell whether a sender belongs to a Messaging Service"
SEE_SERVICES = (
    "See in Twilio's console (Messaging > Services) that none of them has these senders, or that it"
    " defers to their webhooks."
)
REGISTER = (
    "Register it in Twilio's console (Messaging > Senders > WhatsApp senders), or set"
    " TWILIO_WHATSAPP_NUMBER to a sender of this account."
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """`names`: whose each address is. `home`: TWILIO_WHATSAPP_NUMBER.

    `made_up`: addresses of samples, which nobody has.
    """

    home: str
    names: Mapping[str, str]
    public_url: str
    made_up: frozenset[str] = frozenset()


def look(door: NumbersDoor, numbers: Numbers) -> Iterator[Finding]:
    """Raises SendError."""
    senders: Mapping[str, str] | None = None
    ruled: Mapping[str, MessagingService] = {}
    for address in dict.fromkeys([numbers.home, *numbers.names]):
        if address == TRYING_OUT:
            yield _trying_out(numbers.public_url)
            continue
        if senders is None:
            senders = door.senders()
            try:
                ruled = ruled_by_services(door)
            except SendError as error:  # as to a key that may not see them
                yield warn("twilio.service", f"{NO_SERVICES} ({error}).", SEE_SERVICES)
        if sid := sid_of(senders, address):
            sender = door.sender(sid)
            yield _state(sender)
            yield from _webhook(sender, ruled.get(sender.address), numbers.public_url)
        else:
            yield _unknown(address, numbers)


def by_hand(public_url: str) -> str:
    """What to type where for Twilio's sandbox: no API sets it."""
    return (
        "In Twilio's console, Messaging > Try it out > Send a WhatsApp message > Sandbox settings:"
        f" 'When a message comes in' {public_url}{MESSAGES}{TRIES}, method POST;"
        f" 'Status callback URL' {public_url}{STATUS}, method POST."
    )


def deferring(service: str) -> str:
    """What lets the webhooks of its senders be called."""
    return (
        f"The webhook of the Messaging Service {service} stands in place of the sender's: in"
        " Twilio's console, Messaging > Services > Integration, let it defer to the sender's."
    )


def _trying_out(public_url: str) -> Finding:
    return warn(
        "twilio.sender",
        f"{TRYING_OUT} is the number of Twilio's WhatsApp sandbox: only who has joined it can"
        " write, and Twilio does not tell where it posts.",
        by_hand(public_url),
    )


def _unknown(address: str, numbers: Numbers) -> Finding:
    if address == numbers.home:
        sentence = f"{address} (TWILIO_WHATSAPP_NUMBER) is no WhatsApp sender of this account."
        return wrong("twilio.sender", sentence, REGISTER)
    whose = numbers.names[address]
    sentence = f"{address}, the number of {whose}, is no WhatsApp sender of this account."
    if address in numbers.made_up:
        what_to_do = (
            "It is a sample with a number that is made up: restaurants remove takes it away."
        )
        return warn("twilio.sender", sentence, what_to_do)
    return wrong("twilio.sender", sentence, f"Register it, or give {whose} another number by seed.")


def _state(sender: Sender) -> Finding:
    told = f"{sender.address} is {sender.status or 'in no state'}"
    if sender.status not in ONLINE:
        why = f": {'; '.join(filter(None, sender.reasons))}" if any(sender.reasons) else ""
        return wrong(
            "twilio.sender", f"{told}{why}.", "Look at the sender in Twilio's console: it says why."
        )
    if sender.quality in LOW:
        return warn(
            "twilio.sender",
            f"{told}, and WhatsApp rates its quality {sender.quality}: it may be limited soon.",
            "See who blocks or reports it, and send fewer templates.",
        )
    rated = f", quality {sender.quality}" if sender.quality else ""
    limit = f", {sender.limit}" if sender.limit else ""
    return ok("twilio.sender", f"{told}{rated}{limit}.")


def _webhook(
    sender: Sender, service: MessagingService | None, public_url: str
) -> Iterator[Finding]:
    address, webhook, configure = sender.address, sender.webhook, CONFIGURE
    if service is not None:
        name = service.name or service.sid
        address = f"{address} (by its Messaging Service {name})"
        configure = f"{deferring(name)} Then: {CONFIGURE}"
        webhook = replace(
            webhook,
            callback_url=service.inbound_request_url,
            callback_method=service.inbound_method,
            fallback_url=service.fallback_url,
        )
    url, method = webhook.callback_url, webhook.callback_method
    ours = f"{public_url}{MESSAGES}"
    if not url:
        yield wrong("twilio.webhook", f"{address} posts nowhere what diners write.", configure)
    elif not leads_here(url, public_url, MESSAGES):
        yield wrong(
            "twilio.webhook",
            f"{address} posts to {_shown(url)}, and this service is at {ours}.",
            configure,
        )
    elif method not in ("", "POST"):
        yield wrong(
            "twilio.webhook", f"{address} calls {ours} by {method} in place of POST.", configure
        )
    elif not is_tried_again(url):
        yield warn(
            "twilio.webhook",
            f"{address} posts to {ours} without {TRIES}: what meets no process is lost.",
            configure,
        )
    else:
        yield ok("twilio.webhook", f"{address} posts to {ours}, and again where that fails.")
    fallback_url = webhook.fallback_url
    if fallback_url and not leads_here(fallback_url, public_url, MESSAGES):
        yield ok(
            "twilio.fallback",
            f"What fails here, {address} posts to its fallback address: {_shown(fallback_url)}.",
        )
    status_url = webhook.status_callback_url
    if status_url and not leads_here(status_url, public_url, STATUS):
        yield warn(
            "twilio.status",
            f"{address} reports to {_shown(status_url)} how far messages came, and not to"
            f" {public_url}{STATUS}.",
            CONFIGURE,
        )


def _shown(url: str) -> str:
    """Without what could be a password, or a key in a query."""
    try:
        parts = urlsplit(url)
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "what is no address"
    return f"{parts.scheme}://{host}{parts.path}"
