"""How far a restaurant is rolled out: whom its personas answer, and who reads that first."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from handlers.cli.choosing import chosen, restaurant_option
from handlers.cli.errors import database_errors
from models import rollout
from models.allowed import MAX_NAME
from models.audit import COMMAND_LINE
from models.database.engine import Database
from models.restaurants import Restaurant, all_of_them
from models.rollout import Rollout
from setting_values import whatsapp_address


def rollout_group(database: Database) -> AppGroup:
    group = AppGroup("rollout", help="Whom a restaurant's personas answer, and who reads it first.")
    at = restaurant_option("Which one, where there are several.")

    @group.command("show")
    def show() -> None:
        """Say of each restaurant whom it answers, and whether as drafts."""
        with database_errors(), database.transaction() as session:
            every = [
                (each, rollout.of_restaurant(session, each.id)) for each in all_of_them(session)
            ]
        for restaurant, state in every:
            click.echo("\n".join(_lines(restaurant, state)))

    @group.command("allow")
    @click.argument("addresses", metavar="[NUMBER]...", nargs=-1, callback=_addresses)
    @click.option("--name", default="", callback=_a_name, help="Whose number it is.")
    @at
    def allow(addresses: list[str], name: str, slug: str | None) -> None:
        """Let the personas answer these numbers, and the staff; all others are left to the staff.

        Without a number the list that there is goes on again.
        """
        with database_errors(), database.transaction() as session:
            here = chosen(session, slug)
            names = dict.fromkeys(addresses, name)
            rollout.allow(session, here.id, names, by=COMMAND_LINE, now=datetime.now(UTC))
            told = _lines(here, rollout.of_restaurant(session, here.id))
        click.echo("\n".join(told))

    @group.command("disallow")
    @click.argument("addresses", metavar="NUMBER...", nargs=-1, required=True, callback=_addresses)
    @at
    def disallow(addresses: list[str], slug: str | None) -> None:
        """Take these numbers off the list."""
        with database_errors(), database.transaction() as session:
            here = chosen(session, slug)
            gone = rollout.disallow(
                session, here.id, addresses, by=COMMAND_LINE, now=datetime.now(UTC)
            )
            told = _lines(here, rollout.of_restaurant(session, here.id))
        click.echo("\n".join(told))
        if missing := [each for each in addresses if each not in gone]:
            raise click.ClickException(
                f"Not on the list of {here.name}: {', '.join(missing)}. See rollout show."
            )

    _add_switches(group, database, at)
    return group


def _add_switches(group: AppGroup, database: Database, at: Callable[[Any], Any]) -> None:
    @group.command("open")
    @at
    def open_to_all(slug: str | None) -> None:
        """Let the personas answer everybody; the list is kept for another time."""
        _switch(database, slug, rollout.open_to_all)

    @group.command("shadow")
    @at
    def shadow(slug: str | None) -> None:
        """Send what the personas answer to the staff, as drafts, and to no diner."""
        _switch(database, slug, rollout.shadow)

    @group.command("live")
    @at
    def live(slug: str | None) -> None:
        """Send what the personas answer to the diners."""
        _switch(database, slug, rollout.go_live)


def _switch(database: Database, slug: str | None, switch: Callable[..., None]) -> None:
    with database_errors(), database.transaction() as session:
        here = chosen(session, slug)
        switch(session, here.id, by=COMMAND_LINE, now=datetime.now(UTC))
        told = _lines(here, rollout.of_restaurant(session, here.id))
    click.echo("\n".join(told))


def _lines(restaurant: Restaurant, state: Rollout) -> list[str]:
    whom = "everybody"
    if state.is_limited:
        whom = "its staff alone, for nobody is on its list"
        if state.numbers:
            whom = f"the {len(state.numbers)} on its list, and its staff"
    how = "as drafts to the staff" if state.is_shadowed else "at once"
    listed = [f"  {each.address} {each.name}".rstrip() for each in state.numbers]
    if listed and not state.is_limited:
        listed.insert(0, "  (a list is kept, and is off)")
    return [f"{restaurant.name} ({restaurant.slug}) answers {whom}, {how}.", *listed]


def _addresses(
    _context: click.Context, _parameter: click.Parameter, typed: tuple[str, ...]
) -> list[str]:
    try:
        return [whatsapp_address(each) for each in typed]
    except ValueError as error:
        raise click.BadParameter(f"a number {error}") from None


def _a_name(_context: click.Context, _parameter: click.Parameter, typed: str) -> str:
    if len(typed) > MAX_NAME:
        raise click.BadParameter(f"a name has {MAX_NAME} characters at most")
    return typed
