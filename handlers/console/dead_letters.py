"""What has no answer and what did not arrive, and what is done about it: once more, or let go.

Each is dealt with once, however often a button is pressed, and by however many.
"""

from collections.abc import Callable, Collection
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from engine import repairs
from handlers.console import live
from handlers.console.here import Here, needs, now
from models.database.engine import Database
from models.dead_letters import Letter
from models.diners import WINDOW
from models.turns import DEAD, FAILED
from models.undelivered import Undelivered

NOTHING = "Somebody has dealt with that already."
# A turn and what is done to it; the parts likewise.
OneTurn = Callable[..., int | None]
Parts = Callable[..., list[int]]


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
        turns, parts = self._settle(here, "retried", repairs.retry_turn, repairs.retry_parts)
        flash(_told(turns, "{} to be answered", parts, "{} to be sent again") or NOTHING)
        return self._fragment(here, is_answer=True)

    @needs("repairs")
    def drop(self, here: Here) -> str:
        turns, parts = self._settle(here, "dropped", repairs.drop_turn, repairs.drop_parts)
        flash(_told(turns, "{} off the list", parts, "{} off the list") or NOTHING)
        return self._fragment(here, is_answer=True)

    def _settle(
        self, here: Here, what: str, one_turn: OneTurn, parts_too: Parts
    ) -> tuple[list[int], list[int]]:
        """Those that the button named and that were still there; only they are noted."""
        turn_ids = request.form.getlist("turn", type=int)
        part_ids = request.form.getlist("part", type=int)
        with self._database.transaction() as session:
            turns = [
                each
                for each in dict.fromkeys(turn_ids)
                if one_turn(session, each, here.restaurant) is not None
            ]
            parts = parts_too(session, part_ids, here.restaurant)
            for kind, ids in (("turn", turns), ("part", parts)):
                if ids:
                    self._note(session, here, f"{kind}s.{what}", ids)
        return turns, parts

    def _note(self, session: Any, here: Here, what: str, ids: Collection[int]) -> None:
        here.note(session, what, ", ".join(map(str, ids)))

    def _fragment(self, here: Here, *, is_answer: bool = False) -> str:
        """`is_answer`: the button that was pressed may be gone, so all of it has the focus."""
        with self._database.transaction() as session:
            letters = repairs.letters(session, here.restaurant)
            parts = repairs.parts(session, here.restaurant)
        given_up = [each for each in letters if each.state in (FAILED, DEAD)]
        at = now()
        return render_template(
            "_dead_letters.html",
            given_up=given_up[::-1],
            under_way=[each for each in letters if each not in given_up],
            parts=parts[::-1],
            remedy=repairs.remedy,
            may_drop=lambda part: part.state in ("failed", "waiting"),
            is_over=lambda each: _is_over(each, at),
            most=repairs.MOST,
            is_answer=is_answer,
        )


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
