"""Reads what a client of the stand-in for the Realtime API sends, and refuses what OpenAI's server
would refuse.

The shapes are those of `openai.types.realtime`, written out by hand; the codes and sentences are
those of OpenAI's API. It checks and never changes a thing.
"""

import json
import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any, str], None]

MAX_METADATA_PAIRS = 16
MAX_METADATA_KEY = 64
MAX_METADATA_VALUE = 512
MAX_OUTPUT_TOKENS = 4_096
MAX_ID = 512
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
JSON_TYPES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal number",
}


class Refusal(Exception):  # noqa: N818  it is the API's word, and no fault of the stand-in
    """What a client sent is wrong: OpenAI's `code`, sentence and `param`, for an `error` event."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param


def read_event(frame: str | bytes) -> dict[str, Any]:
    """A frame as a JSON object; what is in it is `check_event`'s. Raises Refusal."""
    try:
        event = json.loads(frame)
    except ValueError as error:
        raise Refusal(
            "invalid_json", f"We could not parse the JSON body of your event: {error}."
        ) from None
    if not isinstance(event, dict):
        raise _wrong_type(event, "event", "an object")
    return event


def check_event(event: dict[str, Any]) -> None:
    """Raises Refusal when an event is none that the API takes."""
    if "type" not in event:
        raise _missing("type")
    check = _EVENTS.get(event["type"]) if isinstance(event["type"], str) else None
    if check is None:
        raise _not_among(event["type"], "type", _EVENTS)
    check(event, "")


def check_calls_answered(items: list[dict[str, Any]], path: str) -> None:
    """Every tool output must follow the call it answers. Raises Refusal."""
    called: set[str] = set()
    for number, item in enumerate(items):
        if item["type"] == "function_call" and "call_id" in item:
            called.add(item["call_id"])
        elif item["type"] == "function_call_output" and item["call_id"] not in called:
            raise Refusal(
                "invalid_tool_call_id",
                f"Tool call ID '{item['call_id']}' not found in conversation.",
                f"{path}[{number}].call_id",
            )


# The words of which the shapes at the end of this file are made.


def _text(longest: int | None = None) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise _wrong_type(value, path, "a string")
        if longest is not None and len(value) > longest:
            said = (
                f"Expected a string with maximum length {longest}, but got a string with length"
                f" {len(value)} instead."
            )
            raise Refusal(
                "string_above_max_length", f"Invalid '{path}': string too long. {said}", path
            )

    return check


def _one_of(*allowed: Any) -> Check:
    def check(value: Any, path: str) -> None:
        if value not in allowed:
            raise _not_among(value, path, allowed)

    return check


def _of_type(*kinds: type) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise _wrong_type(value, path, " or ".join(JSON_TYPES[kind] for kind in kinds))

    return check


def _or_null(check: Check) -> Check:
    return lambda value, path: None if value is None else check(value, path)


def _list_of(check: Check) -> Check:
    def check_all(value: Any, path: str) -> None:
        _of_type(list)(value, path)
        for number, each in enumerate(value):
            check(each, f"{path}[{number}]")

    return check_all


def _record(*required: str, **shape: Check) -> Check:
    def check(value: Any, path: str) -> None:
        _of_type(dict)(value, path)
        prefix = f"{path}." if path else ""
        for name in value:
            if name not in shape:
                raise Refusal(
                    "unknown_parameter", f"Unknown parameter: '{prefix}{name}'.", f"{prefix}{name}"
                )
        for name in required:
            if name not in value:
                raise _missing(f"{prefix}{name}")
        for name, each in value.items():
            shape[name](each, f"{prefix}{name}")

    return check


def _by_type(**shapes: Check) -> Check:
    """A record whose `type` says which of the shapes it has."""

    def check(value: Any, path: str) -> None:
        _of_type(dict)(value, path)
        if "type" not in value:
            raise _missing(f"{path}.type")
        shape = shapes.get(value["type"]) if isinstance(value["type"], str) else None
        if shape is None:
            raise _not_among(value["type"], f"{path}.type", shapes)
        shape(value, path)

    return check


