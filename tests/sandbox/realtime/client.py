"""A client of the stand-in: every event that it reads is held to OpenAI's own types."""

import json
from typing import Any

import websocket
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from sandbox.realtime.server import RealtimeServer

Json = dict[str, Any]


KEY = "sk-sandbox"
TIMEOUT_S = 30
SERVER_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
MENU_TOOL = {
    "type": "function",
    "name": "lookup_menu",
    "parameters": {"type": "object", "properties": {}},
}


class Client:
    """One socket to the server; every event it reads is valid, or the test fails."""

    def __init__(
        self,
        server: RealtimeServer,
        query: str = "?model=gpt-realtime-2.1-mini",
        key: str = KEY,
        *headers: str,
    ) -> None:
        header = [f"Authorization: Bearer {key}", *headers]
        self.socket = websocket.create_connection(
            server.url + query, timeout=TIMEOUT_S, header=header
        )

    def hang_up(self) -> None:
        self.socket.shutdown()  # type: ignore[no-untyped-call]

    def send(self, event: Json) -> None:
        self.socket.send(json.dumps(event))

    def create(
        self, text: str = "say exactly: Muraho", event_id: str = "turn-1", **response: Any
    ) -> None:
        message = {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": text}],
        }
        defaults = {
            "conversation": "none",
            "output_modalities": ["text"],
            "input": [message],
            "metadata": {"turn": event_id},
        }
        self.send(
            {"type": "response.create", "event_id": event_id, "response": defaults | response}
        )

    def read(self, *, known: bool = True) -> Json:
        event: Json = json.loads(self.socket.recv())
        if known:
            SERVER_EVENT.validate_python(event)
        return event

    def until(self, kind: str, *, known: bool = True) -> list[Json]:
        """Every event up to the first of this type."""
        events = [self.read(known=known)]
        while events[-1]["type"] != kind:
            events.append(self.read(known=known))
        return events

    def error(self) -> Json:
        error: Json = self.until("error")[-1]["error"]
        return error

    def done(self) -> Json:
        response: Json = self.until("response.done")[-1]["response"]
        return response


def types(events: list[Json]) -> list[str]:
    return [event["type"] for event in events]


def text_of(response: Json) -> str:
    return "".join(part["text"] for item in response["output"] for part in item["content"])
