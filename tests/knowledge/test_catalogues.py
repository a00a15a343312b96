"""No sentence of ours is left in English: each is in every catalogue, and none goes around them."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from knowledge.phrases import LANGUAGES
from tests.catalogues import CALLS, PACKAGES, ROOT, in_code, is_translated, read

OTHERS = [each for each in LANGUAGES if each != "en"]
# What a diner or the staff reads is made with these, of what `phrase` and `plural` give.
MAKES_WORDS = {"said", "Notice", "Bubble", "Choice", "Phrase", "TellableError", "NotNamedError"}
FIELD = re.compile(r"\{\w*\}")
# What makes bold and italic, begins a list, and what is typed to us.
MARK = re.compile(r"(?m)[*_]|^- |(?<![\w/])/\w+")


def forms(message: Message) -> list[tuple[str, str]]:
    """Each form of a translation, with the English that it is of."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[1], form) for form in message.string or ()]


def messages(language: str) -> list[Message]:
    return [message for message in read(language) if message.id]


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_and_nothing_else_is(language: str) -> None:
    there = {message.id for message in messages(language)}
    wanted = {sentence for _, sentence in in_code()}
    assert there == wanted, "run make phrases, and translate what is new"
    empty = [message.id for message in messages(language) if not is_translated(message)]
    assert not empty, f"knowledge/locales/{language}.po: translate these"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_fields_and_the_marks_of_the_english(language: str) -> None:
    for message in messages(language):
        for english, form in forms(message):
            assert Counter(FIELD.findall(form)) == Counter(FIELD.findall(english)), form
            assert sorted(MARK.findall(FIELD.sub("", form))) == sorted(
                MARK.findall(FIELD.sub("", english))
            ), form
            assert form == form.strip(), form


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_the_plurals_of_its_language(language: str) -> None:
    catalog = read(language)
    for message in catalog:
        if isinstance(message.id, tuple):
            assert len(message.string or ()) == catalog.num_plurals


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """The calls of these in the code that speaks to diners, with where they stand."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node) in names:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def bare_words(node: ast.AST) -> Iterator[str]:
    """The literal words in an expression that no catalogue is asked for."""
    if isinstance(node, ast.Call) and _name(node) in CALLS:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if re.search(r"[^\W\d_]{2}", MARK.sub("", node.value)):
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from bare_words(child)


def test_no_words_of_ours_go_around_the_catalogues() -> None:
    found = [
        (place, words)
        for place, call in calls(MAKES_WORDS)
        for argument in (*call.args, *(each.value for each in call.keywords))
        for words in bare_words(argument)
    ]
    assert not found, "say it with phrase(...) or plural(...)"


def test_what_is_asked_of_the_catalogues_is_a_sentence_or_was_put_by_for_later() -> None:
    """An f-string would be another sentence each time, and never be found."""
    for place, call in calls(set(CALLS)):
        assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), place
