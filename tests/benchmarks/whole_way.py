"""The whole way of a message, measured: webhook, 204, the model, and the answer at the REST API.

One process plays everybody but the service, on a core of its own; the service has the other core.
"""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import contenders, crowd
from tests.benchmarks.contenders import DINERS, Contender, Place
from tests.benchmarks.crowd import Crowd, Written
from tests.benchmarks.figures import Figures, percentile
from tests.benchmarks.model import Asked, Model, Socket
from tests.benchmarks.processes import LOAD_CORE, SERVICE_CORE, Busy, Group
from tests.benchmarks.rest import Rest
from tests.benchmarks.wire import HttpConnection, Webhooks
from tests.ports import free_port
from tests.scenarios.world import ACCOUNT_SID

START_S = 30
SETTLE_S = 25
LOOP_SIZE = 200
LOOK_S = 0.2
MODEL_S = 0.2
SLOW_MODEL_S = 3.0
SLOW_PER_SECOND = 100
CALM_S = 3
IDLE_S = 20
KILLED_WITH = 40
KILL_AFTER_S = 3
ANSWERED_WITHIN_S = 45
BACKLOG = 2_048


@dataclass(frozen=True)
class Plan:
    """What is measured of each contender in one run; seconds.

    Of the last three, only what is asked for.
    """

    warm_s: float = 4.0
    saturation_s: float = 10.0
    paces: tuple[int, ...] = (50, 80)
    pace_warm_s: float = 2.0
    pace_s: float = 15.0
    has_slow_model: bool = False
    has_idleness: bool = False
    has_kill: bool = False


class Stage:
    """The outside of whoever is measured: one model, one REST API, and the diners of the moment."""

    def __init__(self) -> None:
        self.model = Model(self._on_ended)
        self.rest = self._rest()
        self.told: dict[str, str] = {}
        self.crowd: Crowd | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        realtime = await loop.create_server(self._socket, "127.0.0.1", 0, backlog=BACKLOG)
        rest = await loop.create_server(
            lambda: HttpConnection(self.rest.answer), "127.0.0.1", 0, backlog=BACKLOG
        )
        self.told = contenders.told(
            *(each.sockets[0].getsockname()[1] for each in (realtime, rest))
        )
        async with realtime, rest:
            yield

    def _rest(self) -> Rest:
        return Rest(ACCOUNT_SID, self._on_reply)

    def _socket(self) -> Socket:
        return Socket(self.model)

    def _on_ended(self, asked: Asked) -> None:
        if self.crowd:
            self.crowd.on_ended(asked)

    def _on_reply(self, to: str, text: str) -> None:
        if self.crowd:
            self.crowd.on_reply(to, text)


class Run:
    """One contender at work, started within `started`, and those who write to it."""

    def __init__(self, contender: Contender, stage: Stage, place: Place) -> None:
        self.contender = contender
        self.stage = stage
        self.place = place
        self.webhooks = Webhooks(place.port)
        self.people = Crowd(DINERS, contender.form(place.url), self.webhooks)
        self.group: Group

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """Raises RuntimeError when it does not start."""
        self.contender.prepare(self.place)
        self.stage.crowd = self.people
        try:
            await self.start()
            yield
        finally:
            self.webhooks.close()
            self.group.stop()
            self.stage.crowd = None
            self.stage.rest.forget()

    async def start(self) -> None:
        command = self.contender.command(self.place)
        self.group = Group(
            command.words, command.environment, command.folder, self.place.folder / "log"
        )
        await _until_it_answers(self.group, self.place.port)


async def measure(contender: Contender, stage: Stage, plan: Plan, folder: Path) -> Figures:
    """One run of one contender. Raises RuntimeError when it does not start."""
    run = Run(contender, stage, Place(free_port(), folder, stage.told))
    stage.model.model_s = MODEL_S
    async with run.started():
        figures = await _saturation(run, plan)
        for per_second in plan.paces:
            figures |= await _pace(run, f"at_{per_second}", per_second, plan)
        if plan.has_slow_model and not contender.is_peer:
            figures |= await _slow_model(run, plan)
        if plan.has_idleness and not contender.is_peer:
            figures |= await _idleness(run)
        if plan.has_kill:
            figures |= await _kill(run)
    return figures


