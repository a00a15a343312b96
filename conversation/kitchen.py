"""The staff's words about the menu, from their own phones: `/86`, `/back`, `/price`, `/undo`.

What they change takes effect with the turn's ending; here it is only read, and told in words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from conversation.ending import ChangeMenu, Ending, UndoChange, said
from conversation.keywords import BACK, EIGHTY_SIX, PRICE, STAFFS, UNDO, Keyword
from knowledge.clock import Clock
from knowledge.dish_names import Meant, dishes_meant, nearest
from knowledge.dish_prices import dish_and_price
from knowledge.hours import Hours, hours_of
from knowledge.hours_in_words import when
from knowledge.lexicon import Lexicon
from knowledge.lexicon_on_file import lexicon_of
from knowledge.money import price_text
from knowledge.serving import FOR_GOOD
from knowledge.sold_out import parted
from models import menu_changes
from models.database.engine import Database
from models.diners import Known
from models.menu import MenuItem, available_items
from models.menu_changes import Change, DishChange, Kind
from models.restaurants import Restaurant
from personas.rights import Right

WORDS = (EIGHTY_SIX, BACK, PRICE, UNDO)
MOST_LISTED = 20  # and so many dishes at most one command changes
# What changes a price by more than this is asked for once more: 9500 is easily 95000.
USUAL_FACTOR = 3
UNDONE_WITHIN = timedelta(days=1)
TAKES_BACK = "/undo takes it back."


@dataclass(frozen=True, slots=True)
class Order:
    """What a member of the staff wants of the menu, and the menu; `now` is the restaurant's."""

    word: str
    rest: str
    member: Known
    restaurant: Restaurant
    now: datetime
    items: Sequence[MenuItem]
    lexicon: Lexicon

    @property
    def hours(self) -> Hours | None:
        return hours_of(self.restaurant)

    def meant(self, words: str, items: Sequence[MenuItem] | None = None) -> Meant:
        return dishes_meant(self.items if items is None else items, words, self.lexicon)


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
                last = menu_changes.last_made(session, restaurant.id, member.addresses, since)
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
        return _told(_all_off(order))
    try:
        words, until, is_said = parted(order.rest, order.now, order.hours)
    except ValueError as error:
        return _told(f"Until when? {error}.")
    meant = order.meant(words)
    if not _is_clear(meant):
        return _told(_which(order, meant, words))
    # Who says no time has not heard of what a colleague said, and shortens nothing.
    stay = [each for each in meant.items if not is_said and _stays_off(each, until)]
    go = [each for each in meant.items if each not in stay]
    already = _listed("Off the menu already", _each_until(stay, order.now)) if stay else ""
    if not go:
        return _told(already)
    text = f"off the menu {_until(until, order.now)}"
    return _changing(order, _change(order, EIGHTY_SIX, go, until), text, already)


def _put_back(order: Order) -> Ending:
    if not order.rest:
        return _told(_all_off(order))
    meant = order.meant(order.rest, _off(order))
    if _is_clear(meant):
        return _changing(order, _change(order, BACK, meant.items, None), "on the menu again")
    if not meant.items and (there := order.meant(order.rest)).items:
        return _told(f"Nothing of that was off the menu: {_names(there.items)}.")
    return _told(_which(order, meant, order.rest))


def _price(order: Order) -> Ending:
    """Of one dish; a large step only with a mark behind it, since nobody looks twice."""
    is_sure = order.rest.endswith("!")
    try:
        words, amount = dish_and_price(order.rest.rstrip("! "), order.restaurant.currency)
    except ValueError as error:
        wrong = f" ({error})" if str(error) else ""
        return _told(f"Write the dish and its price, as /price tilapia 9500{wrong}.")
    meant = order.meant(words)
    if len(meant.items) != 1:
        return _told(_which(order, meant, words, f" {order.rest[len(words) :].strip()}"))
    (item,) = meant.items
    old, new = (_money(each, order.restaurant) for each in (item.price, amount))
    if amount == item.price:
        return _told(f"*{item.name}* costs {old} already.")
    if not is_sure and not item.price / USUAL_FACTOR <= amount <= item.price * USUAL_FACTOR:
        return _told(
            f"*{item.name}* costs {old}. If it is to be {new}, send it once more with a mark:"
            f" /price {order.rest.strip()}!"
        )
    change = _change(order, PRICE, (item,), amount)
    text = f"*{item.name}* costs {new} now, instead of {old}. {TAKES_BACK}"
    return Ending(said(text), None, effects=(ChangeMenu(change, order.member.address),))


