"""What a response is to be, from what was asked for: what it says, how it ends, what it costs."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.practice import Say, answer, answer_in_parallel
from sandbox.practice.speech import BYTES_PER_SAMPLE, SAMPLES_PER_S
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.conversation import HEARD_TOKENS_PER_S, Conversation
from sandbox.realtime.events import Event
from sandbox.realtime.records import without_sound
from sandbox.realtime.script import Fate, Order
from sandbox.realtime.voice import voice_of

# About what a tokenizer makes of English and of JSON.
CHARACTERS_PER_TOKEN = 4
BYTES_IN_BASE64 = 3 / 4  # of a character

FATES = {
    "stall_after_deltas": Fate.STALLED,
    "cut_after_deltas": Fate.SOCKET_CUT,
    "empty": Fate.EMPTY,
    "cut_off": Fate.CUT_OFF,
    "content_filter": Fate.FILTERED,
    "server_errors": Fate.SERVER_ERROR,
    "rate_limit": Fate.RATE_LIMITED,
}


def order(
    session: Event,
    asked: Event,
    conversation: Conversation,
    behaviour: Behaviour,
    has_cached: Callable[[str], bool],
) -> Order:
    """`asked`: the `response` of a create, what it leaves out being the session's."""
    settings = {**session, **asked}
    is_in_conversation = asked.get("conversation") != "none"
    tools = _tools_at_choice(settings["tools"], settings["tool_choice"])
    prefix = settings["instructions"] + json.dumps(tools)
    context, audio_tokens = _context(asked, conversation)
    audio_cached = conversation.cached_audio_tokens(audio_tokens) if is_in_conversation else 0
    prefix_tokens = len(prefix) // CHARACTERS_PER_TOKEN
    text_tokens = len(json.dumps(without_sound(context))) // CHARACTERS_PER_TOKEN
    think = answer_in_parallel if settings.get("parallel_tool_calls") else answer
    says = think(settings["instructions"], tools, context)
    voice = None
    if settings["output_modalities"] == ["audio"]:
        sounds = session["audio"]["output"] | _sounds(asked)
        voice = voice_of(sounds, is_live=is_in_conversation, chirps=behaviour.chirps)
    if voice and behaviour.misreads:
        says = Say(behaviour.misreads)
    return Order(
        says=says,
        fate=_fate(behaviour),
        conversation=conversation if is_in_conversation else None,
        metadata=asked.get("metadata"),
        max_output_tokens=settings["max_output_tokens"],
        input_tokens=prefix_tokens + text_tokens + audio_tokens,
        cached_tokens=(prefix_tokens if has_cached(prefix) else 0) + audio_cached,
        audio_tokens=audio_tokens,
        audio_cached=audio_cached,
        voice=voice,
    )


def _context(asked: Event, conversation: Conversation) -> tuple[list[Event], int]:
    """What it is an answer to, and how many tokens the sound in it is."""
    given = asked.get("input")
    if given is None:
        return conversation.context(), conversation.audio_tokens()
    return given, round(_seconds_of_sound(given) * HEARD_TOKENS_PER_S)


def _sounds(asked: Event) -> Event:
    output = (asked.get("audio") or {}).get("output") or {}
    return {name: value for name, value in output.items() if value is not None}


def _fate(behaviour: Behaviour) -> Fate:
    if behaviour.insufficient_quota:
        return Fate.OUT_OF_QUOTA
    return next((fate for name, fate in FATES.items() if behaviour.take(name)), Fate.WHOLE)


def _tools_at_choice(tools: list[Event], choice: Any) -> list[Event]:
    if choice == "none":
        return []
    if isinstance(choice, dict):
        return [tool for tool in tools if tool["name"] == choice["name"]]
    return tools


def _seconds_of_sound(items: list[Event]) -> float:
    sizes = (
        len(part["audio"]) * BYTES_IN_BASE64
        for item in items
        for part in item.get("content") or ()
        if part["type"] == "input_audio"
    )
    return sum(sizes) / BYTES_PER_SAMPLE / SAMPLES_PER_S
