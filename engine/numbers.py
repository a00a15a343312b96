"""What all processes of the service count, told by whichever is asked.

Where several may run, each tells its own now and then, through the database that they share.
Nothing on the way of a message waits for that.
"""

from threading import Event, Lock, Thread

from engine.standing import Standing
from knowledge.clock import Clock
from models import numbers
from models.database.engine import Database, DatabaseUnavailableError
from telemetry.exposition import counted, labelled, merged, standing
from telemetry.logs import log_defect
from telemetry.metrics import Metrics

LOOK_S = 1.0
TELL_AFTER_LOOKS = 5
LIMIT_S = 2.0  # for each use of the database


class Numbers:
    """`process`: this one's name in all that it tells."""

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        standing: Standing,
        clock: Clock,
        *,
        process: str,
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._standing = standing
        self._clock = clock
        self._process = process
        self._telling = Lock()  # what is written later was counted later
        self._told = b""
        self._is_started = False
        self._stopping = Event()

    def start(self) -> None:
        self._is_started = True
        Thread(target=self._tell_on, name="numbers", daemon=True).start()

    def stop(self) -> None:
        """Tell once more what was counted to the end. A command tells nothing."""
        self._stopping.set()
        if self._is_started:
            self._tell_if_it_may_be()

    def of_all(self) -> bytes:
        """Every process' numbers, in Prometheus' text format.

        What this one counts is written before it is shown: a counter that the next process to be
        asked shows lower would look as if it had begun anew. So while the database is away, it
        stands still.
        """
        if self._database.is_sqlite:  # one process
            return self._own()
        try:
            own = self.tell()
            with self._database.alone(LIMIT_S) as connection:
                others = numbers.of_others(connection, self._process, self._clock.steady())
        except DatabaseUnavailableError:
            return merged([counted(self._told), standing(self._labelled())])
        return merged([own, *(counted(each) if is_gone else each for each, is_gone in others)])

    def tell(self) -> bytes:
        """Write down what this process counts by now. Raises DatabaseUnavailableError."""
        with self._telling:
            told = self._labelled()
            with self._database.connection(LIMIT_S) as connection:
                numbers.tell(connection, self._process, told, self._clock.steady())
            self._told = told
        return told

    def _labelled(self) -> bytes:
        return labelled(self._own(), "process", self._process)

    def _own(self) -> bytes:
        self._standing.note()
        return self._metrics.render()

    def _tell_on(self) -> None:
        looks = 0
        while True:
            if looks % TELL_AFTER_LOOKS == 0:
                self._tell_if_it_may_be()
            looks += 1
            before = self._clock.monotonic()
            if self._clock.wait(self._stopping, LOOK_S):
                return
            late_s = self._clock.monotonic() - before - LOOK_S
            self._metrics.loop_lag_seconds.observe(max(0.0, late_s))

    def _tell_if_it_may_be(self) -> None:
        if self._database.is_sqlite:
            return
        try:
            self.tell()
        except DatabaseUnavailableError:
            pass  # the sweep's log has it; what is told next has this too
        except Exception as error:  # noqa: BLE001 (it must live: the next round tries again)
            log_defect("numbers.failed", error)
