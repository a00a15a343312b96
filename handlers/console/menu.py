"""The menu as the kitchen and the floor see it: what is sold out and until when, and the prices.

What is changed here is on record as if it had been sent by `/86`, `/back` and `/price`, so that
`/undo` takes it back. A dish's own page is `dish.py`'s.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from handlers.console import live
from handlers.console.here import Here, needs, now
from handlers.console.menu_shown import Shown, by_category, found, shown
from knowledge.dish_prices import is_large_step, price_in
from knowledge.hours import end_of_service, hours_of
from knowledge.menu_noted import noted
from knowledge.money import price_text, typed_amount
from knowledge.phrases import TellableError
from knowledge.sold_out import until_in
from knowledge.until_in_words import until_text
from models import menu, menu_changes
from models.database.engine import Database
from models.menu import MenuItem
from models.menu_changes import PRICE, Change, DishChange, Kind, Value

MEANWHILE = "Somebody changed it in the meantime. Look at what it is now, then save again."
UNTIL_WHEN = "Until when? Say friday, 18:00, 3 days or 24 December."
WHICH = ("all", "off", "gone")  # on the menu; of these, what is sold out; what left the menu


class MenuPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def blueprint(self) -> Blueprint:
        routes = Blueprint("menu", __name__, url_prefix="/<slug>/menu")
        routes.add_url_rule("", view_func=self.index)
        routes.add_url_rule("/live", view_func=self.live)
        one = "/<int:item_id>"
        routes.add_url_rule(f"{one}/row", view_func=self.row)
        routes.add_url_rule(f"{one}/price", view_func=self.price)
        routes.add_url_rule(f"{one}/price", view_func=self.set_price, methods=["POST"])
        routes.add_url_rule(f"{one}/sold-out", view_func=self.sold_out)
        routes.add_url_rule(f"{one}/sold-out", view_func=self.sell_out, methods=["POST"])
        routes.add_url_rule(f"{one}/back", view_func=self.bring_back, methods=["POST"])
        return routes

    @needs("menu")
    def index(self, here: Here) -> str:
        words, which = _asked()
        fragment, counts = self._dishes(here, words, which)
        page = "_menu_live.html" if "HX-Request" in request.headers else "menu.html"
        return render_template(page, fragment=fragment, counts=counts, words=words, which=which)

    @needs("menu")
    def live(self, here: Here) -> Response:
        words, which = _asked()
        return live.stream(here, "dishes", lambda: self._dishes(here, words, which)[0])

    @needs("menu")
    def row(self, here: Here, item_id: int) -> Any:
        """A dish as the menu lists it: what an editor that was opened gives its place to."""
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
        return self._changed(here, item, "")

    @needs("prices")
    def price(self, here: Here, item_id: int) -> Answer:
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
        return _editor("_price.html", here, item, typed=_typed_price(item, here))

    @needs("prices")
    def set_price(self, here: Here, item_id: int) -> Any:
        typed = request.form.get("price", "")
        fault, status = "", 400
        question = ""
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
            try:
                price = price_in(typed, here.restaurant.currency)
            except TellableError as error:
                fault = str(error) or "Write what it costs."
            else:
                is_sure = request.form.get("sure") == str(price)
                if request.form.get("seen") != str(item.price):
                    fault, status = f"It costs {_money(item.price, here)} now. {MEANWHILE}", 409
                elif is_large_step(item.price, price) and not is_sure:
                    question = f"It costs {_money(item.price, here)}."
                    question += f" Is it to be {_money(price, here)}?"
                elif price != item.price:
                    make_change(session, here, item, PRICE, price)
        if fault:
            return _editor("_price.html", here, item, status, typed=typed, fault=fault)
        if question:
            sure = str(price)
            return _editor("_price.html", here, item, typed=typed, question=question, sure=sure)
        return self._changed(
            here, item, f"{item.name} costs {_money(item.price, here)} now.", "price"
        )

    @needs("menu")
    def sold_out(self, here: Here, item_id: int) -> Answer:
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
        return _editor("_sold_out.html", here, item, **_today(here))

    @needs("menu")
    def sell_out(self, here: Here, item_id: int) -> Any:
        how, typed = request.form.get("how", "today"), request.form.get("until", "")
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
            try:
                until = _until(how, typed, here)
            except (ValueError, OverflowError):
                until = None
            is_seen = request.form.get("seen", "") == _moment(item.sold_out_until)
            if until is not None and is_seen:
                make_change(session, here, item, "86", until)
        if until is None or not is_seen:
            fault = MEANWHILE if until is not None else UNTIL_WHEN
            status = 409 if until is not None else 400
            again: dict[str, Any] = {"how": how, "typed": typed, "fault": fault, **_today(here)}
            return _editor("_sold_out.html", here, item, status, **again)
        told = until_text(until, _local(here), None)
        return self._changed(here, item, f"{item.name} is off the menu {told}.", "off")

    @needs("menu")
    def bring_back(self, here: Here, item_id: int) -> Any:
        """Twice is as once."""
        with self._database.transaction() as session:
            item = _one(session, here, item_id)
            if item.sold_out_until is not None:
                make_change(session, here, item, "back", None)
        return self._changed(here, item, f"{item.name} is on the menu again.", "off")

    def _changed(self, here: Here, item: MenuItem, told: str, focus: str = "") -> Any:
        """The dish's row, or the way back to the menu."""
        if told:
            flash(told)
        if "HX-Request" not in request.headers:
            return redirect(
                url_for("menu.index", slug=here.restaurant.slug, _anchor=f"dish-{item.id}"), 303
            )
        (each,) = shown([item], here.restaurant, now())
        return render_template("_dish_row_alone.html", each=each, focus=focus)

    def _dishes(self, here: Here, words: str, which: str) -> tuple[str, dict[str, int]]:
        with self._database.transaction() as session:
            items = menu.all_items(session, here.restaurant.id)
        on = [each for each in items if each.available]
        at = now()
        lists: dict[str, Sequence[MenuItem]] = {
            "all": on,
            "off": [each for each in on if each.sold_out_until and each.sold_out_until > at],
            "gone": [each for each in items if not each.available],
        }
        kept: list[Shown] = shown(found(lists[which], words), here.restaurant, at)
        fragment = render_template(
            "_dishes.html", parts=by_category(kept), words=words, which=which, here=here
        )
        return fragment, {name: len(listed) for name, listed in lists.items()}


