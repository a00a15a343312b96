"""`adopt`: takes over a menu that another program kept in the same PostgreSQL."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handlers.cli.errors import database_errors
from handlers.cli.noted import loading
from handlers.cli.shown import show_some
from models import restaurants
from models.database.engine import FOR_EVER, Database

if TYPE_CHECKING:
    from knowledge.files import RestaurantFile
    from models.foreign_menu import ForeignMenu


def adopt_command(database: Database, kigali_number: str) -> click.Command:
    @click.command("adopt")
    @click.argument("card", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--apply", "is_applied", is_flag=True, help="Do it. Else it is only shown.")
    def adopt(card: Path, is_applied: bool) -> None:
        """Take over tables `menu_items` and `pairings` of another program.

        CARD is the restaurant as a file (docs/menu.md), without its menu. With --apply their tables
        move into the schema `adopted`, ours come in their place, and their rows are loaded.
        """
        from knowledge.files import FileError  # noqa: PLC0415

        if database.is_sqlite:
            raise click.ClickException("DATABASE_URL: is no PostgreSQL, which adopt reads.")
        with database_errors():
            try:
                _adopt(database, card, kigali_number, is_applied=is_applied)
            except FileError as error:
                raise click.ClickException(str(error)) from None

    return adopt


def _adopt(database: Database, card: Path, kigali_number: str, *, is_applied: bool) -> None:
    from knowledge import adopting, seed  # noqa: PLC0415
    from models import foreign_menu  # noqa: PLC0415
    from models.database import migrate  # noqa: PLC0415

    # Their tables move only if ours have come in their place.
    with database.transaction(limit_s=FOR_EVER) as session:
        found = _found(session)
        file = adopting.adopted(card, found)
        _show(found.schema, file)
        if not is_applied:
            click.echo("Nothing is changed yet: --apply does it.")
            return
        if found.is_in_our_place:
            foreign_menu.move_aside(session, found)
        migrate.upgrade_within(session, database.address.schema)
        _refuse_known(session, file)
    today = datetime.now(UTC).date()
    seed.seed(
        database,
        today=today,
        kigali_number=kigali_number,
        files=[file],
        note=loading(f"{card.name} and the schema {found.schema}"),
    )
    click.echo(
        f"{file.restaurant.name} has this menu now; the tables it came from are kept in the"
        f" schema {foreign_menu.ASIDE if found.is_in_our_place else found.schema}."
    )


def _found(session: Any) -> "ForeignMenu":
    from models import foreign_menu  # noqa: PLC0415

    found = foreign_menu.find(session)
    if found is None:
        raise click.ClickException("There is no table menu_items of another program here.")
    if found.in_our_way:
        raise click.ClickException(
            f"It has more tables under our names: {', '.join(found.in_our_way)}."
            " Let ours stand beside them: add ?schema=tableside to DATABASE_URL."
        )
    return found


def _refuse_known(session: Any, file: "RestaurantFile") -> None:
    """What its owner has stated since would be lost."""
    slug = file.restaurant.slug
    if slug in restaurants.slugs_by_number(session).values():
        raise click.ClickException(
            f"{slug} is on file already: what changes now comes by `menu import` (docs/tables.md)."
        )


def _show(schema: str, file: "RestaurantFile") -> None:
    currency = file.restaurant.currency
    show_some("+", [f"{dish.slug}  {dish.name}, {dish.price} {currency}" for dish in file.menu])
    show_some("+", [f"{each.item} with {each.with_item}  {each.upsell}" for each in file.pairings])
    click.echo(
        f"{len(file.menu)} dishes and {len(file.pairings)} pairings of the schema {schema}, for"
        f" {file.restaurant.slug}. What they are free of is not stated: `menu export` shows where"
        " to say so."
    )