def _undo(order: Order, last: Change | None, rights: frozenset[Right]) -> Ending:
    if last is None or STAFFS[last.kind][0] not in rights:
        return _told("There is nothing to take back: you changed nothing in the last 24 hours.")
    by_id = {item.id: item for item in order.items}
    changed_since = [
        dish.name
        for dish in last.dishes
        if (item := by_id.get(dish.item_id)) is None
        or menu_changes.value_of(item, last.kind) != dish.after
    ]
    if changed_since:
        return _told(f"That can't be taken back: {', '.join(changed_since)} changed since then.")
    lines = [f"*{dish.name}* {_as_it_was(dish, order)}" for dish in last.dishes]
    return Ending(said(_listed("Taken back", lines)), None, effects=(UndoChange(last),))


_ANSWERS: dict[str, Callable[[Order], Ending]] = {
    EIGHTY_SIX: _take_off,
    BACK: _put_back,
    PRICE: _price,
}


def _changing(order: Order, change: Change, state: str, beside: str = "") -> Ending:
    """The ending that makes the change, and says so."""
    names = [dish.name for dish in change.dishes]
    if len(names) == 1:
        text = f"*{names[0]}* is {state}. {TAKES_BACK}"
    else:
        text = f"{len(names)} dishes are {state}:\n{_numbered(names)}\n{TAKES_BACK}"
    text = f"{text}\n{beside}".rstrip()
    return Ending(said(text), None, effects=(ChangeMenu(change, order.member.address),))


def _change(
    order: Order, kind: Kind, items: Sequence[MenuItem], after: Decimal | datetime | None
) -> Change:
    dishes = tuple(
        DishChange(item.id, item.name, menu_changes.value_of(item, kind), after) for item in items
    )
    return Change(order.restaurant.id, kind, dishes)


def _is_clear(meant: Meant) -> bool:
    """Whether it can be done: one dish, or several that were named, or "all"."""
    return len(meant.items) == 1 or (meant.is_sure and 0 < len(meant.items) <= MOST_LISTED)


def _which(order: Order, meant: Meant, words: str, behind: str = "") -> str:
    if meant.items:
        for_all = "" if order.word == PRICE or meant.is_sure else f", or /{order.word} {words} all"
        return (
            f"Which one? Send its number behind the words, as /{order.word} {words} 1{behind}"
            f"{for_all}:\n{_numbered([item.name for item in meant.items[:MOST_LISTED]])}"
        )
    near = nearest(order.items, words, order.lexicon)
    if not near:
        return f'I find no "{words}" on the menu. Send more of its name.'
    return f'I find no "{words}" on the menu. The nearest: {_names(near)}.'


def _all_off(order: Order) -> str:
    off = _each_until(_off(order), order.now)
    if not off:
        return "Nothing is off the menu. What runs out, /86 takes off: /86 tilapia"
    return _listed("Off the menu", off)


def _stays_off(item: MenuItem, until: datetime) -> bool:
    return item.sold_out_until is not None and item.sold_out_until > until


def _off(order: Order) -> list[MenuItem]:
    return [each for each in order.items if each.sold_out_until and each.sold_out_until > order.now]


def _as_it_was(dish: DishChange, order: Order) -> str:
    match dish.before:
        case Decimal():
            return f"costs {_money(dish.before, order.restaurant)} again"
        case datetime() if dish.before > order.now:
            return f"is off the menu {_until(dish.before, order.now)}"
    return "is on the menu again"


def _each_until(items: Sequence[MenuItem], now: datetime) -> list[str]:
    return [f"*{each.name}* {_until(each.sold_out_until, now)}" for each in items]


def _until(until: datetime | None, now: datetime) -> str:
    if until is None or until >= FOR_GOOD:
        return "until further notice"
    return f"until {when(until.astimezone(now.tzinfo), now)}"


def _money(amount: Decimal, restaurant: Restaurant) -> str:
    return price_text(amount, restaurant.currency, restaurant.locale)


def _names(items: Sequence[MenuItem]) -> str:
    return ", ".join(f"*{item.name}*" for item in items[:MOST_LISTED])


def _numbered(names: Sequence[str]) -> str:
    return "\n".join(f"{n}. *{name}*" for n, name in enumerate(names, 1))


def _listed(title: str, lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return f"{title}: {lines[0]}."
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines[:MOST_LISTED])])


def _told(text: str) -> Ending:
    return Ending(said(text), None)
