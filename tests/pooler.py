"""PgBouncer before the tests' PostgreSQL, in transaction mode and otherwise as it comes.

It listens on a Unix socket of its own, and ends with its block, by its process.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.postgres import PORT, SUPERUSER, Cluster

START_TIMEOUT_S = 10
POLL_INTERVAL_S = 0.02
# Debian has it where only root's PATH leads.
FOLDERS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
SETTINGS = """\
[databases]
* = host={postgres} port={port}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {home}
auth_type = trust
auth_file = {home}/users
pool_mode = transaction
"""


class Pooler:
    """It stands before `cluster`, in a folder of its own beside it. `more`: settings besides."""

    def __init__(self, program: Path, cluster: Cluster, more: str = "") -> None:
        self._program = program
        self._cluster = cluster
        self._more = more
        self._home = cluster.folder("pooler")

    def url(self, direct_url: str) -> str:
        """The address of a database of the cluster's, through the pooler."""
        here, there = (quote(str(each), safe="") for each in (self._home, self._cluster.home))
        return direct_url.replace(there, here)

    @contextmanager
    def running(self) -> Iterator[None]:
        settings = SETTINGS.format(postgres=self._cluster.home, port=PORT, home=self._home)
        (self._home / "settings.ini").write_text(settings + self._more)
        (self._home / "users").write_text(f'"{SUPERUSER}" ""\n')
        process = self._cluster.begin(self._program, str(self._home / "settings.ini"))
        try:
            self._wait_until_it_answers(process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(START_TIMEOUT_S)

    def _wait_until_it_answers(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url(self._cluster.url())).close()
            except psycopg.OperationalError:
                time.sleep(POLL_INTERVAL_S)
            else:
                return
        raise RuntimeError("PgBouncer did not start: see the cluster's log")


def find_pooler() -> Path:
    """PgBouncer's program. Without it the test is skipped, and fails where CI=true."""
    found = shutil.which("pgbouncer", path=FOLDERS)
    if found is None:
        sentence = "no PgBouncer on this machine: install it (Debian: apt install pgbouncer)"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return Path(found)
