"""What diners asked for and the menu could not tell, by how often, with the way to put it right."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from flask import Blueprint, render_template, request

from handlers.console import navigation
from handlers.console.here import Here, needs, now
from knowledge.words import fold
from models import menu
from models.console import asked
from models.console.asked import Asked
from models.database.engine import Database
from models.tool_calls import MissedKind
from personas.rights import Right

SPANS = {7: "7 days", 30: "30 days", 90: "90 days"}
USUAL = 30


class Kind(NamedTuple):
    """One kind of what was missed. `endpoint`, `label`: where it is put right, whose right is
    `right`; `field`: which parameter of that page takes the words.
    """

    key: MissedKind
    title: str
    about: str
    endpoint: str
    right: Right
    field: str
    label: str


KINDS = (
    Kind("dish", "Dishes that are not on the menu", "Asked for by name.",
         "dish.new", "prices", "name", "Add to the menu"),
    Kind("word", "Words that nobody knows", "Say what they mean, and they are found.",
         "synonyms.index", "prices", "word", "Add a word"),
    Kind("contents", "What a dish’s row does not state", "Diners heard: ask the kitchen.",
         "menu.index", "menu", "q", "Look at the menu"),
    Kind("pairing", "Dishes that nothing is said to go with", "Diners asked what goes with them.",
         "pairings.index", "prices", "item", "Add a pairing"),
)  # fmt: skip


class AskedPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("asked", __name__, url_prefix="/<slug>/asked")
        routes.add_url_rule("", view_func=self.index)
        return routes

    @needs("conversations")
    def index(self, here: Here) -> str:
        days = request.args.get("days", USUAL, type=int)
        days = days if days in SPANS else USUAL
        found = asked.asked(
            self._database, here.restaurant, now() - timedelta(days=days), fold=fold
        )
        with self._database.transaction() as session:
            slugs = {item.name: item.slug for item in menu.all_items(session, here.restaurant.id)}
        kinds = [(kind, [each for each in found if each.kind == kind.key]) for kind in KINDS]
        return render_template(
            "asked.html",
            kinds=[(kind, rows) for kind, rows in kinds if rows],
            days=days,
            spans=SPANS,
            mend=lambda kind, each: _mend(here, kind, each, slugs),
        )


def _mend(here: Here, kind: Kind, each: Asked, slugs: Mapping[str, str]) -> str | None:
    """Where somebody puts it right, who may. `slugs`: of the dishes, by their names."""
    words = each.words
    if kind.key == "contents":
        words = words.partition(" (")[0]
    elif kind.key == "pairing":
        words = slugs.get(words, "")
    return navigation.way(here, kind.endpoint, kind.right, **{kind.field: words})
