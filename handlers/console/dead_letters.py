"""What has no answer and what did not arrive, and what is done about it: once more, or let go.

Each is dealt with once, however often a button is pressed, and by however many.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from handlers.console import live
from handlers.console.here import Here, needs, now
from models import audit, dead_letters, undelivered
from models.console import exchanges
from models.database.engine import Database
from models.dead_letters import Letter
from models.diners import WINDOW
from models.turns import DEAD, FAILED
from models.undelivered import Undelivered
from personas.catalogue import PERSONAS
from personas.sight import sight_of
from whatsapp.errors import remedy

NOTHING = "Somebody has dealt with that already."
MOST = 200  # of each kind, on a page: the latest
Settle = Callable[..., list[int]]


class DeadLetterPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("dead_letters", __name__, url_prefix="/<slug>/dead-letters")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("/live", view_func=self.live)
        routes.add_url_rule("/retry", view_func=self.retry, methods=["POST"])
        routes.add_url_rule("/drop", view_func=self.drop, methods=["POST"])
        return routes

    @needs("repairs")
    def index(self, here: Here) -> str:
        return render_template("dead_letters.html", fragment=self._fragment(here))

    @needs("repairs")
    def live(self, here: Here) -> Response:
        return live.stream(here, "letters", lambda: self._fragment(here))

    @needs("repairs")
    def retry(self, here: Here) -> str:
        turns, parts = self._settle(here, "retried", dead_letters.retry, undelivered.retry)
        flash(_told(turns, "{} to be answered", parts, "{} to be sent again") or NOTHING)
        return self._fragment(here, is_answer=True)

    @needs("repairs")
    def drop(self, here: Here) -> str:
        turns, parts = self._settle(here, "dropped", dead_letters.drop, undelivered.drop)
        flash(_told(turns, "{} off the list", parts, "{} off the list") or NOTHING)
        return self._fragment(here, is_answer=True)

    def _settle(
        self, here: Here, what: str, of_turns: Settle, of_parts: Settle
    ) -> tuple[list[int], list[int]]:
        """Those that the button named and that were still there; only they are noted."""
        turn_ids = request.form.getlist("turn", type=int)
        part_ids = request.form.getlist("part", type=int)
        with self._database.transaction() as session:
            turns = of_turns(session, turn_ids, here.restaurant.number)
            parts = of_parts(session, part_ids, here.restaurant.number)
            for kind, diner_ids in (
                ("turns", dead_letters.diners_of(session, turns)),
                ("parts", undelivered.diners_of(session, parts)),
            ):
                if diner_ids:
                    here.note(session, f"{kind}.{what}", audit.conversations(diner_ids))
        return turns, parts

    def _fragment(self, here: Here, *, is_answer: bool = False) -> str:
        """`is_answer`: the button that was pressed may be gone, so all of it has the focus."""
        with self._database.transaction() as session:
            letters = dead_letters.unanswered(session, here.restaurant.number, MOST)
            parts = undelivered.undelivered(session, here.restaurant.number, MOST)
            words = _words(session, here, parts)
        given_up = [each for each in letters if each.state in (FAILED, DEAD)]
        at = now()
        return render_template(
            "_dead_letters.html",
            given_up=given_up[::-1],
            under_way=[each for each in letters if each not in given_up],
            parts=parts[::-1],
            words=words,
            remedy=remedy,
            may_drop=lambda part: part.state in ("failed", "waiting"),
            is_over=lambda each: _is_over(each, at),
            most=MOST,
            is_answer=is_answer,
        )


def _words(session: Any, here: Here, parts: list[Undelivered]) -> dict[int, str]:
    """By a part's id, of whoever may read the conversations."""
    if not here.may("conversations"):
        return {}
    ids = [each.part_id for each in parts]
    return exchanges.words_of(session, ids, sight_of(here.rights, PERSONAS))


def _is_over(each: Letter | Undelivered, at: Any) -> bool:
    """WhatsApp takes nothing to this diner before they write again, but a template."""
    return bool(at - each.wrote_at >= WINDOW)


def _told(turns: list[int], of_turns: str, parts: list[int], of_parts: str) -> str:
    told = []
    if turns:
        goes = "1 turn goes" if len(turns) == 1 else f"{len(turns)} turns go"
        told.append(f"{of_turns.format(goes)}.")
    if parts:
        goes = "1 message goes" if len(parts) == 1 else f"{len(parts)} messages go"
        told.append(f"{of_parts.format(goes)}.")
    return " ".join(told)
