"""No sentence of ours is left in English: each is in every catalogue, and none goes around them."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Message

from knowledge.phrases import LANGUAGES
from tests.catalogues import CALLS, PACKAGES, ROOT, is_translated, read, updated

OTHERS = [each for each in LANGUAGES if each != "en"]
# What a diner or the staff reads is made with these, of what `phrase` and `plural` give.
MAKES_WORDS = {
    "said",
    "Notice",
    "Bubble",
    "Choice",
    "Choices",
    "Phrase",
    "TellableError",
    "NotNamedError",
}
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
    there = [message.id for message in messages(language)]
    wanted = [message.id for message in updated(language) if message.id]
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


# What each name of a file is given in it, and each constant of all files.
Given = dict[str, list[ast.expr]]


@cache
def trees() -> dict[str, ast.Module]:
    """The code that speaks to diners and the staff; what an operator reads is English."""
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8"))
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        if file.parent.name != "cli"
    }


def given(tree: ast.Module) -> Given:
    found: Given = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


@cache
def given_in() -> dict[str, Given]:
    return {file: given(tree) for file, tree in trees().items()}


@cache
def constants() -> Given:
    return {
        name: values
        for names in given_in().values()
        for name, values in names.items()
        if name.lstrip("_").isupper()
    }


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call, Given]]:
    """The calls of these in the code, with where they stand."""
    for file, tree in trees().items():
        known = constants() | given_in()[file]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node) in names:
                yield f"{file}:{node.lineno}", node, known


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def bare_words(node: ast.AST, known: Given) -> Iterator[str]:
    """The literal words in an expression, or in what it names, that no catalogue is asked for."""
    match node:
        case ast.Call():  # what any other one gives are no words, or a Phrase already
            makes_words = _name(node) in MAKES_WORDS
            is_joined = _name(node) in ("join", "format")
            for part in told(node) if makes_words else [node.func, *node.args] * is_joined:
                yield from bare_words(part, known)
        case ast.Constant(str(text)):
            if re.search(r"[^\W\d_]{2}", MARK.sub("", text)) and not text.startswith("/"):
                yield text
        case ast.Name(name) | ast.Attribute(attr=name) if name in known:
            others = {each: values for each, values in known.items() if each != name}
            for value in known[name]:
                yield from bare_words(value, others)
        case ast.Subscript(table):
            yield from bare_words(table, known)
        case ast.Dict(values=values):
            for value in values:
                yield from bare_words(value, known)
        case ast.comprehension():
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from bare_words(child, known)


def told(call: ast.Call) -> Iterator[ast.expr]:
    """What of a call is read by somebody: of `replace`, a bubble's words; of choices, no kind."""
    if _name(call) == "replace":
        yield from (each.value for each in call.keywords if each.arg in ("text", "title", "button"))
    else:
        yield from call.args[1:] if _name(call) == "Choices" else call.args
        yield from (each.value for each in call.keywords)


def test_no_words_of_ours_go_around_the_catalogues() -> None:
    found = [
        (place, words)
        for place, call, known in calls(MAKES_WORDS | {"replace"})
        for argument in told(call)
        for words in bare_words(argument, known)
    ]
    assert not found, "say it with phrase(...) or plural(...)"


def test_what_fills_a_sentence_is_in_its_language_too() -> None:
    found = [
        (place, words)
        for place, call, known in calls({"phrase", "plural"})
        for field in call.keywords
        for words in bare_words(field.value, known)
    ]
    assert not found, "say it with phrase(...) or plural(...)"


def test_what_a_table_has_for_the_catalogues_was_put_by_for_later() -> None:
    found = [
        (place, words)
        for place, call, known in calls(set(CALLS))
        if not isinstance(call.args[0], ast.Constant)
        for words in bare_words(call.args[0], known)
    ]
    assert not found, "say it with later(...)"


def test_what_is_asked_of_the_catalogues_is_a_sentence_or_was_put_by_for_later() -> None:
    """An f-string would be another sentence each time, and never be found."""
    for place, call, _ in calls(set(CALLS)):
        assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), place
