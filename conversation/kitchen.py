"""The staff's words about the menu, from their own phones: `/86`, `/back`, `/price`, `/undo`.

What they change takes effect with the turn's ending; here it is only read, and told in words.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from conversation import kitchen_words
from conversation.ending import ChangeMenu, Ending, UndoChange, said
from conversation.keywords import BACK, EIGHTY_SIX, PRICE, STAFFS, UNDO, Keyword
from conversation.kitchen_words import MOST_LISTED, Order
from knowledge.clock import Clock
from knowledge.dish_names import Meant
from knowledge.dish_prices import dish_and_price, is_large_step
from knowledge.lexicon_on_file import lexicon_of
from knowledge.phrases import Phrase, TellableError, phrase, plural
from knowledge.sold_out import parted
from knowledge.until_in_words import until_text
from models import menu_changes
from models.database.engine import Database
from models.diners import Known
from models.menu import MenuItem, available_items
from models.menu_changes import Change, DishChange, Kind
from models.restaurants import Restaurant
from personas.rights import Right

WORDS = (EIGHTY_SIX, BACK, PRICE, UNDO)
UNDONE_WITHIN = timedelta(days=1)


class Kitchen:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def answer(
        self, keyword: Keyword, member: Known, rights: frozenset[Right], restaurant: Restaurant
    ) -> Ending:
        """The ending of a turn with a keyword of these, from who may use it.

        Raises DatabaseUnavailableError.
        """
        now = self._clock.now().astimezone(ZoneInfo(restaurant.timezone))
        with self._database.transaction() as session:
            items = available_items(session, restaurant.id)
            lexicon = lexicon_of(self._database, session, restaurant.slug)
            last = None
            if keyword.word == UNDO:
                since = now - UNDONE_WITHIN
                last = menu_changes.last_made(session, restaurant, member.addresses, since)
        # Who sends several at once says the word before each.
        slash = "/?" if keyword.word == EIGHTY_SIX else "/"
        again = re.compile(rf"^\s*{slash}{keyword.word}[\s:]*")
        rest = ", ".join(again.sub("", line) for line in keyword.rest.splitlines())
        order = Order(keyword.word, rest, member, restaurant, now, items, lexicon)
        if keyword.word == UNDO:
            return _undo(order, last, rights)
        return _ANSWERS[keyword.word](order)


def _take_off(order: Order) -> Ending:
    if not order.rest:
        return _told(kitchen_words.all_off(order))
    try:
        words, until, is_said = parted(order.rest, order.now, order.hours)
    except ValueError:
        return _told(
            phrase(
                "Until when? I can't make a time to come of that: say *until friday*,"
                " *until 18:00*, *3 days* or *for good*.",
                order.language,
            )
        )
    meant = order.meant(words)
    if not _is_clear(meant):
        return _told(kitchen_words.which(order, meant, words))
    # Who says no time has not heard of what a colleague said, and shortens nothing.
    stay = [each for each in meant.items if not is_said and _stays_off(each, until)]
    go = [each for each in meant.items if each not in stay]
    title = phrase("Off the menu already", order.language)
    already = (
        kitchen_words.listed(title, kitchen_words.each_until(stay, order)) if stay else Phrase("")
    )
    if not go:
        return _told(already)
    change = _change(order, EIGHTY_SIX, go, until)
    return _changing(order, change, _off_now(order, change, until), already)


def _off_now(order: Order, change: Change, until: datetime) -> Phrase:
    language = order.language
    told = until_text(until, order.now, language)
    if len(change.dishes) == 1:
        (dish,) = change.dishes
        return phrase("*{dish}* is off the menu {until}.", language, dish=dish.name, until=told)
    many = len(change.dishes)
    return plural(
        "{n} dish is off the menu {until}:",
        "{n} dishes are off the menu {until}:",
        many,
        language,
        until=told,
    )


def _put_back(order: Order) -> Ending:
    if not order.rest:
        return _told(kitchen_words.all_off(order))
    meant = order.meant(order.rest, kitchen_words.off(order))
    if _is_clear(meant):
        change = _change(order, BACK, meant.items, None)
        return _changing(order, change, _on_again(order, change))
    if not meant.items and (there := order.meant(order.rest)).items:
        dishes = kitchen_words.named(there.items)
        return _told(
            phrase("Nothing of that was off the menu: {dishes}.", order.language, dishes=dishes)
        )
    return _told(kitchen_words.which(order, meant, order.rest))


def _on_again(order: Order, change: Change) -> Phrase:
    if len(change.dishes) == 1:
        (dish,) = change.dishes
        return phrase("*{dish}* is on the menu again.", order.language, dish=dish.name)
    return plural(
        "{n} dish is on the menu again:",
        "{n} dishes are on the menu again:",
        len(change.dishes),
        order.language,
    )


def _price(order: Order) -> Ending:
    """Of one dish; a large step only with a mark behind it, since nobody looks twice."""
    is_sure = order.rest.endswith("!")
    try:
        words, amount = dish_and_price(order.rest.rstrip("! "), order.restaurant.currency)
    except TellableError as error:
        return _told(_how_to_price(order, error))
    meant = order.meant(words)
    if len(meant.items) != 1:
        return _told(
            kitchen_words.which(order, meant, words, f" {order.rest[len(words) :].strip()}")
        )
    (item,) = meant.items
    old, new = (kitchen_words.money(each, order.restaurant) for each in (item.price, amount))
    named = {"dish": item.name, "old": old, "new": new}
    if amount == item.price:
        return _told(phrase("*{dish}* costs {old} already.", order.language, **named))
    if not is_sure and is_large_step(item.price, amount):
        return _told(
            phrase(
                "*{dish}* costs {old}. If it is to be {new}, send it once more with a mark:"
                " /price {words}!",
                order.language,
                words=order.rest.strip(),
                **named,
            )
        )
    change = _change(order, PRICE, (item,), amount)
    text = phrase("*{dish}* costs {new} now, instead of {old}.", order.language, **named)
    return _changing(order, change, text)


def _how_to_price(order: Order, error: TellableError) -> Phrase:
    if why := error.told(order.language):
        return phrase(
            "Write the dish and its price, as /price tilapia 9500 ({why}).",
            order.language,
            why=why,
        )
    return phrase("Write the dish and its price, as /price tilapia 9500.", order.language)


def _undo(order: Order, last: Change | None, rights: frozenset[Right]) -> Ending:
    language = order.language
    if last is None or STAFFS[last.kind][0] not in rights:
        return _told(
            phrase(
                "There is nothing to take back: you changed nothing in the last 24 hours.",
                language,
            )
        )
    by_id = {item.id: item for item in order.items}
    changed_since = [
        dish.name
        for dish in last.dishes
        if (item := by_id.get(dish.item_id)) is None
        or menu_changes.value_of(item, last.kind) != dish.after
    ]
    if changed_since:
        dishes = ", ".join(changed_since)
        return _told(
            phrase(
                "That can't be taken back: {dishes} changed since then.", language, dishes=dishes
            )
        )
    lines = [kitchen_words.as_it_was(dish, order) for dish in last.dishes]
    text = kitchen_words.listed(phrase("Taken back", language), lines)
    return Ending(said(text), None, effects=(UndoChange(last),))


_ANSWERS: dict[str, Callable[[Order], Ending]] = {
    EIGHTY_SIX: _take_off,
    BACK: _put_back,
    PRICE: _price,
}


def _changing(order: Order, change: Change, told: Phrase, beside: str = "") -> Ending:
    """The ending that makes the change, and says so."""
    takes_back = phrase("/undo takes it back.", order.language)
    names = [dish.name for dish in change.dishes]
    text = (
        f"{told} {takes_back}"
        if len(names) == 1
        else f"{told}\n{kitchen_words.numbered(names)}\n{takes_back}"
    )
    text = f"{text}\n{beside}".rstrip()
    return Ending(said(Phrase(text)), None, effects=(ChangeMenu(change, order.member.address),))


def _change(
    order: Order, kind: Kind, items: Sequence[MenuItem], after: Decimal | datetime | None
) -> Change:
    dishes = tuple(
        DishChange(item.id, item.name, menu_changes.value_of(item, kind), after) for item in items
    )
    return Change(order.restaurant, kind, dishes)


def _is_clear(meant: Meant) -> bool:
    """Whether it can be done: one dish, or several that were named, or "all"."""
    return len(meant.items) == 1 or (meant.is_sure and 0 < len(meant.items) <= MOST_LISTED)


def _stays_off(item: MenuItem, until: datetime) -> bool:
    return item.sold_out_until is not None and item.sold_out_until > until


def _told(text: Phrase) -> Ending:
    return Ending(said(text), None)
