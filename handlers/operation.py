"""The operator's commands: what has no answer, what is kept for how long, and the
worker process.
"""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import click
from flask.cli import AppGroup

from handlers.service import Service
from models import dead_letters, erasure
from models.database.engine import DatabaseUnavailableError
from models.database.one_process import SecondProcessError, be_the_only_process
from telemetry.masking import masked

# A wait without a time-out would keep a signal from being seen where threads are greenlets.
SIGNAL_CHECK_S = 0.2


def inbox_group(service: Service) -> AppGroup:
    group = AppGroup("inbox", help="Messages that have no answer: waiting, running, given up.")

    @group.command("list")
    def show() -> None:
        """List them, oldest first.

        A turn that failed or is dead can be retried or dropped by its number.
        """
        with database_errors(), service.database.transaction() as session:
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
        with database_errors(), service.database.transaction() as session:
            if dead_letters.retry(session, turn) is None:
                raise click.ClickException(
                    f"There is no turn {turn} that failed or was given up: see inbox list."
                )
        click.echo(
            f"The messages of turn {turn} wait again; a running service takes them up within a"
            " second."
        )

    @group.command("drop")
    @click.argument("turn", type=int)
    def drop(turn: int) -> None:
        """Take TURN, which failed or was given up, off the list."""
        with database_errors(), service.database.transaction() as session:
            if not dead_letters.drop(session, turn):
                raise click.ClickException(
                    f"There is no turn {turn} that failed or was given up: see inbox list."
                )
        click.echo(f"Turn {turn} is dropped.")

    return group


def purge_command(service: Service) -> click.Command:
    @click.command("purge")
    @click.option("--older-than", required=True, callback=_days, metavar="90d", help="Days.")
    def purge(older_than: timedelta) -> None:
        """Erase conversations that ended longer ago than that."""
        with database_errors():
            erased = erasure.purge(service.database, service.now() - older_than)
        click.echo(
            f"Erased {erased.messages} messages, {erased.replies} turns and {erased.diners} diners."
        )

    return purge


def worker_command(service: Service) -> click.Command:
    @click.command("worker")
    def worker() -> None:
        """Answer what web processes take in (WEB_RUNS_TURNS=false), until SIGTERM."""
        settings = service.settings
        if settings.twilio_is_stand_in or settings.openai_is_stand_in:
            raise click.ClickException(
                "A worker has no stand-ins: set OPENAI_API_KEY, TWILIO_ACCOUNT_SID and"
                " TWILIO_AUTH_TOKEN."
            )
        try:
            lock = be_the_only_process(service.database.url)
        except SecondProcessError as error:
            raise click.ClickException(f"DATABASE_URL: {error}") from None
        told = Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: told.set())
        service.runs_turns = True
        service.start()
        click.echo("The worker runs.", err=True)
        while not told.wait(SIGNAL_CHECK_S):
            pass
        service.stop()
        if lock:
            lock.close()

    return worker


@contextmanager
def database_errors() -> Iterator[None]:
    """A database that can't be used ends the command with what to do about it."""
    try:
        yield
    except DatabaseUnavailableError:
        raise click.ClickException(
            "The database can't be used: check DATABASE_URL, then run flask --app app db upgrade."
        ) from None


def _days(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,5})d", value.strip())
    if match is None:
        raise click.BadParameter("give whole days, such as 90d")
    return timedelta(days=int(match[1]))
