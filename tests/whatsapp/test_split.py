"""Whatever the text, its parts fit, none is empty, and no word, character or link is torn."""

import re
import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from whatsapp.split import MAX_UNITS, MOST_TAKEN, as_messages, split, units

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
# A mark may be said once more in the next part.
UNMARKED = st.text().filter(lambda text: "> " not in text and "```" not in text)


def graphemes(text: str) -> list[str]:
    found = [each.strip() for each in regex.findall(r"\X", text)]
    return [each for each in found if each]


def longest(pieces: list[str]) -> int:
    return max(map(units, pieces), default=0)


@given(TEXTS | UNMARKED, LIMITS)
def test_every_part_fits_and_none_is_empty(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert longest(parts) <= limit
    assert all(part == part.strip() != "" for part in parts)


@given(TEXTS | UNMARKED, LIMITS)
def test_nothing_is_lost_but_white_space(text: str, limit: int) -> None:
    assert "".join("".join(split(text, limit)).split()) == "".join(text.split())


@given(TEXTS | UNMARKED)
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


MARKED = ["`a b c`", "*so and so*", "_a b_", "~a b~", "```\na = 1\n\nb = 2\n```"]
UNPAIRED = ["word and word", "2 * 3", "a_b", "5*", "10~"]
PIECES = st.lists(st.sampled_from(MARKED + UNPAIRED), min_size=1, max_size=30)


@given(PIECES, st.integers(44, 80))
def test_no_pair_of_marks_is_cut_apart(pieces: list[str], limit: int) -> None:
    parts = split(" ".join(pieces), limit)
    assert longest(parts) <= limit
    for each in MARKED:
        assert sum(part.count(each) for part in parts) == pieces.count(each)


@pytest.mark.parametrize("lines", [100, 300])
def test_each_part_of_a_block_of_code_is_one(lines: int) -> None:
    code = [f"  line {nth} = 7" for nth in range(lines)]
    text = "\n".join([*["word " * 140, "```", *code, "", *code, "```"], "tail " * 20])
    parts = split(text)
    assert longest(parts) <= MAX_UNITS
    assert all(part.count("```") % 2 == 0 for part in parts)
    kept = [line for part in parts for line in part.split("\n") if line.startswith("  line")]
    assert kept == [*code, *code]


def test_a_quoted_line_is_so_in_each_part() -> None:
    parts = split("> so they said, and said again\nYes", 20)
    assert parts == ["> so they said, and", "> said again\nYes"]


@pytest.mark.parametrize(
    ("size", "messages"),
    [(1_600, 1), (1_601, 2), (3_100, 2), (3_199, 2), (4_790, 3), (6_000, 4)],
)
def test_a_text_is_as_few_messages_as_twilio_takes(size: int, messages: int) -> None:
    parts = as_messages(("abcd " * 2_000)[: size - 1] + "z")
    assert len(parts) == messages
    assert longest(parts) <= MOST_TAKEN


def test_an_emoji_counts_double() -> None:
    assert units("👋a") == 3
    assert split("👋" * MAX_UNITS) == ["👋" * (MAX_UNITS // 2)] * 2


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "word ",
        "😀",
        "\n",
        "e\u0301",
        "https://",
        "https://x.rw/ ",
        "a\n\n",
        "> a",
        "```\n",
        "*a ",
    ],
)
@pytest.mark.parametrize("limit", [20, MAX_UNITS])
def test_a_hundred_thousand_characters_take_no_time(piece: str, limit: int) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    split(text, limit)
    assert time.process_time() - began < 2
