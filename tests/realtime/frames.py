"""What a server says to one socket's protocol, and what the protocol makes of it."""

import json
from typing import Any

from realtime.outcomes import (
    Alive,
    Finished,
    Outcome,
)
from realtime.protocol import Protocol
from realtime.request import EXTRAS, Request
from sandbox.realtime import events as server

REQUEST = Request("", (), (), 600)
ACTIVE = "conversation_already_has_active_response"


def told(protocol: Protocol, event: dict[str, Any]) -> list[Outcome]:
    """What an event means, where nothing is sent because of it."""
    outcomes, frames = protocol.receive(json.dumps(event))
    assert frames == []
    return outcomes


def created(response_id: str, key: str | None = None) -> dict[str, Any]:
    return {
        "type": "response.created",
        "response": {"id": response_id, "metadata": {"event_id": key} if key else None},
    }


def delta(response_id: str, text: str) -> dict[str, Any]:
    return {"type": "response.output_text.delta", "response_id": response_id, "delta": text}


def done(
    response_id: str, text: str = "", status: str = "completed", **response: Any
) -> dict[str, Any]:
    output = [server.assistant_message("item_1", text, status)] if text else []
    return {
        "type": "response.done",
        "response": {"id": response_id, "status": status, "output": output, **response},
    }


def error(name: str, key: str | None = None) -> dict[str, Any]:
    return {
        "type": "error",
        "error": {"type": "invalid_request_error", "code": name, "message": "No.", "event_id": key},
    }


def asking(*keys: str) -> Protocol:
    protocol = Protocol()
    for key in keys:
        protocol.ask(key, REQUEST, EXTRAS)
    return protocol


def running(*keys: str) -> Protocol:
    """With `resp_` and the key as the responses' ids."""
    protocol = asking(*keys)
    for key in keys:
        assert told(protocol, created(f"resp_{key}", key)) == [Alive(key)]
    return protocol


def text_of(outcomes: list[Outcome]) -> str:
    (outcome,) = outcomes
    assert isinstance(outcome, Finished)
    return outcome.reply.text
