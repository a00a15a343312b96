"""All conversations of a restaurant, live: those first that need somebody."""

from typing import Any, get_args

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from handlers.console import live, told
from handlers.console.conversation import ConversationPages
from handlers.console.here import Here, needs, now
from models import staff
from models.console import conversations
from models.console.attention import State
from models.database.engine import Database
from personas.catalogue import PERSONAS
from personas.sight import sight_of

MOST_SEARCHED = 100  # characters
# As the page calls them.
LABELS: dict[State, str] = {
    "unanswered": "Unanswered",
    "handed_over": "With a person",
    "failed": "Went wrong",
    "answered": "Answered",
}


class ConversationsPages:
    """`one`: each conversation's own pages."""

    def __init__(self, database: Database, one: ConversationPages) -> None:
        self._database = database
        self._one = one

    def blueprint(self) -> Blueprint:
        routes = Blueprint("conversations", __name__, url_prefix="/<slug>/conversations")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("/live", view_func=self.live)
        self._one.add_to(routes)
        return routes

    @needs("conversations")
    def index(self, here: Here) -> str:
        asked = _asked()
        return render_template(
            "conversations.html",
            fragment=self._fragment(here, asked),
            asked=asked,
            labels=LABELS,
            is_first=asked["after"] is None,
        )

    @needs("conversations")
    def live(self, here: Here) -> Response:
        asked = _asked() | {"after": None}
        return live.stream(here, "conversations", lambda: self._fragment(here, asked))

    def _fragment(self, here: Here, asked: dict[str, Any]) -> str:
        sight = sight_of(here.rights, PERSONAS)
        with self._database.transaction() as session:
            try:
                page = conversations.page(
                    session,
                    here.restaurant,
                    now=now(),
                    sight=sight,
                    state=asked["state"],
                    words=asked["q"],
                    knows_numbers=here.may("people"),
                    after=asked["after"],
                )
            except ValueError:
                abort(404)
            members = staff.of_restaurant(session, here.restaurant.id)
        names = {each.address: each.name for each in members if each.name}
        return render_template(
            "_conversations.html",
            page=page,
            asked=asked,
            labels=LABELS,
            names=names,
            now=now(),
            told=told,
        )


def _asked() -> dict[str, Any]:
    """What the list is to show, by its address; a state that there is none of is all."""
    state = request.args.get("state", "")
    return {
        "state": state if state in get_args(State) else None,
        "q": request.args.get("q", "").strip()[:MOST_SEARCHED],
        "after": request.args.get("after"),
    }
