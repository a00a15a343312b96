"""Tables out of files and into them: `menu import`, `ledger export` and the like.

An import shows what it would change, and writes with `--apply` alone: all of it or nothing.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import AppGroup

from handlers.cli.errors import database_errors
from models import restaurants
from models.database.engine import FOR_EVER, Database

if TYPE_CHECKING:
    from knowledge.tables.kind import Kind, Plan, Row
    from knowledge.tables.stock import Table

TABLES = {
    "menu": "A restaurant's dishes and drinks.",
    "pairings": "What goes well with what.",
    "hours": "When a restaurant is open.",
    "ledger": "A restaurant's books.",
    "covers": "How many guests a restaurant had, by day.",
    "accounts": "What a restaurant's accounts are of: food, beverage, labour.",
    "tax": "The rules of tax and accounting.",
}
MOST_SHOWN = 50  # rows of each sort of change
WIDEST = 60  # letters of a value that changes
LONG = 2_000  # rows: a file of so many takes a while

_RESTAURANT = click.option(
    "--restaurant", "slug", metavar="SLUG", help="Whose; needed where there are several."
)


def table_group(database: Database, name: str, help_line: str) -> AppGroup:
    group = AppGroup(name, help=help_line)
    add_table_commands(group, database, name)
    return group


def add_table_commands(group: AppGroup, database: Database, name: str) -> None:
    """`import` and `export` of this table, into a group that may have others."""
    group.add_command(_import_command(database, name))
    group.add_command(_export_command(database, name))


def _import_command(database: Database, name: str) -> click.Command:
    @click.command("import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--sheet", help="Of a spreadsheet, if not its first.")
    @click.option("--apply", "is_applied", is_flag=True, help="Write it. Else it is only shown.")
    @click.option("--keep", is_flag=True, help="Keep what FILE leaves out.")
    @_RESTAURANT
    def load(file: Path, sheet: str | None, is_applied: bool, keep: bool, slug: str | None) -> None:
        """Show what FILE (.csv, .xlsx; docs/tables.md) would change, and write it with --apply."""
        from knowledge.tables.kind import planned  # noqa: PLC0415
        from knowledge.tables.sheet import read_sheet  # noqa: PLC0415

        table = _table(name)
        with _told():
            written = read_sheet(file, sheet)
            with database.transaction(limit_s=FOR_EVER) as session:
                restaurant_id, currency = _restaurant(session, slug, table)
                kind = table.kind(session, restaurant_id)
                there = table.there(session, restaurant_id)
            # Outside: what takes long here would keep others from writing.
            plan = planned(
                kind,
                file.name,
                written,
                there,
                currency=currency,
                keeps_others=keep,
                passed=_with_bar,
            )
            if is_applied:
                with database.transaction(limit_s=FOR_EVER) as session:
                    if table.there(session, restaurant_id) != there:
                        raise click.ClickException(
                            "Somebody changed it at the same time: run it again."
                        )
                    table.store(session, restaurant_id, plan)
        _show(kind, plan)
        for doubt in table.doubts(plan):
            click.echo(f"Check {doubt}.")
        if plan.is_empty:
            click.echo("Nothing to write.")
        else:
            click.echo("Written." if is_applied else "Nothing is written yet: --apply writes it.")

    return load


def _export_command(database: Database, name: str) -> click.Command:
    @click.command("export")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
    @click.option("--force", is_flag=True, help="Write over a file that is there.")
    @_RESTAURANT
    def save(file: Path, force: bool, slug: str | None) -> None:
        """Write what is on file to FILE (.csv, .xlsx), or as CSV to - for the terminal."""
        from knowledge.tables.sheet import csv_text, write_sheet  # noqa: PLC0415

        is_terminal = str(file) == "-"
        if not is_terminal and file.suffix.lower() not in (".csv", ".xlsx"):
            raise click.UsageError("FILE: its name ends in .csv or .xlsx.")
        if not is_terminal and file.exists() and not force:
            raise click.ClickException(f"{file} is there already: --force writes over it.")
        table = _table(name)
        with _told():
            with database.transaction(limit_s=FOR_EVER) as session:
                restaurant_id, _ = _restaurant(session, slug, table)
                kind = table.kind(session, restaurant_id)
                there = table.there(session, restaurant_id).values()
            rows = [kind.cells(row) for row in there if kind.is_on_file(row)]
            if is_terminal:
                click.echo(csv_text(kind.header, rows), nl=False)
                return
            write_sheet(file, kind.name, kind.header, rows)
        click.echo(f"{len(rows)} rows are in {file}.")

    return save


def _table(name: str) -> "Table":
    from knowledge.tables.stock import TABLES as KEPT  # noqa: PLC0415

    return KEPT[name]


@contextmanager
def _told() -> Iterator[None]:
    from knowledge.tables.wrong import TableError  # noqa: PLC0415

    with database_errors():
        try:
            yield
        except TableError as error:
            raise click.ClickException(str(error)) from None


def _restaurant(session: Any, slug: str | None, table: "Table") -> tuple[int, str]:
    """The id of the one that is meant, and its currency; 0 and none for what is everybody's."""
    if not table.is_restaurants:
        if slug is not None:
            raise click.UsageError("--restaurant: this table is everybody's; leave it out.")
        return 0, ""
    there = restaurants.all_of_them(session)
    named = ", ".join(each.slug for each in there) or "none yet (flask --app app seed)"
    if slug is None and len(there) != 1:
        raise click.UsageError(f"Say --restaurant SLUG, one of: {named}.")
    found = next((each for each in there if slug in (None, each.slug)), None)
    if found is None:
        raise click.UsageError(f"There is no restaurant {slug}, only: {named}.")
    return found.id, found.currency


def _with_bar(rows: Iterable[Any]) -> Iterable[Any]:
    rows = list(rows)
    if len(rows) < LONG:
        yield from rows
        return
    with click.progressbar(rows, label=f"{len(rows)} rows", file=sys.stderr) as bar:
        yield from bar


def _show(kind: "Kind", plan: "Plan") -> None:
    _some("+", [_name(kind, row) for row in plan.added])
    _some("~", [_difference(kind, before, after) for before, after in plan.changed])
    _some("-", [_name(kind, row) for row in plan.gone])
    click.echo(
        f"{kind.name}: {len(plan.added)} added, {len(plan.changed)} changed,"
        f" {len(plan.gone)} gone, {plan.same} as they were."
    )


def _some(sign: str, lines: list[str]) -> None:
    for line in lines[:MOST_SHOWN]:
        click.echo(f"{sign} {line}")
    if len(lines) > MOST_SHOWN:
        click.echo(f"{sign} and {len(lines) - MOST_SHOWN} more")


def _name(kind: "Kind", row: "Row") -> str:
    return " ".join(str(row[field]) for field in kind.key)


def _difference(kind: "Kind", before: "Row", after: "Row") -> str:
    changes = [
        f"{column.name}: {_short(was)} → {_short(now)}"
        for column, was, now in zip(
            kind.kept_columns, kind.cells(before), kind.cells(after), strict=True
        )
        if was != now
    ]
    return f"{_name(kind, after)}  {'; '.join(changes)}"


def _short(value: object) -> str:
    text = "-" if value in (None, "") else str(value)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
