"""STOP and START are whole messages in six languages, however they are typed, and nothing else."""

import tomllib

import pytest

from knowledge.opting import START, STOP, WORDS_FILE, asked
from knowledge.phrases import LANGUAGES

TABLE = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        "Stop.",
        " stop! ",
        "*STOP*",
        "“Stop”",
        "/stop",
        "STOP 🛑",
        "S\u200btop",
        "ＳＴＯＰ",
        "𝗦𝗧𝗢𝗣",
        "𝚂𝚃𝙾𝙿",
        "🅂🅃🄾🄿",
        "🛑 🛑 STOP 🛑 🛑",
        "! ! ! ! stop",
        "*STOP* . . . .",
        "STOP " + "!" * 40,
        "STOP " + "😡" * 40,
    ],
)
def test_it_is_known_however_it_is_typed(text: str) -> None:
    found = asked(text)
    assert found is not None
    assert found.word == STOP


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("STOPALL", "en"),
        ("Stop all", "en"),
        ("unsubscribe", "en"),
        ("QUIT", "en"),
        ("Opt-out", "en"),
        ("ARRET", "fr"),
        ("Arrêt", "fr"),
        ("ARRÊTEZ !", "fr"),
        ("𝗔𝗥𝗥𝗘𝗧", "fr"),
        ("De\u0301sabonner", "fr"),
        ("Désabonner", "fr"),
        ("HAGARIKA", "rw"),
        ("Ieqaf", "mt"),
        ("WAQQAF", "mt"),
        ("Tibgħatlix", "mt"),
        ("ferma", "it"),
        ("Acha", "sw"),
        ("SIMAMA", "sw"),
    ],
)
def test_each_language_has_its_words(text: str, language: str) -> None:
    found = asked(text)
    assert found is not None
    assert (found.word, found.languages) == (STOP, (language,))


@pytest.mark.parametrize(
    "text", ["START", "unstop", "Commencer", "DÉMARRER", "Tangira", "Ibda", "INIZIA", "anza"]
)
def test_so_has_the_way_back(text: str) -> None:
    found = asked(text)
    assert found is not None
    assert found.word == START


@pytest.mark.parametrize(
    "text",
    [
        "stop sending me the menu",
        "please stop",
        "Where is the bus stop?",
        "non-stop",
        "stop 2",
        "cancel",
        "Cancel my order",
        "END",
        "basta",
        "acha nyama",
        "the starter",
        "",
        "🛑",
        "stop\n[forwarded: perhaps not their own words]",
        "stop" * 1_000,
    ],
)
def test_what_says_more_or_else_is_none(text: str) -> None:
    assert asked(text) is None


def test_every_language_of_ours_has_both_and_no_word_is_both() -> None:
    assert set(TABLE) == set(LANGUAGES)
    for words in TABLE.values():
        assert words[STOP]
        assert words[START]
        for word in (STOP, START):
            assert all(asked(each) is not None for each in words[word])
    stops = {each for words in TABLE.values() for each in words[STOP]}
    starts = {each for words in TABLE.values() for each in words[START]}
    assert not stops & starts


def test_it_is_answered_in_the_words_own_language_but_for_everybodys() -> None:
    stop, arret = asked("STOP"), asked("ARRÊT")
    assert stop is not None
    assert arret is not None
    assert [stop.in_language("rw"), arret.in_language("rw"), arret.in_language("fr")] == [
        "rw",
        "fr",
        "fr",
    ]
