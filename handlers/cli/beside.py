"""A service of the command's own, for as long as it runs: as `make run` starts one, on a free port.

It has the command's environment and database, and takes calls.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from handlers.cli.on_the_phone import PhoneError, PracticePhone
from knowledge.clock import Clock

START_S, STOP_S = 40.0, 40.0
STEP_S = 0.1
LOOPBACK = "127.0.0.1"
COMMAND = ("-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()")
IS_IT_THERE = "Are there tables? flask --app app db upgrade, then flask --app app seed --samples."
TOLD = 2_000  # characters of what it says, where it does not start


class StartError(Exception):
    """It did not start; the message is what it said."""


@contextmanager
def serving(clock: Clock) -> Iterator[str]:
    """Its address. Raises StartError."""
    port = _free_port()
    changed = {"PORT": str(port), "CALLS_ENABLED": "true", "LOG_LEVEL": "WARNING"}
    with TemporaryFile("w+") as output:
        process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, *COMMAND], env=os.environ | changed, stdout=output, stderr=output
        )
        try:
            url = f"http://{LOOPBACK}:{port}"
            if not _is_there(url, process, clock):
                output.seek(0)
                raise StartError(output.read()[-TOLD:].strip() or "It does not answer.")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_there(url: str, process: "subprocess.Popen[bytes]", clock: Clock) -> bool:
    """Once its phone answers; False where it ended, or takes too long.

    Raises StartError for a phone that refuses, as where there are no tables.
    """
    phone = PracticePhone(url)
    deadline = clock.monotonic() + START_S
    while process.poll() is None and clock.monotonic() < deadline:
        try:
            phone.world()
        except PhoneError as error:
            if not error.is_away:
                raise StartError(f"{error} {IS_IT_THERE}") from None
        else:
            return True
        finally:
            phone.close()
        clock.sleep(STEP_S)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