def _modalities(value: Any, path: str) -> None:
    _list_of(_text())(value, path)
    if value not in (["text"], ["audio"]):
        said = "Supported combinations are: ['text'] and ['audio']."
        raise Refusal("invalid_value", f"Invalid modalities: {value}. {said}", path)


def _token_limit(value: Any, path: str) -> None:
    if value == "inf":
        return
    _of_type(int)(value, path)
    if value < 1:
        raise Refusal(
            "integer_below_min_value",
            f"Invalid '{path}': expected a value >= 1, but got {value} instead.",
            path,
        )
    if value > MAX_OUTPUT_TOKENS:
        said = f"expected a value <= {MAX_OUTPUT_TOKENS}, but got {value} instead."
        raise Refusal("integer_above_max_value", f"Invalid '{path}': {said}", path)


def _metadata(value: Any, path: str) -> None:
    _of_type(dict)(value, path)
    if len(value) > MAX_METADATA_PAIRS:
        said = (
            f"Expected an object with at most {MAX_METADATA_PAIRS} properties, but got {len(value)}"
            " instead."
        )
        raise Refusal(
            "object_above_max_properties", f"Invalid '{path}': too many properties. {said}", path
        )
    for key, each in value.items():
        if len(key) > MAX_METADATA_KEY:
            said = (
                f"Expected a key with maximum length {MAX_METADATA_KEY}, but got one with length"
                f" {len(key)} instead."
            )
            raise Refusal(
                "string_above_max_length", f"Invalid '{path}': key too long. {said}", path
            )
        _text(MAX_METADATA_VALUE)(each, f"{path}.{key}")


def _tool_name(value: Any, path: str) -> None:
    _text()(value, path)
    if not TOOL_NAME.fullmatch(value):
        said = f"Expected a string that matches the pattern '^{TOOL_NAME.pattern}$'."
        raise Refusal(
            "invalid_value", f"Invalid '{path}': string does not match pattern. {said}", path
        )


def _tool_choice(value: Any, path: str) -> None:
    if isinstance(value, str):
        _one_of("none", "auto", "required")(value, path)
    else:
        _by_type(function=_record("name", type=_text(), name=_tool_name))(value, path)


def _message(value: Any, path: str) -> None:
    if "role" not in value:
        raise _missing(f"{path}.role")
    content = _CONTENT.get(value["role"]) if isinstance(value["role"], str) else None
    if content is None:
        raise _not_among(value["role"], f"{path}.role", _CONTENT)
    _record("content", **_ITEM, role=_text(), content=_list_of(content))(value, path)


def _missing(path: str) -> Refusal:
    return Refusal("missing_required_parameter", f"Missing required parameter: '{path}'.", path)


def _wrong_type(value: Any, path: str, expected: str) -> Refusal:
    got = JSON_TYPES.get(type(value), "null")
    return Refusal(
        "invalid_type",
        f"Invalid type for '{path}': expected {expected}, but got {got} instead.",
        path,
    )


def _not_among(value: Any, path: str, allowed: Any) -> Refusal:
    names = ", ".join(f"'{each}'" for each in allowed)
    return Refusal(
        "invalid_value", f"Invalid value: '{value}'. Supported values are: {names}.", path
    )


# What the API takes.

