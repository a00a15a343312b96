"""A dish and its price, as the kitchen types both in one line: "tilapia 9 500 RWF"."""

import re
from decimal import Decimal

from knowledge.money import MOST_OF_A_DISH, amount, is_cut_off
from knowledge.phrases import TellableError, later

# What changes a price by more than this is asked for once more: 9500 is easily 95000.
USUAL_FACTOR = 3

_TOO_MUCH = later("a price is {most} at most")
_NOTHING = later("a price is more than 0")
_K = re.compile(r"(?<=\d)k\b", re.IGNORECASE)


def dish_and_price(typed: str, currency: str) -> tuple[str, Decimal]:
    """The dish's words, and the price behind them, as "9 500" or "RWF 9500".

    Raises TellableError, which says what is wrong with the price, if there is one at all.
    """
    words = _K.sub("000", typed).split()
    wrong = TellableError()
    for length in (3, 2, 1):  # "9 500 RWF" before "500 RWF"
        dish = " ".join(words[:-length])
        written = " ".join(words[-length:])
        if not dish or not any(each.isdigit() for each in written):
            continue
        if is_cut_off(dish):
            break
        try:
            price = amount(written, currency)
        except TellableError as error:
            wrong = error
            continue
        if price > MOST_OF_A_DISH:
            raise TellableError(_TOO_MUCH, most=f"{MOST_OF_A_DISH:,f}")
        if price > 0:
            if not any(map(str.isalnum, words[-length - 1])):  # "rolex + 500"
                break
            return dish, price
        wrong = TellableError(_NOTHING)
    raise wrong


def price_in(typed: str, currency: str) -> Decimal:
    """A price that stands alone, as "9 500" or "9.5k".

    Raises TellableError: of what is empty it says nothing.
    """
    if not typed.strip():
        raise TellableError
    price = amount(_K.sub("000", typed.strip()), currency)
    if price > MOST_OF_A_DISH:
        raise TellableError(_TOO_MUCH, most=f"{MOST_OF_A_DISH:,f}")
    if price <= 0:
        raise TellableError(_NOTHING)
    return price


def is_large_step(old: Decimal, new: Decimal) -> bool:
    """Whether who typed `new` for a price of `old` is asked once more."""
    return not old / USUAL_FACTOR <= new <= old * USUAL_FACTOR
