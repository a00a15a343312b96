"""What becomes of a session's settings when a client changes some. Pure."""

from sandbox.realtime.events import Event
from sandbox.realtime.shapes import Refusal
from sandbox.realtime.voice import PCM

# They hear a stream, and are told by the client where it ends.
NEVER_WITH_DETECTION = ("gpt-live-transcribe", "gpt-realtime-whisper")


def merged(old: Event, changes: Event, *, has_spoken: bool) -> Event:
    """The session with the changes. Raises Refusal for what can't be changed.

    A way of sound whose settings are given without a `format` is PCM from then on, whatever it was:
    so a client that forgets it hears noise, and is misheard.
    """
    if changes.get("model", old["model"]) != old["model"]:
        raise Refusal("invalid_value", "The model of a session can't be changed.", "session.model")
    session = _merged(old, changes)
    for way in _ways(changes):
        if not (changes["audio"][way].get("format")):
            session["audio"][way]["format"] = PCM
    if has_spoken and session["audio"]["output"]["voice"] != old["audio"]["output"]["voice"]:
        said = "Cannot update a conversation's voice if assistant audio is present."
        raise Refusal("cannot_update_voice", said)
    for way in _ways(changes):
        if session["audio"][way]["format"]["type"] == "audio/pcma":
            said = "The stand-in knows no A-law: it takes audio/pcmu and audio/pcm."
            raise Refusal("not_in_sandbox", said, f"session.audio.{way}.format.type")
    hears = session["audio"]["input"]
    transcriber = (hears.get("transcription") or {}).get("model")
    if hears.get("turn_detection") and transcriber in NEVER_WITH_DETECTION:
        said = f"Turn detection is not supported with transcription by {transcriber}."
        raise Refusal("invalid_value", said, "session.audio.input.turn_detection")
    return session


def formats_lost(old: Event, new: Event, changes: Event) -> int:
    """In how many ways the sound became another that nobody had asked for."""
    return sum(
        not changes["audio"][way].get("format")
        and old["audio"][way]["format"] != new["audio"][way]["format"]
        for way in _ways(changes)
    )


def _ways(changes: Event) -> list[str]:
    audio = changes.get("audio") or {}
    return [way for way in ("input", "output") if isinstance(audio.get(way), dict)]


def _merged(old: Event, changes: Event) -> Event:
    merged = dict(old)
    for name, value in changes.items():
        is_nested = name in ("audio", "input", "output") and isinstance(value, dict)
        if is_nested and isinstance(old.get(name), dict):
            merged[name] = _merged(old[name], value)
        else:
            merged[name] = value
    return merged
