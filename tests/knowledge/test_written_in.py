"""In which language somebody writes is told by a few words, or not at all."""

import json
from pathlib import Path

import pytest

from knowledge.lexicon import FOLDER
from knowledge.named_dishes import short_name
from knowledge.phrases import LANGUAGES
from knowledge.seed import SAMPLE_FILES
from knowledge.words import listed
from knowledge.written_in import written_in

# Messages as diners write them, each with its language; without one, it tells none.
FILE = Path(__file__).with_name("written_in.tsv")
MESSAGES = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
LEAST_RIGHT = 0.9  # of a language's messages

# Of the samples' dishes the names, what stands before the bracket, and what stands in it.
NAMES = {
    part
    for file in SAMPLE_FILES
    for dish in json.loads(file.read_text(encoding="utf-8"))["menu"]
    for part in (dish["name"], short_name(dish["name"]), dish["name"].partition("(")[2].strip(")"))
}
ELSEWHERE = [
    name
    for line in (FOLDER / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for name in listed(line)
]
ORDERS = {
    "en": "How much is the {}?",
    "fr": "Je voudrais {}",
    "rw": "{} ni angahe?",
    "mt": "Għandkom {}?",
    "it": "Vorrei {}",
    "sw": "Naomba {}",
}


def told(language: str) -> list[str]:
    return [text for written, text in MESSAGES if written == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_message_tells_its_language(language: str) -> None:
    found = [written_in(text) for text in told(language)]
    assert found.count(language) >= LEAST_RIGHT * len(found)
    assert set(found) <= {language, None}, "never another one"


@pytest.mark.parametrize("text", told(""))
def test_what_every_language_has_tells_nothing(text: str) -> None:
    assert written_in(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_takes_more_to_change_than_to_begin(language: str) -> None:
    other = "fr" if language == "en" else "en"
    for text in told(language):
        assert written_in(text, other) in (language, None)
    assert [written_in(text, other) for text in told("")] == [None] * len(told(""))


@pytest.mark.parametrize("before", [None, *LANGUAGES])
def test_a_dishs_name_tells_nothing(before: str | None) -> None:
    assert len(NAMES) > 500
    names = [*NAMES, *ELSEWHERE, "Bottle of house red", "Plat du jour", "Spaghetti alle vongole"]
    told = {name: language for name in names if (language := written_in(name, before))}
    assert set(told.values()) <= {before}, told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_with_a_dishs_name_in_it_tells_its_own(language: str) -> None:
    found = [written_in(ORDERS[language].format(name)) for name in NAMES]
    assert found.count(language) >= LEAST_RIGHT * len(found)
    assert set(found) <= {language, None}, "never another one"


GREETINGS = {
    "en": "Hello, Hi, Hey, Good morning, Good evening",
    "fr": "Bonjour, Bonsoir, Salut, Coucou, Bjr, Slt",
    "rw": "Muraho, Mwaramutse, Mwiriwe, Amakuru",
    "mt": "Bonġu, Bonswa, Merħba",
    "it": "Buongiorno, Buonasera, Salve",
    "sw": "Habari, Jambo, Hujambo, Mambo, Shikamoo",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_greeting_alone_tells(language: str) -> None:
    for greeting in listed(GREETINGS[language]):
        assert written_in(f"{greeting}!") == language


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag, haben Sie einen Tisch frei?",
        "Boa noite, vocês têm uma mesa?",
        "Hola, ¿tienen una mesa para dos?",
        "dobry wieczór macie wolny stolik",
        "Bill tafadhali",
        "Hi, għandkom mejda for two?",
    ],
)
def test_what_is_of_none_or_of_two_languages_tells_nothing(text: str) -> None:
    assert written_in(text) is None


def test_one_word_of_another_language_changes_nothing() -> None:
    for word in ("merci", "asante sana", "grazie mille", "murakoze", "bonjour", "yego", "hello"):
        assert written_in(word, "mt") is None


def test_a_message_in_its_own_language_confirms_it_by_a_word() -> None:
    assert written_in("oui", "fr") == "fr"


def test_words_that_no_table_has_are_told_by_their_looks() -> None:
    assert written_in("bazatwakire nk'ubushize twishimye") == "rw"
    assert written_in("wapishi wamebarikiwa mezani") == "sw"
    assert written_in("qbiżna nittamaw delizzjuż") == "mt"


def test_our_notes_and_addresses_are_nobodys_words() -> None:
    assert (
        written_in("[sent a picture that you can see]\nhttps://the.example/menu-and-more") is None
    )


def test_a_long_text_is_read_at_its_beginning_alone() -> None:
    beginning = "bonjour, vous êtes ouverts ce soir ? " * 20
    assert written_in(beginning + "and the of is are you " * 100_000) == "fr"
