"""A bubble reaches WhatsApp with its marks, in as many messages as it needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.bubbles import Bubble, Choice, Choices
from whatsapp.bubbles import MOST_CAPTION, MOST_PARTS, as_sent, bounded, fitting
from whatsapp.choices import numbered
from whatsapp.split import MAX_UNITS, MOST_TAKEN, cut_short, units


def test_each_bubble_is_a_message_in_its_order() -> None:
    assert as_sent([Bubble("**One**"), Bubble("Two")]) == [Bubble("*One*"), Bubble("Two")]


@pytest.mark.parametrize("between", [" ", "\n", "\n\n", "\n- ", "\n\n---\n\n", "\n## "])
def test_a_long_one_is_one_message_wherever_it_fits(between: str) -> None:
    text = between.join(["Soup RWF 800."] * 200)[:MOST_TAKEN].strip()
    assert len(as_sent([Bubble(text)])) == 1


def test_a_long_one_becomes_several() -> None:
    sent = as_sent([Bubble("word " * MAX_UNITS)])
    assert len(sent) > 1
    assert all(len(bubble.text) <= MAX_UNITS for bubble in sent)


def test_one_in_which_there_is_nothing_is_left_out() -> None:
    assert as_sent([Bubble(" \n "), Bubble("One"), Bubble("")]) == [Bubble("One")]


def test_a_reply_without_end_is_a_few_messages_and_goes_on() -> None:
    kept, parts = fitting([Bubble("We have soup. " * 150_000)])
    assert 1 < len(parts) <= MOST_PARTS
    assert parts[-1].text.endswith("soup. …")
    assert [bubble.text for bubble in kept] == [" ".join(part.text for part in parts)]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "| a " * 50 + "|\n|" + "---|" * 50 + "\n",  # its marks take more room on WhatsApp
        "||" * 800 + "\n|-|\n",
        "x https://x.rw/" + "a" * 1_480 + " ",
        "a\n\n" + "b" * 1_400 + "\n\n",
        "👩🏾\u200d🍳",
        "*",
        "```\n",
        "e" + "\u0301" * 5_000,
    ],
)
def test_whatever_it_is_made_of_a_diner_gets_five_messages_at_most(piece: str) -> None:
    kept, parts = fitting([Bubble(piece * (200_000 // len(piece)))])
    assert 1 <= len(parts) <= MOST_PARTS
    assert all(units(part.text) <= MOST_TAKEN for part in parts)
    assert kept[0].text.endswith("…")
    assert parts[-1].text.rstrip("`\n").endswith("…")


@given(st.text(), st.integers(16, 50))
def test_what_is_cut_short_fits_and_says_that_it_goes_on(text: str, limit: int) -> None:
    short = cut_short(text, limit)
    assert units(short) <= max(limit, units(text.strip()) if units(text) <= limit else 0)
    assert short in (text, text.strip()) or short.endswith("…")


def test_bubbles_beyond_the_bound_are_left_out() -> None:
    told = bounded([Bubble("a" * 20), Bubble("b" * 40), Bubble("c")], 50)
    assert [bubble.text for bubble in told] == ["a" * 20, "b" * 28 + " …"]


SIZES = Choices("list", tuple(Choice(f"size-{nth}", f"Size {nth}") for nth in range(10)), "Sizes")
PICTURE = "/media/menu/isombe.jpg"
VOICE = "/media/abc"


@pytest.mark.parametrize(
    "bubble",
    [
        Bubble("Which one?", choices=SIZES),
        Bubble("Isombe", picture=PICTURE),
        Bubble("", picture=PICTURE),
        Bubble("Muraho", voice=VOICE),
        Bubble("a" * 1_800, voice=VOICE),
    ],
)
def test_what_it_has_beside_its_words_stays_with_them(bubble: Bubble) -> None:
    assert as_sent([bubble]) == [bubble]


@pytest.mark.parametrize("letters", [1_000, 1_300, 1_495, 1_600, 2_900])
def test_choices_go_with_the_last_words_and_fit_as_numbers_too(letters: int) -> None:
    *before, last = as_sent([Bubble("word " * (letters // 5), choices=SIZES)])
    assert last.choices == SIZES
    assert all(part.choices is None for part in before)
    assert units(numbered(last)) <= MOST_TAKEN


def test_a_picture_for_whose_caption_there_are_too_many_words_is_left_out() -> None:
    (part,) = as_sent([Bubble("a" * (MOST_CAPTION + 1), picture=PICTURE)])
    assert part == Bubble("a" * (MOST_CAPTION + 1))


def test_a_choices_price_does_not_break() -> None:
    dishes = Choices("list", (Choice("item:1", "Tilapia at RWF 9,500", "RWF 12,000"),))
    (part,) = as_sent([Bubble("Which one?", choices=dishes)])
    assert part.choices is not None
    (option,) = part.choices.options
    assert option == Choice("item:1", "Tilapia at RWF\u00a09,500", "RWF\u00a012,000")
