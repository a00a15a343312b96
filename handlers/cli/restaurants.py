"""Which restaurants there are, their telephones, and how one goes; how one comes is `seed`."""

import click
from flask.cli import AppGroup

from addresses import SCHEME, international
from handlers.cli.choosing import chosen
from handlers.cli.errors import database_errors
from handlers.cli.noted import note
from models import removal, restaurants
from models.database.engine import Database
from models.restaurants import Restaurant

NOWHERE = "none"


def _a_telephone(
    _context: click.Context, _parameter: click.Parameter, typed: str | None
) -> str | None:
    """Empty for none; None where nothing is said."""
    if typed is None:
        return None
    number = "" if typed.strip().lower() == NOWHERE else international(typed)
    if number is None:
        raise click.BadParameter("a number has its country code, as +250788123456; or none")
    return number


def restaurants_group(database: Database) -> AppGroup:
    group = AppGroup("restaurants", help="The restaurants that there are.")

    @group.command("list")
    def show() -> None:
        """List them with the number that each answers on."""
        with database_errors(), database.transaction() as session:
            found = restaurants.all_of_them(session)
        for each in found:
            number = each.number if each.number.startswith(SCHEME) else "no number"
            click.echo(f"{each.slug:<20} {number:<24} {each.name}, {each.city}{_telephones(each)}")
        if not found:
            click.echo("There is none: load one with flask --app app seed.")

    @group.command("remove")
    @click.argument("slug")
    @click.option("--yes", is_flag=True, help="Don't ask.")
    def remove(slug: str, yes: bool) -> None:
        """Remove SLUG with its menu and its books. Its diners' conversations stay."""
        with database_errors(), database.transaction() as session:
            found = removal.of(session, chosen(session, slug))
        if not yes:
            click.confirm(
                f"Remove {found.name} with {found.dishes} dishes and {found.entries} ledger"
                " entries? A file brings the menu back, nothing the entries",
                abort=True,
            )
        with database_errors(), database.transaction() as session:
            removal.remove(session, slug)
        told = (
            f"; who writes to {found.number} now is told that no restaurant is set up there."
            if found.number.startswith(SCHEME)
            else "."
        )
        click.echo(
            f"{found.name} is removed. Its diners' conversations stay until /forget or purge{told}"
        )

    _add_calls(group, database)
    return group


def _add_calls(group: AppGroup, database: Database) -> None:
    @group.command("calls")
    @click.argument("slug")
    @click.option("--phone", callback=_a_telephone, help="Where people answer; none: nowhere.")
    @click.option(
        "--number",
        callback=_a_telephone,
        help="Where the personas are rung, if not at the WhatsApp number; none: only there.",
    )
    def set_telephones(slug: str, phone: str | None, number: str | None) -> None:
        """Say at which telephones SLUG is rung, and puts its callers through to people."""
        given = {"phone": phone, "calls_number": number}
        values = {name: each or None for name, each in given.items() if each is not None}
        with database_errors(), database.transaction() as session:
            there = chosen(session, slug)
            other = restaurants.slugs_by_calls_number(session).get(number or "", slug)
            if other != slug:
                raise click.ClickException(f"{number} is already the number for calls of {other}.")
            if values:
                before = {name: getattr(there, name) for name in values}
                restaurants.set_telephones(session, there.slug, **values)
                note(session, "telephones.set", slug=there.slug, before=before, after=values)
                session.refresh(there)
        rung = there.calls_number or "its WhatsApp number"
        people = f"people answer at {there.phone}" if there.phone else "nobody is put through"
        click.echo(f"{there.name}: rung at {rung}; {people}")


def _telephones(restaurant: Restaurant) -> str:
    rung = f"; rung at {restaurant.calls_number}" if restaurant.calls_number else ""
    return rung + (f"; people answer at {restaurant.phone}" if restaurant.phone else "")
