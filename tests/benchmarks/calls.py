"""What calls cost: how soon a caller hears something, calls a core, and what twenty cost the texts.

The service has one core; the callers, Twilio, the model and whoever writes have the other.
"""

import asyncio
import gc
import math
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.callers import Caller, Told
from tests.benchmarks.calls_outside import ENDS_AFTER_MS, THINKS_S, CallModel, CallSocket
from tests.benchmarks.contenders import Command, Contender, Place
from tests.benchmarks.databases import FRESH, on_sqlite
from tests.benchmarks.environments import CACHE
from tests.benchmarks.figures import Figures, medians, number, percentile, table
from tests.benchmarks.model import Socket
from tests.benchmarks.processes import LOAD_CORE, on_core
from tests.benchmarks.report import DISTURBED, LOAD_BOUND
from tests.benchmarks.transit import Transit
from tests.benchmarks.whole_way import MODEL_S, Run, Stage, Watch, times
from tests.ports import free_port

CALLS = 20
PACE = 50  # text messages a second
WARM_S = 3.0
SETTLE_S = 30.0
# All have rung by then, and spoken once.
RING_WITHIN_S = 4.0
SETTINGS = {"CALLS_ENABLED": "true", "CALLS_AT_ONCE": "1000"}
# What no service can take off the wait for an answer.
MODELS_MS = ENDS_AFTER_MS + THINKS_S * 1_000


@dataclass(frozen=True)
class Plan:
    runs: int
    seconds: float  # of each of: text alone, calls alone, text beside calls


FULL = Plan(runs=3, seconds=60.0)
QUICK = Plan(runs=1, seconds=10.0)


def run(*, is_quick: bool = False) -> None:
    plan = QUICK if is_quick else FULL
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="run-") as folder, on_core(LOAD_CORE):
        runs = []
        for nth in range(plan.runs):
            own = Path(folder) / str(nth)
            own.mkdir()
            runs.append(asyncio.run(_measured(plan, own)))
    _print(plan, runs)


async def _measured(plan: Plan, folder: Path) -> Figures:
    stage = CallStage()
    async with stage.opened():
        run = Run(_contender(), stage, Place(free_port(), folder, stage.told))
        async with run.started():
            await run.people.at_a_pace(PACE, WARM_S)
            async with _calling(run, stage, 1):
                await asyncio.sleep(WARM_S)
            gc.collect()
            gc.disable()
            figures = await _text(run, plan, "alone")
            figures |= await _calls(run, stage, plan)
            async with _calling(run, stage, CALLS) as told:
                figures |= await _text(run, plan, "beside")
            gc.enable()
    for name, more in _troubles(told).items():
        figures[name] += more
    return figures


async def _text(run: Run, plan: Plan, name: str) -> Figures:
    wrote = await run.people.at_a_pace(PACE, plan.seconds)
    await run.people.settle(SETTLE_S)
    figures = times(name, wrote) | {f"{name}_lost": sum(not each.answers for each in wrote)}
    run.people.forget()
    return figures


async def _calls(run: Run, stage: "CallStage", plan: Plan) -> Figures:
    """Calls and nothing else."""
    async with _calling(run, stage, CALLS) as told:
        stage.forget()
        watch = Watch(run.group)
        await asyncio.sleep(plan.seconds)
        figures = watch.figures(0)
    cpu_s = figures["service_share"] * plan.seconds
    answers = [answer * 1_000 for each in told for answer in each.answers_s]
    first = [each.first_s * 1_000 for each in told if each.first_s is not None]
    quiet = [each.quiet_s * 1_000 for each in told if each.quiet_s is not None]
    minutes = CALLS * plan.seconds / 60
    return _troubles(told) | {
        "calls_answered": len(answers),
        "greeting_p50": percentile(first, 0.5),
        "greeting_p95": percentile(first, 0.95),
        "quiet_p50": percentile(quiet, 0.5),
        "quiet_p95": percentile(quiet, 0.95),
        "answer_p50": percentile(answers, 0.5),
        "answer_p95": percentile(answers, 0.95),
        "in_p50": percentile(stage.model.way_in.took, 0.5) * 1_000,
        "in_p99": percentile(stage.model.way_in.took, 0.99) * 1_000,
        "out_p50": percentile(stage.model.way_out.took, 0.5) * 1_000,
        "out_p99": percentile(stage.model.way_out.took, 0.99) * 1_000,
        "gaps": sum(each.gaps for each in told) / minutes,
        "cpu_s": cpu_s / minutes if answers else math.nan,
        "per_core": minutes * 60 / cpu_s if answers else math.nan,
        "load_share": figures["load_share"],
        "others_share": figures["others_share"],
        "load_core_share": figures["load_core_share"],
    }


