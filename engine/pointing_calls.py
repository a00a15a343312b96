"""Where who rings our numbers is to be posted, beside where Twilio posts it now.

A phone number has an address for it, a WhatsApp sender a TwiML app that has one. A plan changes
nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import Enum
from functools import cached_property

from engine.pointing import Change, changes_of, leads_here
from whatsapp.calling_numbers import App, CallingNumbersDoor, VoiceWebhook
from whatsapp.numbers import TRYING_OUT, NumbersDoor, sid_of

CALLS, CALLS_STATUS = "/calls", "/calls/status"
APP = "Tableside calls"
NOWHERE = VoiceWebhook()


class Kind(Enum):
    SENDER = "WhatsApp calls"
    PHONE_NUMBER = "telephone calls"


@dataclass(frozen=True, slots=True)
class CallsPlan:
    """`application`: what stands in the way of a phone number's own webhook, by its SID.

    `wanted`: what that webhook is then. `app`: a sender's, as it stands at Twilio; None where it
    is to be made.
    """

    address: str
    kind: Kind
    sid: str
    changes: tuple[Change, ...]
    wanted: VoiceWebhook = NOWHERE
    application: str = ""
    app: App | None = None


class PointingCalls:
    """`public_url`: what Twilio is to call. Each call raises SendError."""

    def __init__(self, door: CallingNumbersDoor, numbers: NumbersDoor, public_url: str) -> None:
        self._door = door
        self._numbers = numbers
        self._public_url = public_url
        self._made: App | None = None

    def plans(self, addresses: Iterable[str]) -> Iterator[CallsPlan]:
        """One may have two, as a sender and as a phone number; who has none can't be rung."""
        for address in addresses:
            if address == TRYING_OUT:
                continue  # nobody can ring it
            if sender_sid := sid_of(self._senders, address):
                yield self._of_sender(address, sender_sid)
            if (plan := self._of_phone_number(address)) is not None:
                yield plan

    def apply(self, plan: CallsPlan) -> None:
        """Once more changes nothing."""
        if plan.kind is Kind.PHONE_NUMBER:
            self._door.point_phone_number(plan.sid, plan.wanted)
            return
        self._door.give_app(plan.sid, self._app_sid(plan.app))

    @cached_property
    def _senders(self) -> dict[str, str]:
        return self._numbers.senders()

    @cached_property
    def _apps(self) -> list[App]:
        return list(self._door.apps())

    def _app_sid(self, app: App | None) -> str:
        """Of ours, made or put right first; once for all senders."""
        webhook = wanted(app.webhook if app else NOWHERE, self._public_url)
        app = app or self._made
        if app is None:
            self._made = App(self._door.make_app(APP, webhook), APP, webhook)
            return self._made.sid
        if app.webhook != webhook:
            self._door.point_app(app.sid, webhook)
        return app.sid

    def _of_sender(self, address: str, sender_sid: str) -> CallsPlan:
        before = self._door.app_of_sender(sender_sid)
        of_sender = next((each for each in self._apps if each.sid == before), None)
        app = of_sender if of_sender and self._is_ours(of_sender) else self._ours()
        after = app.sid if app else f"a new TwiML app, {APP!r}"
        changes = changes_of({"voice_application_sid": before}, {"voice_application_sid": after})
        if app is not None:
            webhook = wanted(app.webhook, self._public_url)
            changes += changes_of(asdict(app.webhook), asdict(webhook))
        return CallsPlan(address, Kind.SENDER, sender_sid, changes, app=app)

    def _ours(self) -> App | None:
        """One that leads here, else one that we made when this service was elsewhere."""
        leading = (each for each in self._apps if self._is_ours(each))
        named = (each for each in self._apps if each.name == APP)
        return next(leading, None) or next(named, None)

    def _is_ours(self, app: App) -> bool:
        return leads_here(app.webhook.voice_url, self._public_url, CALLS)

    def _of_phone_number(self, address: str) -> CallsPlan | None:
        number = self._door.phone_number(address)
        if number is None:
            return None
        app = next((each for each in self._apps if each.sid == number.application), None)
        if app is not None and self._is_ours(app):
            return CallsPlan(address, Kind.PHONE_NUMBER, number.sid, ())
        webhook = wanted(number.webhook, self._public_url)
        changes = changes_of(asdict(number.webhook), asdict(webhook))
        return CallsPlan(
            address, Kind.PHONE_NUMBER, number.sid, changes, webhook, number.application
        )


def wanted(before: VoiceWebhook, public_url: str) -> VoiceWebhook:
    """What is right already stays as it is spelled."""
    url, status_url = before.voice_url, before.status_callback
    return replace(
        before,
        voice_url=url if leads_here(url, public_url, CALLS) else f"{public_url}{CALLS}",
        voice_method="POST",
        status_callback=status_url
        if leads_here(status_url, public_url, CALLS_STATUS)
        else f"{public_url}{CALLS_STATUS}",
        status_callback_method="POST",
    )
