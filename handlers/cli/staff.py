"""Who works in which restaurant, and as what: what they may from their own telephone follows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from engine.sign_in_links import SignInLinks
from engine.staffing import has_owner, in_order, reach, settle
from handlers.cli.choosing import chosen, restaurant_option
from handlers.cli.errors import database_errors
from handlers.cli.noted import note
from models import restaurants, staff, templates
from models.console_links import LASTS
from models.database.engine import Database
from models.restaurants import Restaurant
from models.staff import OWNER, ROLES, Colleague
from setting_values import whatsapp_address

ADD_ONE = "flask --app app staff add NUMBER --owner"
IN_TIME = int(LASTS.total_seconds() // 60)


_AT = restaurant_option("Which one, where there are several.")


def staff_group(database: Database, links: SignInLinks) -> AppGroup:
    group = AppGroup("staff", help="Who works in which restaurant, and as what.")
    group.add_command(_adding(database, links))
    group.add_command(_removing(database))
    group.add_command(_linking(database, links))

    @group.command("list")
    def show() -> None:
        """List them with their roles, and whether WhatsApp lets us write to them now."""
        _show(database)

    return group


def _adding(database: Database, links: SignInLinks) -> click.Command:
    @click.command("add")
    @click.argument("address", metavar="NUMBER", required=False, callback=_address)
    @_roles("What they are; may be repeated.")
    @click.option("--owner", is_flag=True, help="The same as --role owner.")
    @click.option("--name", default=None, help="What diners and colleagues call them.")
    @_AT
    def add(
        address: str, roles: list[str], name: str | None, slug: str | None, *, owner: bool
    ) -> None:
        """Put NUMBER on the staff, in a role beside those that they have.

        owner: everything; gets a link into the console. finance: the books and the figures.
        manager: the menu, its prices, conversations, and answering diners. staff: the same without
        the prices. waiter: conversations, and answering diners. kitchen: what is sold out.
        read-only: conversations and figures, and changes nothing.
        """
        roles = in_order({*roles, OWNER}) if owner else roles
        if not roles:
            raise click.UsageError("Say what they are: --owner, or --role with one of its names.")
        if name is not None and len(name) > staff.MAX_NAME:
            raise click.BadParameter(f"a name has {staff.MAX_NAME} characters at most")
        with database_errors(), database.transaction() as session:
            restaurant = chosen(session, slug)
            staff.add(session, restaurant.id, address, roles, name)
            is_now = {"roles": ", ".join(roles)}
            note(session, "staff.added", address, slug=restaurant.slug, after=is_now)
            if OWNER in roles:
                note(session, "staff.link_made", address, slug=restaurant.slug)
            told = restaurant.name
        click.echo(f"{address} is {' and '.join(roles)} of {told} now.")
        if OWNER in roles:
            _tell_link(links, address)

    return add


def _removing(database: Database) -> click.Command:
    @click.command("remove")
    @click.argument("address", metavar="NUMBER", callback=_address)
    @_roles("This role alone; may be repeated.")
    @click.option("--even-the-last", is_flag=True, help="Also where no owner is left then.")
    @_AT
    def remove(address: str, roles: list[str], slug: str | None, *, even_the_last: bool) -> None:
        """Take NUMBER off the staff, or one of its roles away.

        The last owner stays, as in the console: nobody could say there who works here.
        """
        with database_errors(), database.transaction() as session:
            restaurant = chosen(session, slug)
            gone = staff.remove(session, restaurant.id, address, roles)
            if gone:
                settle(session, restaurant, address, datetime.now(UTC))
                was = {"roles": ", ".join(gone)}
                note(session, "staff.removed", address, slug=restaurant.slug, before=was)
            told = restaurant.name
            is_ownerless = OWNER in gone and not has_owner(
                staff.of_restaurant(session, restaurant.id)
            )
            if is_ownerless and not even_the_last:
                raise click.ClickException(
                    f"{told} would have no owner: make somebody else one first"
                    f" ({ADD_ONE}), or say --even-the-last."
                )
        if not gone:
            named = f" as {' or '.join(roles)}" if roles else ""
            raise click.ClickException(
                f"{address} is not on the staff of {told}{named}: see staff list."
            )
        click.echo(f"{address} is not {' nor '.join(gone)} of {told} any more.")
        if is_ownerless:
            click.echo(f"{told} has no owner now: {ADD_ONE} makes somebody one.", err=True)

    return remove


def _linking(database: Database, links: SignInLinks) -> click.Command:
    @click.command("link")
    @click.argument("address", metavar="NUMBER", callback=_address)
    def link(address: str) -> None:
        """Make a link that signs NUMBER in to the console, once."""
        with database_errors(), database.transaction() as session:
            posts = staff.posts_of(session, address)
            for post in posts:
                note(session, "staff.link_made", address, slug=post.restaurant.slug)
        if not posts:
            raise click.ClickException(f"{address} is on no restaurant's staff: {ADD_ONE}")
        _tell_link(links, address)

    return link


def _tell_link(links: SignInLinks, address: str) -> None:
    with database_errors():
        made = links.make(address)
    click.echo(f"Sign in to the console, once and within {IN_TIME} minutes:\n{made}")


def _show(database: Database) -> None:
    now = datetime.now(UTC)
    lines = []
    with database_errors(), database.transaction() as session:
        template = templates.languages(session, templates.STAFF_CALLED)
        for restaurant in restaurants.all_of_them(session):
            members = staff.of_restaurant(session, restaurant.id)
            chats = staff.chats(session, restaurant, members)
            lines += [
                _line(restaurant, each, reach(chats.get(each.address), template, now, "UTC"))
                for each in members
            ]
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo(f"There is none: {ADD_ONE} puts somebody on it.")


def _line(restaurant: Restaurant, member: Colleague, reach: str) -> str:
    roles = ", ".join(in_order(member.roles))
    return (
        f"{restaurant.slug:<12} {member.address:<24} {roles:<20} {member.name or '-':<12} {reach}"
    )


def _address(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    """Where it is left out, it is asked for."""
    try:
        return whatsapp_address(value or click.prompt("Whose number, with its country code"))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _in_order(_context: click.Context, _parameter: click.Parameter, value: Any) -> list[str]:
    return in_order(set(value))


def _roles(help_line: str) -> Callable[[Any], Any]:
    named = click.Choice(ROLES)
    return click.option(
        "--role", "roles", multiple=True, type=named, callback=_in_order, help=help_line
    )
