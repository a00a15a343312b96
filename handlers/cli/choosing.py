"""Which restaurant an operator means: the one that they name, or the only one there is."""

from collections.abc import Callable
from typing import Any

import click

from models import restaurants
from models.restaurants import Restaurant


def restaurant_option(
    help_line: str = "Whose; needed where there are several.",
) -> Callable[[Any], Any]:
    """`--restaurant SLUG`, as the argument `slug`."""
    return click.option("--restaurant", "slug", metavar="SLUG", help=help_line)


def chosen(session: Any, slug: str | None) -> Restaurant:
    """Raises UsageError, which names those that there are."""
    known = restaurants.all_of_them(session)
    if not known:
        raise click.UsageError("There is no restaurant: load one with flask --app app seed.")
    there = ", ".join(each.slug for each in known)
    if slug is None and len(known) > 1:
        raise click.UsageError(f"Say --restaurant SLUG, one of: {there}.")
    found = next((each for each in known if slug in (None, each.slug)), None)
    if found is None:
        raise click.UsageError(f"There is no restaurant {slug}, only: {there}.")
    return found
