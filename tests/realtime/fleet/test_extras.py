"""What only models that reason take is sent to those alone, and to none that refused it once."""

from typing import Any

import pytest

from realtime.request import PICTURES
from sandbox.realtime import events as server
from tests.realtime.stage import Stage

ALL: frozenset[str] = frozenset()  # nothing is left out
PATH = "response.reasoning"


def refuse(
    stage: Stage,
    key: str | None,
    code: str = "unknown_parameter",
    message: str = f"Unknown parameter: '{PATH}'.",
    param: str | None = PATH,
) -> None:
    stage.says(1, server.error(code, message, param=param, client_event_id=key))


def sent(stage: Stage) -> list[Any]:
    """What each create asked for of the model's reasoning."""
    creates = [each for each in stage.sent[1] if each["type"] == "response.create"]
    return [each["response"].get("reasoning") for each in creates]


def test_who_takes_it_is_asked_to_reason_so_much() -> None:
    stage = Stage(ALL)
    stage.ask()
    stage.opens()
    assert sent(stage) == [{"effort": "low"}]


def test_who_is_not_known_to_take_it_is_not_asked() -> None:
    stage = Stage()
    stage.ask()
    stage.opens()
    assert sent(stage) == [None]


@pytest.mark.parametrize(
    ("code", "message", "param"),
    [
        ("unknown_parameter", "Unknown parameter: 'response.reasoning'.", None),
        ("unknown_parameter", "Unknown parameter.", "response.reasoning"),
        ("invalid_value", "Invalid value: 'low'.", "response.reasoning.effort"),
        ("unsupported_parameter", "reasoning is not supported with this model", None),
        ("invalid_request", "Unrecognized request argument supplied: reasoning", None),
        ("invalid_request", "response.reasoning: Extra inputs are not permitted", None),
    ],
)
def test_what_is_refused_for_it_is_asked_again_without_and_that_is_no_try(
    code: str, message: str, param: str | None
) -> None:
    stage = Stage(ALL, tries=1)
    ask = stage.ask()
    stage.opens()
    refuse(stage, ask.key, code, message, param)
    stage.created(ask)
    stage.done(ask, "Yes.")
    assert stage.text(ask) == "Yes."
    assert sent(stage) == [{"effort": "low"}, None]
    assert stage.noted("realtime.parameter_refused") == [{"parameter": "reasoning"}]


def test_a_refusal_is_remembered_for_all_that_comes_and_told_once() -> None:
    stage = Stage(ALL)
    asks = [stage.ask(diner) for diner in ("Alice", "Bob", "Carol")]
    stage.opens()
    for ask in asks:
        refuse(stage, ask.key)
    for ask in asks:
        stage.created(ask)
        stage.done(ask, f"For {ask.diner}")
        assert stage.text(ask) == f"For {ask.diner}"
    stage.answered("Dave")
    assert sent(stage) == [{"effort": "low"}] * 3 + [None] * 4
    assert len(stage.noted("realtime.parameter_refused")) == 1


def test_a_refusal_that_names_no_event_is_remembered_too() -> None:
    stage = Stage(ALL)
    ask = stage.ask()
    stage.opens()
    refuse(stage, None)
    stage.created(ask)
    stage.done(ask, "Yes.")
    assert stage.text(ask) == "Yes."


def test_who_refuses_it_though_it_was_not_sent_is_asked_as_often_as_anybody() -> None:
    stage = Stage(ALL, tries=2)
    ask = stage.ask()
    stage.opens()
    for _ in range(3):
        refuse(stage, ask.key)
    assert stage.ended[ask.id] == "failed"
    assert len(sent(stage)) == 3


@pytest.mark.parametrize(
    ("message", "param", "is_lasting"),
    [
        ("Invalid value: 'input_image'. Supported values are: 'input_text'.", None, True),
        ("Unknown content part type: input_image", None, True),
        ("You uploaded an unsupported image. Use a JPEG or PNG.", None, False),
        ("The image data is broken.", "response.input[0].content[1].image_url", False),
    ],
)
def test_one_picture_that_is_refused_blinds_nobody_else(
    message: str, param: str | None, is_lasting: bool
) -> None:
    stage = Stage(ALL)
    asks = [stage.ask(), stage.ask("Bob")]
    stage.opens()
    refuse(stage, asks[0].key, "invalid_value", message, param)
    later = stage.ask("Carol")
    assert [PICTURES in each.left_out for each in (*asks, later)] == [True, False, is_lasting]
    assert asks[0].failures == 0
    assert bool(stage.noted("realtime.parameter_refused")) is is_lasting


@pytest.mark.parametrize(
    ("code", "message", "param"),
    [
        ("invalid_value", "Invalid value: 'x'.", "response.tools[0].name"),
        ("invalid_value", "reasoning took too many tokens", "response.max_output_tokens"),
        ("server_error", "The server had an error while reasoning.", None),
        ("server_error", "An unknown error occurred during reasoning.", None),
    ],
)
def test_another_refusal_leaves_it_in(code: str, message: str, param: str | None) -> None:
    stage = Stage(ALL)
    ask = stage.ask()
    stage.opens()
    refuse(stage, ask.key, code, message, param)
    assert sent(stage) == [{"effort": "low"}] * 2
