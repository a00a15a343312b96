"""A long evening: ten messages a second on a year's database, minute by minute.

It should end as it began.
"""

import gc
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.contenders import Contender, Place
from tests.benchmarks.crowd import lost, twice
from tests.benchmarks.figures import Figures, number, ratio, table
from tests.benchmarks.whole_way import SETTLE_S, Run, Stage, times
from tests.ports import free_port

PER_SECOND = 10
WARM_S = 10.0
MINUTE_S = 60.0
ROWS = {
    "acknowledge p50, ms": "minute_ack_p50",
    "acknowledge p99, ms": "minute_ack_p99",
    "added p50, ms": "minute_added_p50",
    "added p99, ms": "minute_added_p99",
    "CPU a message, ms": "cpu_ms",
    "memory, PSS, MB": "pss",
    "memory, RSS, MB": "rss",
    "lost": "lost",
    "answered twice": "twice",
}


async def soak(contender: Contender, minutes: int, folder: Path) -> list[Figures]:
    """The figures of each minute, told as they come."""
    stage = Stage()
    async with stage.opened():
        run = Run(contender, stage, Place(free_port(), folder, stage.told))
        async with run.started():
            await run.people.at_a_pace(PER_SECOND, WARM_S)
            told = []
            for passed in range(1, minutes + 1):
                told.append(await _minute(run))
                print(
                    f"minute {passed}: "
                    + ", ".join(f"{name} {number(told[-1][key])}" for name, key in ROWS.items()),
                    flush=True,
                )
            await run.people.settle(SETTLE_S)
    return told


def print_soak(minutes: Sequence[Figures]) -> None:
    first, last = minutes[0], minutes[-1]
    rows = [
        [name, number(first[key]), number(last[key]), ratio(last[key], first[key])]
        for name, key in ROWS.items()
    ]
    print("\n" + table(["", "first minute", f"minute {len(minutes)}", "ratio"], rows))


async def _minute(run: Run) -> Figures:
    gc.collect()
    cpu_s, began = run.group.cpu_s(), time.monotonic()
    wrote = await run.people.at_a_pace(PER_SECOND, MINUTE_S)
    cpu_s = run.group.cpu_s() - cpu_s
    # What was written in the last moment has its time, too.
    await run.people.settle(SETTLE_S)
    memory = run.group.memory()
    figures = times("minute", wrote) | {
        "cpu_ms": cpu_s / len(wrote) * 1000,
        "pss": memory.pss,
        "rss": memory.rss,
        "lost": lost(wrote),
        "twice": twice(wrote),
        "seconds": time.monotonic() - began,
    }
    run.people.forget()
    return figures
