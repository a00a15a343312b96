"""What Twilio is told of our numbers: where it posts what diners write, shown first, then set.

And who rings, where calls are taken.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
from flask.cli import AppGroup

from engine.doctor.senders import REGISTER, by_hand, deferring
from engine.pointing import Change, Kind, Plan, Pointing
from engine.pointing_calls import CallsPlan, PointingCalls
from handlers.cli.errors import database_errors
from handlers.cli.noted import note
from models import restaurants
from models.database.engine import Database
from setting_values import whatsapp_address
from whatsapp import errors
from whatsapp.calling_numbers import CallingNumbersDoor
from whatsapp.host import SendError
from whatsapp.numbers import NumbersDoor

PRACTICE = (
    "Twilio is a stand-in here, which forgets all with this command: give TWILIO_ACCOUNT_SID and"
    " TWILIO_AUTH_TOKEN first."
)
NO_ADDRESS = (
    "PUBLIC_URL is not set: Twilio needs the scheme and host of this service, as it is reached"
    " from outside."
)


def twilio_group(
    database: Database,
    door: NumbersDoor,
    *,
    home: str,
    public_url: str | None,
    is_practice: bool = False,
    calls: CallingNumbersDoor | None = None,
) -> AppGroup:
    """`home`: TWILIO_WHATSAPP_NUMBER. `is_practice`: Twilio is a stand-in of this very process.

    `calls`: None where no calls are taken.
    """
    group = AppGroup("twilio", help="What Twilio is told of our numbers.")

    @group.command("configure")
    @click.option(
        "--number",
        "numbers",
        metavar="NUMBER",
        multiple=True,
        callback=_addresses,
        help="This one; may be repeated. Without it, each restaurant's and TWILIO_WHATSAPP_NUMBER.",
    )
    @click.option("--apply", "is_meant", is_flag=True, help="Do it, rather than only show it.")
    def configure(numbers: Sequence[str], is_meant: bool) -> None:
        """Let Twilio post what diners write to PUBLIC_URL/whatsapp, and again where that fails.

        Shows what Twilio has and what it would be, and changes nothing before --apply. Doing it
        again changes nothing. It sets a WhatsApp sender's webhooks, or a phone number's; for
        Twilio's own sandbox it says what to type where. With CALLS_ENABLED it lets Twilio post who
        rings to PUBLIC_URL/calls too: of a phone number, and by a TwiML app of a WhatsApp sender.
        """
        if is_practice:
            raise click.ClickException(PRACTICE)
        if public_url is None:
            raise click.ClickException(NO_ADDRESS)
        with database_errors():
            addresses = numbers or _ours(database, home)
            told = _configure(database, Pointing(door, public_url), addresses, public_url, is_meant)
            if calls is not None:
                rung = numbers or _rung(database, home)
                pointing = PointingCalls(calls, door, public_url)
                told = told.plus(_configure_calls(database, pointing, rung, is_meant))
        if told.waiting:
            click.echo("Nothing was changed: --apply does it.")
        if told.refused:
            raise click.ClickException("Not every number can be set: see above.")

    return group


def _ours(database: Database, home: str) -> Sequence[str]:
    with database.transaction() as session:
        known = restaurants.names_by_number(session)
    return list(dict.fromkeys([home, *known]))


def _rung(database: Database, home: str) -> Sequence[str]:
    with database.transaction() as session:
        return list(dict.fromkeys([home, *restaurants.rung_numbers(session)]))


@dataclass(frozen=True, slots=True)
class Told:
    """How many numbers wait to be set, and how many can't be."""

    waiting: int
    refused: int

    def plus(self, other: "Told") -> "Told":
        return Told(self.waiting + other.waiting, self.refused + other.refused)


def _configure(
    database: Database,
    pointing: Pointing,
    addresses: Sequence[str],
    public_url: str,
    is_meant: bool,
) -> Told:
    """Raises ClickException."""
    waiting = refused = 0
    with _twilios_errors():
        for plan in pointing.plans(addresses):
            _show(plan, public_url)
            if plan.kind is Kind.UNKNOWN or plan.application or plan.service:
                refused += 1
            if plan.kind is Kind.UNKNOWN or plan.application:
                continue
            if plan.changes and is_meant:
                pointing.apply(plan)
                _note(database, plan)
                click.echo("  Done.")
            elif plan.changes:
                waiting += 1
    return Told(waiting, refused)


def _configure_calls(
    database: Database, pointing: PointingCalls, addresses: Sequence[str], is_meant: bool
) -> Told:
    """Raises ClickException."""
    waiting = refused = 0
    with _twilios_errors():
        for plan in pointing.plans(addresses):
            _show_calls(plan)
            if plan.application:
                refused += 1
            elif plan.changes and is_meant:
                pointing.apply(plan)
                _note(database, plan)
                click.echo("  Done.")
            elif plan.changes:
                waiting += 1
    return Told(waiting, refused)


def _show_calls(plan: CallsPlan) -> None:
    click.echo(f"{plan.address}, {plan.kind.value}.")
    if plan.application:
        click.echo(f"  {_in_place(plan.application)}")
    elif not plan.changes:
        click.echo("  It is as it should be.")
    _show_changes(plan.changes)


@contextmanager
def _twilios_errors() -> Iterator[None]:
    try:
        yield
    except SendError as error:
        remedy = f": {errors.remedy(error.code)}" if error.code is not None else ""
        raise click.ClickException(f"Twilio did not do it ({error}){remedy}.") from None


def _note(database: Database, plan: Plan | CallsPlan) -> None:
    """By the names of what was set: an address may hold a password."""
    with database.transaction() as session:
        slug = restaurants.slugs_by_number(session).get(plan.address)
        if slug is not None:
            names = ", ".join(change.name for change in plan.changes)
            note(session, "number.configured", plan.address, slug=slug, after={"set": names})


def _show(plan: Plan, public_url: str) -> None:
    click.echo(f"{plan.address} is {plan.kind.value}.")
    if plan.kind is Kind.UNKNOWN:
        click.echo(f"  {REGISTER}")
    elif plan.kind is Kind.TRYING_OUT:
        click.echo(f"  No API sets it. {by_hand(public_url)}")
    elif plan.application:
        click.echo(f"  {_in_place(plan.application)}")
    elif plan.service:
        click.echo(f"  {deferring(plan.service)}")
    elif not plan.changes:
        click.echo("  It is as it should be.")
    _show_changes(plan.changes)
    if plan.kind is Kind.PHONE_NUMBER:
        click.echo("  WhatsApp needs it to be a sender too: register it in Twilio's console.")


def _in_place(application: str) -> str:
    return (
        f"A TwiML app ({application}) stands in the place of its webhook: take it off the number in"
        " Twilio's console first."
    )


def _show_changes(changes: Sequence[Change]) -> None:
    for change in changes:
        click.echo(f"  {change.name}: {change.before or '(none)'} -> {change.after}")


def _addresses(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> Sequence[str]:
    try:
        return [whatsapp_address(each) for each in values]
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
