"""Builds the events that the stand-in for the Realtime API sends, each a dict as on the wire.

Their shapes are those of `openai.types.realtime`, which the tests hold them to. It keeps no state
and knows no faults.
"""

import secrets
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.practice.speech import SAMPLES_PER_S

Event = dict[str, Any]


def new_id(prefix: str) -> str:
    """An id like OpenAI's: `resp_` and the like, then 20 random characters."""
    return f"{prefix}_{secrets.token_hex(10)}"


def session_created(session: Event) -> Event:
    return new_event("session.created", session=session)


def session_updated(session: Event) -> Event:
    return new_event("session.updated", session=session)


def new_session(model: str, lasts_s: float) -> Event:
    """The session before any `session.update`: OpenAI's defaults, which listen and speak."""
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": new_id("sess"),
        "model": model,
        "output_modalities": ["audio"],
        "instructions": "",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "expires_at": int(time.time() + lasts_s),
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": SAMPLES_PER_S},
                "transcription": None,
                "turn_detection": {"type": "server_vad", "silence_duration_ms": 200},
            },
            "output": {
                "format": {"type": "audio/pcm", "rate": SAMPLES_PER_S},
                "voice": "marin",
                "speed": 1.0,
            },
        },
    }


def error(
    code: str | None,
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    client_event_id: str | None = None,
) -> Event:
    return new_event(
        "error",
        error={
            "type": kind,
            "code": code,
            "message": message,
            "param": param,
            "event_id": client_event_id,
        },
    )


def rate_limits_updated(*, remaining: int, reset_s: float) -> Event:
    """Both limits at once; `remaining` is that of the requests."""
    return new_event(
        "rate_limits.updated",
        rate_limits=[
            {"name": "requests", "limit": 10_000, "remaining": remaining, "reset_seconds": reset_s},
            {
                "name": "tokens",
                "limit": 4_000_000,
                "remaining": remaining * 400,
                "reset_seconds": reset_s,
            },
        ],
    )


def response_created(response: Event) -> Event:
    return new_event("response.created", response=response)


def response_done(response: Event) -> Event:
    return new_event("response.done", response=response)


def response_cancelled(response_id: str) -> Event:
    """Not OpenAI's: what some other servers send in place of `response.done`."""
    return new_event("response.cancelled", response_id=response_id)


def nobodys(response_id: str | None) -> Event:
    """An event of a type that no client knows."""
    return new_event("sandbox.weather.updated", response_id=response_id, sky="clear")


def output_item_added(response_id: str, item: Event, index: int = 0) -> Event:
    kind = "response.output_item.added"
    return new_event(kind, response_id=response_id, output_index=index, item=item)


def output_item_done(response_id: str, item: Event, index: int = 0) -> Event:
    kind = "response.output_item.done"
    return new_event(kind, response_id=response_id, output_index=index, item=item)


def content_part_added(
    response_id: str, item_id: str, index: int = 0, *, is_spoken: bool = False
) -> Event:
    part = _content("", is_spoken=is_spoken)
    return _part("response.content_part.added", response_id, item_id, index, part=part)


def content_part_done(
    response_id: str, item_id: str, text: str, index: int = 0, *, is_spoken: bool = False
) -> Event:
    part = _content(text, is_spoken=is_spoken)
    return _part("response.content_part.done", response_id, item_id, index, part=part)


def text_delta(
    response_id: str, item_id: str, delta: str, index: int = 0, *, is_spoken: bool = False
) -> Event:
    """`is_spoken`: it is what audio says, in words."""
    kind = "response.output_audio_transcript.delta" if is_spoken else "response.output_text.delta"
    return _part(kind, response_id, item_id, index, delta=delta)


def text_done(
    response_id: str, item_id: str, text: str, index: int = 0, *, is_spoken: bool = False
) -> Event:
    if is_spoken:
        kind = "response.output_audio_transcript.done"
        return _part(kind, response_id, item_id, index, transcript=text)
    return _part("response.output_text.done", response_id, item_id, index, text=text)


def audio_delta(response_id: str, item_id: str, sound: bytes, index: int = 0) -> Event:
    delta = b64encode(sound).decode()
    return _part("response.output_audio.delta", response_id, item_id, index, delta=delta)


def audio_done(response_id: str, item_id: str, index: int = 0) -> Event:
    return _part("response.output_audio.done", response_id, item_id, index)


