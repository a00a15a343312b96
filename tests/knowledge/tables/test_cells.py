"""What people write into cells is read as they mean it, or refused with what to write instead."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables import cells
from knowledge.tables.sheet import Cell


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("4.50", "4.50"),
        ("4,50", "4.50"),
        ("4,5", "4.50"),
        ("€4.50", "4.50"),
        ("4,50 €", "4.50"),
        ("EUR 4.50", "4.50"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56 €", "1234.56"),
        ("1.234.567", "1234567"),
        ("-12,00", "-12.00"),
        ("12", "12.00"),
        (12, "12.00"),
        (4.5, "4.50"),
        (1.1 + 2.2, "3.30"),
    ],
)
def test_an_amount_in_euros(cell: Cell, amount: str) -> None:
    assert cells.amount(cell, "EUR") == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("2500", "2500"),
        ("2,500", "2500"),
        ("2.500", "2500"),
        ("2 500", "2500"),
        ("RWF 2,500", "2500"),
        ("2500 Frw", "2500"),
        ("2500.00", "2500"),
        ("1,250,000", "1250000"),
        (2500.0, "2500"),
        ("٢٥٠٠", "2500"),
        ("２５００", "2500"),
        ("1٢00", "1200"),
        ("RWF ۲,۵۰۰", "2500"),
        ("२५००.००", "2500"),
    ],
)
def test_an_amount_in_francs(cell: Cell, amount: str) -> None:
    assert cells.amount(cell, "RWF") == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "currency", "words"),
    [
        ("2.500", "EUR", "write 2500 or 4.50"),
        ("2,500", "EUR", "write 2500 or 4.50"),
        ("2500.50", "RWF", "no decimals"),
        (2500.5, "RWF", "no decimals"),
        ("4.505", "EUR", "thousands or a fraction"),
        ("4.5055", "EUR", "too many decimals"),
        ("$4.50", "EUR", "not in EUR"),
        ("4.50 RWF", "EUR", "not in EUR"),
        ("EUR 5", "RWF", "not in RWF"),
        ("1,23,4", "EUR", "no amount"),
        ("about 5", "EUR", "not in EUR"),
        ("", "EUR", "is empty: write it as 4.50"),
        ("five", "EUR", "no amount"),
        ("1e5", "EUR", "no amount"),
        (float("nan"), "EUR", "too large"),
        ("9" * 30, "EUR", "too large"),
        (True, "EUR", "no amount"),
        (date(2026, 1, 1), "EUR", "no amount"),
    ],
)
def test_what_is_no_amount_or_may_be_two_is_refused(cell: Cell, currency: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cells.amount(cell, currency)


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([",", "."]))
def test_any_amount_is_read_with_comma_or_point(amount: Decimal, mark: str) -> None:
    assert cells.amount(f"{amount:f}".replace(".", mark), "EUR") == amount


@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "'", ""]))
def test_any_whole_amount_is_read_however_it_is_grouped(amount: int, mark: str) -> None:
    assert cells.amount(f"{amount:,}".replace(",", mark), "RWF") == amount


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-01",
        "1/3/2026",
        "01.03.2026",
        "1-3-2026",
        "2026-03-01T00:00:00",
        date(2026, 3, 1),
        datetime(2026, 3, 1, 9, 30),  # noqa: DTZ001 (a cell has no time zone)
        46082,  # Excel's number of that day
        "٢٠٢٦-٠٣-٠١",
        "１/３/２０２６",
    ],
)
def test_a_day(cell: Cell) -> None:
    assert cells.day(cell) == date(2026, 3, 1)


@pytest.mark.parametrize("cell", ["13/13/2026", "31/2/2026", "soon", "", "3/2026", 12, "0/1/2026"])
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match="no day: write it as 2026-03-01"):
        cells.day(cell)


def test_a_day_with_its_month_first_is_refused_and_not_turned_round() -> None:
    with pytest.raises(ValueError, match="month first: write 2026-03-25"):
        cells.day("3/25/2026")


_WORD = st.text("abc ,;'é", min_size=1).map(lambda each: f"w{each}w")


@given(st.lists(_WORD))
def test_a_list_is_read_as_it_is_written(listed: list[str]) -> None:
    assert cells.words(cells.of_words(listed)) == listed


@pytest.mark.parametrize("cell", ["none", "None", "-", "", None, "[]"])
def test_an_empty_list(cell: Cell) -> None:
    assert cells.words(cell) == []


@pytest.mark.parametrize("cell", ["-12", "-١٢", "-１２", "-1٢"])
def test_a_whole_number(cell: Cell) -> None:
    assert cells.whole(cell) == -12


def test_yes_and_no() -> None:
    assert [cells.truth(cell) for cell in ("yes", "Oui", "VRAI", "vero", 1, True, "x")] == [
        True
    ] * 7
    assert [cells.truth(cell) for cell in ("no", "Non", "FAUX", 0, False)] == [False] * 5
    with pytest.raises(ValueError, match="neither yes nor no"):
        cells.truth("maybe")
