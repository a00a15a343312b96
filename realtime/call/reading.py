"""The frames of a call's Realtime session, as the events that a call meets.

What it shares with other sessions is read by `realtime/reading.py`. It keeps no state, and raises
nothing whatever a server sends.
"""

from realtime import events, reading
from realtime.call.events import (
    CallEvent,
    CallTold,
    Committed,
    OutputTaken,
    Passed,
    Ready,
    Refused,
    ResponseBegun,
    ResponseOver,
    Sound,
    SpeechStarted,
    SpeechStopped,
    Transcribed,
    Words,
    WordsDone,
)
from realtime.endings import COMPLETED
from realtime.events import FunctionCall
from realtime.fields import (
    Json,
    count_of,
    is_object,
    loaded,
    mapping_of,
    name_of,
    seconds_of,
    sound_of,
    text_of,
)

_TRANSCRIPTION = "conversation.item.input_audio_transcription"


def read(frame: str | bytes, at: float | None = None) -> CallEvent:
    """One frame as an event; `Passed` for what is unknown, or no event at all.

    `at`: when it came, in seconds since 1970, which a session's end is counted from.
    """
    try:
        event = loaded(frame)
    except ValueError:
        return Passed("")
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        return Passed("")
    return _read(event, at)


def _read(event: Json, at: float | None) -> CallEvent:
    match event["type"]:
        case "response.output_audio.delta" | "response.audio.delta":
            return _sound(event)
        case "response.output_audio_transcript.delta" | "response.audio_transcript.delta":
            return Words(*_place(event), _words(event, "delta"))
        case "response.output_audio_transcript.done" | "response.audio_transcript.done":
            return WordsDone(*_place(event), _words(event, "transcript"))
        case "input_audio_buffer.speech_started":
            return SpeechStarted(_item(event))
        case "input_audio_buffer.speech_stopped":
            return SpeechStopped()
        case "input_audio_buffer.committed":
            return Committed(_item(event))
        case name if name == f"{_TRANSCRIPTION}.completed":
            # What it took is another model's, at another price: it is not counted here.
            return Transcribed(_item(event), _words(event, "transcript").strip())
        case name if name == f"{_TRANSCRIPTION}.failed":
            return Transcribed(_item(event), "", is_failed=True)
        case "conversation.item.added" | "conversation.item.created":
            return _added(mapping_of(event.get("item")), event)
        case "response.output_item.done":
            return _item_done(event)
        case "session.created":
            return _ready(mapping_of(event.get("session")), at)
        case "response.created" | "response.done" | "response.cancelled" | "error":
            return _of_any_session(event)
        case _:
            return Passed(name_of(event, "type"))


def _item(event: Json) -> str:
    return text_of(event, "item_id")


def _place(event: Json) -> tuple[str, str]:
    return text_of(event, "response_id"), _item(event)


def _words(event: Json, name: str) -> str:
    """Words that any encoder takes, and any database."""
    return text_of(event, name).replace("\0", "")


def _added(item: Json, event: Json) -> CallEvent:
    """Of all that is added, only what a tool came to matters: the rest is told otherwise."""
    if item.get("type") != "function_call_output":
        return Passed(name_of(event, "type"))
    return OutputTaken(text_of(item, "call_id"))


def _sound(event: Json) -> CallEvent:
    sound = sound_of(event, "delta")
    if not sound:
        return Passed(name_of(event, "type"))
    return Sound(*_place(event), sound)


def _ready(session: Json, at: float | None) -> Ready:
    expires_at = session.get("expires_at")
    lasts_s = 0.0
    if at is not None and isinstance(expires_at, int | float):
        lasts_s = seconds_of(count_of(expires_at) - at)
    return Ready(lasts_s or None)


def _item_done(event: Json) -> CallEvent:
    match reading.meaning(event):
        case events.CallDone(response_id, call):
            return CallTold(response_id, call)
        case events.CallBroken(response_id, call_id) if call_id:
            return CallTold(response_id, FunctionCall(call_id, "", ""))
        case _:
            return Passed(name_of(event, "type"))


def _of_any_session(event: Json) -> CallEvent:
    match reading.meaning(event):
        case events.ResponseCreated(response_id):
            return ResponseBegun(response_id)
        case events.ResponseDone() as done:
            return _over(done)
        case events.ServerError(code, _, event_id):
            return Refused(code, event_id)
        case _:
            return Passed(name_of(event, "type"))


def _over(done: events.ResponseDone) -> ResponseOver:
    if done.status == COMPLETED:
        # One that can't be run is run all the same, for its error: the model waits for a word.
        calls = done.calls + tuple(FunctionCall(each, "", "") for each in done.broken_calls if each)
    else:
        # The arguments of one that was cut off are told as if they were whole.
        calls = tuple(each for each in done.calls if is_object(each.arguments))
    items = tuple(each.id for each in done.messages if each.id)
    return ResponseOver(done.response_id, done.status, items, calls, done.usage, done.code)
