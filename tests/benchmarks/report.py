"""What the benchmarks print: all contenders, their ratios to the floor, and the notes they need."""

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.contenders import FLOOR, LIFTED
from tests.benchmarks.environments import REQUIREMENTS
from tests.benchmarks.figures import Figures, medians, number, ratio, table
from tests.benchmarks.whole_way import (
    ANSWERED_WITHIN_S,
    KILLED_WITH,
    LOOP_SIZE,
    MODEL_S,
    SLOW_MODEL_S,
    SLOW_PER_SECOND,
    Plan,
)

LOAD_BOUND = 0.85
# Of the service's core, for somebody else.
DISTURBED = 0.05
TROUBLES = ("_refused", "_lost", "_twice", "_mixed_up")
PACKAGES = ("gunicorn", "gevent", "flask", "sqlalchemy", "psycopg", "twilio", "websocket-client")

LOOP = {"msg/s": "per_second", "CPU ms": "cpu_ms", "PSS MB": "pss", "RSS MB": "rss"}
SOCKETS = {"sockets": "sockets", "opened": "sockets_opened"}
PACED = {
    "ack p50": "ack_p50",
    "ack p99": "ack_p99",
    "added p50": "added_p50",
    "added p99": "added_p99",
}
RARE = {
    f"ack p50, {SLOW_MODEL_S:.0f}-s model": "slow_ack_p50",
    "ack p99": "slow_ack_p99",
    "idle CPU %": "idle_percent",
    "at kill -9: acknowledged": "killed_acknowledged",
    "lost of these": "killed_lost",
    "unanswered in all": "killed_unanswered",
    "twice": "killed_twice",
}


def print_report(
    runs: Mapping[str, Sequence[Figures]], reasons: Mapping[str, str], paces: Sequence[int]
) -> None:
    results = {title: medians(figures) for title, figures in runs.items()}
    _print_table("saturation", LOOP | SOCKETS, LOOP, results, reasons)
    for pace in paces:
        names = {head: f"at_{pace}_{name}" for head, name in PACED.items()}
        _print_table(f"{pace} a second, ms", names, names, results, reasons)
    if any("slow_ack_p50" in figures for figures in results.values()):
        _print_table("slow, idle, killed", RARE, dict(list(RARE.items())[:2]), results, reasons)
    print()
    for title, figures in runs.items():
        for run, each in enumerate(figures, 1):
            print(f"run {run}, {title}: {_circumstances(each)}")
    for title, reason in reasons.items():
        print(f"not measured, {title}: {reason}")


def print_machine() -> None:
    cpu = next(
        (
            line.partition(": ")[2]
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "?",
    )
    installed = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(
        f"\n{os.cpu_count()} cores of {cpu}, Linux {platform.release()}, Python"
        f" {sys.version.split()[0]}; {installed}."
    )


def print_notes(plans: Sequence[Plan], *, has_postgresql: bool, has_peers: bool) -> None:
    plan = plans[-1]
    runs = f"Medians of {len(plans)} runs, in turns" if len(plans) > 1 else "One run"
    print_machine()
    if has_peers:
        print(
            f"Peers: {'; '.join(', '.join(each) for each in REQUIREMENTS.values())};"
            " the others have our own packages."
        )
    database = ", and PostgreSQL too, with fsync=off" if has_postgresql else ""
    print(
        f"One process on one core; the diners, the model ({MODEL_S:g} s) and Twilio on the other"
        f"{database}. {runs}."
    )
    print(
        f"Saturation: {LOOP_SIZE} diners who write again once answered, {plan.saturation_s:g} s."
        " Added: from the webhook to the REST call, without the model."
        f" {plan.pace_s:g} s at each pace."
    )
    if plan.has_slow_model:
        print(
            f"The {SLOW_MODEL_S:.0f}-s model: {SLOW_PER_SECOND} a second. Killed with {KILLED_WITH}"
            " on their way: lost is what was acknowledged and not answered within"
            f" {ANSWERED_WITHIN_S} s of a new start."
        )
    lifted = ", ".join(f"{name}={value}" for name, value in LIFTED.items())
    print(
        f"Lifted for ours: {lifted}. Twilio's status callbacks are not played."
        " The floor is on SQLite."
    )
    if has_peers:
        print(
            "The tutorial and pywa acknowledge when they have answered, as is their way."
            " Peers keep nothing."
        )


def _print_table(
    title: str,
    names: Mapping[str, str],
    compared: Mapping[str, str],
    results: Mapping[str, Figures],
    reasons: Mapping[str, str],
) -> None:
    """The names of the figures by their heads; those `compared` have their ratio to the floor."""
    base = results.get(FLOOR.title, {})
    rows = []
    for name, figures in results.items():
        cells = [number(figures.get(key)) for key in names.values()]
        ratios = [ratio(figures.get(key), base.get(key)) for key in compared.values()]
        row = [*cells, *ratios]
        rows.append([name, *(row if name not in reasons else ["–"] * len(row))])
    print(f"\n{table([title, *names, *(f'x {head}' for head in compared)], rows)}")


def _circumstances(figures: Figures) -> str:
    said = [
        (
            f"the load used {figures['load_share']:.0%} of its core, which was"
            f" {figures['load_core_share']:.0%} busy"
        ),
        f"others had {figures['others_share']:.0%} of the service's",
    ]
    if figures["load_core_share"] > LOAD_BOUND:
        said.append("LOAD-BOUND")
    if figures["others_share"] > DISTURBED:
        said.append("DISTURBED")
    said += [
        f"{name} {value:.0f}"
        for name, value in figures.items()
        if name.endswith(TROUBLES) and value
    ]
    return "; ".join(said)