def make_change(session: Any, here: Here, item: MenuItem, kind: Kind, after: Value) -> None:
    """Of a dish that is held, within the transaction that changes more of it."""
    dish = DishChange(item.id, item.name, menu_changes.value_of(item, kind), after)
    made = Change(here.restaurant, kind, (dish,))
    at = now()
    told = noted(here.restaurant, at)
    menu_changes.make_in(session, made, told, made_by=here.address, now=at)


def _one(session: Any, here: Here, item_id: int) -> MenuItem:
    """Held, where something is posted."""
    is_held = request.method == "POST"
    item = menu.one(session, here.restaurant.id, item_id, held=is_held)
    if item is None:
        abort(404)
    return item


def _editor(part: str, here: Here, item: MenuItem, status: int = 200, **told: Any) -> Answer:
    """Below the dish's row, or on a page of its own."""
    is_within = "HX-Request" in request.headers
    shape = part if is_within else "menu_part.html"
    shown = render_template(
        shape,
        part=part,
        item=item,
        is_within=is_within,
        seen=_moment(item.sold_out_until) if part == "_sold_out.html" else str(item.price),
        currency=here.restaurant.currency,
        **told,
    )
    # A form that comes back takes its own place, and not the row's.
    own_place = {"HX-Retarget": f"#do-{item.id}", "HX-Reswap": "innerHTML"}
    return Answer(shown, status, own_place, mimetype="text/html")


def _today(here: Here) -> dict[str, Any]:
    """When the service ends that runs, or comes."""
    local = _local(here)
    hours = hours_of(here.restaurant)
    end = end_of_service(hours, local) if hours else None
    return {"today": until_text(end, local, None) if end else "until tomorrow morning"}


def _until(how: str, typed: str, here: Here) -> datetime:
    """Raises ValueError."""
    if how == "then" and not typed.strip():
        raise ValueError("no time")
    words = "for good" if how == "good" else typed
    return until_in(words, _local(here), hours_of(here.restaurant))


def _asked() -> tuple[str, str]:
    which = request.args.get("show", "all")
    return request.args.get("q", "")[:100].strip(), which if which in WHICH else "all"


def _moment(at: datetime | None) -> str:
    return f"{at.timestamp():.0f}" if at else ""


def _typed_price(item: MenuItem, here: Here) -> str:
    return typed_amount(item.price, here.restaurant.currency)


def _money(amount: Decimal, here: Here) -> str:
    return price_text(amount, here.restaurant.currency, here.restaurant.locale)


def _local(here: Here) -> datetime:
    return now().astimezone(ZoneInfo(here.restaurant.timezone))
