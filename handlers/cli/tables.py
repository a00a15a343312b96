"""Tables out of files and into them: `menu import`, `ledger export` and the like.

An import shows what it would change, and writes with `--apply` alone: all of it or nothing.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from handlers.cli.choosing import chosen, restaurant_option
from handlers.cli.errors import database_errors
from handlers.cli.noted import note
from handlers.cli.shown import show_some
from models.database.engine import FOR_EVER, Database

if TYPE_CHECKING:
    from knowledge.tables.kind import Kind, Plan, Row
    from knowledge.tables.sheet import Sheet
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
WIDEST = 60  # letters of a value that changes
LONG = 2_000  # rows: a file of so many takes a while


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
    @restaurant_option()
    def load(file: Path, sheet: str | None, is_applied: bool, keep: bool, slug: str | None) -> None:
        """Show what FILE (.csv, .xlsx; docs/tables.md) would change, and write it with --apply."""
        from knowledge.tables.sheet import read_sheet  # noqa: PLC0415

        with _told():
            written = read_sheet(file, sheet)
            _load(
                database, _table(name), written, file.name, slug, is_applied=is_applied, keep=keep
            )

    return load


def _load(
    database: Database,
    table: "Table",
    written: "Sheet",
    name: str,
    slug: str | None,
    *,
    is_applied: bool,
    keep: bool,
) -> None:
    from knowledge.tables.kind import planned  # noqa: PLC0415

    with database.transaction(limit_s=FOR_EVER) as session:
        whose = _whose(session, slug, table)
        kind = table.kind(session, whose.id, whose.today)
        there = table.there(session, whose.id)
    # Outside: what takes long here would keep others from writing.
    plan = planned(
        kind, name, written, there, currency=whose.currency, keeps_others=keep, passed=_with_bar
    )
    if is_applied:
        with database.transaction(limit_s=FOR_EVER) as session:
            if table.there(session, whose.id) != there:
                raise click.ClickException("Somebody changed it at the same time: run it again.")
            table.store(session, whose.id, plan)
            if not plan.is_empty:
                note(session, f"{kind.name}.imported", name, slug=whose.slug, after=_counted(plan))
    _show(kind, plan)
    for doubt in table.doubts(plan, whose.today):
        click.echo(f"Check {doubt}.")
    if plan.is_empty:
        click.echo("Nothing to write.")
    else:
        click.echo("Written." if is_applied else "Nothing is written yet: --apply writes it.")


def _export_command(database: Database, name: str) -> click.Command:
    @click.command("export")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
    @click.option("--force", is_flag=True, help="Write over a file that is there.")
    @restaurant_option()
    def save(file: Path, force: bool, slug: str | None) -> None:
        """Write what is on file to FILE (.csv, .xlsx), or as CSV to - for the terminal."""
        is_terminal = str(file) == "-"
        if not is_terminal and file.suffix.lower() not in (".csv", ".xlsx"):
            raise click.UsageError("FILE: its name ends in .csv or .xlsx.")
        if not is_terminal and file.exists() and not force:
            raise click.ClickException(f"{file} is there already: --force writes over it.")
        with _told():
            _save(database, _table(name), None if is_terminal else file, slug)

    return save


def _save(database: Database, table: "Table", file: Path | None, slug: str | None) -> None:
    """Into a file, or onto the terminal."""
    from knowledge.tables.sheet import csv_text, write_sheet  # noqa: PLC0415

    with database.transaction(limit_s=FOR_EVER) as session:
        whose = _whose(session, slug, table)
        kind = table.kind(session, whose.id, whose.today)
        there = table.there(session, whose.id).values()
    rows = [kind.cells(row) for row in there if kind.is_on_file(row)]
    if file is None:
        click.echo(csv_text(kind.header, rows), nl=False)
        return
    write_sheet(file, kind.name, kind.header, rows)
    click.echo(f"{len(rows)} rows are in {file}.")


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


class _Whose(NamedTuple):
    """The restaurant that is meant; of what is everybody's, none. `today`: the date there."""

    id: int
    slug: str
    currency: str
    today: date


def _whose(session: Any, slug: str | None, table: "Table") -> _Whose:
    now = datetime.now(UTC)
    if not table.is_restaurants:
        if slug is not None:
            raise click.UsageError("--restaurant: this table is everybody's; leave it out.")
        return _Whose(0, "", "", now.date())
    found = chosen(session, slug)
    return _Whose(
        found.id, found.slug, found.currency, now.astimezone(ZoneInfo(found.timezone)).date()
    )


def _with_bar(rows: Iterable[Any]) -> Iterable[Any]:
    rows = list(rows)
    if len(rows) < LONG:
        yield from rows
        return
    with click.progressbar(rows, label=f"{len(rows)} rows", file=sys.stderr) as bar:
        yield from bar


def _counted(plan: "Plan") -> dict[str, int]:
    counts = {"added": len(plan.added), "changed": len(plan.changed), "gone": len(plan.gone)}
    return {verb: count for verb, count in counts.items() if count}


def _show(kind: "Kind", plan: "Plan") -> None:
    show_some("+", [_name(kind, row) for row in plan.added])
    show_some("~", [_difference(kind, before, after) for before, after in plan.changed])
    show_some("-", [_name(kind, row) for row in plan.gone])
    click.echo(
        f"{kind.name}: {len(plan.added)} added, {len(plan.changed)} changed,"
        f" {len(plan.gone)} gone, {plan.same} as they were."
    )


def _name(kind: "Kind", row: "Row") -> str:
    return " ".join(str(row[field]) for field in kind.key)


def _difference(kind: "Kind", before: "Row", after: "Row") -> str:
    changes = [
        f"{name}: {_short(was)} → {_short(now)}"
        for name, was, now in kind.differences(before, after)
    ]
    return f"{_name(kind, after)}  {'; '.join(changes)}"


def _short(value: object) -> str:
    text = "-" if value in (None, "") else str(value)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
