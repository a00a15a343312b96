"""The words that are answered without the model, however they are sent."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.keywords import (
    OURS,
    STAFFS,
    Keyword,
    check_keys,
    help_text,
    parse,
    words_for,
)
from models.restaurants import Restaurant
from personas.catalogue import PERSONAS

SLASHES = "/／⁄∕⧸\\"
SPACES = " \t\n\u00a0\u2009\u202f\u3000"
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufe0e\ufe0f\ufeff"
MARKS = "\"'`*_~.,!?:;()[]«»“”‘’„‹›<>-–—•·▪👉👍😀"
WORDS = [*PERSONAS, "reset", "forget", "help"]
DRESSED = (
    "/cfo.", "/cfo,", "/cfo!", "/cfo?", "/cfo:", "/cfo…", "/cfo/", '"/cfo"', "'/cfo'", "“/cfo”",
    "«/cfo»", "(/cfo)", "( /cfo )", "*/cfo*", "_/cfo_", "~/cfo~", "`/cfo`", "```/cfo```",
    "*_/cfo_*", "**/cfo**", "- */cfo*", "• /cfo", "> /cfo", "👉 /cfo", "👉🏽/cfo", "/cfo👍",
    "/cfo 👍", "/cfo !!", "／cfo", "／ＣＦＯ", "⁄cfo", "∕cfo", "\\cfo", "/ cfo", "/𝐜𝐟𝐨", "/çfo",
    "/𝗖𝗙𝗢", "/CFÓ",
)  # fmt: skip
INVISIBLY_DRESSED = (
    "\u200e/cfo", "\ufeff/cfo", "/cfo\u200b", "/\u2060cfo", "/c\u200bf\u00ado", "/cfo\ufe0f",
    "\u2068/cfo\u2069", "\u00a0/cfo\u202f", "/cfo\u0301",
    "/cfo\u3164", "\u115f/cfo", "\uffa0 /cfo\u1160",
)  # fmt: skip
ORDINARY = (
    "\\forget it", "/ Forget it, bring me tea",
    "", "hello", "/", "//", "/ ", "cfo", "what is /cfo", "//cfo", "🙂", "...", "/etc/passwd",
    "/a/b", "/etc.conf", "/cfo.txt", "/5 people", "1/2 chicken", "24/7", "26/11/2026", "and/or",
    "€/kg", "I want the fish/chips", "(fish/chips)", ":/ help me", ":/help", ":-/ help", "\\o/",
    "¯\\_(ツ)_/¯", "/ ok", "\\menu", "/waiter's hours", "1. /cfo", "/меню", f"/{'a' * 100}",
)  # fmt: skip
HELP = help_text(words_for(PERSONAS, (), has_staff=True), Restaurant(name="Inzozi Kitchen"))


@pytest.mark.parametrize("word", [*OURS, *STAFFS])
def test_no_persona_takes_a_word_of_ours(word: str) -> None:
    with pytest.raises(ValueError, match=f"can't be '{word}'"):
        check_keys(["waiter", word])


@pytest.mark.parametrize("text", ["/cfo", " /CFO ", "\n/Cfo\t"])
def test_a_keyword_is_known_in_any_case_with_spaces_around(text: str) -> None:
    assert parse(text) == Keyword("cfo", "")


def test_what_stands_behind_a_keyword_is_kept() -> None:
    assert parse("/cfo  what is VAT?\nin Rwanda") == Keyword("cfo", "what is VAT?\nin Rwanda")


@pytest.mark.parametrize("text", [*DRESSED, *INVISIBLY_DRESSED])
def test_a_keyword_is_known_however_it_is_sent(text: str) -> None:
    assert parse(text) == Keyword("cfo", "")


@given(
    st.text(SPACES + UNSEEN + "\"'`*_~.,!?([«“‘<>-–—•👉"),
    st.sampled_from(SLASHES),
    st.sampled_from(WORDS),
    st.text(UNSEEN, max_size=3),
    st.text(MARKS + UNSEEN),
)
def test_nothing_around_or_within_hides_a_keyword(
    before: str, slash: str, word: str, within: str, behind: str
) -> None:
    for spelled in (word, word.upper(), within.join(word)):
        assert parse(f"{before}{slash}{spelled}{behind}") == Keyword(word, "")


@pytest.mark.parametrize(
    "text",
    [
        *[
            "/cfo, VAT?",
            "/cfo: VAT?",
            "*/cfo* VAT?",
            "／ＣＦＯ　VAT?",
            "/ cfo VAT?",
            "/cfo\u2028VAT?",
        ],
        *["/cfo,VAT?", "/cfo:VAT?", "/cfo—VAT?", "/cfo…VAT?", "/cfo，VAT?"],
    ],
)
def test_a_question_behind_a_dressed_keyword_is_kept(text: str) -> None:
    assert parse(text) == Keyword("cfo", "VAT?")


@pytest.mark.parametrize("text", ["/menu", "/menu.", '"/menu"', "*/Menu*", "／menu", "/menu 👍"])
def test_an_unknown_word_is_a_keyword_all_the_same(text: str) -> None:
    assert parse(text) == Keyword("menu", "")


@pytest.mark.parametrize("line", HELP.splitlines()[1:])
def test_a_line_copied_from_our_help_is_its_keyword_and_asks_nothing(line: str) -> None:
    word = line.split("*")[1].removeprefix("/")
    for copied in (line, line.replace("*", ""), line.replace("- ", "• ", 1), f"\u200e{line}."):
        assert parse(copied) == Keyword(word, "")
    assert parse(f"{line}\nwhat is VAT?") == Keyword(word, "what is VAT?")


def test_several_lines_of_our_help_are_the_first_ones_keyword() -> None:
    assert parse("\n".join(HELP.splitlines()[1:])) == Keyword("waiter", "")


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_message_is_no_keyword(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("before", "repeated", "behind"),
    [
        *[("", each, "") for each in (".", "_", "*/", "/ ", "/cfo", "/cfo ")],
        *[("", "/help – this list\n", ""), ("/", " ", "x"), ("/", "a", "."), ("/cfo ", ".", "")],
        *[("/", "\u200b", ""), ("", "\u200b", "/cfo"), ("/a", "\u0301", "")],
        *[("/cfo", each, "x") for each in (".", "_", " ", "\u200b")],
    ],
)
def test_no_message_takes_long(before: str, repeated: str, behind: str) -> None:
    text = before + repeated * (100_000 // len(repeated)) + behind
    started = time.process_time()
    parse(text)
    assert time.process_time() - started < 0.05


def test_every_unseen_format_character_is_passed_over() -> None:
    # Those that are seen: signs above numbers, and what arranges hieroglyphs and shorthand.
    seen = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    seen |= {*range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4)}
    for code in set(range(0x110000)) - seen:
        if unicodedata.category(chr(code)) == "Cf":
            assert parse(f"/c{chr(code)}fo") == Keyword("cfo", ""), hex(code)


def test_the_help_names_every_persona_and_keyword() -> None:
    words = words_for(PERSONAS, (), has_staff=True)
    text = help_text(words, Restaurant(name="Inzozi Kitchen"), unknown="menu")
    assert all(f"*/{word}*" in text for word in [*PERSONAS, *OURS])
    assert "/menu" in text.splitlines()[0]