async def _saturation(run: Run, plan: Plan) -> Figures:
    run.stage.model.forget_sockets()
    watch = Watch(run.group)
    answered = await run.people.in_a_loop(LOOP_SIZE, plan.saturation_s, watch.start, plan.warm_s)
    figures = watch.figures(len(answered))
    memory = run.group.memory()
    model = run.stage.model
    figures |= {
        "pss": memory.pss,
        "rss": memory.rss,
        "sockets": model.most_at_once,
        "sockets_opened": model.opened,
    }
    run.people.stop()
    await run.people.settle(SETTLE_S)
    return figures | times("loop", answered) | _counts("loop", run.people)


async def _pace(run: Run, name: str, per_second: int, plan: Plan) -> Figures:
    await run.people.at_a_pace(per_second, plan.pace_warm_s + run.stage.model.model_s)
    gc.collect()
    wrote = await run.people.at_a_pace(per_second, plan.pace_s)
    await run.people.settle(SETTLE_S)
    return times(name, wrote) | _counts(name, run.people)


async def _slow_model(run: Run, plan: Plan) -> Figures:
    """So many turns at work at a time: a hundred more a second, for as long as the model takes."""
    model = run.stage.model
    model.model_s = SLOW_MODEL_S
    try:
        return await _pace(run, "slow", SLOW_PER_SECOND, plan)
    finally:
        model.model_s = MODEL_S


async def _idleness(run: Run) -> Figures:
    """With its socket open and nothing to do."""
    await asyncio.sleep(CALM_S)
    began, cpu_s = time.monotonic(), run.group.cpu_s()
    await asyncio.sleep(IDLE_S)
    return {"idle_percent": (run.group.cpu_s() - cpu_s) / (time.monotonic() - began) * 100}


async def _kill(run: Run) -> Figures:
    """kill -9 with so many messages on their way, and a new start: what is never answered."""
    people = run.people
    await people.in_a_loop(KILLED_WITH, KILL_AFTER_S, lambda: None, 0)
    people.stop()
    on_their_way = people.unanswered()
    run.group.kill()
    await asyncio.sleep(LOOK_S)  # what was written to the wire before counts
    run.webhooks.close()
    await run.start()
    await asyncio.sleep(ANSWERED_WITHIN_S)
    return {
        "killed_with": len(on_their_way),
        "killed_acknowledged": sum(each.is_acknowledged for each in on_their_way),
        "killed_unanswered": sum(not each.answers for each in on_their_way),
        "killed_lost": crowd.lost(people.written.values()),
        "killed_twice": crowd.twice(people.written.values()),
    }


class Watch:
    """What the service and the load use of their cores, from `start` on."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self.start()

    def start(self) -> None:
        gc.collect()
        self._load = Busy(LOAD_CORE)
        self._service = Busy(SERVICE_CORE)
        self._began = time.monotonic()
        self._own = time.process_time()
        self._cpu = self._group.cpu_s()

    def figures(self, messages: int) -> Figures:
        seconds = time.monotonic() - self._began
        cpu_s = self._group.cpu_s() - self._cpu
        return {
            "per_second": messages / seconds,
            "cpu_ms": cpu_s / messages * 1000 if messages else float("nan"),
            "service_share": cpu_s / seconds,
            "others_share": max(self._service.share() - cpu_s / seconds, 0.0),
            "load_share": (time.process_time() - self._own) / seconds,
            "load_core_share": self._load.share(),
        }


def times(name: str, written: list[Written]) -> Figures:
    acks = [each.ack_s * 1000 for each in written if each.is_acknowledged]
    added = [each.added_s * 1000 for each in written if each.answers]
    return {
        f"{name}_ack_p50": percentile(acks, 0.5),
        f"{name}_ack_p99": percentile(acks, 0.99),
        f"{name}_added_p50": percentile(added, 0.5),
        f"{name}_added_p99": percentile(added, 0.99),
    }


def _counts(name: str, people: Crowd) -> Figures:
    """What should be nought; then all of it is forgotten."""
    written = people.written.values()
    counts: Figures = {
        f"{name}_refused": sum(not each.is_acknowledged for each in written),
        f"{name}_lost": crowd.lost(written),
        f"{name}_twice": crowd.twice(written),
        f"{name}_mixed_up": people.mixed_up,
    }
    people.forget()
    return counts


async def _until_it_answers(group: Group, port: int) -> None:
    deadline = time.monotonic() + START_S
    head = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    request = head.encode()
    while time.monotonic() < deadline and not group.has_ended:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            status = await asyncio.wait_for(reader.read(64), 5)
            writer.close()
            if b" 200 " in status:
                return
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.05)
    raise RuntimeError("it did not start")
