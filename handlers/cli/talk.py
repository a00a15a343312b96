"""Talking to the personas from the command line, without WhatsApp."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import click
from flask.cli import AppGroup

from engine.talk import DEFAULT_SENDER, Talk, UnknownPersonaError
from handlers.cli.errors import database_errors

DEMO = [
    "Hello!",
    "What coffee do you have?",
    "What goes well with a cappuccino?",
    "/cfo",
    "P&L for August 2025",
    "/waiter",
]


# For the time of one command: its turns' leases are kept alive, and everything ends with it.
Running = Callable[[], AbstractContextManager[object]]


def ai_group(talk: Talk, running: Running, *, is_enabled: bool, is_practice: bool) -> AppGroup:
    """`is_enabled` is AI_REALTIME_ENABLED; `is_practice`: the practice model answers."""

    talking = partial(_talking, running, is_practice=is_practice and is_enabled)
    group = AppGroup("ai", help="Talk to the personas without WhatsApp.")
    sender = click.option(
        "--sender", default=DEFAULT_SENDER, show_default=True, help="Whose conversation this is."
    )

    @group.command("say")
    @click.argument("text")
    @sender
    def say(text: str, sender: str) -> None:
        """Say TEXT and print the reply."""
        with talking():
            _say(talk, sender, text)

    @group.command("persona")
    @click.argument("key")
    @sender
    def persona(key: str, sender: str) -> None:
        """Switch to the persona KEY."""
        with talking():
            try:
                talk.set_persona(sender, key.lower())
            except UnknownPersonaError as error:
                raise click.ClickException(str(error)) from None
            click.echo(f"{sender} talks to {key.lower()} now.")

    @group.command("health")
    @sender
    def health(sender: str) -> None:
        """Print the persona, and whether the Realtime API is enabled, as JSON."""
        with talking():
            answer = {
                "ok": is_enabled,
                "persona": talk.persona(sender),
                "realtime_enabled": is_enabled,
            }
            click.echo(json.dumps(answer))
        if not is_enabled:
            sys.exit(1)

    @group.command("demo")
    def demo() -> None:
        """Play a short conversation with both personas."""
        with talking():
            for text in DEMO:
                click.secho(f"> {text}", bold=True)
                _say(talk, "demo", text)
                click.echo()

    return group


def _say(talk: Talk, sender: str, text: str) -> None:
    answer = talk.say(sender, text.strip()).wait()
    if answer is None:
        raise click.ClickException("No answer came in time.")
    if answer.cause:
        raise click.ClickException(f"{answer.reply} ({answer.cause})")
    click.echo(answer.reply)


@contextmanager
def _talking(running: Running, *, is_practice: bool) -> Iterator[None]:
    logging.getLogger().setLevel(logging.WARNING)  # the conversation is what one wants to see
    if is_practice:
        click.secho("OPENAI_API_KEY is not set: the practice model answers.", fg="yellow", err=True)
    with database_errors(), running():
        yield
