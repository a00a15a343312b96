"""The templates: what may be said outside a diner's 24 hours, as WhatsApp is asked for it."""

from collections.abc import Callable, Iterator, Sequence

import click
from flask.cli import AppGroup

from engine.approving import MISSING, Approving, Standing
from handlers.cli.errors import database_errors
from handlers.cli.noted import note
from models.database.engine import Database
from models.templates import PURPOSES
from whatsapp import errors
from whatsapp.host import SendError
from whatsapp.templates import TemplateError, TemplateText, read

SYNC = "flask --app app templates sync"


PRACTICE = (
    "Twilio is a stand-in here, which forgets all with this command: give TWILIO_ACCOUNT_SID and"
    " TWILIO_AUTH_TOKEN first. What the templates say stands in templates/."
)


def templates_group(
    database: Database, approving: Approving, *, is_practice: bool = False
) -> AppGroup:
    """`is_practice`: Twilio is a stand-in of this very process."""
    group = AppGroup(
        "templates", help="What may be said outside a diner's 24 hours, once WhatsApp has approved."
    )

    @group.command("sync")
    def sync() -> None:
        """Make the texts in templates/ at Twilio, and ask WhatsApp for those that are new.

        What is not there any more is deleted. Doing it again changes nothing.
        """
        show(approving.sync)
        with database_errors(), database.transaction() as session:
            note(session, "templates.synced", slug=None)

    @group.command("status")
    def status() -> None:
        """Show where each stands: only what is approved is sent."""
        show(approving.status)

    def show(told: Callable[[Sequence[TemplateText]], Iterator[Standing]]) -> None:
        if is_practice:
            raise click.ClickException(PRACTICE)
        _show(told)

    return group


def _show(told: Callable[[Sequence[TemplateText]], Iterator[Standing]]) -> None:
    try:
        texts = read(PURPOSES)
        with database_errors():
            for standing in told(texts):
                click.echo(_line(standing))
    except TemplateError as error:
        raise click.ClickException(str(error)) from None
    except SendError as error:
        remedy = f": {errors.remedy(error.code)}" if error.code is not None else ""
        raise click.ClickException(f"Twilio did not do it ({error}){remedy}.") from None


def _line(standing: Standing) -> str:
    why = f": {standing.reason}" if standing.reason else ""
    if standing.state == MISSING:
        why = f": WhatsApp was not asked for it as it is now, {SYNC} does"
    return f"{standing.purpose:<14} {standing.language:<4} {standing.state}{why}  {standing.name}"
