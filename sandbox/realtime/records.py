"""What happened on the stand-in for the Realtime API: its creates, its counts, prompts it has seen.

It forgets the oldest creates and prompts, and decides nothing.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

KEPT_REQUESTS = 5_000
# OpenAI's prompt cache forgets after minutes; this one after so many other prompts.
KEPT_PREFIXES = 1_000
KEPT_CALLS = 100
KEPT_SOUND = 400  # characters of base64


class Records:
    def __init__(self, clock: Callable[[], float], kept_requests: int = KEPT_REQUESTS) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._prefixes: OrderedDict[int, None] = OrderedDict()
        # Each `{"connection": which one, "at": seconds of the clock, "event": the client's}`.
        self.requests: deque[dict[str, Any]] = deque(maxlen=kept_requests)
        # What each session that hears its caller knows by now, oldest first.
        self.calls: deque[Callable[[], dict[str, Any]]] = deque(maxlen=KEPT_CALLS)
        self._counts = dict.fromkeys(
            (
                "connections_opened",
                "connections_refused",
                "connections_open",
                "connections_cut",
                "sessions_expired",
                "responses_created",
                "responses_done",
                "responses_cancelled",
                "responses_lost",
                "responses_in_flight",
                "responses_in_flight_max",
                "events_sent",
                # Of sessions that hear their caller.
                "utterances",
                "interruptions",
                "truncations",
                "truncations_refused",
                "formats_lost",
            ),
            0,
        )

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    def asked(self, connection: int, event: dict[str, Any]) -> None:
        """What it has to hear is megabytes, of which the beginning is kept."""
        response = event.get("response")
        if isinstance(response, dict) and isinstance(response.get("input"), list):
            heard = without_sound(response["input"])
            event = {**event, "response": {**response, "input": heard}}
        self.requests.append({"connection": connection, "at": self._clock(), "event": event})

    def opened(self) -> int:
        """A connection opened; returns which one it is, from 1."""
        with self._lock:
            self._counts["connections_open"] += 1
            self._counts["connections_opened"] += 1
            return self._counts["connections_opened"]

    def count(self, name: str, change: int = 1) -> None:
        with self._lock:
            self._counts[name] += change

    def created(self) -> None:
        with self._lock:
            self._counts["responses_created"] += 1
            self._counts["responses_in_flight"] += 1
            self._counts["responses_in_flight_max"] = max(
                self._counts["responses_in_flight_max"], self._counts["responses_in_flight"]
            )

    def ended(self, *, cancelled: bool) -> None:
        with self._lock:
            self._counts["responses_cancelled" if cancelled else "responses_done"] += 1
            self._counts["responses_in_flight"] -= 1

    def lost(self, responses: int) -> None:
        with self._lock:
            self._counts["responses_lost"] += responses
            self._counts["responses_in_flight"] -= responses

    def has_cached(self, prefix: str) -> bool:
        """Whether this beginning of a prompt was seen before; it is seen now."""
        key = hash(prefix)
        with self._lock:
            seen = key in self._prefixes
            self._prefixes[key] = None
            self._prefixes.move_to_end(key)
            if len(self._prefixes) > KEPT_PREFIXES:
                self._prefixes.popitem(last=False)
            return seen


def without_sound(items: list[Any]) -> list[Any]:
    """Items of a create with no more of each sound than its beginning."""
    return [_without_sound(item) for item in items]


def _without_sound(item: Any) -> Any:
    parts = item.get("content") if isinstance(item, dict) else None
    if not isinstance(parts, list):
        return item
    return {**item, "content": [_cut(part) for part in parts]}


def _cut(part: Any) -> Any:
    sound = part.get("audio") if isinstance(part, dict) else None
    return {**part, "audio": sound[:KEPT_SOUND]} if isinstance(sound, str) else part
