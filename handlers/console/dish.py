"""One dish: what diners read and hear of it, and the form that changes it.

What may stand in it and what is wrong with it is told as of a menu's file. That something is
served that was not said to be free of an allergen, or at a far other price, is asked once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from handlers.console.here import Here, needs, now
from handlers.console.menu import MEANWHILE, make_change
from handlers.console.menu_shown import Shown, shown
from knowledge import dish_form
from knowledge.allergens import facts_of
from knowledge.dish_form import CONTAINS, STATES, TEXTS, Filled
from knowledge.doubts import doubts
from knowledge.tables.kind import Kind, Row
from knowledge.tables.menu import menu_of
from knowledge.tables.one_row import before_and_after, faults_of, mark_of, read_row
from knowledge.tables.wrong import TableError
from models import menu, opening_hours, restaurants
from models.database.engine import Database
from models.menu import ALLERGENS, DIETS, MenuItem
from models.menu_changes import PRICE

MOST_WORDS = 300  # characters, of what a kitchen calls what is in a dish


@dataclass(frozen=True)
class Form:
    """A dish's form. `item`: none for one to come. `seen`: what it was made of.

    `questions`: to be answered before it is saved; `sure` says which were.
    """

    filled: Filled
    item: MenuItem | None = None
    seen: str = ""
    sure: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()


class DishPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("dish", __name__, url_prefix="/<slug>/menu")
        routes.add_url_rule("/new", view_func=self.new)
        routes.add_url_rule("/new", view_func=self.add, methods=["POST"])
        routes.add_url_rule("/heard", view_func=self.heard, methods=["POST"])
        one = "/<int:item_id>"
        routes.add_url_rule(one, view_func=self.index)
        routes.add_url_rule(one, view_func=self.save, methods=["POST"])
        routes.add_url_rule(f"{one}/off", view_func=self.take_off, methods=["POST"])
        routes.add_url_rule(f"{one}/on", view_func=self.put_on, methods=["POST"])
        return routes

    @needs("menu")
    def index(self, here: Here, item_id: int) -> str:
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
            row = _row(session, here, item)
        facts = facts_of(item)
        filled = dish_form.filled_of(item, facts, here.restaurant)
        return self._page(here, Form(filled, item, mark_of(row)))

    @needs("prices")
    def save(self, here: Here, item_id: int) -> Any:
        form = Form(_filled(), seen=request.form.get("seen", ""), sure=request.form.get("sure", ""))
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
            form = self._tried(session, here, replace(form, item=item))
        if form.faults:
            return self._page(here, form), 409 if MEANWHILE in form.faults.values() else 400
        if form.questions:
            return self._page(here, form)
        flash("Saved. The waiter knows it from the next message on.")
        return redirect(url_for(".index", slug=here.restaurant.slug, item_id=item_id), 303)

    @needs("prices")
    def new(self, here: Here) -> str:
        """`?name=`: as somebody asked for it."""
        name = request.args.get("name", "")[:120]
        return self._page(here, Form(Filled({"name": name})))

    @needs("prices")
    def add(self, here: Here) -> Any:
        form = Form(_filled())
        with self._database.transaction() as session:
            restaurants.hold(session, here.restaurant.id)
            form = self._tried(session, here, form)
        if form.faults or form.item is None:
            return self._page(here, form), 400
        flash(f"{form.item.name} is on the menu. The waiter knows it from the next message on.")
        return redirect(url_for(".index", slug=here.restaurant.slug, item_id=form.item.id), 303)

    @needs("prices")
    def take_off(self, here: Here, item_id: int) -> Answer:
        return self._set_available(here, item_id, is_on=False)

    @needs("prices")
    def put_on(self, here: Here, item_id: int) -> Answer:
        return self._set_available(here, item_id, is_on=True)

    @needs("prices")
    def heard(self, here: Here) -> str:
        """What diners would hear of the form as it is now; nothing is kept."""
        return render_template("_heard.html", **_heard(_filled()))

    def _tried(self, session: Any, here: Here, form: Form) -> Form:
        """The form as it is answered: with its faults or questions, or, stored, with the dish."""
        there = {each.slug: each for each in menu.all_items(session, here.restaurant.id)}
        kind = _kind(session, here)
        item, before = form.item, {}
        if item is not None:
            before = _row(session, here, item)
            if (mark := mark_of(before)) != form.seen:
                there_now = dish_form.filled_of(item, facts_of(item), here.restaurant)
                told = dish_form.told_beside(form.filled, there_now)
                return replace(form, seen=mark, faults={"": MEANWHILE, **told})
        slug = item.slug if item else dish_form.slug_for(form.filled.texts["name"], there)
        cells = dish_form.cells_of(form.filled, slug, may_be_silent=item is not None)
        known = {(slug,): before} if before else {}
        try:
            after = read_row(kind, cells, known, here.restaurant.currency)
        except TableError as error:
            return replace(form, faults=faults_of(error))
        if item is None:
            after |= {"available": True}
            stored = menu.put(session, here.restaurant.id, _stored(after), there.get(slug))
            _, told = before_and_after(kind, {}, after)
            here.note(session, "menu.dish_added", stored.name, after=told)
            return replace(form, item=stored)
        asked = dish_form.questions(
            item, dish_form.states_of(facts_of(item)), after, here.restaurant
        )
        sure = mark_of(asked)
        if asked and form.sure != sure:
            return replace(form, questions=tuple(asked), sure=sure)
        _change(session, here, kind, item, before, after)
        return form

    def _set_available(self, here: Here, item_id: int, *, is_on: bool) -> Answer:
        """Twice is as once. What left the menu keeps all that is known of it."""
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
            if item.available != is_on:
                fault = _unfit(session, here, item) if is_on else ""
                if fault:
                    flash(fault)
                    return redirect(
                        url_for(".index", slug=here.restaurant.slug, item_id=item_id), 303
                    )
                item.available = is_on
                what = "menu.dish_put_back" if is_on else "menu.dish_taken_off"
                here.note(session, what, item.name)
        flash(f"{item.name} is on the menu again." if is_on else f"{item.name} left the menu.")
        return redirect(url_for("menu.index", slug=here.restaurant.slug), 303)

    def _page(self, here: Here, form: Form) -> str:
        with self._database.transaction() as session:
            items = menu.available_items(session, here.restaurant.id)
            periods = _periods(session, here)
        item = form.item
        each: Shown | None = None
        if item is not None:
            (each,) = shown([item], here.restaurant, now())
        return render_template(
            "dish.html",
            form=form,
            each=each,
            item=item,
            categories=list(dict.fromkeys(one.category for one in items)),
            periods=periods,
            allergens=ALLERGENS,
            diets=DIETS,
            states=STATES,
            doubts=list(doubts([item])) if item is not None else [],
            currency=here.restaurant.currency,
            timezone=ZoneInfo(here.restaurant.timezone),
            **_heard(form.filled),
        )


def _change(session: Any, here: Here, kind: Kind, item: MenuItem, before: Row, after: Row) -> None:
    """The price by a change of its own, which `/undo` knows."""
    price = after["price"]
    rest = _ordered_as(before, after) | {"price": item.price}
    was, is_now = before_and_after(kind, before, rest)
    if was or is_now:
        menu.put(session, here.restaurant.id, _stored(rest), item)
        here.note(session, "menu.dish_changed", item.name, before=was, after=is_now)
    if price != item.price:
        make_change(session, here, item, PRICE, price)


def _ordered_as(before: Row, after: Row) -> dict[str, Any]:
    """A list's order says nothing, and the form has its own."""
    return {
        name: was if isinstance(was, list) and now and set(was) == set(now) else now
        for name, now in after.items()
        for was in [before.get(name)]
    }


