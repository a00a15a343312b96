"""Long lists on the terminal: their beginning, and how many more there are."""

from collections.abc import Sequence

import click

MOST_SHOWN = 50


def show_some(sign: str, lines: Sequence[str]) -> None:
    for line in lines[:MOST_SHOWN]:
        click.echo(f"{sign} {line}")
    if len(lines) > MOST_SHOWN:
        click.echo(f"{sign} and {len(lines) - MOST_SHOWN} more")
