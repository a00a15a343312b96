"""A model's call of a tool is always answered with JSON, which tells nothing of our inside."""

import json
from dataclasses import replace
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from structlog.testing import capture_logs

from models.database.engine import DatabaseUnavailableError
from personas.catalogue import PERSONAS
from personas.rights import REFUSALS
from personas.tool import Arguments, Tool, ToolContext, answer_call
from telemetry.net import told

ALL_TOOLS = tuple(tool for persona in PERSONAS.values() for tool in persona.tools)


class Count(Arguments):
    title: Annotated[str, Field(description="Of what.")]
    number: Annotated[int, Field(ge=1)] = 1


def count(_context: ToolContext, arguments: Count) -> dict[str, object]:
    return {"counted": f"{arguments.number} × {arguments.title}"}


def fail(_context: ToolContext, arguments: Count) -> dict[str, object]:
    raise RuntimeError(f"a secret of the inside, and {arguments.title}")


COUNT = Tool("count", "Counts.", Count, count)
FAIL = Tool("fail", "Fails.", Count, fail)


def answer(name: str, arguments: str, context: ToolContext) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer_call((COUNT, FAIL), name, arguments, context).text)
    return read


def test_a_call_is_answered_with_what_the_tool_returns(kigali: ToolContext) -> None:
    assert answer("count", '{"title": "ġbejniet", "number": 3}', kigali) == {
        "counted": "3 × ġbejniet"
    }


def test_an_answer_keeps_its_accents_as_they_are(kigali: ToolContext) -> None:
    assert "ġbejniet" in answer_call((COUNT,), "count", '{"title": "ġbejniet"}', kigali).text


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("T\\u0000ea", "Tea"),
        ("C:\\\\u0000", "C:\\u0000"),  # a backslash, and then letters
        ("a\\ud800b", "a\ufffdb"),
        ("\\ud83c\\udf5e", "🍞"),
        ("\\udf5e\\ud83c", "\ufffd\ufffd"),
    ],
)
def test_what_no_text_can_hold_is_not_in_what_a_tool_is_asked(
    told: str, asked: str, kigali: ToolContext
) -> None:
    assert answer("count", f'{{"title": "{told}"}}', kigali) == {"counted": f"1 × {asked}"}


def test_nor_is_it_deeper_within(kigali: ToolContext) -> None:
    class Named(Arguments):
        names: dict[str, list[str]]

    named = Tool("named", "", Named, lambda _context, arguments: {"of": arguments.names})
    told = '{"names": {"a\\u0000": ["b\\u0000", "c\\ud800"]}}'
    assert json.loads(answer_call([named], "named", told, kigali).text) == {
        "of": {"a": ["b", "c\ufffd"]}
    }


def test_an_unknown_tool_is_answered_with_those_there_are(kigali: ToolContext) -> None:
    assert answer("order_taxi", "{}", kigali)["error"].endswith("the tools are: count, fail")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ('{"title": "x", "number": "many"}', "number: "),
        ('{"title": "x", "number": 0}', "number: "),
        ("{}", "title: "),
        ("", "title: "),
        ('{"title": "x", "colour": "red"}', "colour: "),
        ("[1]", "arguments: "),
        ('{"title": "x", "\\ud800": 1}', "\ufffd: "),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"title": "x", "number": ' + "9" * 5_000 + "}", "not JSON"),
        ("null", "arguments: "),
    ],
)
def test_a_wrong_argument_is_named(arguments: str, named: str, kigali: ToolContext) -> None:
    assert named in answer("count", arguments, kigali)["error"]


@given(arguments=st.text(), name=st.sampled_from([tool.name for tool in ALL_TOOLS]))
def test_whatever_a_model_sends_it_gets_one_json_object(
    kigali: ToolContext, arguments: str, name: str
) -> None:
    assert isinstance(json.loads(answer_call(ALL_TOOLS, name, arguments, kigali).text), dict)


def test_a_failing_tool_is_answered_and_logged_without_a_diners_words(
    kigali: ToolContext,
) -> None:
    with capture_logs() as logged:
        answered = answer("fail", '{"title": "my salary"}', kigali)
    assert set(answered) == {"error"}
    [line] = logged
    assert (line["event"], line["tool"], line["error"]) == ("tool.failed", "fail", "RuntimeError")
    line["exc_info"] = told(line["exc_info"])  # as it is written
    for seen in (str(answered), str(line)):
        assert "secret" not in seen.replace("a secret of the inside, and {arguments.title}", "")
        assert "salary" not in seen


def test_an_unknown_tool_is_answered_with_those_alone_that_the_diner_may_use(
    kigali: ToolContext,
) -> None:
    tools = (COUNT, replace(FAIL, needs="books"))
    as_a_diner = replace(kigali, rights=frozenset())
    answered = json.loads(answer_call(tools, "order_taxi", "{}", as_a_diner).text)
    assert answered["error"].endswith("the tools are: count")


def test_a_tool_that_returns_what_is_no_json_has_failed(kigali: ToolContext) -> None:
    odd = replace(COUNT, run=lambda _context, _arguments: {"counted": {1, 2}})
    with capture_logs() as logged:
        assert "error" in json.loads(answer_call([odd], "count", '{"title": "x"}', kigali).text)
    assert [line["event"] for line in logged] == ["tool.failed"]


def test_who_lacks_the_right_that_a_tool_needs_gets_a_refusal_and_no_answer(
    kigali: ToolContext,
) -> None:
    closed = replace(COUNT, needs="books")
    assert json.loads(answer_call([closed], "count", '{"title": "x"}', kigali).text) == {
        "counted": "1 × x"
    }
    as_a_diner = replace(kigali, rights=frozenset())
    assert json.loads(answer_call([closed], "count", '{"title": "x"}', as_a_diner).text) == {
        "error": REFUSALS["books"]
    }


def test_a_database_that_is_away_is_the_turns_to_wait_for(kigali: ToolContext) -> None:
    def run(_context: ToolContext, _arguments: Arguments) -> dict[str, object]:
        raise DatabaseUnavailableError("away")

    tool = Tool(name="away", description="", arguments=Arguments, run=run)
    with pytest.raises(DatabaseUnavailableError):
        answer_call([tool], "away", "{}", kigali)
