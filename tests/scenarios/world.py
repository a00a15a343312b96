"""The scenarios' world: the sandbox and the real service as processes of their own, on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 90
STOP_S = 60
WAIT_S = 60  # where other tests keep the machine busy

KIGALI, VALLETTA = "whatsapp:+14155238886", "whatsapp:+35699112233"
ALICE, BOB, CAROL = "whatsapp:+250788000001", "whatsapp:+250788000002", "whatsapp:+35699000003"
ACCOUNT_SID, AUTH_TOKEN, API_KEY = f"AC{'0' * 32}", "scenario-token", "sk-scenario"
API_TOKEN = "scenario-bearer-of-32-characters"


def until(condition: Callable[[], Any], timeout_s: float = WAIT_S, every_s: float = 0.02) -> Any:
    """The first truthy value of `condition`; fails the test when there is none in time."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {timeout_s} s for {condition}"
        time.sleep(every_s)
    return found


class Outside:
    """The sandbox as a process: Twilio, the Realtime API, and the diners' phones."""

    def __init__(self, webhook_url: str) -> None:
        self._process = subprocess.Popen(
            # Greenlets, as in the service: a thousand responses at once are no load for it.
            f"{sys.executable} -m gevent.monkey --module sandbox --webhook-url {webhook_url}"
            f" --account-sid {ACCOUNT_SID} --auth-token {AUTH_TOKEN} --api-key {API_KEY}".split(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.told: dict[str, str] = json.loads(self._process.stdout.readline())
        self.url = self.told["TWILIO_API_BASE_URL"]
        self._http = requests.Session()

    def write(self, from_: str, body: str, to: str = KIGALI, **more: Any) -> dict[str, Any]:
        """A diner writes: Twilio posts the webhook; the message's sid, and the webhook's answer."""
        return self._post("/sandbox/twilio/inbound", {"from": from_, "to": to, "body": body} | more)

    def tap(self, sid: str, option_id: str) -> dict[str, Any]:
        """The diner taps a choice of a message."""
        return self._post("/sandbox/twilio/tap", {"sid": sid, "id": option_id})

    def replies(self, to: str | None = None) -> list[dict[str, Any]]:
        """Everything that was sent to a diner, or to all of them, oldest first."""
        answer = self._http.get(f"{self.url}/sandbox/twilio/messages", params={"to": to})
        found = answer.json()["messages"]
        return [message for message in found if message["direction"].startswith("outbound")]

    def bodies(self, to: str) -> list[str]:
        return [reply["body"] for reply in self.replies(to)]

    def reply(self, to: str, number: int = 1) -> str:
        """The body of a diner's so-many-th reply, as soon as it is there."""
        return str(until(lambda: self.bodies(to)[number - 1 :])[0])

    def requests(self) -> list[dict[str, Any]]:
        """Every response.create that the Realtime API got, with the number of its connection."""
        return list(self._http.get(f"{self.url}/sandbox/realtime/requests").json()["requests"])

    def realtime_stats(self) -> dict[str, Any]:
        return dict(self._http.get(f"{self.url}/sandbox/realtime/stats").json())

    def twilio_stats(self) -> dict[str, Any]:
        return dict(self._http.get(f"{self.url}/sandbox/twilio/stats").json())

    def behave(self, **behaviour: Any) -> None:
        """Make the Realtime API slow, silent, broken, as sandbox/realtime/behaviour.py names it."""
        self._post("/sandbox/realtime/behaviour", behaviour)

    def calm(self) -> None:
        """Make the Realtime API behave again."""
        assert self._http.delete(f"{self.url}/sandbox/realtime/behaviour").ok

    def order_faults(self, *faults: dict[str, Any]) -> None:
        """What Twilio's REST API does to the next messages."""
        self._post("/sandbox/twilio/faults", list(faults))

    def close(self) -> None:
        self._http.close()
        end(self._process)
        if self._process.stdout:
            self._process.stdout.close()

    def _post(self, path: str, body: Any) -> dict[str, Any]:
        answer = self._http.post(f"{self.url}{path}", json=body)
        assert answer.ok, answer.text
        return dict(answer.json())


class House:
    """The service as a process: the Procfile's `web:` line, or another command."""

    def __init__(self, port: int, environment: dict[str, str], command: str | None = None) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.environment = environment
        self._command = command
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        self._is_over = False
        process = start_web(self.environment, self._command)
        try:
            until(lambda: self._answers() or process.poll() is not None, START_S, every_s=0.1)
            assert process.poll() is None, "the service ended at its start"
        except BaseException:
            end(process, signal.SIGKILL)
            raise
        return process

    def restart(self) -> None:
        self.process = self._start()

    def stop(self) -> int:
        """SIGTERM, as a deploy does; the exit code."""
        self._is_over = True
        return end(self.process)

    def kill(self) -> None:
        """kill -9 of the service, master and workers; once, as others have its number soon."""
        if self._is_over:
            return
        self._is_over = True
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def freeze(self) -> None:
        """SIGSTOP: it neither works nor dies, until `thaw`."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def workers(self) -> list[int]:
        """The processes that gunicorn's master started."""
        master = self.process.pid
        return [
            int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()
        ]

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=WAIT_S)

    def post(
        self, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        bearer = {"Authorization": f"Bearer {API_TOKEN}"}
        return requests.post(
            f"{self.url}{path}", json=body, headers=bearer | (headers or {}), timeout=WAIT_S, **more
        )

    def say(self, text: str, sender: str | None = None) -> dict[str, Any]:
        body = {"text": text} | ({"sender": sender} if sender else {})
        return dict(self.post("/ai/say", body).json())

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=1).ok
        except requests.RequestException:
            return False


def start_web(environment: dict[str, str], command: str | None = None) -> "subprocess.Popen[bytes]":
    """The Procfile's `web:` line, with nothing but the project's programs on the PATH."""
    line = command or procfile()["web"]
    return subprocess.Popen(line, shell=True, cwd=ROOT, env=environment, start_new_session=True)


def practice_command() -> str:
    """The last line of `make run`."""
    start = next(
        line for line in (ROOT / "Makefile").read_text().splitlines() if "gunicorn -c" in line
    )
    return start.replace("$(BIN)/", "").strip().removeprefix("@")


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def clean_environment(**settings: str) -> dict[str, str]:
    """Only the project's programs on the PATH, and only these settings: no developer's .env."""
    return {
        "PATH": str(Path(sys.executable).parent),
        "PYTHONUNBUFFERED": "1",
        "DOTENV": os.devnull,
    } | settings


def service_environment(
    port: int, database_url: str, told: dict[str, str], **settings: str
) -> dict[str, str]:
    """Every key set, so that it runs as in production, with all outside parties in the sandbox."""
    keys = {name: value for name, value in told.items() if name.isupper()}
    return clean_environment(
        PORT=str(port),
        DATABASE_URL=database_url,
        API_TOKEN=API_TOKEN,
        # The sandbox's list has a message at once, unless it is told otherwise.
        **{"PUBLIC_URL": f"http://127.0.0.1:{port}", "UNSURE_SEND_S": "2"} | keys | settings,
    )


@contextmanager
def running_practice(database_url: str, **settings: str) -> Iterator[House]:
    """What `make run` starts: no key set, the stand-ins within."""
    port = free_port()
    environment = clean_environment(PORT=str(port), DATABASE_URL=database_url, **settings)
    house = House(port, environment, practice_command())
    try:
        yield house
    finally:
        end(house.process)


@contextmanager
def running_world(
    database_url: str, *, command: str | None = None, **settings: str
) -> Iterator[tuple[Outside, House]]:
    """A sandbox and a service that know each other; both end with the block.

    `command`: what starts it, if it is not the Procfile's `web:` line.
    """
    port = free_port()
    outside = Outside(f"http://127.0.0.1:{port}/whatsapp")
    try:
        environment = service_environment(port, database_url, outside.told, **settings)
        house = House(port, environment, command)
        try:
            yield outside, house
        finally:
            end(house.process)
    finally:
        outside.close()


@contextmanager
def running_houses(
    database_url: str, *settings: dict[str, str]
) -> Iterator[tuple[Outside, list[House]]]:
    """A sandbox, and a service on one database for each of `settings`: the test posts the webhooks.

    At the end they are killed, not stopped: how a service stops is a scenario of its own.
    """
    outside = Outside("http://127.0.0.1:1/whatsapp")
    houses: list[House] = []

    def start(more: dict[str, str]) -> House:
        port = free_port()
        house = House(
            port,
            service_environment(
                port,
                database_url,
                outside.told,
                **{"LOG_LEVEL": "ERROR", "DINER_TURNS_PER_MINUTE": "0"} | more,
            ),
        )
        houses.append(house)
        return house

    try:
        with ThreadPoolExecutor() as pool:
            started = list(pool.map(start, settings))
        yield outside, started
    finally:
        for house in houses:
            house.kill()
        outside.close()


def end(process: "subprocess.Popen[Any]", how: signal.Signals = signal.SIGTERM) -> int:
    """End a process and wait for it; by force when it takes too long."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def diners(count: int, first: int = 0) -> Sequence[str]:
    return [f"whatsapp:+2507800{number:05}" for number in range(first, first + count)]
