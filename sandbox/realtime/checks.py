"""Reads what a client of the stand-in sends, and refuses what OpenAI's server would refuse.

The shapes are those of `openai.types.realtime`, written out by hand; the codes and sentences are
those of OpenAI's API. It checks and never changes a thing.
"""

import json
import re
from typing import Any

from sandbox.practice.speech import SAMPLES_PER_S
from sandbox.realtime.media import base64, picture, sound
from sandbox.realtime.shapes import (
    Check,
    Refusal,
    by_type,
    list_of,
    missing,
    not_among,
    of_type,
    one_of,
    or_null,
    record,
    text,
    wrong_type,
)

MAX_METADATA_PAIRS = 16
MAX_METADATA_KEY = 64
MAX_METADATA_VALUE = 512
MAX_OUTPUT_TOKENS = 4_096
MAX_ID = 512
EFFORTS = ("minimal", "low", "medium", "high", "xhigh")
# What only models that reason take.
OF_REASONING = ("reasoning", "parallel_tool_calls")
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def read_event(frame: str | bytes) -> dict[str, Any]:
    """A frame as a JSON object; what is in it is `check_event`'s. Raises Refusal."""
    try:
        event = json.loads(frame)
    except ValueError as error:
        raise Refusal(
            "invalid_json", f"We could not parse the JSON body of your event: {error}."
        ) from None
    if not isinstance(event, dict):
        raise wrong_type(event, "event", "an object")
    return event


def check_event(event: dict[str, Any]) -> None:
    """Raises Refusal when an event is none that the API takes."""
    if "type" not in event:
        raise missing("type")
    check = _EVENTS.get(event["type"]) if isinstance(event["type"], str) else None
    if check is None:
        raise not_among(event["type"], "type", _EVENTS)
    check(event, "")


def check_known_to_older(event: dict[str, Any]) -> None:
    """A model that does not reason takes nothing that says how. Raises Refusal."""
    for holder in ("session", "response"):
        for name in OF_REASONING:
            if name in (event.get(holder) or {}):
                path = f"{holder}.{name}"
                raise Refusal("unknown_parameter", f"Unknown parameter: '{path}'.", path)


def check_unseen(event: dict[str, Any]) -> None:
    """A model that sees nothing takes no picture. Raises Refusal."""
    for nth, item in enumerate((event.get("response") or {}).get("input") or ()):
        for place, part in enumerate(item.get("content") or ()):
            if part["type"] == "input_image":
                path = f"response.input[{nth}].content[{place}].type"
                raise not_among("input_image", path, ("input_text", "input_audio"))


def check_calls_answered(items: list[dict[str, Any]], path: str) -> None:
    """Every tool output must follow the call it answers. Raises Refusal."""
    called: set[str] = set()
    for index, item in enumerate(items):
        if item["type"] == "function_call" and "call_id" in item:
            called.add(item["call_id"])
        elif item["type"] == "function_call_output" and item["call_id"] not in called:
            raise Refusal(
                "invalid_tool_call_id",
                f"Tool call ID '{item['call_id']}' not found in conversation.",
                f"{path}[{index}].call_id",
            )


def _modalities(value: Any, path: str) -> None:
    list_of(text())(value, path)
    if value not in (["text"], ["audio"]):
        said = "Supported combinations are: ['text'] and ['audio']."
        raise Refusal("invalid_value", f"Invalid modalities: {value}. {said}", path)


def _token_limit(value: Any, path: str) -> None:
    if value == "inf":
        return
    of_type(int)(value, path)
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
    of_type(dict)(value, path)
    if len(value) > MAX_METADATA_PAIRS:
        said = (
            f"Expected an object with at most {MAX_METADATA_PAIRS} properties,"
            f" but got {len(value)} instead."
        )
        raise Refusal(
            "object_above_max_properties", f"Invalid '{path}': too many properties. {said}", path
        )
    for key, each in value.items():
        if len(key) > MAX_METADATA_KEY:
            said = (
                f"Expected a key with maximum length {MAX_METADATA_KEY},"
                f" but got one with length {len(key)} instead."
            )
            raise Refusal(
                "string_above_max_length", f"Invalid '{path}': key too long. {said}", path
            )
        text(MAX_METADATA_VALUE)(each, f"{path}.{key}")


def _tool_name(value: Any, path: str) -> None:
    text()(value, path)
    if not TOOL_NAME.fullmatch(value):
        said = f"Expected a string that matches the pattern '^{TOOL_NAME.pattern}$'."
        raise Refusal(
            "invalid_value", f"Invalid '{path}': string does not match pattern. {said}", path
        )


def _tool_choice(value: Any, path: str) -> None:
    if isinstance(value, str):
        one_of("none", "auto", "required")(value, path)
    else:
        by_type(function=record("name", type=text(), name=_tool_name))(value, path)


def _message(value: Any, path: str) -> None:
    if "role" not in value:
        raise missing(f"{path}.role")
    content = _CONTENT.get(value["role"]) if isinstance(value["role"], str) else None
    if content is None:
        raise not_among(value["role"], f"{path}.role", _CONTENT)
    record("content", **_ITEM, role=text(), content=list_of(content))(value, path)


# What the API takes.

