"""A service as a process group on one core: started, looked at through /proc, ended.

It knows no contender.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SERVICE_CORE, LOAD_CORE = 0, 1
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
STOP_S = 30
KIB = 1024


@dataclass(frozen=True)
class Memory:
    """Of a process tree, in MB: shared pages counted in parts (PSS), or in each process (RSS)."""

    pss: float
    rss: float


class Group:
    """What a command started: it and all its children, in a process group of their own."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        with log.open("ab") as output, on_core(SERVICE_CORE):
            self._process = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def pids(self) -> list[int]:
        return [pid for pid, fields in _stats() if int(fields[2]) == self._process.pid]

    def cpu_s(self) -> float:
        """User and system time of all, and of those children of theirs that ended."""
        group = [fields for _, fields in _stats() if int(fields[2]) == self._process.pid]
        return sum(sum(map(int, fields[11:15])) for fields in group) / TICKS_A_SECOND

    def memory(self) -> Memory:
        sums = {"Pss": 0, "Rss": 0}
        for pid in self.pids():
            with suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    name, _, rest = line.partition(":")
                    if name in sums:
                        sums[name] += int(rest.split()[0]) * KIB
        return Memory(sums["Pss"] / 1e6, sums["Rss"] / 1e6)

    def kill(self) -> None:
        """kill -9 of all at once."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """SIGTERM, and by force what does not end."""
        if not self.has_ended:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
        self.kill()


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started within the block runs on this core alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Busy:
    """How busy a core is, whoever keeps it so: a share from 0 to 1 since the last look."""

    def __init__(self, core: int) -> None:
        self._core = core
        self._began, self._used = time.monotonic(), self._used_s()

    def share(self) -> float:
        now, used = time.monotonic(), self._used_s()
        share = (used - self._used) / (now - self._began)
        self._began = now
        self._used = used
        return min(share, 1.0)

    def _used_s(self) -> float:
        """Everything but idle and waiting for a disk."""
        line = next(
            each
            for each in Path("/proc/stat").read_text().splitlines()
            if each.startswith(f"cpu{self._core} ")
        )
        fields = [int(each) for each in line.split()[1:9]]
        return (sum(fields) - fields[3] - fields[4]) / TICKS_A_SECOND


def _stats() -> Iterator[tuple[int, list[str]]]:
    """Of every process: its id, and the fields of /proc/<id>/stat from the state on (proc(5))."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
