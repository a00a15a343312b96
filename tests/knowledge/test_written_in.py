"""In which language somebody writes is told by a few words, or not at all."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.lexicon import FOLDER
from knowledge.named_dishes import short_name
from knowledge.phrases import LANGUAGES
from knowledge.seed import SAMPLE_FILES
from knowledge.words import listed
from knowledge.written_in import seems_written_in, written_in
from tests.benchmarks.menu import QUESTIONS

# Messages as diners write them, each with its language; without one, it tells none.
FILE = Path(__file__).with_name("written_in.tsv")
MESSAGES = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
LEAST_RIGHT = 0.9  # of a language's messages

MENUS = {
    file.stem: [dish["name"] for dish in json.loads(file.read_text(encoding="utf-8"))["menu"]]
    for file in SAMPLE_FILES
}
# Of each sample's dishes the names, what stands before the bracket, and what stands in it.
NAMED = {
    sample: [
        part
        for name in names
        for part in (name, short_name(name), name.partition("(")[2].strip(")"))
    ]
    for sample, names in MENUS.items()
}
NAMES = {part for parts in NAMED.values() for part in parts}
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


def first_told(text: str, sample: str) -> str | None:
    """By who has told none until now, in this restaurant."""
    return written_in(text) or seems_written_in(text, lambda: MENUS[sample])


@pytest.mark.parametrize("sample", MENUS)
def test_a_first_message_that_is_of_this_menu_tells_nothing(sample: str) -> None:
    parts = NAMED[sample]
    copied = [
        *parts,
        *(part.upper() for part in parts),
        *(part.split()[-1] for part in parts if part),
    ]
    several = [f"2 {part}, {other}" for part, other in pairwise(parts)]
    told = {text: found for text in [*copied, *several] if (found := first_told(text, sample))}
    assert not told


@pytest.mark.parametrize(
    "typed", ["pastizzi tal irkota", "kafe malti", "helwa tat tork", "fenek moqlli"]
)
def test_nor_does_one_that_is_mistyped(typed: str) -> None:
    assert seems_written_in(typed, lambda: ()) == "mt"
    assert first_told(typed, "valletta") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("vin rouge", "fr"),
        ("poulet grillé", "fr"),
        ("soupe de potiron", "fr"),
        ("acqua frizzante", "it"),
        ("pasta al forno", "it"),
        ("amazi", "rw"),
        ("chai ya maziwa", "sw"),
        ("inbid aħmar", "mt"),
    ],
)
def test_what_they_call_what_no_dish_here_is_called_tells(text: str, language: str) -> None:
    assert written_in(text) is None
    assert [first_told(text, sample) for sample in MENUS] == [language] * len(MENUS)


def test_of_what_says_nothing_no_names_are_asked() -> None:
    for text in ("", "ok", "2", "Alice", "Guten Tag, haben Sie einen Tisch frei?"):
        assert seems_written_in(text, lambda: pytest.fail("asked")) is None


def test_questions_of_few_words_are_told_and_hardly_one_is_wrong() -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    told = [(first_told(row["query"], row["restaurant"]), row) for row in rows]
    wrong = [row["query"] for language, row in told if language not in (None, row["lang"])]
    assert wrong == ["tacos al pastor", "croque monsieur"]  # which all of them say
    typed = [each for each in told if (each[1]["from"], each[1]["style"]) == ("given", "diner")]
    diners = [found == row["lang"] for found, row in typed]
    assert sum(diners) >= 0.55 * len(diners)


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
    assert first_told(text, "kigali") is None


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
