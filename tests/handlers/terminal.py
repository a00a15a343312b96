"""Who works at a terminal: one command after the other, each on an app that has it."""

from pathlib import Path
from typing import Any

import click
from click.testing import Result
from flask import Flask

from settings import Settings

KEYS: dict[str, Any] = {
    "openai_api_key": "sk-test",
    "openai_realtime_endpoint": "ws://127.0.0.1:9",  # nobody is there
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "token",
    "twilio_api_base_url": "http://127.0.0.1:9",
    "public_url": "https://inzozi.example",
}
NO_KEYS: dict[str, Any] = dict.fromkeys(KEYS) | {
    "openai_realtime_endpoint": "wss://api.openai.com/v1/realtime"
}


def settings_for(url: str, **changed: Any) -> Settings:
    """All keys are set, unless changed; the machine's own `.env` is left alone."""
    return Settings(_env_file=None, database_url=url, **(KEYS | changed))


def run(command: click.Command, *words: str, typed: str | None = None) -> Result:
    """What comes of `flask --app app <command> <words>`. `typed`: what is said when it asks."""
    app = Flask("inzozi", static_folder=None)
    app.cli.add_command(command)
    assert command.name is not None
    return app.test_cli_runner().invoke(args=[command.name, *words], input=typed)


def bare_url(folder: Path) -> str:
    """The address of a database without a single table."""
    return f"sqlite:///{folder / 'bare.db'}"
