"""The events of the Realtime API that this client meets, as frozen values.

It reads what servers really send, OpenAI's and others that speak the protocol (facts in
`openai.types.realtime`), and drops everything else into `Unknown`. It keeps no state: what an event
means for a turn is `protocol.py`'s.
"""

from dataclasses import dataclass

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
    text_of,
)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A tool that the model wants run: `arguments` is JSON text."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one response; `cached` is the part of `input` that the prompt cache had."""

    input: int = 0
    cached: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class SessionCreated:
    pass


@dataclass(frozen=True, slots=True)
class ResponseCreated:
    response_id: str
    event_id: str | None  # ours, if the server echoes metadata


@dataclass(frozen=True, slots=True)
class TextDelta:
    response_id: str
    text: str


@dataclass(frozen=True, slots=True)
class TextDone:
    """The whole text of one part; servers that send no deltas send this."""

    response_id: str
    text: str


@dataclass(frozen=True, slots=True)
class CallDone:
    response_id: str
    call: FunctionCall


@dataclass(frozen=True, slots=True)
class Progress:
    """A response lives, without anything to keep (`response.output_item.added` and its like)."""

    response_id: str


@dataclass(frozen=True, slots=True)
class ResponseDone:
    response_id: str
    event_id: str | None
    status: str  # completed | cancelled | failed | incomplete
    code: str | None  # of the error, when failed
    reason: str | None  # max_output_tokens | content_filter | ..., when incomplete or cancelled
    text: str
    calls: tuple[FunctionCall, ...]
    usage: Usage


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The longest wait among the limits that are used up, in seconds; 0 when none is."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class ServerError:
    code: str  # the error's name, wherever the server put it
    message: str
    event_id: str | None  # ours, when the error answers one of our events


@dataclass(frozen=True, slots=True)
class Unknown:
    type: str
    response_id: str  # empty when it names none


ServerEvent = (
    SessionCreated
    | ResponseCreated
    | TextDelta
    | TextDone
    | CallDone
    | Progress
    | ResponseDone
    | RateLimits
    | ServerError
    | Unknown
)

# The name under which our own event id travels in `metadata`.
# That holds pairs of strings, a key of at most 64 characters and a value of at most 512.
EVENT_ID_KEY = "event_id"

# Events of a response that carry nothing this client keeps, but show that it is alive.
_PROGRESS = {
    "response.output_item.added",
    "response.content_part.added",
    "response.content_part.done",
    "response.function_call_arguments.delta",
}


def parse(frame: str | bytes) -> ServerEvent:
    """One text frame as an event.

    Raises ValueError (UnicodeDecodeError, JSONDecodeError among them) when the frame is not a JSON
    object with a `type`.
    """
    event = loaded(frame)
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise ValueError("a server event must be a JSON object with a type")
    match event["type"]:
        case "response.output_text.delta" | "response.text.delta":
            return TextDelta(text_of(event, "response_id"), piece_of(event, "delta"))
        case "response.output_text.done" | "response.text.done":
            return TextDone(text_of(event, "response_id"), text_of(event, "text"))
        case "response.created":
            response = mapping_of(event.get("response"))
            return ResponseCreated(text_of(response, "id"), _own_event_id(response))
        case "response.output_item.done":
            return _call_done(event, mapping_of(event.get("item")))
        case "response.function_call_arguments.done":
            # Some servers leave out the name; then the call comes whole with its item.
            return _call_done(event, {**event, "type": "function_call"})
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


def _call_done(event: Json, item: Json) -> ServerEvent:
    response_id = text_of(event, "response_id")
    call = _function_call(item)
    return CallDone(response_id, call) if call else Progress(response_id)


def _response_done(event: Json) -> ResponseDone:
    response = mapping_of(event.get("response"))
    cancelled = event["type"] == "response.cancelled"
    output = [mapping_of(item) for item in list_of(response.get("output"))]
    code, reason = _status_details(response.get("status_details"))
    return ResponseDone(
        # `response.cancelled` of other servers may carry the bare id.
        response_id=text_of(response, "id") or text_of(event, "response_id"),
        event_id=_own_event_id(response),
        status="cancelled" if cancelled else name_of(response, "status") or "completed",
        code=code,
        reason=reason,
        text="".join(_item_text(item) for item in output),
        calls=tuple(call for item in output if (call := _function_call(item))),
        usage=_usage(mapping_of(response.get("usage"))),
    )


def _status_details(details: object) -> tuple[str | None, str | None]:
    if isinstance(details, str):
        details = {"error": details, "reason": details}
    fields = mapping_of(details)
    error = mapping_of(fields.get("error"))
    code = name_of(fields, "error") or name_of(error, "code") or name_of(error, "type")
    return code or None, name_of(fields, "reason") or None


def _function_call(item: Json) -> FunctionCall | None:
    call_id = text_of(item, "call_id") or text_of(item, "id")
    name = text_of(item, "name")
    if item.get("type") != "function_call" or not (call_id and name):
        return None
    # One that was cut off has no whole arguments.
    if item.get("status") == "incomplete":
        return None
    return FunctionCall(call_id, name, text_of(item, "arguments"))


def _item_text(item: Json) -> str:
    if item.get("type") != "message":
        return ""
    parts = [mapping_of(part) for part in list_of(item.get("content"))]
    return "".join(
        text_of(part, "text") for part in parts if part.get("type") in ("output_text", "text")
    )


def _usage(usage: Json) -> Usage:
    cached = mapping_of(usage.get("input_token_details")).get("cached_tokens")
    return Usage(
        count_of(usage.get("input_tokens")), count_of(cached), count_of(usage.get("output_tokens"))
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
    return ServerError(code, text_of(error, "message"), text_of(error, "event_id") or None)


def _own_event_id(response: Json) -> str | None:
    return text_of(mapping_of(response.get("metadata")), EVENT_ID_KEY) or None