_ANY: Check = lambda value, path: None  # noqa: E731
_TEXT_PART = _record("text", type=_text(), text=_text())
_AUDIO_PART = _record("audio", type=_text(), audio=_text(), transcript=_or_null(_text()))
_IMAGE_PART = _record(
    "image_url", type=_text(), image_url=_text(), detail=_one_of("auto", "low", "high")
)
_SAID_PART = _record(type=_text(), audio=_or_null(_text()), transcript=_or_null(_text()))
_CONTENT = {
    "system": _by_type(input_text=_TEXT_PART),
    "user": _by_type(input_text=_TEXT_PART, input_audio=_AUDIO_PART, input_image=_IMAGE_PART),
    "assistant": _by_type(output_text=_TEXT_PART, output_audio=_SAID_PART),
}
_ITEM: dict[str, Check] = {
    "type": _text(),
    "id": _or_null(_text(MAX_ID)),
    "object": _or_null(_one_of("realtime.item")),
    "status": _or_null(_one_of("completed", "incomplete", "in_progress")),
}
_CALL = _record(
    "name", "arguments", **_ITEM, call_id=_text(MAX_ID), name=_tool_name, arguments=_text()
)
_OUTPUT = _record("call_id", "output", **_ITEM, call_id=_text(MAX_ID), output=_text())
_ANY_ITEM = _by_type(message=_message, function_call=_CALL, function_call_output=_OUTPUT)
_TOOL = _record(
    "name", type=_text(), name=_tool_name, description=_or_null(_text()), parameters=_of_type(dict)
)
_FORMAT = _record(
    "type", type=_one_of("audio/pcm", "audio/pcmu", "audio/pcma"), rate=_one_of(24_000)
)
_AUDIO_OUT = _record(format=_or_null(_FORMAT), voice=_ANY, speed=_of_type(int, float))
_AUDIO_IN = _record(
    format=_or_null(_FORMAT), noise_reduction=_ANY, transcription=_ANY, turn_detection=_ANY
)
_COMMON: dict[str, Check] = {
    "instructions": _or_null(_text()),
    "max_output_tokens": _or_null(_token_limit),
    "output_modalities": _or_null(_modalities),
    "parallel_tool_calls": _or_null(_of_type(bool)),
    "prompt": _or_null(_of_type(dict)),
    "reasoning": _or_null(_of_type(dict)),
    "tool_choice": _or_null(_tool_choice),
    "tools": _or_null(_list_of(_by_type(function=_TOOL))),
}
_RESPONSE = _record(
    **_COMMON,
    audio=_or_null(_record(output=_AUDIO_OUT)),
    conversation=_or_null(_one_of("auto", "none")),
    input=_or_null(_list_of(_ANY_ITEM)),
    metadata=_or_null(_metadata),
)
_SESSION = _record(
    "type",
    **_COMMON,
    type=_one_of("realtime"),
    audio=_or_null(_record(input=_AUDIO_IN, output=_AUDIO_OUT)),
    include=_ANY,
    model=_text(),
    tracing=_ANY,
    truncation=_ANY,
)
_HEAD: dict[str, Check] = {"type": _text(), "event_id": _or_null(_text(MAX_ID))}
_ITEM_ID = _record("item_id", **_HEAD, item_id=_text())
_EVENTS: dict[str, Check] = {
    "session.update": _record("session", **_HEAD, session=_SESSION),
    "input_audio_buffer.append": _record("audio", **_HEAD, audio=_text()),
    "input_audio_buffer.commit": _record(**_HEAD),
    "input_audio_buffer.clear": _record(**_HEAD),
    "output_audio_buffer.clear": _record(**_HEAD),
    "conversation.item.create": _record(
        "item", **_HEAD, item=_ANY_ITEM, previous_item_id=_or_null(_text())
    ),
    "conversation.item.retrieve": _ITEM_ID,
    "conversation.item.delete": _ITEM_ID,
    "conversation.item.truncate": _record(
        "item_id",
        "content_index",
        "audio_end_ms",
        **_HEAD,
        item_id=_text(),
        content_index=_of_type(int),
        audio_end_ms=_of_type(int),
    ),
    "response.create": _record(**_HEAD, response=_or_null(_RESPONSE)),
    "response.cancel": _record(**_HEAD, response_id=_or_null(_text())),
}
