"""Reads what diners say of prices, in six languages: bounds, "about", "the cheapest".

Pure: it knows no menu and no currency's worth, so an amount in another currency than the menu's
is no bound. A number that is no price (two people, 33 cl, a table for four) is left where it
stands.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.number_words import MARK, in_figures, in_words
from knowledge.words import fold, listed

WORDS_FILE = Path(__file__).parent / "price_words.toml"
ABOUT_SHARE = Decimal("0.2")  # "about 5000" is 4,000 to 6,000, the nearest first
# A number alone is a price only if it is no count of people or plates.
SURELY_NO_COUNT = 100
LEAST_ALONE = 10
LEAST_IN_WORDS = 5  # "at most two" may be of anything
ANY = "any"  # a sign of money, of whatever currency

_GLUED_EURO = re.compile(r"(?<=\d)e(?!\w)")  # "5e max"
_WITH_CENTS = re.compile(r"\A(.*\d)[.,](\d{1,2})")
_ISH = re.compile(r"(?<=\d)(?=ish\b)")
Sort = Literal["best", "price_up", "price_down"]


@dataclass(frozen=True)
class PriceBounds:
    """What a dish may cost, in the currency of its menu; `near` is what it is to be close to."""

    least: Decimal | None = None
    most: Decimal | None = None
    near: Decimal | None = None
    sort: Sort = "best"
    foreign: tuple[str, ...] = ()  # as they were said: "15 euros" where a menu is in RWF


def prices_in(folded: str, currency: str = "") -> tuple[PriceBounds, str]:
    """The bounds that a folded text names, the tightest of each, and the text without them.

    `currency`: the menu's, ISO 4217; without it every currency is the menu's.
    """
    text, numbers = in_figures(_GLUED_EURO.sub(" eur", _ISH.sub(" ", folded)))
    reader = _Reader(text, currency)
    patterns = _patterns()
    reader.take(patterns["range"], reader.between)
    reader.take(patterns["loose_range"], reader.between_if_sure)
    reader.take(patterns["most"], reader.at_most)
    reader.take(patterns["most_after"], reader.at_most)
    reader.take(patterns["least"], reader.at_least)
    reader.take(patterns["least_after"], reader.at_least)
    reader.take(patterns["about"], reader.about)
    reader.take(patterns["about_after"], reader.about)
    reader.take(patterns["alone"], reader.budget_if_sure)
    sort = reader.sort(patterns["cheapest"], patterns["dearest"])
    bounds = PriceBounds(
        max(reader.least, default=None),
        min(reader.most, default=None),
        reader.near,
        sort,
        tuple(in_words(each, numbers) for each in reader.foreign),
    )
    return bounds, in_words(reader.text, numbers)


def amounts_in(folded: str) -> list[Decimal]:
    """The amounts of money that a folded text names, in whatever currency."""
    text, _ = in_figures(folded)
    named = _patterns()["alone"].finditer(text)
    return [_amount(each, "") for each in named if _is_money(each, "")]


class _Reader:
    """Takes prices out of a text, one pattern after the other, and keeps what they say."""

    def __init__(self, text: str, currency: str) -> None:
        self.text = text
        self._currency = currency
        self.least: list[Decimal] = []
        self.most: list[Decimal] = []
        self.near: Decimal | None = None
        self.foreign: list[str] = []

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], bool]) -> None:
        """Leave out of the text what `read` takes for a price."""

        def without(found: re.Match[str]) -> str:
            if not self._is_foreign(found):
                return " " if read(found) else found[0]
            prices = [name for name in found.groupdict() if name.startswith("price")]
            said = found.string[found.start(prices[0]) : found.end(prices[-1])]
            self.foreign.append(said.strip())
            return " "

        self.text = pattern.sub(without, self.text)

    def _is_foreign(self, found: re.Match[str]) -> bool:
        said = [
            " ".join(value.split())
            for name, value in found.groupdict().items()
            if value and name.startswith(("before", "behind"))
        ]
        codes = [_currencies()[each] for each in said]
        return bool(self._currency) and not all({self._currency, ANY} & each for each in codes)

    def between(self, found: re.Match[str]) -> bool:
        if _is_vague(found, "2"):
            return False
        second = _amount(found, "2")
        first = _amount(found, "1")
        # "5 to 8k" is 5,000 to 8,000, and so is "five to eight thousand".
        is_of_thousands = _is_thousand(found, "2") or (found["mark2"] and second >= 1000)
        if is_of_thousands and not _is_thousand(found, "1") and first < 1000:
            first *= 1000
        self.least.append(min(first, second))
        self.most.append(max(first, second))
        return True

    def between_if_sure(self, found: re.Match[str]) -> bool:
        """ "5000-7000" is of money, "2-3" of people, "€2-3" of money."""
        is_money = _is_money(found, "1") or _is_money(found, "2")
        is_sure = is_money or _amount(found, "2") >= SURELY_NO_COUNT
        return is_sure and self.between(found)

    def at_most(self, found: re.Match[str]) -> bool:
        if _is_vague(found, ""):
            return False
        self.most.append(_amount(found, ""))
        return True

    def at_least(self, found: re.Match[str]) -> bool:
        if _is_vague(found, ""):
            return False
        self.least.append(_amount(found, ""))
        return True

    def about(self, found: re.Match[str]) -> bool:
        amount = _amount(found, "")
        if not (found["before"] or found["behind"]) and amount < LEAST_ALONE:
            return False  # "around 8" is a time
        self.near = amount
        self.least.append(self.near * (1 - ABOUT_SHARE))
        self.most.append(self.near * (1 + ABOUT_SHARE))
        return True

    def budget_if_sure(self, found: re.Match[str]) -> bool:
        """ "Something for 3k": it may cost less. "A table for 4" is no price."""
        return _is_money(found, "") and self.at_most(found)

    def sort(self, cheapest: re.Pattern[str], dearest: re.Pattern[str]) -> Sort:
        for sort, pattern in (("price_up", cheapest), ("price_down", dearest)):
            without, times = pattern.subn(" ", self.text)
            if times:
                self.text = without
                return sort  # type: ignore[return-value]
        return "best"


def _is_money(found: re.Match[str], which: str) -> bool:
    if found[f"before{which}"] or found[f"behind{which}"] or _is_thousand(found, which):
        return True
    is_led = not which and bool(found["lead"])
    return is_led and _amount(found, which) >= SURELY_NO_COUNT


def _is_vague(found: re.Match[str], which: str) -> bool:
    """A small number in words, of what, nobody says: "at least two"."""
    is_alone = not (found[f"before{which}"] or found[f"behind{which}"])
    return bool(found[f"mark{which}"]) and is_alone and _amount(found, which) < LEAST_IN_WORDS


def _amount(found: re.Match[str], which: str) -> Decimal:
    written = found[f"amount{which}"]
    with_cents = _WITH_CENTS.fullmatch(written)
    whole, cents = with_cents.groups() if with_cents else (written, "0")
    amount = Decimal(re.sub(r"\D", "", whole) + "." + cents)
    return amount * 1000 if _is_thousand(found, which) else amount


def _is_thousand(found: re.Match[str], which: str) -> bool:
    """Whether it is so many thousands; in words, that is in the figures already."""
    return bool(found[f"thousand{which}"] or found[f"thousands{which}"])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = _words()

    def any_of(*names: str) -> str:
        return _any_of(word for name in names for word in words[name])

    def amount(which: str = "") -> str:
        # "1.500,50": the mark of the cents is another.
        mark = f"by{which}"
        grouped = (
            rf"\d{{1,3}}(?P<{mark}>[ ,.])\d{{3}}(?:(?P={mark})\d{{3}})*+"
            rf"(?:(?!(?P={mark}))[.,]\d{{1,2}}+)?+(?!\d)"
        )
        return (
            rf"(?P<price{which}>(?:(?P<before{which}>(?<![a-z]){currency})\s*+)?"
            rf"(?:(?P<thousands{which}>{any_of('thousand_before')})\s++)?"
            rf"(?P<mark{which}>{MARK})?(?<![\d.,])"
            rf"(?P<amount{which}>{grouped}|\d++(?:[.,]\d{{1,2}}+)?+)(?!\d)"
            rf"(?:\s*+(?P<thousand{which}>{any_of('thousand')})\b)?+"
            rf"(?:\s*+(?P<behind{which}>{currency})(?!\w))?+)"
            rf"(?!\s*+(?:{any_of('units')})(?!\w))(?![a-z])"
        )

    currency = _any_of(_currencies())
    compare = {"most": r"<\s?=?|=<|≤", "least": r">\s?=?|=>|≥|\+", "about": "~|≈"}
    or_to = rf"(?:-|–|—|\b(?:{any_of('to')})\b)"
    to = rf"\s*+(?:-|–|—|\b(?:{any_of('and')})\b)\s*+"
    patterns = {
        "range": rf"\b(?:{any_of('between')})\s++{amount('1')}{to}{amount('2')}",
        "loose_range": rf"(?<![\w-]){amount('1')}\s*+{or_to}\s*+{amount('2')}(?!-)",
        "alone": rf"(?P<lead>\b(?:{any_of('for')})\s++)?(?<!\w){amount()}",
        "cheapest": rf"\b(?:{any_of('cheapest')})\b",
        "dearest": rf"\b(?:{any_of('dearest')})\b",
    }
    for name, signs in compare.items():
        patterns[name] = rf"(?:\b(?:{any_of(name)})\b|{signs})\s*+:?\s*+{amount()}"
        patterns[f"{name}_after"] = (
            rf"(?<!\w){amount()}\s*+(?:\b(?:{any_of(f'{name}_after')})\b|\+(?!\w))"
            if name == "least"
            else rf"(?<!\w){amount()}\s*+-?(?:{any_of(f'{name}_after')})\b"
        )
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


def _any_of(words: Iterable[str], between: str = r"\s++") -> str:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", between) for word in longest_first)


@cache
def _currencies() -> dict[str, frozenset[str]]:
    """The codes of the currencies that each word or sign may mean."""
    listed = _file()["currencies"].items()
    return {word: frozenset(codes.split()) for codes, words in listed for word in _listed(words)}


@cache
def _words() -> dict[str, frozenset[str]]:
    """The words of every kind, of all languages together."""
    together: dict[str, set[str]] = {}
    for name, kinds in _file().items():
        for kind, words in kinds.items() if name != "currencies" else ():
            together.setdefault(kind, set()).update(_listed(words))
    return {kind: frozenset(words) for kind, words in together.items()}


@cache
def _file() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


def _listed(text: str) -> list[str]:
    return [" ".join(fold(word).split()) for word in listed(text)]
