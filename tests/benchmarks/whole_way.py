"""The whole way of a message, measured: webhook, 204, the model, and the answer at Twilio's REST API.

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
from tests.scenarios.world import ACCOUNT_SID, free_port

START_S = 30
SETTLE_S = 25
LOOP_SIZE = 200
MODEL_S = 0.2
BACKLOG = 2_048


@dataclass(frozen=True)
class Plan:
    """What is measured of each contender in one run; seconds."""

    warm_s: float = 4.0
    saturation_s: float = 12.0
    paces: tuple[int, ...] = (50, 80)
    pace_warm_s: float = 2.0
    pace_s: float = 20.0


class Stage:
    """The outside of whoever is measured: one model and one REST API, and the diners of the moment."""

    def __init__(self) -> None:
        self.model = Model(self._on_ended)
        self.rest = Rest(ACCOUNT_SID, self._on_reply)
        self.told: dict[str, str] = {}
        self.crowd: Crowd | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        realtime = await loop.create_server(lambda: Socket(self.model), "127.0.0.1", 0, backlog=BACKLOG)
        rest = await loop.create_server(lambda: HttpConnection(self.rest.answer), "127.0.0.1", 0, backlog=BACKLOG)
        self.told = contenders.told(*(each.sockets[0].getsockname()[1] for each in (realtime, rest)))
        async with realtime, rest:
            yield

    def _on_ended(self, asked: Asked) -> None:
        if self.crowd:
            self.crowd.on_ended(asked)

    def _on_reply(self, to: str, text: str) -> None:
        if self.crowd:
            self.crowd.on_reply(to, text)


async def measure(contender: Contender, stage: Stage, plan: Plan, folder: Path) -> Figures:
    """One run of one contender. Raises RuntimeError when it does not start."""
    place = Place(free_port(), folder, stage.told)
    contender.prepare(place)
    command = contender.command(place)
    group = Group(command.words, command.environment, command.folder, folder / "log")
    try:
        await _until_it_answers(group, place.port)
        return await _measured(group, contender, stage, plan, place)
    finally:
        group.stop()
        stage.crowd = None
        stage.rest.forget()


async def _measured(group: Group, contender: Contender, stage: Stage, plan: Plan, place: Place) -> Figures:
    webhooks = Webhooks(place.port)
    people = stage.crowd = Crowd(DINERS, contender.form(place.url), webhooks)
    stage.model.model_s = MODEL_S
    stage.model.forget_sockets()
    figures = await _saturation(group, people, plan)
    figures |= {"sockets": stage.model.most_at_once, "sockets_opened": stage.model.opened}
    people.forget()
    for per_second in plan.paces:
        figures |= await _pace(people, per_second, plan)
        people.forget()
    webhooks.close()
    return figures


async def _saturation(group: Group, people: Crowd, plan: Plan) -> Figures:
    watch = Watch(group)
    answered = await people.in_a_loop(LOOP_SIZE, plan.saturation_s, watch.start, plan.warm_s)
    figures = watch.figures(len(answered))
    memory = group.memory()
    people.stop()
    await people.settle(SETTLE_S)
    figures |= {"pss": memory.pss, "rss": memory.rss, **_counts("loop", people)}
    figures |= _times("loop", answered)
    return figures


async def _pace(people: Crowd, per_second: int, plan: Plan) -> Figures:
    await people.at_a_pace(per_second, plan.pace_warm_s)
    gc.collect()
    wrote = await people.at_a_pace(per_second, plan.pace_s)
    await people.settle(SETTLE_S)
    name = f"at_{per_second}"
    return _times(name, wrote) | _counts(name, people)


class Watch:
    """What the service and the load use of their cores, from `start` on."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self.start()

    def start(self) -> None:
        gc.collect()
        self._load, self._service = Busy(LOAD_CORE), Busy(SERVICE_CORE)
        self._began, self._own, self._cpu = time.monotonic(), time.process_time(), self._group.cpu_s()

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


def _times(name: str, written: list[Written]) -> Figures:
    acks = [each.ack_s * 1000 for each in written if each.is_acknowledged]
    added = [each.added_s * 1000 for each in written if each.answers]
    return {
        f"{name}_ack_p50": percentile(acks, 0.5),
        f"{name}_ack_p99": percentile(acks, 0.99),
        f"{name}_added_p50": percentile(added, 0.5),
        f"{name}_added_p99": percentile(added, 0.99),
    }


def _counts(name: str, people: Crowd) -> Figures:
    """What should be nought."""
    written = people.written.values()
    return {
        f"{name}_refused": sum(not each.is_acknowledged for each in written),
        f"{name}_lost": crowd.lost(written),
        f"{name}_twice": crowd.twice(written),
        f"{name}_mixed_up": people.mixed_up,
    }


async def _until_it_answers(group: Group, port: int) -> None:
    deadline = time.monotonic() + START_S
    request = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
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
