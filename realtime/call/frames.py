"""What is said to a call's Realtime session: each event as one JSON text frame.

The shapes are OpenAI's (`openai.types.realtime`). When to say what is the call's bridge's; nothing
here knows a socket, a clock or a persona.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from realtime.request import Item, call_answered, dumped, extras_left_out

# A telephone's own sound both ways: https://www.itu.int/rec/T-REC-G.711
PCMU = {"type": "audio/pcmu"}
# Writes down what the caller says, beside the model that hears it. Of those that go on after
# 2027-02-26, gpt-live-transcribe and gpt-realtime-whisper refuse every turn detection:
# https://developers.openai.com/api/docs/guides/realtime-vad
TRANSCRIPTION_MODEL = "gpt-transcribe"
# It is hinted at no language. Known is what a diner reads, who may speak another one, or several in
# a sentence; and what a wrong hint makes of their words tells nobody so: an allergy may be lost.
_TRANSCRIPTION = {"model": TRANSCRIPTION_MODEL}
# How a `commit` is refused where nothing is left to be written down.
NOTHING_SAID = "input_audio_buffer_commit_empty"
_APPEND = '{"type":"input_audio_buffer.append","audio":"'


def session_update(
    *,
    instructions: str,
    tools: Sequence[Mapping[str, Any]],
    voice: str,
    effort: str | None = None,
    event_id: str | None = None,
) -> str:
    """Who answers from now on, and how sound comes and goes: whole each time.

    A format that an update leaves out falls back to another one, which the caller hears as noise.
    Another `voice` after the session's first sound has all of it refused; the same one is taken.
    `effort`: what `effort_for` makes of it.
    """
    session: dict[str, Any] = {
        "type": "realtime",
        "output_modalities": ["audio"],
        "instructions": instructions,
        "tools": list(tools),
        "tool_choice": "auto",
        "audio": {
            "input": {
                "format": PCMU,
                "noise_reduction": {"type": "near_field"},
                "transcription": _TRANSCRIPTION,
                "turn_detection": {
                    "type": "semantic_vad",
                    "eagerness": "auto",
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": PCMU, "voice": voice},
        },
    }
    if effort is not None:
        session["reasoning"] = {"effort": effort}
        session["parallel_tool_calls"] = True
    return _event("session.update", event_id, session=session)


def effort_for(model: str, wanted: str | None) -> str | None:
    """None for a model that does not reason: it would refuse the session that names an effort."""
    return None if extras_left_out(model) else wanted


def append(sound: bytes) -> str:
    """What the caller's side sounds like, as bare µ-law; no answer comes to it.

    Made fifty times a second for each call: base64 needs no escaping.
    """
    return f'{_APPEND}{b64encode(sound).decode()}"}}'


def commit() -> str:
    """What was heard so far is all that the caller says: it is written down, and not answered."""
    return _event("input_audio_buffer.commit", None)


def item_create(item: Item) -> str:
    """Behind the last one."""
    return _event("conversation.item.create", item=item)


def tool_output(call_id: str, output: str) -> str:
    """What a tool came to, as JSON; the model goes on with it at the next `response_create`."""
    return item_create(call_answered(call_id, output))


def response_create(instructions: str | None = None, event_id: str | None = None) -> str:
    """Ask for words without waiting for the caller's.

    `instructions`: in place of the session's own, for this response alone.
    """
    if instructions is None:
        return _event("response.create", event_id)
    return _event("response.create", event_id, response={"instructions": instructions})


def cancel(response_id: str) -> str:
    return _event("response.cancel", response_id=response_id)


def truncate(item: str, at_ms: int, event_id: str) -> str:
    """The caller heard so much of an item of ours, and the model is to know of no more.

    More than the item has is refused, and then the model believes that it said all of it.
    """
    return _event(
        "conversation.item.truncate",
        event_id,
        item_id=item,
        content_index=0,  # what is spoken has one part
        audio_end_ms=at_ms,
    )


def _event(kind: str, event_id: str | None = None, **fields: Any) -> str:
    named = {} if event_id is None else {"event_id": event_id}
    return dumped({"type": kind, **named, **fields})
