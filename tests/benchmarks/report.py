"""What the benchmarks print: the table of all contenders, its ratios to the floor, and the notes without which it says little."""

import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.figures import Figures, number, ratio, table

COLUMNS = {
    "msg/s": "per_second",
    "CPU ms": "cpu_ms",
    "PSS MB": "pss",
    "RSS MB": "rss",
    "sockets": "sockets",
}
PACED = {"ack p50": "ack_p50", "p99": "ack_p99", "added p50": "added_p50", "p99 ": "added_p99"}
LOAD_BOUND = 0.85
SUSPECT = 0.05
TROUBLES = ("refused", "lost", "twice", "mixed_up")


def print_report(results: Mapping[str, Figures], floor: str, paces: Sequence[int]) -> None:
    names = dict(COLUMNS)
    for pace in paces:
        names |= {f"{head.strip()} @{pace}": f"at_{pace}_{name}" for head, name in PACED.items() if "added" not in name}
        names |= {
            f"{'added p50' if 'p50' in name else 'added p99'} @{pace}": f"at_{pace}_{name}"
            for name in PACED.values()
            if "added" in name
        }
    rows = [[title, *(number(figures.get(name)) for name in names.values())] for title, figures in results.items()]
    print(table(["", *names], rows))
    if base := results.get(floor):
        print("\nratios to the floor")
        rows = [
            [title, *(ratio(figures.get(name), base.get(name)) for name in names.values())]
            for title, figures in results.items()
            if title != floor
        ]
        print(table(["", *names], rows))
    print()
    for title, figures in results.items():
        print(f"{title}: {_circumstances(figures)}")


def print_machine() -> None:
    cpu = next((line.partition(": ")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    packages = ", ".join(f"{name} {version(name)}" for name in ("gunicorn", "gevent", "flask", "sqlalchemy", "twilio"))
    print(f"{cpu}, Linux {platform.release()}, Python {sys.version.split()[0]}, {packages}")


def _circumstances(figures: Figures) -> str:
    said = [
        f"the load used {figures['load_share']:.0%} of its core, which was {figures['load_core_share']:.0%} busy",
        f"others had {figures['others_share']:.0%} of the service's",
    ]
    if figures["load_core_share"] > LOAD_BOUND:
        said.append("LOAD-BOUND")
    if figures["others_share"] > SUSPECT:
        said.append("DISTURBED")
    said += [f"{name}: {value:.0f}" for name, value in figures.items() if name.endswith(TROUBLES) and value]
    return "; ".join(said)
