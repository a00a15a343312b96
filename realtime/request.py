"""What is asked of the Realtime API: items, tools, requests, and the two events that are sent.

The shapes are OpenAI's (`openai.types.realtime`), and nobody else in the service makes them. What
is said in them, and to whom, is the caller's.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import orjson

from realtime.events import EVENT_ID_KEY, FunctionCall

Item = Mapping[str, Any]

# As many as the API takes for one response.
MOST_OUTPUT_TOKENS = 4_096
# The sound that goes in and comes out: 16-bit little-endian samples, one channel.
SAMPLES_PER_S = 24_000
BYTES_PER_SAMPLE = 2
VOICE = "marin"  # one of the two that OpenAI calls its best
# What may be left out of a request: what only models that reason take, and servers of older ones
# refuse.
Extras = frozenset[str]
OF_REASONING: Extras = frozenset({"reasoning", "parallel_tool_calls"})
# What some models can't see.
PICTURES = "input_image"
EXTRAS: Extras = OF_REASONING | {PICTURES}
UNSEEN = "[a picture, which you can't be shown: say so if it is what they ask about]"
# Of a schema: what only the check of a call needs, and where parts stand by names of ours.
_LEFT_OUT = frozenset(
    {"title", "default", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}
)
_NAMED = frozenset({"properties", "$defs"})
_TAKES_EXTRAS = re.compile(r"gpt-realtime-2(?!\d)")


@dataclass(frozen=True, slots=True)
class Request:
    """One response to ask for: who answers, with which tools, and all that was said.

    Its items are all that the model sees of a conversation: no request shares one with another.
    """

    instructions: str
    tools: Sequence[Mapping[str, Any]]
    items: tuple[Item, ...]
    max_output_tokens: int
    may_call: bool = True
    must_call: str | None = None  # the tool that it answers with, and in no words of its own
    modality: Literal["text", "audio"] = "text"  # what it answers in
    voice: str = VOICE
    effort: str | None = None  # how much the model is to reason; None: as much as it wants
    metadata: Mapping[str, str] = field(default_factory=dict)

    def with_items(self, *items: Item) -> "Request":
        """With these after all others."""
        return replace(self, items=(*self.items, *items))

    def without_calls(self) -> "Request":
        """The tools stay in it, since the model caches a prompt by its beginning."""
        return replace(self, may_call=False)

    def with_room(self) -> "Request":
        """For an answer twice as long, as far as the API allows."""
        return replace(self, max_output_tokens=min(2 * self.max_output_tokens, MOST_OUTPUT_TOKENS))

    def labelled(self, **metadata: str) -> "Request":
        return replace(self, metadata={**self.metadata, **metadata})

    def as_response(self) -> dict[str, Any]:
        """The `response` of a `response.create`; what holds for every response is added there."""
        response: dict[str, Any] = {
            "output_modalities": [self.modality],
            "instructions": self.instructions,
            "tools": self.tools,
            "tool_choice": self._tool_choice(),
            "max_output_tokens": self.max_output_tokens,
            "input": list(self.items),
            "metadata": self.metadata,
        }
        if self.modality == "audio":
            sound = {"type": "audio/pcm", "rate": SAMPLES_PER_S}
            response["audio"] = {"output": {"format": sound, "voice": self.voice}}
        return response

    def _tool_choice(self) -> str | dict[str, str]:
        if self.must_call is not None:
            return {"type": "function", "name": self.must_call}
        return "auto" if self.may_call else "none"


def extras_left_out(model: str) -> Extras:
    """Which of EXTRAS not to try with a model: what its name tells that it does not take."""
    return frozenset() if _TAKES_EXTRAS.match(model) else OF_REASONING


def said_by_system(text: str) -> Item:
    return _message("system", "input_text", text)


def said_by_diner(text: str, pictures: Sequence[bytes] = ()) -> Item:
    """What a diner wrote, with the pictures that came with it, as JPEGs."""
    item = _message("user", "input_text", text)
    for each in pictures:
        url = f"data:image/jpeg;base64,{b64encode(each).decode()}"
        item["content"].append({"type": PICTURES, "image_url": url})
    return item


def spoken_by_diner(pcm: bytes) -> Item:
    """What a diner said, as sound: SAMPLES_PER_S of BYTES_PER_SAMPLE, little-endian, mono."""
    part = {"type": "input_audio", "audio": b64encode(pcm).decode()}
    return {"type": "message", "role": "user", "content": [part]}


def said_by_us(text: str) -> Item:
    return _message("assistant", "output_text", text)


def _message(role: str, kind: str, text: str) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def call_made(call: FunctionCall) -> Item:
    return {
        "type": "function_call",
        "call_id": call.call_id,
        "name": call.name,
        "arguments": call.arguments,
    }


def call_answered(call_id: str, output: str) -> Item:
    """`output` is text for the model: JSON, by custom."""
    return {"type": "function_call_output", "call_id": call_id, "output": output}


def function_tool(name: str, description: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The definition of a tool, to make once and keep.

    `parameters` is the JSON Schema of its arguments, as pydantic makes it: the class's docstring in
    it is for who reads the code, and what pydantic checks anyway is tokens to the model.
    """
    schema = _short(parameters)
    schema.pop("description", None)
    return {"type": "function", "name": name, "description": description, "parameters": schema}


def _short(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What tells a model how to call: whatever may be null may as well be left out."""
    short = {key: value for key, value in schema.items() if key not in _LEFT_OUT}
    if any_of := [_short(part) for part in short.pop("anyOf", ()) if part != {"type": "null"}]:
        short = {**any_of[0], **short} if len(any_of) == 1 else {"anyOf": any_of, **short}
    if "items" in short:
        short["items"] = _short(short["items"])
    for parts in _NAMED & short.keys():
        short[parts] = {name: _short(part) for name, part in short[parts].items()}
    return short


def response_create(event_id: str, request: Request, left_out: Extras) -> str:
    """A `response.create` as a frame: out of band, with `event_id` in its metadata.

    `left_out`: those of EXTRAS that the server does not know.
    """
    extras: dict[str, Any] = {}
    if request.effort is not None:
        extras["reasoning"] = {"effort": request.effort}
    if request.tools:
        extras["parallel_tool_calls"] = True
    response = {
        **{name: value for name, value in extras.items() if name not in left_out},
        "conversation": "none",
        **request.as_response(),
        "metadata": {**request.metadata, EVENT_ID_KEY: event_id},
    }
    if PICTURES in left_out:
        response["input"] = [_unseen(each) for each in request.items]
    return dumped({"type": "response.create", "event_id": event_id, "response": response})


def _unseen(item: Item) -> Item:
    """The item in words alone."""
    parts = item.get("content", ())
    if all(part["type"] != PICTURES for part in parts):
        return item
    words = [part for part in parts if part["type"] != PICTURES]
    return {**item, "content": [*words, {"type": "input_text", "text": UNSEEN}]}


def response_cancel(response_id: str) -> str:
    """A `response.cancel` as a frame; without an id it would aim at the default conversation."""
    return json.dumps({"type": "response.cancel", "response_id": response_id})


def dumped(event: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(event).decode()
    except orjson.JSONEncodeError:
        # Half a character, which the connection replaces.
        return json.dumps(event, ensure_ascii=False)
