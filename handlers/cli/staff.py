"""Who works in which restaurant, and as what: what they may from their own telephone follows."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from handlers.cli.choosing import chosen, restaurant_option
from handlers.cli.errors import database_errors
from models import restaurants, staff, templates
from models.database.engine import Database
from models.diners import WINDOW
from models.restaurants import Restaurant
from models.staff import ROLES, Chat, Colleague
from setting_values import whatsapp_address

ADD_ONE = "flask --app app staff add NUMBER --role owner"


def staff_group(database: Database) -> AppGroup:
    group = AppGroup("staff", help="Who works in which restaurant, and as what.")
    at = restaurant_option("Which one, where there are several.")
    roles: dict[str, Any] = {"multiple": True, "type": click.Choice(ROLES), "callback": _in_order}

    @group.command("add")
    @click.argument("address", metavar="NUMBER", callback=_address)
    @click.option("--role", "roles", required=True, help="What they are; may be repeated.", **roles)
    @click.option("--name", default=None, help="What diners and colleagues call them.")
    @at
    def add(address: str, roles: list[str], name: str | None, slug: str | None) -> None:
        """Put NUMBER on the staff, in a role beside those that they have.

        owner: everything. finance: the books. manager: the menu, its prices, and answering diners.
        waiter: answering diners. kitchen: what is sold out.
        """
        if name is not None and len(name) > staff.MAX_NAME:
            raise click.BadParameter(f"a name has {staff.MAX_NAME} characters at most")
        with database_errors(), database.transaction() as session:
            restaurant = chosen(session, slug)
            staff.add(session, restaurant.id, address, roles, name)
            told = restaurant.name
        click.echo(f"{address} is {' and '.join(roles)} of {told} now.")

    @group.command("remove")
    @click.argument("address", metavar="NUMBER", callback=_address)
    @click.option("--role", "roles", help="This role alone; may be repeated.", **roles)
    @at
    def remove(address: str, roles: list[str], slug: str | None) -> None:
        """Take NUMBER off the staff, or one of its roles away."""
        with database_errors(), database.transaction() as session:
            restaurant = chosen(session, slug)
            gone = staff.remove(session, restaurant.id, address, roles)
            told = restaurant.name
        if not gone:
            named = f" as {' or '.join(roles)}" if roles else ""
            raise click.ClickException(
                f"{address} is not on the staff of {told}{named}: see staff list."
            )
        click.echo(f"{address} is not {' nor '.join(gone)} of {told} any more.")

    @group.command("list")
    def show() -> None:
        """List them with their roles, and whether WhatsApp lets us write to them now."""
        _show(database)

    return group


def _show(database: Database) -> None:
    now = datetime.now(UTC)
    lines = []
    with database_errors(), database.transaction() as session:
        template = templates.languages(session, templates.STAFF_CALLED)
        for restaurant in restaurants.all_of_them(session):
            members = staff.of_restaurant(session, restaurant.id)
            chats = staff.chats(session, restaurant, members)
            lines += [
                _line(restaurant, each, _reach(chats.get(each.address), template, now))
                for each in members
            ]
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo(f"There is none: {ADD_ONE} puts somebody on it.")


def _line(restaurant: Restaurant, member: Colleague, reach: str) -> str:
    roles = ", ".join(role for role in ROLES if role in member.roles)
    return (
        f"{restaurant.slug:<12} {member.address:<24} {roles:<20} {member.name or '-':<12} {reach}"
    )


def _reach(chat: Chat | None, template: Collection[str], now: datetime) -> str:
    """`template`: the languages in which they may be called by one."""
    if chat is None:
        return "never wrote to us: WhatsApp takes nothing to them before they do"
    if chat.is_silent:
        return "opted out, or out of WhatsApp's reach: nothing is sent to them"
    if chat.is_open(now):
        return f"can be written to until {chat.wrote_at + WINDOW:%Y-%m-%d %H:%M} UTC"
    if chat.takes(template):
        return "wrote nothing in 24 hours: is called by a template"
    return "wrote nothing in 24 hours: WhatsApp takes nothing to them before they do"


def _address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return whatsapp_address(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _in_order(_context: click.Context, _parameter: click.Parameter, value: Any) -> list[str]:
    return sorted(set(value), key=ROLES.index)
