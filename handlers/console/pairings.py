"""What goes with what, and the sentence that sells it: by dish, in the order of the menu."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.console.here import Here, needs
from handlers.console.menu import MEANWHILE
from knowledge.tables.menu import pairings_of
from knowledge.tables.one_row import faults_of, read_row
from knowledge.tables.wrong import TableError
from models import menu, restaurants
from models.database.engine import Database

FIELDS = ("item", "with", "upsell")
CHOOSE = "Choose a dish."
Typed = Mapping[str, str]


class PairingsPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("pairings", __name__, url_prefix="/<slug>/pairings")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("", view_func=self.save, methods=["POST"])
        routes.add_url_rule("/remove", view_func=self.remove, methods=["POST"])
        return routes

    @needs("menu")
    def index(self, here: Here) -> str:
        """`?item=`: a new one for the dish of this name."""
        name = request.args.get("item", "")
        with self._database.transaction() as session:
            items = menu.available_items(session, here.restaurant.id)
        item = next((each.slug for each in items if each.name == name), "")
        return self._page(here, {"item": item}, {})

    @needs("prices")
    def save(self, here: Here) -> Any:
        """A new pairing, or another sentence for one; `seen` is the one that the form showed."""
        typed = {name: request.form.get(name, "").strip() for name in FIELDS}
        seen = request.form.get("seen")
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            there = _there(session, here)
            try:
                row = read_row(pairings_of(_slugs(session, here)), typed, {})
                faults = _faults(there, row, seen)
            except TableError as error:
                faults = faults_of(error) | {n: CHOOSE for n in ("item", "with") if not typed[n]}
            if not faults:
                _store(session, here, row, there.get((row["item"], row["with_item"])))
        if faults:
            status = 409 if MEANWHILE in faults.values() else 400
            return self._page(here, typed, faults, seen), status
        flash("Saved. The waiter knows it from the next message on.")
        return _back(here)

    @needs("prices")
    def remove(self, here: Here) -> Response:
        """Twice is as once."""
        item, with_item = request.form.get("item", ""), request.form.get("with", "")
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            row = _there(session, here).get((item, with_item))
            if row is not None:
                ids = menu.ids_of(session, here.restaurant.id)
                menu.drop_pairing(session, ids[item], ids[with_item])
                _note(session, here, "removed", row, before={"upsell": row["upsell"]})
        flash("They are offered together no more.")
        return _back(here)

    def _page(self, here: Here, typed: Typed, faults: Typed, seen: str | None = None) -> str:
        with self._database.transaction() as session:
            items = menu.all_items(session, here.restaurant.id)
            rows = menu.pairing_rows_of(session, here.restaurant.id)
        by_slug = {each.slug: each for each in items}
        order = {each.slug: nth for nth, each in enumerate(items)}
        of: dict[str, list[dict[str, Any]]] = {}
        for row in sorted(rows, key=lambda each: order[each["item"]]):
            of.setdefault(row["item"], []).append(row)
        return render_template(
            "pairings.html",
            of=of,
            by_slug=by_slug,
            on_menu=[each for each in items if each.available],
            typed=typed,
            faults=faults,
            seen=seen,
        )


def _there(session: Any, here: Here) -> dict[tuple[str, str], dict[str, Any]]:
    rows = menu.pairing_rows_of(session, here.restaurant.id)
    return {(row["item"], row["with_item"]): row for row in rows}


def _slugs(session: Any, here: Here) -> list[str]:
    return [each.slug for each in menu.available_items(session, here.restaurant.id)]


def _faults(there: Mapping[Any, Any], row: Mapping[str, Any], seen: str | None) -> dict[str, str]:
    known = there.get((row["item"], row["with_item"]))
    if seen is None:
        return {"with": "These two are offered together already: change it above."} if known else {}
    return {} if known and known["upsell"] == seen else {"": MEANWHILE}


def _store(session: Any, here: Here, row: Mapping[str, Any], known: Any) -> None:
    ids = menu.ids_of(session, here.restaurant.id)
    if known and known["upsell"] == row["upsell"]:
        return
    menu.put_pairing(session, ids[row["item"]], ids[row["with_item"]], row["upsell"])
    before = {"upsell": known["upsell"]} if known else None
    what = "changed" if known else "added"
    _note(session, here, what, row, before=before, after={"upsell": row["upsell"]})


def _note(session: Any, here: Here, what: str, row: Mapping[str, Any], **told: Any) -> None:
    names = {each.slug: each.name for each in menu.all_items(session, here.restaurant.id)}
    here.note(
        session, f"pairing.{what}", f"{names[row['item']]} with {names[row['with_item']]}", **told
    )


def _back(here: Here) -> Response:
    return redirect(url_for(".index", slug=here.restaurant.slug), 303)
