"""What a command says when the database can't be used."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from models.database.absence import DatabaseUnavailableError, UnstorableError


@contextmanager
def database_errors() -> Iterator[None]:
    """A database that can't be used ends the command with what to do about it."""
    try:
        yield
    except DatabaseUnavailableError as error:
        raise click.ClickException(f"The database can't be used: {error}.") from None
    except UnstorableError:
        raise click.ClickException("A number is too large, or a text can't be stored.") from None
