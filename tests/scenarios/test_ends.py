"""How the service ends when nobody told it properly: its master killed, its terminal closed."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.ports import free_port
from tests.scenarios.promise import Load, wait_for_words
from tests.scenarios.world import (
    ROOT,
    STOP_S,
    WAIT_S,
    clean_environment,
    diners,
    end,
    practice_command,
    procfile,
    running_houses,
    until,
)
from tests.test_settings import KEYS

NOBODY = "127.0.0.1:9"
PRODUCTION = KEYS | {
    "OPENAI_REALTIME_ENDPOINT": f"ws://{NOBODY}",
    "TWILIO_API_BASE_URL": f"http://{NOBODY}",
}
WORKING_S = 1.0
# Its standard input is the terminal that the session belongs to.
ON_A_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
# As `make`, which lives on until its command has ended, and passes nothing on.
STAYS_BEFORE_IT = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, lambda *_: None)
sys.exit(subprocess.call(sys.argv[1:]))
"""


@pytest.fixture
def sqlite_url(seeded_sqlite_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(seeded_sqlite_file, tmp_path / 'tableside.db')}"


def test_workers_whose_master_was_killed_finish_what_they_have_and_let_the_next_start(
    sqlite_url: str,
) -> None:
    with running_houses(sqlite_url, {}) as (outside, [house]):
        outside.behave(first_event_delay_s=WORKING_S)
        load = Load(outside, house)
        wait_for_words(outside, [load.write(diner) for diner in diners(3)])
        orphans = house.workers()
        house.process.kill()
        house.process.wait()
        house.restart()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans))
        until(lambda: answers(house.port, path="/readyz"))
        figures = load.settle().figures()
        assert (figures.are_as_promised, figures.answered) == (True, 3)


def test_a_shells_sigterm_reaches_the_service_whose_lines_are_all_json(
    sqlite_url: str, tmp_path: Path
) -> None:
    port = free_port()
    with started(procfile()["web"], tmp_path, settings(port, sqlite_url) | PRODUCTION) as web:
        until(lambda: answers(port))
        if Path("/proc/net/if_inet6").exists():
            assert answers(port, "[::1]")
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=WAIT_S).text.startswith(
            "Tableside: "
        )
        assert end(web) == 0
        assert not answers(port)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert "Starting gunicorn" in lines[0]["event"]
    assert {"event", "level", "logger", "timestamp"} <= set.intersection(*map(set, lines))


@pytest.mark.parametrize("is_production", [False, True], ids=["make run", "production"])
def test_a_service_ends_with_its_terminal(
    sqlite_url: str, tmp_path: Path, is_production: bool
) -> None:
    port = free_port()
    command, keys = (procfile()["web"], PRODUCTION) if is_production else (practice_command(), {})
    ours, theirs = os.openpty()
    with started(command, tmp_path, settings(port, sqlite_url) | keys, terminal=theirs) as service:
        os.close(theirs)
        until(lambda: answers(port))
        os.close(ours)
        service.wait(STOP_S)
        until(lambda: not has_left_somebody(service.pid))


def test_a_service_that_only_its_starter_hears_of_ends_with_its_terminal_too(
    sqlite_url: str, tmp_path: Path
) -> None:
    port = free_port()
    ours, theirs = os.openpty()
    command = shlex.join(
        [sys.executable, "-c", STAYS_BEFORE_IT, "/bin/sh", "-c", practice_command()]
    )
    with started(
        f"exec {command}", tmp_path, settings(port, sqlite_url), terminal=theirs
    ) as service:
        os.close(theirs)
        until(lambda: answers(port))
        os.close(ours)
        service.wait(STOP_S)
        until(lambda: not has_left_somebody(service.pid))


def test_outside_production_a_hangup_is_an_end_without_a_terminal_too(
    sqlite_url: str, tmp_path: Path
) -> None:
    port = free_port()
    with started(practice_command(), tmp_path, settings(port, sqlite_url)) as service:
        until(lambda: answers(port))
        front = requests.get(f"http://127.0.0.1:{port}/", timeout=WAIT_S)
        assert (front.url.endswith("/phone"), "leaves this computer" in front.text) == (True, True)
        assert end(service, signal.SIGHUP) == 0


def settings(port: int, database_url: str) -> dict[str, str]:
    return {"PORT": str(port), "DATABASE_URL": database_url}


@contextmanager
def started(
    command: str, folder: Path, settings: dict[str, str], *, terminal: int | None = None
) -> "Iterator[subprocess.Popen[Any]]":
    """As a platform starts it, by a shell, which is the one that gets the signals.

    What it logs is in the folder's `log`.
    """
    line = ["/bin/sh", "-c", command]
    with (folder / "log").open("w") as log:
        service = subprocess.Popen(
            line if terminal is None else [sys.executable, "-c", ON_A_TERMINAL, *line],
            cwd=ROOT,
            env=clean_environment(**settings),
            stdin=terminal,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield service
    finally:
        if service.poll() is None:
            os.killpg(service.pid, signal.SIGKILL)
            service.wait()


def has_left_somebody(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def answers(port: int, host: str = "127.0.0.1", path: str = "/healthz") -> bool:
    try:
        return requests.get(f"http://{host}:{port}{path}", timeout=1).ok
    except requests.RequestException:
        return False
