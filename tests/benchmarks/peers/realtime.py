"""The model, as the floor and the peers ask it: on a socket alone, or on one that all share."""

import json
import os
from itertools import count
from queue import SimpleQueue
from threading import Lock, Thread

import websocket

TIMEOUT_S = 60
# As long as a waiter's of Tableside, about 3 KB.
INSTRUCTIONS = (
    "You are the waiter of a house by the lake. You are friendly, warm and concise. " * 40
)


def connect() -> websocket.WebSocket:
    return websocket.create_connection(
        f"{os.environ['OPENAI_REALTIME_ENDPOINT']}?model={os.environ['OPENAI_REALTIME_MODEL']}",
        header=[f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}"],
        skip_utf8_validation=True,
        enable_multithread=True,
        timeout=TIMEOUT_S,
    )


def response_create(text: str, number: str) -> str:
    message = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    response = {
        "conversation": "none",
        "output_modalities": ["text"],
        "instructions": INSTRUCTIONS,
        "input": [message],
        "metadata": {"number": number},
    }
    return json.dumps({"type": "response.create", "response": response})


def ask_alone(socket: websocket.WebSocket, text: str) -> str:
    """One question on a socket that nobody else uses; its answer."""
    socket.send(response_create(text, "0"))
    said = []
    while True:
        event = json.loads(socket.recv())
        match event["type"]:
            case "response.output_text.delta":
                said.append(event["delta"])
            case "response.done":
                return "".join(said)


class SharedSocket:
    """One websocket for all, opened at the first question; a reader sorts what comes."""

    def __init__(self) -> None:
        self._socket: websocket.WebSocket | None = None
        self._lock = Lock()
        self._numbers = count(1)
        self._waiting: dict[str, SimpleQueue[str]] = {}  # by the number in the metadata
        self._said: dict[str, list[str]] = {}  # by the response's id

    def ask(self, text: str) -> str:
        with self._lock:
            if self._socket is None:
                self._socket = connect()
                Thread(target=self._read, args=(self._socket,), daemon=True).start()
        number = str(next(self._numbers))
        answer = self._waiting[number] = SimpleQueue()
        self._socket.send(response_create(text, number))
        return answer.get(timeout=TIMEOUT_S)

    def _read(self, socket: websocket.WebSocket) -> None:
        while True:
            event = json.loads(socket.recv())
            match event["type"]:
                case "response.created":
                    self._said[event["response"]["id"]] = []
                case "response.output_text.delta":
                    self._said[event["response_id"]].append(event["delta"])
                case "response.done":
                    response = event["response"]
                    said = "".join(self._said.pop(response["id"]))
                    self._waiting.pop(response["metadata"]["number"]).put(said)
