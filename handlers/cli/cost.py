"""What the restaurants' messages and the model cost: a day's lines, a month's, and their sum."""

from datetime import date

import click

from engine.spending import Spending
from handlers.cli.errors import database_errors
from handlers.months import month_of
from knowledge.costs import Line, seconds_of_sound, summed
from models import restaurants
from models.database.engine import Database
from models.meter import NOBODYS
from models.restaurants import Restaurant
from settings import Settings

THIS_MONTH = "this"
NO_PERSONA = "-"
HEADINGS = (
    "day",
    "persona",
    "turns",
    "in",
    "out",
    "tokens in",
    "cached",
    "tokens out",
    "sound s",
    "US dollars",
)


def cost_command(database: Database, spending: Spending, settings: Settings) -> click.Command:
    @click.command("cost")
    @click.option(
        "--month",
        is_flag=False,
        flag_value=THIS_MONTH,
        default=None,
        metavar="[YYYY-MM]",
        callback=_month,
        help="This month by day, or that one; without it, today.",
    )
    @click.option("--restaurant", "slug", metavar="SLUG", help="This one alone.")
    def cost(month: date | str | None, slug: str | None) -> None:
        """What messages, tokens and sound cost, by restaurant, day and persona.

        In US dollars, by the prices of November 2026 and those of PRICES. `in` and `out` are
        WhatsApp's messages, `-` is what no persona answered: keywords, and what the staff says.
        """
        with database_errors():
            with database.transaction() as session:
                every = [
                    each for each in restaurants.all_of_them(session) if slug in (None, each.slug)
                ]
            if not every:
                raise click.UsageError(f"There is no restaurant {slug or ''}".rstrip() + ".")
            for restaurant in every:
                _show(restaurant, spending, month, settings)

    return cost


def _month(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> date | str | None:
    if value is None or value == THIS_MONTH:
        return value
    if month := month_of(value):
        return month
    raise click.BadParameter("must be a year and a month, as in 2026-11")


def _show(
    restaurant: Restaurant, spending: Spending, month: date | str | None, settings: Settings
) -> None:
    lines = spending.month(restaurant, month if isinstance(month, date) else None)
    if month is None:
        lines = [line for line in lines if line.day == spending.midnight(restaurant).date()]
    click.echo(f"{restaurant.name} ({restaurant.slug})")
    table = [HEADINGS, *map(_cells, lines), _cells(summed(lines), named="all")]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        padded = [
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  " + "  ".join(padded).rstrip())
    if settings.restaurant_monthly_budget and not isinstance(month, date):
        spent = spending.this_month(restaurant)
        click.echo(f"  {spent:.2f} of {settings.restaurant_monthly_budget:.2f} this month")


def _cells(line: Line, named: str | None = None) -> tuple[str, ...]:
    use, tokens = line.use, line.use.tokens
    return (
        named or f"{line.day}",
        "" if named else (NO_PERSONA if line.persona == NOBODYS else line.persona),
        *(
            f"{count:,}"
            for count in (
                use.turns,
                use.messages_in,
                use.messages_out,
                tokens.input,
                tokens.cached,
                tokens.output,
            )
        ),
        f"{seconds_of_sound(tokens):,.0f}",
        f"{line.usd:.4f}",
    )
