"""One load on one socket, in a process of its own, by our client or by a bare loop.

So many turns are asked, so many of them at a time. First all that may be in flight is asked while
the server holds its answers back: that is what memory is measured on. Then it lets go; time and CPU
count from the first delta to the last answer.
"""

import gc
import json
import resource
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import websocket

from realtime.client import RealtimeClient
from realtime.connection import Connection
from realtime.fleet.limits import Limits
from realtime.request import Request, said_by_diner

MODEL = "gpt-realtime-2.1-mini"
TURN_S = 120
# The server's first events come so late that all that may be in flight is asked by then.
HELD_BACK_S = 0.5
HELD_BACK_PER_TURN_S = 0.002
LOOK_S = 0.02
STATM = Path("/proc/self/statm")
# As long as a persona's.
INSTRUCTIONS = (
    "You are the waiter of a house that is measured. Be friendly, warm and concise. " * 40
)


@dataclass(frozen=True)
class Load:
    kind: str  # ours | bare
    in_flight: int
    turns: int
    words: int
    endpoint: str
    api_key: str
    control: str  # where the stand-in is steered

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    def request(self, number: int) -> Request:
        said = " ".join([f"table-{number}", *["words"] * (self.words - 1)])
        return Request(INSTRUCTIONS, (), (said_by_diner(f"say exactly: {said}"),), 600)


@dataclass
class Stopwatch:
    """From the first delta on."""

    began: float = 0.0
    cpu_began: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)

    def start_over(self, load: Load) -> None:
        """A turn has warmed all up, and none is asked."""
        # What looks on should weigh nothing new either.
        thread = Thread(target=control, args=(load, "stats"))
        thread.start()
        thread.join()
        gc.collect()
        self.began = 0.0
        self.memory["none asked"] = memory()

    def first_delta(self) -> None:
        if not self.began:
            self.began = time.monotonic()
            self.cpu_began = time.process_time()


def main() -> None:
    load = Load(**json.loads(sys.argv[1]))
    watch = Stopwatch()
    held_back_s = HELD_BACK_S + HELD_BACK_PER_TURN_S * load.in_flight
    control(load, "behaviour", {"first_event_delay_s": held_back_s})
    {"ours": ours, "bare": bare}[load.kind](load, watch)
    seconds, cpu_s = time.monotonic() - watch.began, time.process_time() - watch.cpu_began
    figures = {
        "turns_a_second": load.turns / seconds,
        "cpu_us": cpu_s / (load.turns * load.words) * 1e6,
        "memory_kib": (watch.memory["all asked"] - watch.memory["none asked"])
        / load.in_flight
        / 1024,
    }
    print(json.dumps(figures))


def ours(load: Load, watch: Stopwatch) -> None:
    """As the service uses it: a thread a turn, which waits for its reply."""

    def observe(event: str, _: object) -> None:
        if event == "realtime.first_delta":
            watch.first_delta()

    client = RealtimeClient(
        lambda: Connection(load.endpoint, MODEL, load.api_key),
        observe,
        Limits(sockets=1, in_flight=load.in_flight, first_event_s=TURN_S, stall_s=TURN_S),
    )
    client.ask(load.request(0), diner=0, timeout_s=TURN_S).result()
    numbers = iter(range(1, load.turns + 1))

    def work() -> None:
        for number in numbers:
            reply = client.ask(load.request(number), diner=number, timeout_s=TURN_S).result()
            assert reply.text.startswith(f"table-{number} ")

    watch.start_over(load)
    threads = [Thread(target=work) for _ in range(load.in_flight)]
    for thread in threads:
        thread.start()
    watcher = measure_when_all_are_asked(load, watch)
    for thread in threads:
        thread.join()
    watcher.join()
    client.close()


def bare(load: Load, watch: Stopwatch) -> None:
    """Connect, send, receive, parse, route: no reconnect, no limits, no time-outs, no waiting."""
    url = f"{load.endpoint}?model={MODEL}"
    socket = websocket.create_connection(
        url,
        header=[f"Authorization: Bearer {load.api_key}"],
        skip_utf8_validation=True,
        timeout=TURN_S,
    )
    texts: dict[str, list[str]] = {}
    numbers: dict[str, int] = {}

    def ask(number: int) -> None:
        response = load.request(number).labelled(event_id=str(number)).as_response()
        response |= {"conversation": "none", "output_modalities": ["text"]}
        socket.send(
            json.dumps({"type": "response.create", "event_id": str(number), "response": response})
        )

    def read_one() -> int:
        """Read until a response ends; returns its number."""
        while True:
            event = json.loads(socket.recv())
            match event["type"]:
                case "response.output_text.delta":
                    watch.first_delta()
                    texts[event["response_id"]].append(event["delta"])
                case "response.created":
                    response = event["response"]
                    texts[response["id"]] = []
                    numbers[response["id"]] = int(response["metadata"]["event_id"])
                case "response.done":
                    response_id = event["response"]["id"]
                    number = numbers.pop(response_id)
                    assert "".join(texts.pop(response_id)).startswith(f"table-{number} ")
                    return number

    ask(0)
    read_one()
    watch.start_over(load)
    for number in range(1, load.in_flight + 1):
        ask(number)
    watcher = measure_when_all_are_asked(load, watch)
    for number in range(load.in_flight + 1, load.turns + load.in_flight + 1):
        read_one()
        if number <= load.turns:
            ask(number)
    watcher.join()
    socket.shutdown()  # type: ignore[no-untyped-call]


def measure_when_all_are_asked(load: Load, watch: Stopwatch) -> Thread:
    """In passing, while whoever asks reads on; then the server answers at once."""

    def look() -> None:
        while not watch.began and control(load, "stats")["responses_in_flight"] < load.in_flight:
            time.sleep(LOOK_S)
        watch.memory["all asked"] = memory()
        control(load, "behaviour", {"first_event_delay_s": 0})

    watcher = Thread(target=look)
    watcher.start()
    return watcher


def control(load: Load, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    url = f"{load.control}/sandbox/realtime/{path}"
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(request) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def memory() -> int:
    """Bytes that this process has in use; where the system does not say, the most it ever had."""
    if STATM.exists():
        return int(STATM.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()
