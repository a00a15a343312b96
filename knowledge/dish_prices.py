"""A dish and its price, as the kitchen types both in one line: "tilapia 9 500 RWF"."""

import re
from decimal import Decimal

from knowledge.money import MOST_OF_A_DISH, amount, is_cut_off
from knowledge.phrases import TellableError, later

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
            raise TellableError(later("a price is {most} at most"), most=f"{MOST_OF_A_DISH:,f}")
        if price > 0:
            if not any(map(str.isalnum, words[-length - 1])):  # "rolex + 500"
                break
            return dish, price
        wrong = TellableError(later("a price is more than 0"))
    raise wrong
