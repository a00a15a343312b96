"""How far the personas are rolled out: whom they answer, who reads it first, and which drafts wait.

Nothing of it is wrong, while it is meant: who forgot it wonders why diners get no answer.
"""

from collections.abc import Iterator

from engine.doctor.finding import LIMIT_S, Finding, ok, warn
from models import drafts_waiting, restaurants, rollout
from models.database.engine import Database
from models.restaurants import Restaurant
from models.rollout import Rollout

NAME = "rollout"


def look(database: Database) -> Iterator[Finding]:
    """Raises DatabaseUnavailableError."""
    with database.transaction(LIMIT_S) as session:
        found = [
            (
                each,
                rollout.of_restaurant(session, each.id),
                sum(not one.is_overtaken for one in drafts_waiting.waiting(session, each)),
            )
            for each in restaurants.all_of_them(session)
        ]
    for restaurant, state, drafts in found:
        yield from _of(restaurant, state, drafts)


def _of(restaurant: Restaurant, state: Rollout, drafts: int) -> Iterator[Finding]:
    name, at = restaurant.name, f"--restaurant {restaurant.slug}"
    if state.is_limited:
        listed = f"the {len(state.numbers)} on its list" if state.numbers else "nobody"
        yield warn(
            NAME,
            f"At {name} a persona answers {listed}, and the staff: all others are left to people.",
            f"flask --app app rollout open {at} answers everybody.",
        )
    if state.is_shadowed:
        yield warn(
            NAME,
            f"{name} is in shadow mode: what a persona answers waits for the staff to send it.",
            f"flask --app app rollout live {at} sends it to the diners.",
        )
    if drafts:
        yield warn(
            NAME,
            f"{drafts:,} draft(s) of {name} wait for somebody of the staff.",
            "The console's page Rollout lists them; on WhatsApp /send says one.",
        )
    if not (state.is_limited or state.is_shadowed or drafts):
        yield ok(NAME, f"At {name} every diner is answered.")
