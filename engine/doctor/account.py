"""The Twilio account: whether it takes our key, is active, and has money left."""

from collections.abc import Iterator
from decimal import Decimal

from engine.account import VERDICTS
from engine.doctor.finding import Finding, ok, warn, wrong
from whatsapp import errors
from whatsapp.billing import Account, BillingDoor, Money
from whatsapp.host import SendError

ACTIVE = "active"
# In its own currency: some hundreds of messages.
LITTLE = Decimal(5)
CONSOLE = "See its state in Twilio's console: messages neither come nor go until it is active."
PAY = "Add money in Twilio's console (Billing), or let it recharge by itself."


def look(billing: BillingDoor) -> Iterator[Finding]:
    """Raises SendError for what is told after the account itself."""
    try:
        account = billing.account()
    except SendError as error:
        yield _refused(error)
        return
    yield from _state(account)
    yield _money(billing.balance(), billing.spent_this_month())


def _refused(error: SendError) -> Finding:
    """A verdict of Twilio's stays; so does a connection that does not come about."""
    if error.code in VERDICTS or error.permanent:
        what_to_do = f"{errors.remedy(error.code)}."
        return wrong("twilio.account", f"Twilio refuses us: {error}.", _sentence(what_to_do))
    if str(error).startswith("HTTP "):
        return warn("twilio.account", f"Twilio is in trouble: {error}.", "Ask again in a minute.")
    return wrong(
        "twilio.account",
        f"Twilio did not answer ({error}).",
        "See that this machine reaches api.twilio.com: HTTPS_PROXY, NO_PROXY, a firewall,"
        " TWILIO_API_BASE_URL.",
    )


def _state(account: Account) -> Iterator[Finding]:
    if account.status not in ("", ACTIVE):
        yield wrong("twilio.account", f"The Twilio account is {account.status}.", CONSOLE)
    elif account.kind == "Trial":
        yield warn(
            "twilio.account",
            "The Twilio account is a trial: it sends to verified numbers only.",
            "Upgrade it in Twilio's console before diners write.",
        )
    else:
        yield ok("twilio.account", "Twilio takes our key, and the account is active.")


def _money(balance: Money | None, spent: Money | None) -> Finding:
    month = f"; {_shown(spent)} spent this month" if spent else ""
    if balance is None:
        return ok(
            "twilio.balance",
            f"Twilio tells no balance, as of a subaccount, whose money is its parent's{month}.",
        )
    told = f"Twilio's balance is {_shown(balance)}{month}"
    if balance.amount <= 0:
        return warn(
            "twilio.balance",
            f"{told}: unless it is billed later, the account is suspended soon.",
            PAY,
        )
    if balance.amount < LITTLE:
        return warn("twilio.balance", f"{told}: that is little.", PAY)
    return ok("twilio.balance", f"{told}.")


def _shown(money: Money) -> str:
    return f"{money.amount:,.2f} {money.currency}".strip()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
