"""The `.env` file: which it is, and what is in it as it stands there. It knows no setting."""

import os

from dotenv import dotenv_values

ENV_FILE = os.environ.get("DOTENV", ".env")
# Some editors write a mark in front, which would be part of the first name.
ENCODING = "utf-8-sig"


def in_file() -> dict[str, str | None]:
    return dotenv_values(ENV_FILE, encoding=ENCODING)


def for_tracing() -> dict[str, str]:
    """What it has for OpenTelemetry, which itself reads the environment alone."""
    return {name: value for name, value in in_file().items() if name.startswith("OTEL_") and value}
