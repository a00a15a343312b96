"""Builds the events of a session that hears: what was said to it, and what of its own was cut.

As `events.py`: each a dict as on the wire, in the shapes of `openai.types.realtime`.
"""

from sandbox.realtime.events import Event, new_event, new_item

_TRANSCRIPTION = "conversation.item.input_audio_transcription"


def speech_started(item_id: str, at_ms: int) -> Event:
    return new_event("input_audio_buffer.speech_started", item_id=item_id, audio_start_ms=at_ms)


def speech_stopped(item_id: str, at_ms: int) -> Event:
    return new_event("input_audio_buffer.speech_stopped", item_id=item_id, audio_end_ms=at_ms)


def committed(item_id: str, previous_item_id: str | None) -> Event:
    kind = "input_audio_buffer.committed"
    return new_event(kind, item_id=item_id, previous_item_id=previous_item_id)


def heard(item_id: str, transcript: str | None = None) -> Event:
    """The item that something said becomes; its sound is not told."""
    part = {"type": "input_audio", "transcript": transcript}
    return new_item(item_id, "message", "completed", role="user", content=[part])


def transcribing(item_id: str, delta: str) -> Event:
    return new_event(f"{_TRANSCRIPTION}.delta", item_id=item_id, content_index=0, delta=delta)


def transcribed(item_id: str, transcript: str, usage: Event) -> Event:
    kind = f"{_TRANSCRIPTION}.completed"
    return new_event(kind, item_id=item_id, content_index=0, transcript=transcript, usage=usage)


def not_transcribed(item_id: str) -> Event:
    said = "Input transcription failed for item: the stand-in was told so."
    error = {"type": "transcription_error", "code": None, "message": said, "param": None}
    return new_event(f"{_TRANSCRIPTION}.failed", item_id=item_id, content_index=0, error=error)


def truncated(item_id: str, content_index: int, at_ms: int) -> Event:
    return new_event(
        "conversation.item.truncated",
        item_id=item_id,
        content_index=content_index,
        audio_end_ms=at_ms,
    )
