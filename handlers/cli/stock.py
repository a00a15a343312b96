"""What a service has to have before anybody writes: up-to-date tables, restaurants and rules.

What a process that serves never needs, migrations and restaurants' files, is imported by the
command that does.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from handlers.cli.errors import database_errors
from handlers.cli.noted import loading, note
from models.database.engine import Database

MOST_NAMED = 5

if TYPE_CHECKING:
    from knowledge.seed import SeedCounts


def db_group(url: str) -> AppGroup:
    group = AppGroup("db", help="The database's tables.")

    @group.command("upgrade")
    def upgrade() -> None:
        """Bring the tables up to date."""
        from models.database import migrate  # noqa: PLC0415

        with database_errors():
            migrate.upgrade(url)
        click.echo("The database is up to date.")

    return group


def seed_command(
    database: Database,
    kigali_number: str,
    *,
    is_real: bool = False,
    voices: Callable[[], None] | None = None,
) -> click.Command:
    """`is_real`: diners are, and none should meet a sample by an oversight.

    Where they are not, two whom the phone plays are on the staff of each restaurant. `voices`: has
    the fixed sentences of calls spoken, where calls are taken.
    """

    @click.command("seed")
    @click.option("--samples", is_flag=True, help="Load the samples onto a real number too.")
    @click.option("--anew", is_flag=True, help="The samples' own menus, whatever people changed.")
    @click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def seed(files: tuple[Path, ...], samples: bool, anew: bool) -> None:
        """Load the sample restaurants, or those of FILES (docs/menu.md) in their place.
        Loading again changes nothing.
        """
        if is_real and not files and not samples:
            raise click.ClickException(
                "Real diners write to this service: name the file of your restaurant"
                " (docs/menu.md), or say --samples to put the samples on its number."
            )
        from knowledge import seed  # noqa: PLC0415
        from knowledge.files import FileError  # noqa: PLC0415

        named = ", ".join(file.name for file in files) or "samples"
        with database_errors():
            try:
                added = seed.seed(
                    database,
                    today=datetime.now(UTC).date(),
                    kigali_number=kigali_number,
                    files=list(files) or None,
                    anew=anew,
                    note=loading(named),
                )
                staff_the_phone(database, is_real=is_real)
            except FileError as error:
                raise click.ClickException(str(error)) from None
        _tell(added)
        if voices is not None:
            voices()

    return seed


def _tell(added: "SeedCounts") -> None:
    for reading, dishes in added.readings.items():
        click.echo(f"Read {reading}: {_named(dishes)}.")
    for doubt in added.doubts:
        click.echo(f"Check {doubt}.")
    if added.silent:
        click.echo(
            f"Without free_of, and so offered to nobody who must not have something:"
            f" {_named(added.silent)}."
        )
    if added.kept:
        click.echo(
            f"The menu, pairings and hours of {' and of '.join(added.kept)} stay as people made"
            " them: flask --app app seed --samples --anew brings the sample's back."
        )
    click.echo(
        f"{'All else is' if added.kept else 'The restaurants are'} as in their files."
        f" Added {added.restaurants} restaurants, {added.menu_items} menu items,"
        f" {added.pairings} pairings, {added.ledger_entries} ledger entries and"
        f" {added.tax_rules} tax rules."
        f"{_changes(added)}"
    )


def staff_the_phone(database: Database, *, is_real: bool) -> None:
    """Put Jean and Grace on the staff of each restaurant; off it where diners are real.

    Raises DatabaseUnavailableError.
    """
    from models import restaurants, staff  # noqa: PLC0415

    with database.transaction() as session:
        for restaurant in restaurants.all_of_them(session):
            for address, (name, role) in staff.PRACTICE.items():
                if is_real:
                    if staff.remove(session, restaurant.id, address):
                        note(session, "staff.removed", address, slug=restaurant.slug)
                else:
                    staff.add(session, restaurant.id, address, [role], name)


def _named(dishes: Sequence[str]) -> str:
    named = ", ".join(dishes[:MOST_NAMED])
    more = len(dishes) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _changes(counts: "SeedCounts") -> str:
    added = f" Added {counts.opening_hours} opening hours." if counts.opening_hours else ""
    told = [
        f" {verb} {count} {name.replace('_', ' ')}."
        for verb, tables in (("Changed", counts.changed), ("Took away", counts.gone))
        for name, count in tables.items()
    ]
    return added + "".join(told)