def arguments_delta(
    response_id: str, item_id: str, call_id: str, delta: str, index: int = 0
) -> Event:
    return new_event(
        "response.function_call_arguments.delta",
        response_id=response_id,
        item_id=item_id,
        output_index=index,
        call_id=call_id,
        delta=delta,
    )


def arguments_done(response_id: str, item: Event, arguments: str, index: int = 0) -> Event:
    return new_event(
        "response.function_call_arguments.done",
        response_id=response_id,
        item_id=item["id"],
        output_index=index,
        call_id=item["call_id"],
        name=item["name"],
        arguments=arguments,
    )


def item_added(item: Event, previous_item_id: str | None) -> Event:
    return new_event("conversation.item.added", item=item, previous_item_id=previous_item_id)


def item_done(item: Event, previous_item_id: str | None) -> Event:
    return new_event("conversation.item.done", item=item, previous_item_id=previous_item_id)


def item_deleted(item_id: str) -> Event:
    return new_event("conversation.item.deleted", item_id=item_id)


def item_retrieved(item: Event) -> Event:
    return new_event("conversation.item.retrieved", item=item)


def audio_buffer_cleared() -> Event:
    return new_event("input_audio_buffer.cleared")


def assistant_message(item_id: str, text: str, status: str, *, is_spoken: bool = False) -> Event:
    """An output item; one that has not begun has no content yet."""
    part = _content(text, is_spoken=is_spoken)
    content = [{**part, "type": f"output_{part['type']}"}] if text or status == "completed" else []
    return new_item(item_id, "message", status, role="assistant", content=content)


def reasoning(item_id: str, status: str) -> Event:
    """Not among the types of OpenAI's package: what a model that reasons may put out beside."""
    return new_item(item_id, "reasoning", status, summary=[])


def function_call(item_id: str, call_id: str, name: str, arguments: str, status: str) -> Event:
    return new_item(
        item_id, "function_call", status, call_id=call_id, name=name, arguments=arguments
    )


def response(
    response_id: str,
    status: str,
    *,
    status_details: Event | str | None,
    output: Sequence[Event],
    conversation_id: str | None,
    metadata: Mapping[str, str] | None,
    max_output_tokens: int | str,
    usage: Event | None,
    sounds: Event | None = None,
) -> Event:
    """The response resource, as `response.created` and `response.done` carry it.

    `sounds`: its voice and format, where it is spoken.
    """
    return {
        "object": "realtime.response",
        "id": response_id,
        "status": status,
        "status_details": status_details,
        "output": list(output),
        "conversation_id": conversation_id,
        "output_modalities": ["audio" if sounds else "text"],
        "audio": {"output": sounds} if sounds else None,
        "max_output_tokens": max_output_tokens,
        "metadata": dict(metadata) if metadata is not None else None,
        "usage": usage,
    }


def usage(
    *,
    input_tokens: int,
    cached_tokens: int,
    output_tokens: int,
    audio_input: int = 0,
    audio_output: int = 0,
    image_input: int = 0,
    audio_cached: int = 0,
) -> Event:
    """Sound and pictures are parts of what goes in and out."""
    cached = {"text_tokens": cached_tokens - audio_cached, "audio_tokens": audio_cached}
    spoken = {"text_tokens": output_tokens - audio_output, "audio_tokens": audio_output}
    return {
        "total_tokens": input_tokens + output_tokens,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "input_token_details": {
            "text_tokens": input_tokens - audio_input - image_input,
            "audio_tokens": audio_input,
            "image_tokens": image_input,
            "cached_tokens": cached_tokens,
            "cached_tokens_details": cached,
        },
        "output_token_details": spoken,
    }


def new_item(item_id: str, kind: str, status: str, **fields: Any) -> Event:
    return {"id": item_id, "object": "realtime.item", "type": kind, "status": status, **fields}


def _content(text: str, *, is_spoken: bool) -> Event:
    return {"type": "audio", "transcript": text} if is_spoken else {"type": "text", "text": text}


def _part(kind: str, response_id: str, item_id: str, index: int, **fields: Any) -> Event:
    place = {"item_id": item_id, "output_index": index, "content_index": 0}
    return new_event(kind, response_id=response_id, **place, **fields)


def new_event(kind: str, **fields: Any) -> Event:
    return {"type": kind, "event_id": new_id("event"), **fields}
