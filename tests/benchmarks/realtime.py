"""What one shared socket carries, and what our client costs on it beside a bare loop.

That loop is the least that any client must do. Server and client are processes of their own, each
with gevent's greenlets as in the service. The stand-in is the slower of the two, so turns a second
are its figure as much as ours; CPU a delta and memory a turn are the client's alone.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.realtime_load import Load

ROOT = Path(__file__).parents[2]
API_KEY = "sk-benchmark"
WORDS = 16  # deltas a turn
LOADS = ((1, 200), (50, 1_000), (500, 1_500), (2_000, 2_000))  # turns in flight, turns in all
# Of one load; all of them take about a minute on two cores.
LOAD_S = 60


@dataclass(frozen=True)
class Figures:
    turns_a_second: float
    cpu_us: float  # a delta
    memory_kib: float  # a turn in flight


def run() -> None:
    with subprocess.Popen(
        [*_python("sandbox"), "--api-key", API_KEY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as stand_in:
        assert stand_in.stdout is not None
        try:
            told = json.loads(stand_in.stdout.readline())
            print("            turns a second     CPU a delta, µs          memory a turn, KiB")
            print(" in flight    ours    bare    ours    bare   ratio       ours    bare")
            for in_flight, turns in LOADS:
                ours, bare = (_measured(kind, in_flight, turns, told) for kind in ("ours", "bare"))
                print(
                    f"{in_flight:10,}{ours.turns_a_second:8,.0f}{bare.turns_a_second:8,.0f}"
                    f"{ours.cpu_us:8.1f}{bare.cpu_us:8.1f}{ours.cpu_us / bare.cpu_us:8.2f}"
                    f"{ours.memory_kib:11.1f}{bare.memory_kib:8.1f}"
                )
        finally:
            stand_in.terminate()


def _measured(kind: str, in_flight: int, turns: int, told: dict[str, str]) -> Figures:
    load = Load(
        kind=kind,
        in_flight=in_flight,
        turns=turns,
        words=WORDS,
        endpoint=told["OPENAI_REALTIME_ENDPOINT"],
        api_key=told["OPENAI_API_KEY"],
        control=told["TWILIO_API_BASE_URL"],
    )
    command = [*_python("tests.benchmarks.realtime_load"), load.as_json()]
    done = subprocess.run(
        command, cwd=ROOT, check=True, timeout=LOAD_S, stdout=subprocess.PIPE, text=True
    )
    return Figures(**json.loads(done.stdout))


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", "gevent.monkey", "--module", module]
