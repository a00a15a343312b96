"""The command line: `flask --app app --help`. Each command ends with a sentence that says what it
did, or what to do.

What a process that serves never needs, migrations and restaurants' files, is imported by the
command that does.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from engine.talk import DEFAULT_SENDER, Talk, UnknownPersonaError
from handlers.operation import database_errors, inbox_group, purge_command, worker_command
from handlers.service import Service

DEMO = [
    "Hello!",
    "What coffee do you have?",
    "What goes well with a cappuccino?",
    "/cfo",
    "P&L for August 2025",
    "/waiter",
]


def register_commands(app: Flask, service: Service) -> None:
    """Put everything onto the flask command."""
    app.cli.add_command(_db(service))
    app.cli.add_command(_seed(service))
    app.cli.add_command(_ai(service))
    app.cli.add_command(inbox_group(service))
    app.cli.add_command(purge_command(service))
    app.cli.add_command(worker_command(service))


def _db(service: Service) -> AppGroup:
    group = AppGroup("db", help="The database's tables.")

    @group.command("upgrade")
    def upgrade() -> None:
        """Bring the tables up to date."""
        from models.database import migrate  # noqa: PLC0415

        with database_errors():
            migrate.upgrade(service.settings.database_url)
        click.echo("The database is up to date.")

    return group


def _seed(service: Service) -> click.Command:
    @click.command("seed")
    @click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def command(files: tuple[Path, ...]) -> None:
        """Load the sample restaurants, or those of FILES (docs/menu.md) in their place.

        Loading again changes nothing.
        """
        from knowledge.files import FileError  # noqa: PLC0415
        from knowledge.seed import seed  # noqa: PLC0415

        number = service.settings.twilio_whatsapp_number
        with database_errors():
            try:
                added = seed(
                    service.database,
                    today=datetime.now(UTC).date(),
                    kigali_number=number,
                    files=list(files) or None,
                )
            except FileError as error:
                raise click.ClickException(str(error)) from None
        click.echo(
            f"The restaurants are as in their files. Added {added.restaurants} restaurants,"
            f" {added.menu_items} menu items, {added.pairings} pairings, {added.ledger_entries}"
            f" ledger entries and {added.tax_rules} tax rules."
        )

    return command


def _ai(service: Service) -> AppGroup:
    group = AppGroup("ai", help="Talk to the personas without WhatsApp.")
    sender = click.option(
        "--sender", default=DEFAULT_SENDER, show_default=True, help="Whose conversation this is."
    )

    @group.command("say")
    @click.argument("text")
    @sender
    def say(text: str, sender: str) -> None:
        """Say TEXT and print the reply."""
        with _talking(service) as talk:
            _say(talk, sender, text)

    @group.command("persona")
    @click.argument("key")
    @sender
    def persona(key: str, sender: str) -> None:
        """Switch to the persona KEY."""
        with _talking(service) as talk:
            try:
                talk.set_persona(sender, key.lower())
            except UnknownPersonaError as error:
                raise click.ClickException(str(error)) from None
            click.echo(f"{sender} talks to {key.lower()} now.")

    @group.command("health")
    @sender
    def health(sender: str) -> None:
        """Print the persona, and whether the Realtime API is enabled, as JSON."""
        with _talking(service) as talk:
            is_enabled = service.settings.ai_realtime_enabled
            click.echo(
                json.dumps(
                    {
                        "ok": is_enabled,
                        "persona": talk.persona(sender),
                        "realtime_enabled": is_enabled,
                    }
                )
            )
        if not is_enabled:
            sys.exit(1)

    @group.command("demo")
    def demo() -> None:
        """Play a short conversation with both personas."""
        with _talking(service) as talk:
            for text in DEMO:
                click.secho(f"> {text}", bold=True)
                _say(talk, "demo", text)
                click.echo()

    return group


def _say(talk: Talk, sender: str, text: str) -> None:
    ending = talk.say(sender, text.strip()).wait()
    if ending is None:
        raise click.ClickException("No answer came in time.")
    if ending.cause:
        raise click.ClickException(f"{ending.reply} ({ending.cause})")
    click.echo(ending.reply)


@contextmanager
def _talking(service: Service) -> Iterator[Talk]:
    """For one command: keep its turns' leases alive, and end everything with it."""
    logging.getLogger().setLevel(logging.WARNING)  # the conversation is what one wants to see
    if service.settings.openai_is_stand_in and service.settings.ai_realtime_enabled:
        click.secho("OPENAI_API_KEY is not set: the practice model answers.", fg="yellow", err=True)
    with database_errors():
        try:
            service.start(sweeps=False)
            yield service.parts.talk
        finally:
            service.stop()