@asynccontextmanager
async def _calling(run: Run, stage: "CallStage", count: int) -> AsyncIterator[list[Told]]:
    """So many talk within the block; what came of each is in the list after it."""
    is_over = asyncio.Event()
    told: list[Told] = []

    async def call(nth: int) -> None:
        await asyncio.sleep(RING_WITHIN_S / 2 * nth / count)  # not all in one moment
        model = stage.model
        caller = Caller(run.place.port, f"+2507889{nth:05}", model.way_in, model.way_out)
        told.append(await caller.ring(is_over.is_set))

    tasks = [asyncio.create_task(call(nth)) for nth in range(count)]
    try:
        await asyncio.sleep(RING_WITHIN_S)
        yield told
    finally:
        is_over.set()
        await asyncio.gather(*tasks)


def _troubles(told: Sequence[Told]) -> Figures:
    for trouble, count in Counter(each.trouble for each in told if each.trouble).items():
        print(f"{count} of {len(told)} calls went wrong: {trouble}")
    return {
        "calls_broken": sum(bool(each.trouble) for each in told),
        "calls_unanswered": sum(each.unanswered for each in told),
    }


def _contender() -> Contender:
    (fresh,) = on_sqlite(CACHE, {FRESH})

    def command(place: Place) -> Command:
        told = fresh.command(place)
        return replace(told, environment={**told.environment, **SETTINGS})

    return replace(fresh, command=command)


class CallStage(Stage):
    """The outside, where the model hears and speaks."""

    model: CallModel

    def __init__(self) -> None:
        super().__init__()
        self.model = CallModel(self.model, Transit(), Transit())

    def forget(self) -> None:
        self.model.way_in.forget()
        self.model.way_out.forget()

    def _socket(self) -> Socket:
        return CallSocket(self.model)


def _print(plan: Plan, runs: Sequence[Figures]) -> None:
    figures = medians(runs)
    print(table([f"{CALLS} calls at once, ms", "p50", "p95"], _soon(figures)))
    print()
    print(table(["the sound's way through, ms", "p50", "p99"], _ways(figures)))
    print()
    print(table([f"text at {PACE} a second, ms", "alone", "beside calls", "x"], _texts(figures)))
    print(
        f"\nA call-minute takes {number(figures['cpu_s'])} s of CPU:"
        f" {number(figures['per_core'])} calls a core."
        f" Gaps of more than 20 ms in an answer: {number(figures['gaps'])} a call-minute."
        f" Answers {number(figures['calls_answered'])}, missing"
        f" {number(figures['calls_unanswered'])}, calls broken {number(figures['calls_broken'])}."
    )
    print(
        f"{len(runs)} run{'s' if len(runs) > 1 else ''} of {plan.seconds:g} s each: text, calls,"
        f" both. Of an answer's wait, {MODELS_MS:.0f} ms are the model's."
    )
    for nth, each in enumerate(runs, 1):
        print(f"run {nth}: {_circumstances(each)}")


def _soon(figures: Figures) -> list[list[str]]:
    def row(title: str, name: str, less: float = 0.0) -> list[str]:
        return [title, *(number(figures[f"{name}_{share}"] - less) for share in ("p50", "p95"))]

    return [
        row("from Twilio's start to the greeting", "greeting"),
        row("from a word into it to silence", "quiet"),
        row("from the caller's last word to the answer", "answer"),
        row("of it, ours", "answer", MODELS_MS),
    ]


def _ways(figures: Figures) -> list[list[str]]:
    titles = {"in": "from the caller to the model", "out": "from the model to the caller"}
    return [
        [title, number(figures[f"{name}_p50"]), number(figures[f"{name}_p99"])]
        for name, title in titles.items()
    ]


def _texts(figures: Figures) -> list[list[str]]:
    titles = {
        "ack_p50": "acknowledged p50",
        "ack_p99": "acknowledged p99",
        "added_p50": "added p50",
        "added_p99": "added p99",
        "lost": "unanswered",
    }
    rows = [
        _beside(title, figures[f"alone_{name}"], figures[f"beside_{name}"])
        for name, title in titles.items()
    ]
    waits = (figures[f"{name}_added_p99"] + MODEL_S * 1_000 for name in ("alone", "beside"))
    return [*rows, _beside(f"answered p99, of a model of {MODEL_S * 1_000:.0f} ms", *waits)]


def _beside(title: str, alone: float, beside: float) -> list[str]:
    return [title, number(alone), number(beside), number(beside / alone) if alone else "–"]


def _circumstances(figures: Figures) -> str:
    said = (
        f"with calls alone the load used {figures['load_share']:.0%} of its core, which was"
        f" {figures['load_core_share']:.0%} busy; others had {figures['others_share']:.0%} of the"
        " service's"
    )
    if figures["load_core_share"] > LOAD_BOUND:
        said += "; LOAD-BOUND"
    if figures["others_share"] > DISTURBED:
        said += "; DISTURBED"
    return said
