"""aimock, a stand-in for OpenAI's APIs that nobody here wrote, as a process on a loopback port.

Its Realtime side (https://aimock.copilotkit.dev/websocket) answers one create after the other,
echoes no metadata, ends a cancelled response like any other, and sees of a create its instructions
alone: fixtures go by those.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.ports import free_port

FOLDER = Path(__file__).parent
PROGRAM = FOLDER / "node_modules/@copilotkit/aimock/dist/cli.js"
INSTALL_S = 120
START_S = 15
STOP_S = 5

Fixture = dict[str, Any]


def has_node() -> bool:
    return all(shutil.which(program) for program in ("node", "npm"))


def install() -> None:
    """What the lock file names, into `node_modules` beside it."""
    subprocess.run(
        ["npm", "ci"], cwd=FOLDER, check=True, timeout=INSTALL_S, stdout=subprocess.DEVNULL
    )


def says(instructions: str, text: str, *, number: int | None = None, **more: Any) -> Fixture:
    """Creates whose instructions hold these words get this text.

    `number` makes it the so-many-th of them, from 0.
    """
    return _fixture(instructions, {"content": text}, number, more)


def calls(
    instructions: str, tool: str, arguments: Mapping[str, Any], *, number: int | None = None
) -> Fixture:
    return _fixture(
        instructions, {"toolCalls": [{"name": tool, "arguments": dict(arguments)}]}, number, {}
    )


def fails(instructions: str, code: str, *, number: int | None = None) -> Fixture:
    error = {"message": "No.", "type": "invalid_request_error", "code": code}
    return _fixture(instructions, {"error": error, "status": 500}, number, {})


@contextmanager
def running_aimock(
    folder: Path, fixtures: Sequence[Fixture], *, api_key: str | None = None
) -> Iterator[str]:
    """Its Realtime address. With an `api_key` it refuses every other one."""
    file = folder / "fixtures.json"
    file.write_text(json.dumps({"fixtures": list(fixtures)}))
    port = free_port()
    environment = {"PATH": os.environ["PATH"]} | ({"AIMOCK_API_KEYS": api_key} if api_key else {})
    process = subprocess.Popen(
        [
            "node",
            PROGRAM,
            "--port",
            str(port),
            "--fixtures",
            file,
            "--chunk-size",
            "5",
            "--log-level",
            "warn",
        ],
        env=environment,
    )
    try:
        _wait_for(port, process)
        yield f"ws://127.0.0.1:{port}/v1/realtime"
    finally:
        process.kill()  # told to stop, it waits for its clients
        process.wait(STOP_S)


def _fixture(
    instructions: str, response: dict[str, Any], number: int | None, more: dict[str, Any]
) -> Fixture:
    order = {} if number is None else {"sequenceIndex": number}
    return {"match": {"systemMessage": instructions} | order, "response": response} | more


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("aimock did not start")
