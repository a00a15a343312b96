"""`python -m tests.benchmarks`: what a message costs here, beside the least code that answers one. It asserts nothing."""

import argparse
import asyncio
import gc
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks import messages, realtime
from tests.benchmarks.contenders import FLOOR, Contender, ours, sqlite_url
from tests.benchmarks.databases import CACHE, copied_sqlite, fresh_sqlite
from tests.benchmarks.figures import Figures, medians
from tests.benchmarks.processes import LOAD_CORE, on_core
from tests.benchmarks.report import print_machine, print_report
from tests.benchmarks.whole_way import Plan, Stage, measure

PARTS = {"realtime": realtime.run, "messages": messages.run}
QUICK = Plan(saturation_s=8, paces=(80,), pace_s=12)


def main() -> None:
    arguments = _arguments()
    for name in arguments.parts:
        print(f"\n== {name} ==\n")
        PARTS[name]()
    if not arguments.parts:
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="run-") as folder, on_core(LOAD_CORE):
            _whole_way(Path(folder), arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="a part alone, in place of the whole way")
    parser.add_argument("--quick", action="store_true", help="ours against the floor only, in two minutes")
    parser.add_argument("--runs", type=int, help="medians of so many runs")
    return parser.parse_args()


def _whole_way(folder: Path, arguments: argparse.Namespace) -> None:
    plan = QUICK if arguments.quick else Plan()
    fresh = folder / "fresh.db"
    fresh_sqlite(fresh)
    contenders = [FLOOR, ours("Tableside", sqlite_url, partial(copied_sqlite, fresh))]
    results = asyncio.run(_runs(contenders, plan, arguments.runs or (1 if arguments.quick else 3), folder))
    print_machine()
    print_report(results, FLOOR.title, plan.paces)


async def _runs(contenders: list[Contender], plan: Plan, count: int, folder: Path) -> dict[str, Figures]:
    """In turns, so that what the machine does meanwhile comes over all of them."""
    runs: dict[str, list[Figures]] = {each.title: [] for each in contenders}
    gc.freeze()
    stage = Stage()
    async with stage.opened():
        for number in range(count):
            for contender in contenders:
                own = folder / f"{number}-{contender.title}"
                own.mkdir()
                runs[contender.title].append(await measure(contender, stage, plan, own))
    return {title: medians(each) for title, each in runs.items()}


if __name__ == "__main__":
    main()
