"""Calls: whether they are taken, whether Twilio posts them here, and in whose voice they begin."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from conversation.call.sentences import every_text
from engine.doctor.finding import LIMIT_S, Finding, ok, warn, wrong
from engine.doctor.senders import CONFIGURE
from engine.pointing_calls import CALLS, CallsPlan, Kind
from models import restaurants, sounds
from models.database.engine import Database
from whatsapp.numbers import TRYING_OUT

NOT_TAKEN = "CALLS_ENABLED is not true: who rings hears that nobody takes calls."
NOT_SAFE = "CALLS_ENABLED is true and PUBLIC_URL is not https: Twilio opens no websocket to it."
MAKE = "flask --app app calls voices has the model speak them."


def off() -> Iterator[Finding]:
    yield ok("calls", NOT_TAKEN)


def address(public_url: str) -> Iterator[Finding]:
    """Whether Twilio can bring a call's sound there."""
    if public_url.startswith("https://"):
        yield ok("calls", f"Calls are taken at {public_url}{CALLS}.")
    else:
        yield wrong("calls", NOT_SAFE, "Give PUBLIC_URL with https, or set CALLS_ENABLED=false.")


def webhooks(
    plans: Callable[[Iterable[str]], Iterable[CallsPlan]], addresses: Sequence[str], home: str
) -> Iterator[Finding]:
    """`plans`: as `engine.pointing_calls` makes them. Raises SendError."""
    found = list(plans(addresses))
    for plan in found:
        if plan.application:
            yield wrong(
                "calls.webhook",
                f"{plan.address}: a TwiML app ({plan.application}) stands in the place of its"
                f" webhook for {plan.kind.value}, and does not lead here.",
                "Take it off the number in Twilio's console.",
            )
        elif plan.changes:
            yield wrong("calls.webhook", _not_here(plan), CONFIGURE)
        else:
            yield ok("calls.webhook", f"{plan.address} posts {plan.kind.value} here.")
    known = {plan.address for plan in found}
    for each in addresses:
        if each == TRYING_OUT:
            yield warn(
                "calls.webhook",
                f"{each} is the number of Twilio's WhatsApp sandbox: nobody can ring it.",
                "Have a sender or a phone number of your own (docs/calls.md).",
            )
        elif each not in known:
            level = wrong if each == home else warn
            yield level(
                "calls.webhook",
                f"{each} is neither a sender nor a phone number of this account: nobody can ring"
                " it here.",
                "Register it, or give the restaurant another number.",
            )


def voices(database: Database, spoken_by: Sequence[str]) -> Iterator[Finding]:
    """Whether the model has spoken the fixed sentences, in the voice of each who answers."""
    texts = every_text()
    with database.transaction(LIMIT_S) as session:
        missing = {each: len(sounds.missing(session, each, texts)) for each in spoken_by}
    if not any(missing.values()):
        yield ok("calls.voices", "The fixed sentences of calls are in the model's own voices.")
    for voice, count in missing.items():
        if count:
            yield warn(
                "calls.voices",
                f"{count} of {len(texts)} fixed sentences of calls are not in the voice {voice}:"
                " callers hear the packaged ones.",
                MAKE,
            )


def people(database: Database) -> Iterator[Finding]:
    """Whether who rings can be put through to somebody."""
    with database.transaction(LIMIT_S) as session:
        without = [each.name for each in restaurants.all_of_them(session) if not each.phone]
    if without:
        yield warn(
            "calls.people",
            f"{', '.join(without)}: no phone is on file to which a caller could be put through.",
            "flask --app app restaurants calls SLUG --phone +250... sets it.",
        )


def _not_here(plan: CallsPlan) -> str:
    if plan.kind is Kind.SENDER and any(
        each.name == "voice_application_sid" and not each.before for each in plan.changes
    ):
        return f"{plan.address} has no TwiML app: WhatsApp refuses its calls (37009)."
    return f"{plan.address} does not post {plan.kind.value} here."
