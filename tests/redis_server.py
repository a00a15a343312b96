"""A real Redis, for the time of a block; what it holds ends with it.

Its program, and the one that signs its certificate, are Debian's. Nothing here is a stand-in.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

START_TIMEOUT_S = 10
POLL_INTERVAL_S = 0.01


class RedisServer:
    """`more`: options besides, as on its command line."""

    def __init__(self, *more: str) -> None:
        self._program = find("redis-server")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._more = more or ("--port", str(self.port))

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        command = [self._program, "--save", "", "--appendonly", "no", *self._more]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                self._wait_until_it_listens()
                yield process
            finally:
                process.send_signal(signal.SIGCONT)
                process.terminate()

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(POLL_INTERVAL_S)
            else:
                return
        raise RuntimeError("Redis did not start")


class SelfSigned(RedisServer):
    """Over TLS, with a certificate that nobody but itself vouches for, as Heroku's have."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
        subprocess.run(
            [
                *(find("openssl"), "req", "-x509", "-newkey", "ec", "-nodes"),
                *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=elsewhere.example"),
                *("-keyout", key, "-out", certificate),
            ],
            check=True,
            capture_output=True,
        )
        self.url = f"rediss://127.0.0.1:{self.port}/0"
        self._more = ("--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no")
        self._more += ("--tls-cert-file", certificate, "--tls-key-file", key)


def find(program: str) -> str:
    """Without it the test is skipped, and fails where CI=true."""
    found = shutil.which(program)
    if found is None:
        sentence = f"no {program} on this machine: install it (Debian: apt install {program})"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found
