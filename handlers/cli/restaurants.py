"""Which restaurants there are, and how one goes; how one comes is `seed`, in stock.py."""

import click
from flask.cli import AppGroup

from addresses import SCHEME
from handlers.cli.choosing import chosen
from handlers.cli.errors import database_errors
from models import removal, restaurants
from models.database.engine import Database


def restaurants_group(database: Database) -> AppGroup:
    group = AppGroup("restaurants", help="The restaurants that there are.")

    @group.command("list")
    def show() -> None:
        """List them with the number that each answers on."""
        with database_errors(), database.transaction() as session:
            found = restaurants.all_of_them(session)
        for each in found:
            number = each.number if each.number.startswith(SCHEME) else "no number"
            click.echo(f"{each.slug:<20} {number:<24} {each.name}, {each.city}")
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

    return group
