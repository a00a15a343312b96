"""Prices as diners say them, in six languages; what is no price stays where it stands."""

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.prices import PriceBounds, prices_in
from knowledge.wishes import wishes_in
from knowledge.words import fold

BETWEEN = [
    "between {} and {}",
    "from {} to {}",
    "entre {} et {}",
    "de {} à {}",
    "tra {} e {}",
    "da {} a {}",
    "kati ya {} na {}",
    "kuanzia {} hadi {}",
    "hagati ya {} na {}",
    "kuva kuri {} kugeza kuri {}",
    "bejn {} u {}",
    "minn {} sa {}",
]
AT_MOST = [
    "under {}",
    "less than {}",
    "no more than {}",
    "nothing over {}",
    "{} max",
    "{} or less",
    "≤ {}",
    "<= {}",
    "<{}",
    "moins de {}",
    "à moins de {}",
    "jusqu'à {}",
    "pas plus de {}",
    "{} maximum",
    "{} ou moins",
    "meno di {}",
    "sotto i {}",
    "al massimo {}",
    "fino a {}",
    "chini ya {}",
    "hadi {}",
    "si zaidi ya {}",
    "munsi ya {}",
    "bitarenze {}",
    "inqas minn {}",
    "taħt {}",
    "mhux aktar minn {}",
]
AT_LEAST = [
    "over {}",
    "at least {}",
    "more than {}",
    "{} or more",
    "≥ {}",
    "> {}",
    "plus de {}",
    "au moins {}",
    "à partir de {}",
    "più di {}",
    "almeno {}",
    "zaidi ya {}",
    "angalau {}",
    "hejuru ya {}",
    "nibura {}",
    "aktar minn {}",
    "mill-inqas {}",
]
ABOUT = ["about {}", "around {}", "~{}", "environ {}", "circa {}", "takriban {}", "madwar {}"]
WRITTEN = ["{}", "{} euros", "€{}", "{}€", "RWF {}", "{}frw", "{} francs", "{} ewro"]
amounts = st.integers(10, 999_999)
written = st.sampled_from(WRITTEN)


def read(said: str) -> tuple[PriceBounds, str]:
    bounds, rest = prices_in(fold(f"fish {said} please"))
    return bounds, " ".join(rest.split())


@given(st.sampled_from(BETWEEN), amounts, amounts, written)
def test_a_range_is_a_range_in_every_language(said: str, one: int, two: int, form: str) -> None:
    bounds, rest = read(said.format(form.format(one), form.format(two)))
    assert bounds == PriceBounds(Decimal(min(one, two)), Decimal(max(one, two)))
    assert rest == "fish please"


@given(st.sampled_from(AT_MOST), amounts, written)
def test_the_most_is_the_most_in_every_language(said: str, amount: int, form: str) -> None:
    assert read(said.format(form.format(amount))) == (
        PriceBounds(most=Decimal(amount)),
        "fish please",
    )


@given(st.sampled_from(AT_LEAST), amounts, written)
def test_the_least_is_the_least_in_every_language(said: str, amount: int, form: str) -> None:
    assert read(said.format(form.format(amount))) == (
        PriceBounds(least=Decimal(amount)),
        "fish please",
    )


@given(st.sampled_from(ABOUT), amounts, written)
def test_about_is_a_fifth_more_or_less(said: str, amount: int, form: str) -> None:
    bounds, rest = read(said.format(form.format(amount)))
    assert bounds.near == amount
    assert (bounds.least, bounds.most) == (amount * Decimal("0.8"), amount * Decimal("1.2"))
    assert rest == "fish please"


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    bounds, _rest = prices_in(fold(text))
    assert bounds.least is None or bounds.least >= 0


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("between 5000 and 8000", "5000", "8000"),
        ("from 5 to 10 euros", "5", "10"),
        ("5k-8k", "5000", "8000"),
        ("5 to 8k", "5000", "8000"),
        ("€5-€10", "5", "10"),
        ("entre 5 et 10€", "5", "10"),
        ("for 3k", None, "3000"),
        ("for 3000", None, "3000"),
        ("budget 10 euros", None, "10"),
        ("under 5,000", None, "5000"),
        ("under 5.000", None, "5000"),
        ("under 5 000", None, "5000"),
        ("under ٥٠٠٠", None, "5000"),
        ("12,50 max", None, "12.50"),
        ("under 1.500,50", None, "1500.50"),
        ("1,500.50 max", None, "1500.50"),
        ("between 1 500,5 and 1.234.567,89", "1500.5", "1234567.89"),
        ("no more than €12.50", None, "12.50"),
        ("RWF 3000", None, "3000"),
        ("3000frw", None, "3000"),
        ("€15", None, "15"),
        ("meno di 10 mila", None, "10000"),
        ("chini ya elfu 5", None, "5000"),
        ("munsi ya ibihumbi 3", None, "3000"),
        ("j'ai 20 euros", None, "20"),
        ("i have 5000", None, "5000"),
        # A range that names no currency, or one of its ends does.
        ("5000-7000", "5000", "7000"),
        ("5,000–7,000", "5000", "7000"),
        ("5.000-7.000", "5000", "7000"),
        ("5000 to 7000", "5000", "7000"),
        ("rwf 5000-7000", "5000", "7000"),
        ("RWF 5,000 to 7,000", "5000", "7000"),
        ("5.000 à 7.000", "5000", "7000"),
        ("5000 hadi 7000", "5000", "7000"),
        ("€10 - 15", "10", "15"),
        # In words.
        ("under five thousand", None, "5000"),
        ("between five thousand and ten thousand", "5000", "10000"),
        ("less than fifteen hundred", None, "1500"),
        ("twenty-five euros", None, "25"),
        ("entre cinq et dix mille", "5000", "10000"),
        ("moins de quinze mille cinq cents", None, "15500"),
        ("tra cinque e dieci euro", "5", "10"),
        ("tra cinque e diecimila", "5000", "10000"),
        ("meno di dodici euro", None, "12"),
        ("chini ya elfu kumi na tano", None, "15000"),
        ("kati ya elfu tano na elfu kumi", "5000", "10000"),
        ("munsi ya ibihumbi bitanu", None, "5000"),
        ("inqas minn għaxart elef", None, "10000"),
        ("bejn ħamsa u għaxar ewro", "5", "10"),
        # Compared.
        ("more expensive than 15000", "15000", None),
        ("pricier than 15000", "15000", None),
        ("plus cher que 15000", "15000", None),
        ("moins cher que 15000", None, "15000"),
        ("più caro di 15000", "15000", None),
        ("ghali kuliko 15000", "15000", None),
        ("kurenza 15000", "15000", None),
        ("5e max", None, "5"),
        ("5000/= max", None, "5000"),
    ],
)
def test_an_amount_is_read_as_it_is_written(said: str, least: str | None, most: str | None) -> None:
    expected = PriceBounds(Decimal(least) if least else None, Decimal(most) if most else None)
    assert read(said) == (expected, "fish please")


