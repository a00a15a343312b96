"""What the operator does about messages: what has no answer, and what is kept for how long."""

import re
from datetime import UTC, datetime, timedelta

import click
from flask.cli import AppGroup

from handlers.cli.errors import database_errors
from models import dead_letters, erasure
from models.database.engine import Database
from telemetry.masking import masked


def inbox_group(database: Database) -> AppGroup:
    group = AppGroup("inbox", help="Messages that have no answer: waiting, running, given up.")

    @group.command("list")
    def show() -> None:
        """List them, oldest first.

        A turn that failed or is dead can be retried or dropped by its number.
        """
        with database_errors(), database.transaction() as session:
            letters = dead_letters.unanswered(session)
        for each in letters:
            turn = f"turn {each.turn_id}" if each.turn_id else "-"
            cause = f" ({each.cause})" if each.cause else ""
            click.echo(
                f"{turn:<12} {each.state}{cause}  {masked(each.address)}  {each.messages} messages"
                f"  {each.attempts} attempts  since {each.since:%Y-%m-%d %H:%M:%S} UTC"
            )
        if not letters:
            click.echo("Every message has its answer.")

    @group.command("retry")
    @click.argument("turn", type=int)
    def retry(turn: int) -> None:
        """Let the messages of TURN, which failed or was given up, be answered once more."""
        with database_errors(), database.transaction() as session:
            if dead_letters.retry(session, turn) is None:
                raise click.ClickException(
                    f"There is no turn {turn} that failed or was given up: see inbox list."
                )
        click.echo(
            f"The messages of turn {turn} wait again;"
            " a running service takes them up within a second."
        )

    @group.command("drop")
    @click.argument("turn", type=int)
    def drop(turn: int) -> None:
        """Take TURN, which failed or was given up, off the list."""
        with database_errors(), database.transaction() as session:
            if not dead_letters.drop(session, turn):
                raise click.ClickException(
                    f"There is no turn {turn} that failed or was given up: see inbox list."
                )
        click.echo(f"Turn {turn} is dropped.")

    return group


def purge_command(database: Database) -> click.Command:
    @click.command("purge")
    @click.option("--older-than", required=True, callback=_days, metavar="90d", help="Days.")
    def purge(older_than: timedelta) -> None:
        """Erase conversations that ended longer ago than that."""
        with database_errors():
            erased = erasure.purge(database, datetime.now(UTC) - older_than)
        click.echo(
            f"Erased {erased.messages} messages, {erased.replies} turns and {erased.diners} diners."
        )

    return purge


def _days(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,5})d", value.strip())
    if match is None:
        raise click.BadParameter("give whole days, such as 90d")
    return timedelta(days=int(match[1]))
