"""A server's frames as the events that this client meets.

It reads what servers really send, OpenAI's and others that speak the protocol (facts in
`openai.types.realtime`), and drops everything else into `Unknown`. It keeps no state.
"""

from dataclasses import replace

from models.tokens import Tokens
from realtime.endings import end_of
from realtime.events import (
    EVENT_ID_KEY,
    AudioDelta,
    CallBroken,
    CallDone,
    FunctionCall,
    MessageTold,
    Progress,
    RateLimits,
    ResponseCreated,
    ResponseDone,
    ServerError,
    ServerEvent,
    SessionCreated,
    TextDelta,
    TextDone,
    Unknown,
)
from realtime.fields import (
    Json,
    count_of,
    is_used_up,
    list_of,
    loaded,
    mapping_of,
    name_of,
    piece_of,
    seconds_of,
    sound_of,
    text_of,
)
from realtime.output import is_audio, message_of, place_of

# More than a response has room for, in characters: no tool takes so many, and no prompt wants them.
MOST_ARGUMENTS = 50_000
# Text in pieces and whole, and whether it is what audio says; OpenAI's names and older ones.
_PIECES = {
    "response.output_text.delta": False,
    "response.text.delta": False,
    "response.output_audio_transcript.delta": True,
    "response.audio_transcript.delta": True,
}
_WHOLES = {name.replace(".delta", ".done"): spoken for name, spoken in _PIECES.items()}
_SOUND = {"response.output_audio.delta", "response.audio.delta"}
# Events of a response that carry nothing this client keeps, but show that it is alive.
_PROGRESS = {"response.content_part.added", "response.function_call_arguments.delta"}


def parse(frame: str | bytes) -> ServerEvent:
    """One text frame as an event.

    Raises ValueError (UnicodeDecodeError, JSONDecodeError among them) when the frame is not a JSON
    object with a `type`.
    """
    event = loaded(frame)
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise ValueError("a server event must be a JSON object with a type")
    return meaning(event)


def meaning(event: Json) -> ServerEvent:
    """What an object with a `type` that is a text means."""
    match event["type"]:
        case name if name in _PIECES:
            place = place_of(event, is_spoken=_PIECES[name])
            return TextDelta(text_of(event, "response_id"), place, piece_of(event, "delta"))
        case name if name in _WHOLES:
            return _part(event, event, is_spoken=_WHOLES[name])
        case name if name in _SOUND:
            sound = sound_of(event, "delta")
            return AudioDelta(text_of(event, "response_id"), text_of(event, "item_id"), sound)
        case "response.content_part.done":
            part = mapping_of(event.get("part"))
            return _part(event, part, is_spoken=is_audio(part))
        case "response.created":
            response = mapping_of(event.get("response"))
            return ResponseCreated(text_of(response, "id"), _own_event_id(response))
        case "response.output_item.added":
            return _item_begun(event, mapping_of(event.get("item")))
        case "response.output_item.done":
            return _item_done(event, mapping_of(event.get("item")))
        case "response.function_call_arguments.done":
            call = _function_call({**event, "type": "function_call"})
            response_id = text_of(event, "response_id")
            # Some servers leave out the name; then the call comes whole with its item.
            return CallDone(response_id, call) if call else Progress(response_id)
        case "response.done" | "response.cancelled":
            return _response_done(event)
        case "rate_limits.updated":
            return RateLimits(_longest_wait(event))
        case "error":
            return _error(event)
        case "session.created":
            return SessionCreated()
        case name if name in _PROGRESS:
            return Progress(text_of(event, "response_id"))
        case _:
            return Unknown(name_of(event, "type"), text_of(event, "response_id"))


def _part(event: Json, part: Json, *, is_spoken: bool) -> TextDone:
    text = text_of(part, "transcript" if is_spoken else "text")
    return TextDone(text_of(event, "response_id"), place_of(event, is_spoken=is_spoken), text)


def _item_begun(event: Json, item: Json) -> ServerEvent:
    response_id = text_of(event, "response_id")
    message = message_of(item)
    if message is None:
        return Progress(response_id)
    return MessageTold(response_id, replace(message, text=""))


def _item_done(event: Json, item: Json) -> ServerEvent:
    response_id = text_of(event, "response_id")
    if message := message_of(item):
        return MessageTold(response_id, message)
    if call := _function_call(item):
        return CallDone(response_id, call)
    return CallBroken(response_id, _call_id(item)) if _is_call(item) else Progress(response_id)


def _response_done(event: Json) -> ResponseDone:
    response = mapping_of(event.get("response"))
    cancelled = event["type"] == "response.cancelled"
    output = [mapping_of(item) for item in list_of(response.get("output"))]
    end = end_of(response)
    calls = [(item, _function_call(item)) for item in output if _is_call(item)]
    return ResponseDone(
        # `response.cancelled` of other servers may carry the bare id.
        response_id=text_of(response, "id") or text_of(event, "response_id"),
        event_id=_own_event_id(response),
        status="cancelled" if cancelled else end.status,
        code=end.code,
        reason=end.reason,
        messages=tuple(message for item in output if (message := message_of(item))),
        calls=tuple(call for _, call in calls if call),
        broken_calls=tuple(_call_id(item) for item, call in calls if call is None),
        usage=usage_of(mapping_of(response.get("usage"))),
    )


def _is_call(item: Json) -> bool:
    return item.get("type") == "function_call"


def _call_id(item: Json) -> str:
    return text_of(item, "call_id") or text_of(item, "id")


def _function_call(item: Json) -> FunctionCall | None:
    call_id = _call_id(item)
    name = text_of(item, "name")
    if not (_is_call(item) and call_id and name):
        return None
    arguments = text_of(item, "arguments")
    # One that was cut off has no whole arguments.
    if item.get("status") == "incomplete" or len(arguments) > MOST_ARGUMENTS:
        return None
    return FunctionCall(call_id, name, arguments)


def usage_of(usage: Json) -> Tokens:
    took = mapping_of(usage.get("input_token_details"))
    gave = mapping_of(usage.get("output_token_details"))
    return Tokens(
        count_of(usage.get("input_tokens")),
        count_of(took.get("cached_tokens")),
        count_of(usage.get("output_tokens")),
        audio_input=count_of(took.get("audio_tokens")),
        audio_output=count_of(gave.get("audio_tokens")),
        image_input=count_of(took.get("image_tokens")),
        audio_cached=count_of(mapping_of(took.get("cached_tokens_details")).get("audio_tokens")),
    )


def _longest_wait(event: Json) -> float:
    limits = [mapping_of(limit) for limit in list_of(event.get("rate_limits"))]
    used_up = [limit for limit in limits if is_used_up(limit.get("remaining"))]
    return max((seconds_of(limit.get("reset_seconds")) for limit in used_up), default=0.0)


def _error(event: Json) -> ServerError:
    error = mapping_of(event.get("error"))
    # OpenAI's `type` is a family (invalid_request_error) and `code` the name;
    # other servers put the name into `type`.
    code = name_of(error, "code") or name_of(error, "type") or "unknown_error"
    return ServerError(
        code,
        text_of(error, "message"),
        text_of(error, "event_id") or None,
        name_of(error, "param"),
    )


def _own_event_id(response: Json) -> str | None:
    return text_of(mapping_of(response.get("metadata")), EVENT_ID_KEY) or None