def _stored(row: Row) -> Row:
    """That it is sold out is the day's, and no form says it."""
    return {column: value for column, value in row.items() if column != "sold_out_until"}


def _unfit(session: Any, here: Here, item: MenuItem) -> str:
    """What is wrong with a dish that left the menu, so that it can't stand on it again."""
    facts = facts_of(item)
    filled = dish_form.filled_of(item, facts, here.restaurant)
    cells = dish_form.cells_of(filled, item.slug, may_be_silent=True)
    try:
        read_row(_kind(session, here), cells, {}, here.restaurant.currency)
    except TableError as error:
        return "; ".join(faults_of(error).values())
    return ""


def _one(session: Any, here: Here, item_id: int) -> MenuItem:
    """Held, where something is posted."""
    is_held = request.method == "POST"
    item = menu.one(session, here.restaurant.id, item_id, held=is_held)
    if item is None:
        abort(404)
    return item


def _row(session: Any, here: Here, item: MenuItem) -> dict[str, Any]:
    """As the table of menus has it."""
    columns = menu.rows_of(session, here.restaurant.id, item.id)[0]
    columns.pop("sold_out_until")
    return columns


def _kind(session: Any, here: Here) -> Kind:
    return menu_of(_periods(session, here))


def _periods(session: Any, here: Here) -> list[str]:
    rows = opening_hours.rows_of(session, here.restaurant.id)
    return list(dict.fromkeys(row["what"] for row in rows if row["what"]))


def _filled() -> Filled:
    sent = request.form
    states = {key: sent.get(f"contents-{key}", "") for key in ALLERGENS}
    return Filled(
        {name: sent.get(name, "").replace("\r\n", "\n").strip() for name in TEXTS},
        frozenset(sent.getlist("diet")) & set(DIETS),
        {key: state for key, state in states.items() if state in STATES and state},
        sent.get("words", "")[:MOST_WORDS],
    )


def _heard(filled: Filled) -> dict[str, Any]:
    """What diners hear, and what the kitchen's words were read as, or why not."""
    states = dict(filled.states)
    readings: dict[str, str] = {}
    fault = ""
    try:
        readings, keys = dish_form.read_as(filled.words)
        states |= dict.fromkeys(keys, CONTAINS)
    except ValueError as error:
        fault = str(error)
    return {
        "heard": dish_form.heard(states, filled.diets),
        "readings": readings,
        "words_fault": fault,
    }
