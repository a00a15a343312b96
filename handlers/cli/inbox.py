"""What the operator does about messages: what has no answer, what did not arrive, what is kept."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from flask.cli import AppGroup

from handlers.cli.errors import database_errors
from handlers.cli.noted import note
from models import audit, dead_letters, purging, undelivered
from models.database.engine import Database
from models.dead_letters import Letter
from models.restaurants import all_of_them
from models.undelivered import Undelivered
from telemetry.masking import masked
from whatsapp.errors import remedy


def inbox_group(database: Database) -> AppGroup:
    group = AppGroup("inbox", help="Messages without an answer, and answers that did not arrive.")

    @group.command("list")
    def show() -> None:
        """List them, oldest first: turns, then parts of answers.

        A turn that failed or is dead can be retried or dropped by its number, a part by its own.
        """
        _show(database)

    @group.command("retry")
    @click.argument("turn", type=int, required=False)
    @click.option("--part", "parts", type=int, multiple=True, help="Send this part once more.")
    @click.option("--all-parts", is_flag=True, help="Send all that did not arrive once more.")
    def retry(turn: int | None, parts: tuple[int, ...], all_parts: bool) -> None:
        """Let the messages of TURN, which failed or was given up, be answered once more.

        Or, in place of a turn, send parts of answers once more.
        """
        _require_one(turn, parts, all_parts)
        if turn is not None:
            _retry_turn(database, turn)
        else:
            _retry_parts(database, parts)

    @group.command("drop")
    @click.argument("turn", type=int, required=False)
    @click.option("--part", "parts", type=int, multiple=True, help="Take this part off the list.")
    def drop(turn: int | None, parts: tuple[int, ...]) -> None:
        """Take TURN, which failed or was given up, off the list; or parts of answers."""
        _require_one(turn, parts)
        with database_errors(), database.transaction() as session:
            if turn is not None:
                _require_turn(
                    turn,
                    _settle(
                        session, "turns.dropped", dead_letters.drop, dead_letters.diners_of, [turn]
                    ),
                )
            dropped = _settle(
                session, "parts.dropped", undelivered.drop, undelivered.diners_of, parts
            )
            _require_found(parts, dropped)
        for named in [f"Turn {turn}"] if turn is not None else [f"Part {each}" for each in parts]:
            click.echo(f"{named} is dropped.")

    return group


def _show(database: Database) -> None:
    with database_errors(), database.transaction() as session:
        letters = dead_letters.unanswered(session)
        parts = undelivered.undelivered(session)
    for letter in letters:
        click.echo(_line_of(letter))
    for part in parts:
        click.echo(_line_of_part(part))
    if not letters and not parts:
        click.echo("Every message has its answer.")


def _retry_turn(database: Database, turn: int) -> None:
    with database_errors(), database.transaction() as session:
        _require_turn(
            turn,
            _settle(session, "turns.retried", dead_letters.retry, dead_letters.diners_of, [turn]),
        )
    click.echo(f"The messages of turn {turn} wait again; {_TAKEN_UP}")


def _retry_parts(database: Database, parts: tuple[int, ...]) -> None:
    """These, or all without a number."""
    with database_errors(), database.transaction() as session:
        sent = _settle(
            session, "parts.retried", undelivered.retry, undelivered.diners_of, parts or None
        )
        _require_found(parts, sent)
    if sent:
        click.echo(f"{_named(sent)} once more; {_TAKEN_UP}")
    else:
        click.echo("Every part has arrived, or is on its way.")


def _settle(
    session: Any,
    what: str,
    settle: Callable[..., list[int]],
    diners_of: Callable[[Any, Collection[int]], list[int]],
    named: Collection[int] | None,
) -> list[int]:
    """One restaurant after the other, so that each has its own in its audit; then all the rest."""
    found: set[int] = set()
    for each in all_of_them(session):
        if ids := settle(session, named, each.number):
            note(session, what, audit.conversations(diners_of(session, ids)), slug=each.slug)
            found.update(ids)
    return sorted(found.union(settle(session, named, None)))


_TAKEN_UP = "a running service takes them up within a second."


def _line_of(letter: Letter) -> str:
    turn = f"turn {letter.turn_id}" if letter.turn_id else "-"
    cause = f" ({letter.cause})" if letter.cause else ""
    return (
        f"{turn:<12} {letter.state}{cause}  {masked(letter.address)}  {letter.messages} messages"
        f"  {letter.attempts} attempts  since {letter.since:%Y-%m-%d %H:%M:%S} UTC"
    )


def _line_of_part(part: Undelivered) -> str:
    code = f" ({part.code})" if part.code else ""
    return (
        f"{f'part {part.part_id}':<12} {part.state}{code}  {masked(part.address)}"
        f"  {part.attempts} attempts  since {part.since:%Y-%m-%d %H:%M:%S} UTC"
        f"  {remedy(part.code, may_have_arrived=part.may_have_arrived)}"
    )


def _require_one(turn: int | None, parts: tuple[int, ...], all_parts: bool = False) -> None:
    if (turn is not None) + bool(parts) + all_parts != 1:
        raise click.UsageError("Name a turn or a part, by its number in inbox list.")


def _require_found(named: tuple[int, ...], found: list[int]) -> None:
    for part in named:
        if part not in found:
            raise click.ClickException(
                f"There is no part {part} that did not arrive: see inbox list."
            )


def _require_turn(turn: int, found: list[int]) -> None:
    if not found:
        raise click.ClickException(
            f"There is no turn {turn} that failed or was given up: see inbox list."
        )


def _named(parts: list[int]) -> str:
    several = len(parts) > 1
    numbers = ", ".join(map(str, parts))
    return f"Parts {numbers} go out" if several else f"Part {numbers} goes out"


def purge_command(database: Database) -> click.Command:
    @click.command("purge")
    @click.option("--older-than", required=True, callback=_days, metavar="90d", help="Days.")
    def purge(older_than: timedelta) -> None:
        """Erase conversations that ended longer ago than that."""
        with database_errors():
            with database.transaction() as session:
                days = f"older than {older_than.days} days"
                note(session, "conversations.purged", days, slug=None)
            erased = purging.purge(database, datetime.now(UTC) - older_than)
        click.echo(
            f"Erased {erased.messages} messages, {erased.replies} turns and {erased.diners} diners."
        )

    return purge


def _days(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,5})d", value.strip())
    if match is None:
        raise click.BadParameter("give whole days, such as 90d")
    return timedelta(days=int(match[1]))
