"""Whatever the text, its parts fit, none is empty, and no word, character or link is torn."""

import re
import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from whatsapp.split import MAX_UNITS, split, units

# One grapheme each, of up to eleven code points; some count double in UTF-16.
GRAPHEMES = [
    "a",
    "é",
    "e\u0301",
    "界",
    "👋🏾",
    "👩‍👩‍👧‍👦",
    "🇷🇼",
    "🇲🇹",
    "1️⃣",
    "\u0915\u094d\u0937\u093f",
    ".",
]
WORDS = st.lists(st.sampled_from(GRAPHEMES), min_size=1, max_size=12).map("".join)
LINKS = st.from_regex(r"https?://[a-z]{1,8}\.rw/[a-z0-9/_.-]{0,20}", fullmatch=True)
SPACES = st.sampled_from([" ", "\n", "\n\n", "\n \n", "  ", ". ", "! ", "\t", "\u2003", "\x1c", ""])
TEXTS = st.lists(st.one_of(WORDS, LINKS, SPACES, SPACES), max_size=60).map("".join)
LIMITS = st.integers(2, 60)


def graphemes(text: str) -> list[str]:
    found = [each.strip() for each in regex.findall(r"\X", text)]
    return [each for each in found if each]


def longest(pieces: list[str]) -> int:
    return max(map(units, pieces), default=0)


@given(TEXTS | st.text(), LIMITS)
def test_every_part_fits_and_none_is_empty(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert longest(parts) <= limit
    assert all(part == part.strip() != "" for part in parts)


@given(TEXTS | st.text(), LIMITS)
def test_nothing_is_lost_but_white_space(text: str, limit: int) -> None:
    assert "".join("".join(split(text, limit)).split()) == "".join(text.split())


@given(TEXTS | st.text())
def test_words_that_fit_stay_whole_and_in_order(text: str) -> None:
    words = text.split()
    assert " ".join(split(text, max(2, longest(words)))).split() == words


@given(TEXTS)
def test_no_grapheme_is_cut_apart(text: str) -> None:
    whole = graphemes(text)
    parts = split(text, max(2, longest(whole)))
    assert [each for part in parts for each in graphemes(part)] == whole


@given(TEXTS, st.integers(30, 60))
def test_no_link_that_fits_is_cut_apart(text: str, limit: int) -> None:
    links = [link for link in re.findall(r"https?://\S+", text) if units(link) <= limit]
    parts = split(text, limit)
    assert all(any(link in part for part in parts) for link in links)


@given(TEXTS)
def test_what_fits_is_one_part(text: str) -> None:
    assert split(text, max(2, units(text))) == ([text.strip()] if text.strip() else [])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("aaaa aaaa\n\nbbbb bb", ["aaaa aaaa", "bbbb bb"]),
        ("aaaa. aaa\nbbbb bb", ["aaaa. aaa", "bbbb bb"]),
        ("aaaa aa. bbbb bb", ["aaaa aa.", "bbbb bb"]),
        ("aaaa bbbb cccc", ["aaaa bbbb", "cccc"]),
        ("aaaa bbbbb cccc", ["aaaa bbbbb", "cccc"]),
        ("aaaa\x1cbbbbbbbb", ["aaaa", "bbbbbbbb"]),
        ("aaaaaaaaaaaa", ["aaaaaaaaaa", "aa"]),
        # A heading does not go out alone.
        ("#\n\naaaa bbbb cc", ["#\n\naaaa", "bbbb cc"]),
        # A grapheme longer than a part is the one that is cut.
        ("e" + "\u0301" * 10, ["e" + "\u0301" * 9, "\u0301"]),
        ("aa(https://x)", ["aa(", "https://x)"]),
    ],
)
def test_a_part_ends_at_the_best_place(text: str, parts: list[str]) -> None:
    assert split(text, 10) == parts


def test_an_emoji_counts_double() -> None:
    assert units("👋a") == 3
    assert split("👋" * MAX_UNITS) == ["👋" * (MAX_UNITS // 2)] * 2


@pytest.mark.parametrize(
    "piece", ["a", "word ", "😀", "\n", "e\u0301", "https://", "https://x.rw/ ", "a\n\n"]
)
@pytest.mark.parametrize("limit", [20, MAX_UNITS])
def test_a_hundred_thousand_characters_take_no_time(piece: str, limit: int) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    split(text, limit)
    assert time.process_time() - began < 2
