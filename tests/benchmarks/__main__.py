"""`python -m tests.benchmarks`: what a message costs here, beside the least code that answers one.

It asserts nothing.
"""

import argparse
import asyncio
import gc
import json
import logging
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from tests.benchmarks import calls, menu, messages, realtime, voice
from tests.benchmarks.contenders import FLOOR, Contender, peers
from tests.benchmarks.databases import AGED, FRESH, on_postgresql, on_sqlite
from tests.benchmarks.environments import CACHE
from tests.benchmarks.figures import Figures
from tests.benchmarks.processes import LOAD_CORE, on_core
from tests.benchmarks.report import print_machine, print_notes, print_report
from tests.benchmarks.soak import print_soak, soak
from tests.benchmarks.whole_way import Plan, Stage, measure

PARTS = {
    "menu": menu.run,
    "realtime": realtime.run,
    "messages": messages.run,
    "voice": voice.run,
    "calls": calls.run,
}
# Those that a whole run ends with.
BESIDE = ("menu", "voice", "calls")
QUICK = Plan(warm_s=3, saturation_s=8, paces=(80,), pace_warm_s=1, pace_s=10)
FULL = Plan(has_slow_model=True)
# The last run's, since they take a while and hardly differ.
FULL_AT_LAST = Plan(has_slow_model=True, has_idleness=True, has_kill=True)
RUNS = 3


def main() -> None:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # it ends what it started then, too
    # Of sockets whose other end was just killed.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    alone = [name for name in ("menu", "voice") if getattr(arguments, name)] or arguments.parts
    if alone:
        _parts(alone, arguments)
        return
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="run-") as folder, on_core(LOAD_CORE):
        if arguments.soak:
            _soak(arguments, Path(folder))
        else:
            _whole_way(arguments, Path(folder))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="part",
        help=f"a part alone, in place of the whole way: {', '.join(PARTS)}",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="ours against the floor alone, and calls, in two minutes and a half",
    )
    parser.add_argument(
        "--menu", action="store_true", help="what the search of a menu finds, alone"
    )
    parser.add_argument(
        "--voice", action="store_true", help="what voice notes cost, alone: five minutes"
    )
    parser.add_argument(
        "--postgresql", action="store_true", help="ours on PostgreSQL, against the floor alone"
    )
    parser.add_argument(
        "--soak", type=int, metavar="MINUTES", help="ten messages a second on a year's database"
    )
    parser.add_argument("--runs", type=int, help="the table has medians of so many")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="store the figures of every run, too"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    return arguments


def _parts(names: Sequence[str], arguments: argparse.Namespace) -> None:
    for name in names:
        print(f"\n== {name} ==\n")
        if name == "calls":
            calls.run(is_quick=arguments.quick)
        else:
            PARTS[name]()


def _whole_way(arguments: argparse.Namespace, folder: Path) -> None:
    wanted = {FRESH, AGED}
    plans = [QUICK] if arguments.quick else [FULL] * ((arguments.runs or RUNS) - 1) + [FULL_AT_LAST]
    if arguments.quick and arguments.runs:
        plans *= arguments.runs
    with _ours(arguments, wanted) as ours:
        others = [] if arguments.quick or arguments.postgresql else peers(CACHE)
        runs, reasons = asyncio.run(_runs([FLOOR, *ours, *others], plans, folder))
    print_notes(plans, has_postgresql=arguments.postgresql, has_peers=bool(others))
    print_report(runs, reasons, plans[0].paces)
    # The others take minutes, however quick one is.
    _parts(["calls"] if arguments.quick else BESIDE, arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps({"runs": runs, "not measured": reasons}, indent=2))


def _ours(
    arguments: argparse.Namespace, wanted: set[str]
) -> AbstractContextManager[list[Contender]]:
    if arguments.postgresql:
        return on_postgresql(wanted)
    return nullcontext(on_sqlite(CACHE, wanted))


async def _runs(
    contenders: Sequence[Contender], plans: Sequence[Plan], folder: Path
) -> tuple[dict[str, list[Figures]], dict[str, str]]:
    """In turns, so that what the machine does meanwhile comes over all of them.

    The figures, and why some have none.
    """
    runs: dict[str, list[Figures]] = {each.title: [] for each in contenders}
    reasons = {each.title: each.missing for each in contenders if each.missing}
    gc.freeze()
    gc.disable()  # it is run between measurements
    stage = Stage()
    async with stage.opened():
        for number, plan in enumerate(plans, 1):
            for contender in contenders:
                if contender.title in reasons:
                    continue
                print(f"run {number} of {len(plans)}: {contender.title}", flush=True)
                own = folder / f"{number}-{contender.title}"
                own.mkdir()
                try:
                    runs[contender.title].append(await measure(contender, stage, plan, own))
                except RuntimeError as error:
                    reasons[contender.title] = f"{error}: {_last_words(own / 'log')}"
    return runs, reasons


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")[:200]


def _soak(arguments: argparse.Namespace, folder: Path) -> None:
    with _ours(arguments, {AGED}) as ours:
        minutes = asyncio.run(soak(ours[0], arguments.soak, folder))
    print_machine()
    print_soak(minutes)
    if arguments.json:
        arguments.json.write_text(json.dumps(minutes, indent=2))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