@pytest.mark.parametrize(
    "said",
    [
        "2 people",
        "max 4 people",
        "at least 2 persons",
        "less than 50 cl",
        "for 500 ml",
        "around 20 minutes",
        "moins de 30 minutes",
        "33cl",
        "33 cl",
        "500ml beer",
        "table for 4",
        "rolex 2",
        "a table for 2-3 people",
        "2 coffees and a tea",
        "pour 4 personnes",
        "cappuccino at 9am",
        "around 8",
        "v60",
        "7up",
        "kwa watu 4",
        "abantu 4",
        "j'ai 3 enfants",
        "ho 2 bambini",
        "2026-12-25",
        "200-300 ml",
        "five skewers",
        "at least two",
        "around eight",
        "thousand hills gin",
        "mille-feuille",
    ],
)
def test_a_number_that_is_no_price_stays(said: str) -> None:
    assert read(said) == (PriceBounds(), f"fish {fold(said)} please")


@pytest.mark.parametrize(
    ("said", "currency", "foreign"),
    [
        ("max 15 euros", "RWF", "15 euros"),
        ("under $5", "RWF", "$5"),
        ("between 5 and 10 euros", "RWF", "5 and 10 euros"),
        ("moins de dix euros", "RWF", "dix euros"),
        ("5-10€", "RWF", "5-10€"),
        ("20 dollars", "EUR", "20 dollars"),
        ("rwf 5000 or less", "EUR", "rwf 5000"),
        ("under 5000 francs", "EUR", "5000 francs"),
    ],
)
def test_money_of_another_country_is_no_bound(said: str, currency: str, foreign: str) -> None:
    bounds, rest = prices_in(fold(f"fish {said}"), currency)
    assert bounds == PriceBounds(foreign=(fold(foreign),))
    assert rest.split() == ["fish"]
    wishes = wishes_in(f"fish {said}", currency)
    assert wishes.not_understood == (fold(foreign),)


@pytest.mark.parametrize("said", ["under 5000 francs", "5000/= max", "max 5000", "max frw 5000"])
def test_the_houses_own_money_is_a_bound_by_any_of_its_names(said: str) -> None:
    assert prices_in(fold(said), "RWF")[0] == PriceBounds(most=Decimal(5000))


@pytest.mark.parametrize(
    ("said", "sort"),
    [
        ("the cheapest", "price_up"),
        ("not too expensive", "price_up"),
        ("le moins cher", "price_up"),
        ("pas cher", "price_up"),
        ("il più economico", "price_up"),
        ("rahisi zaidi", "price_up"),
        ("bei nafuu", "price_up"),
        ("gihendutse", "price_up"),
        ("l-irħas", "price_up"),
        ("the most expensive", "price_down"),
        ("dearest", "price_down"),
        ("le plus cher", "price_down"),
        ("il più caro", "price_down"),
        ("ghali zaidi", "price_down"),
        ("gihenze", "price_down"),
        ("l-aktar għali", "price_down"),
    ],
)
def test_the_cheapest_and_the_dearest_are_an_order(said: str, sort: str) -> None:
    assert prices_in(fold(said))[0].sort == sort


def test_of_two_bounds_the_tighter_one_holds() -> None:
    assert prices_in("under 5000, max 3000")[0] == PriceBounds(most=Decimal(3000))


@pytest.mark.parametrize("said", ["dixsept" * 30 + "x", "dix sept " * 2_000 + "dixx"])
def test_many_numbers_in_words_are_read_at_once(said: str) -> None:
    began = process_time()
    prices_in(said)
    assert process_time() - began < 1