_ANY: Check = lambda value, path: None  # noqa: E731
_TEXT_PART = record("text", type=text(), text=text())
_AUDIO_PART = record("audio", type=text(), audio=sound, transcript=or_null(text()))
_IMAGE_PART = record(
    "image_url", type=text(), image_url=picture, detail=one_of("auto", "low", "high")
)
_SAID_PART = record(type=text(), audio=or_null(text()), transcript=or_null(text()))
_CONTENT = {
    "system": by_type(input_text=_TEXT_PART),
    "user": by_type(input_text=_TEXT_PART, input_audio=_AUDIO_PART, input_image=_IMAGE_PART),
    "assistant": by_type(output_text=_TEXT_PART, output_audio=_SAID_PART),
}
_ITEM: dict[str, Check] = {
    "type": text(),
    "id": or_null(text(MAX_ID)),
    "object": or_null(one_of("realtime.item")),
    "status": or_null(one_of("completed", "incomplete", "in_progress")),
}
_CALL = record(
    "name", "arguments", **_ITEM, call_id=text(MAX_ID), name=_tool_name, arguments=text()
)
_OUTPUT = record("call_id", "output", **_ITEM, call_id=text(MAX_ID), output=text())
_ANY_ITEM = by_type(message=_message, function_call=_CALL, function_call_output=_OUTPUT)
_TOOL = record(
    "name", type=text(), name=_tool_name, description=or_null(text()), parameters=of_type(dict)
)
_FORMAT = by_type(
    **{
        "audio/pcm": record(type=text(), rate=one_of(SAMPLES_PER_S)),
        "audio/pcmu": record(type=text()),
        "audio/pcma": record(type=text()),
    }
)
_AUDIO_OUT = record(format=or_null(_FORMAT), voice=_ANY, speed=of_type(int, float))
_FOR_DETECTION: dict[str, Check] = {
    "type": text(),
    "create_response": or_null(of_type(bool)),
    "interrupt_response": or_null(of_type(bool)),
}
_DETECTION = by_type(
    semantic_vad=record(
        **_FOR_DETECTION, eagerness=or_null(one_of("low", "medium", "high", "auto"))
    ),
    server_vad=record(
        **_FOR_DETECTION,
        threshold=or_null(of_type(int, float)),
        prefix_padding_ms=or_null(of_type(int)),
        silence_duration_ms=or_null(of_type(int)),
        idle_timeout_ms=or_null(of_type(int)),
    ),
)
_TRANSCRIPTION = record(
    model=or_null(text()),
    language=or_null(text()),
    languages=or_null(list_of(text())),
    prompt=or_null(text()),
    keywords=or_null(list_of(text())),
    delay=or_null(one_of(*EFFORTS)),
)
_AUDIO_IN = record(
    format=or_null(_FORMAT),
    noise_reduction=or_null(
        record(type=one_of("near_field", "far_field"), strength=of_type(int, float))
    ),
    transcription=or_null(_TRANSCRIPTION),
    turn_detection=or_null(_DETECTION),
)
_COMMON: dict[str, Check] = {
    "instructions": or_null(text()),
    "max_output_tokens": or_null(_token_limit),
    "output_modalities": or_null(_modalities),
    "parallel_tool_calls": or_null(of_type(bool)),
    "prompt": or_null(of_type(dict)),
    "reasoning": or_null(record(effort=or_null(one_of(*EFFORTS)))),
    "tool_choice": or_null(_tool_choice),
    "tools": or_null(list_of(by_type(function=_TOOL))),
}
_RESPONSE = record(
    **_COMMON,
    audio=or_null(record(output=_AUDIO_OUT)),
    conversation=or_null(one_of("auto", "none")),
    input=or_null(list_of(_ANY_ITEM)),
    metadata=or_null(_metadata),
)
_SESSION = record(
    "type",
    **_COMMON,
    type=one_of("realtime"),
    audio=or_null(record(input=_AUDIO_IN, output=_AUDIO_OUT)),
    include=_ANY,
    model=text(),
    tracing=_ANY,
    truncation=_ANY,
)
_HEAD: dict[str, Check] = {"type": text(), "event_id": or_null(text(MAX_ID))}
_ITEM_ID = record("item_id", **_HEAD, item_id=text())
_EVENTS: dict[str, Check] = {
    "session.update": record("session", **_HEAD, session=_SESSION),
    "input_audio_buffer.append": record("audio", **_HEAD, audio=base64),
    "input_audio_buffer.commit": record(**_HEAD),
    "input_audio_buffer.clear": record(**_HEAD),
    "output_audio_buffer.clear": record(**_HEAD),
    "conversation.item.create": record(
        "item", **_HEAD, item=_ANY_ITEM, previous_item_id=or_null(text())
    ),
    "conversation.item.retrieve": _ITEM_ID,
    "conversation.item.delete": _ITEM_ID,
    "conversation.item.truncate": record(
        "item_id",
        "content_index",
        "audio_end_ms",
        **_HEAD,
        item_id=text(),
        content_index=of_type(int),
        audio_end_ms=of_type(int),
    ),
    "response.create": record(**_HEAD, response=or_null(_RESPONSE)),
    "response.cancel": record(**_HEAD, response_id=or_null(text())),
}
