"""What every way in stands on: the settings, the database, and the parts that are started at the
first need.

It decides nothing: `app.py` wires the parts, and `start` and `stop` follow the process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from engine.runner import Runner
from engine.talk import Talk
from engine.upkeep import Upkeep
from models.database.checkpoints import Natively
from models.database.engine import Database
from realtime.client import RealtimeClient
from settings import Settings
from telemetry.metrics import Metrics


@dataclass(frozen=True)
class Parts:
    """The running half: made together, closed together.

    `client` is None where AI_REALTIME_ENABLED is false.
    """

    runner: Runner
    upkeep: Upkeep
    talk: Talk
    client: RealtimeClient | None
    auth_token: str  # Twilio's, or its stand-in's
    closers: Sequence[Callable[[], None]]


class Service:
    def __init__(
        self,
        settings: Settings,
        database: Database,
        metrics: Metrics,
        wire: Callable[["Service"], Parts],
    ) -> None:
        self.settings = settings
        self.database = database
        self.metrics = metrics
        self._wire = wire
        self._lock = Lock()
        self._parts: Parts | None = None
        self._is_stopped = False
        # WEB_RUNS_TURNS is for processes that serve the web: a worker sets this before it starts.
        self.runs_turns = settings.web_runs_turns

    @property
    def parts(self) -> Parts:
        """The running half, wired at the first need: a command that only migrates opens
        no socket.
        """
        with self._lock:
            if self._parts is None:
                self._parts = self._wire(self)
            return self._parts

    @property
    def runner(self) -> Runner:
        return self.parts.runner

    def now(self) -> datetime:
        return datetime.now(UTC)

    def start(self, *, sweeps: bool = True, natively: Natively = lambda work: work()) -> None:
        """Keep what runs alive from now on; a process that serves also sweeps the inbox and the
        outbox.

        `natively` runs what would hold up everything on a thread of the system's own, where threads
        are greenlets.
        """
        self.parts.upkeep.start(sweeps=sweeps, natively=natively)

    def stop(self) -> None:
        """Finish or hand back what runs, send what is written, within GRACE_S; then hang up.

        A second call does nothing.
        """
        with self._lock:
            parts, was_stopped = self._parts, self._is_stopped
            self._is_stopped = True
        if parts is None or was_stopped:
            return
        parts.upkeep.stop(self.settings.grace_s)
        for close in parts.closers:
            close()
        self.database.close()
