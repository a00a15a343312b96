"""What a log must never hold goes in through every door, and does not come out in any line.

One real service, as in production and at its most talkative, for all ways in: a new one is a line
of `WAYS`. Everything that the service and its commands write is read at the end.
"""

import json
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from sandbox.twilio.webhooks import inbound_fields, sign
from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.world import (
    ACCOUNT_SID,
    API_KEY,
    API_TOKEN,
    AUTH_TOKEN,
    KIGALI,
    ROOT,
    WAIT_S,
    House,
    Outside,
    end,
    free_port,
    procfile,
    service_environment,
    until,
)

NUMBER = "+250788123987"
DINER = f"whatsapp:{NUMBER}"
WORDS = "zebrafinch"
NAME = "Quintessa"
CARD = "4111 1111 1111 1111"
PASSWORD = "quagga-quagga-quagga"
LINK = "eyJvulpeculaFoxgloveLink"
SHOWN = "whatsapp:+250***987"  # how a line names a diner
NEVER = (
    *(NUMBER[1:], NUMBER[5:], "788%20123", WORDS, NAME, CARD, CARD.replace(" ", "")),
    *(PASSWORD, LINK, API_TOKEN, AUTH_TOKEN, API_KEY),
)
SAID = f"I am {NAME}, {WORDS}, call {NUMBER}, card {CARD}, key {API_KEY}"


@dataclass
class World:
    outside: Outside
    house: House
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def events(self) -> str:
        return self.log.read_text()

    def posts(self, path: str = "/whatsapp", *, key: str = AUTH_TOKEN, **fields: str) -> int:
        """A form as Twilio signs it with this key; the status of the answer."""
        url = f"{self.house.url}{path}"
        headers = {"X-Twilio-Signature": sign(key, url, fields)}
        return requests.post(url, data=fields, headers=headers, timeout=WAIT_S).status_code

    def writes(self, text: str = SAID, media: tuple[tuple[str, str], ...] = ()) -> None:
        """A diner's message, until it has an answer."""
        sid = f"SM{uuid4().hex}"
        fields = inbound_fields(ACCOUNT_SID, sid, DINER, KIGALI, text, f"{NAME} {NUMBER}", media)
        assert self.posts(**fields) == 204
        until(lambda: any(sid in line.get("sids", ()) for line in self.lines()))

    def speaks(self, *head: str) -> None:
        """A request as no client of HTTP makes it."""
        with socket.create_connection(("127.0.0.1", self.house.port), WAIT_S) as connection:
            connection.sendall("\r\n".join([*head, "", ""]).encode())
            connection.settimeout(WAIT_S)
            with suppress(ConnectionError):
                while connection.recv(4096):
                    pass

    def commands(self, *words: str) -> None:
        """An operator's command; what it says to a terminal is read too."""
        done = subprocess.run(
            ["flask", "--app", "app", *words],
            cwd=ROOT,
            env=self.house.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        with self.log.open("a") as log:
            for line in (done.stdout + done.stderr).splitlines():
                log.write(json.dumps({"event": "command", "said": line}) + "\n")


def status(world: World) -> None:
    fields = {
        "MessageSid": f"SM{uuid4().hex}",
        "MessageStatus": "failed",
        "ErrorCode": "63016",
        "ErrorMessage": SAID,
        "To": DINER,
        "From": KIGALI,
    }
    assert world.posts("/whatsapp/status", **fields) < 300
    assert world.posts("/whatsapp/status", key="not the key", **fields) == 403


def refused_by_twilio(world: World) -> None:
    world.outside.order_faults({"status": 400, "code": 21211, "to": DINER})
    world.writes(f"say exactly: {SAID}")


def refused_by_the_model(world: World) -> None:
    for fault in ("refuse_create", "server_errors", "content_filter", "empty"):
        world.outside.behave(**{fault: 1})
        world.writes()
    world.outside.calm()


def astray(world: World) -> None:
    url = f"{world.house.url}/whatsapp"
    for request in (
        {"method": "GET", "url": f"{url}?Body={WORDS}&From={NUMBER}"},
        {"method": "POST", "url": url, "json": {"Body": SAID}},
        {"method": "POST", "url": f"{url}/nowhere", "data": {"Body": SAID}},
        {"method": "POST", "url": url, "data": b"\xff\xfe" + SAID.encode()},
        {"method": "POST", "url": url, "data": {f"{WORDS}{n}": SAID for n in range(2_000)}},
    ):
        assert requests.request(**request, timeout=WAIT_S).status_code >= 400


def over_http(world: World) -> None:
    house = world.house
    assert house.post("/ai/say", {"text": f"say exactly: {SAID}", "sender": NUMBER}).ok
    for path, body, headers in (
        ("/ai/say", {"text": "", "sender": SAID}, {}),
        ("/ai/say", {"text": f"{SAID}\0\ud800", "sender": f"{WORDS}\0"}, {}),
        ("/ai/say", {"text": [SAID]}, {}),
        ("/ai/persona", {"key": WORDS, "sender": NUMBER}, {}),
        ("/ai/say", {"text": SAID}, {"Authorization": f"Bearer {PASSWORD}"}),
    ):
        house.post(path, body, headers=headers)
    requests.post(f"{house.url}/ai/say", data=f"{{{SAID}", timeout=WAIT_S)


def at_the_console(world: World) -> None:
    with requests.Session() as browser:
        page = browser.get(f"{world.house.url}/console/sign-in", timeout=WAIT_S).text
        token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        headers = {"Referer": world.house.url}
        for path, fields in (
            ("sign-in", {"number": NUMBER, "password": PASSWORD}),
            ("sign-in", {"number": WORDS, "password": PASSWORD}),
            ("sign-in/link", {"number": NUMBER}),
            (f"link/{LINK}", {}),
        ):
            form = {"csrf_token": token, **fields}
            url = f"{world.house.url}/console/{path}"
            browser.post(url, data=form, headers=headers, timeout=WAIT_S)
        browser.post(f"{world.house.url}/console/sign-in", data={"password": PASSWORD})
    media = (f"media/{LINK}", f"media/{WORDS}?token={LINK}")
    for path in (f"console/link/{LINK}", *media, API_TOKEN, f"media/{AUTH_TOKEN}"):
        world.house.get(f"/{path}")


def as_no_client_speaks(world: World) -> None:
    for head in (
        [f"GET /{WORDS}?to={NUMBER} HTTP/9.9"],
        [f"{WORDS} {NUMBER} {CARD}"],
        ["GET /healthz HTTP/1.1", f"Bad Header {WORDS}: {NUMBER}"],
        ["GET /healthz HTTP/1.1", f"Authorization: Bearer {API_TOKEN}\x01{WORDS}"],
        ["POST /whatsapp HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", "", f"{WORDS}"],
        ["POST /whatsapp HTTP/1.1", "Host: x", f"Content-Length: {WORDS}"],
        [f"GET /{'x' * 9_000}{WORDS} HTTP/1.1"],
    ):
        world.speaks(*head)


# Each with what stands in the log then: so it is known to have been there.
WAYS: dict[str, tuple[Callable[[World], object], str]] = {
    "a message": (lambda world: world.writes(), "turn.ended"),
    "a keyword": (lambda world: world.writes(f"/{WORDS} {NUMBER}"), "turn.ended"),
    "a message whose file is gone": (
        lambda world: world.writes(
            media=((f"{world.outside.url}/{WORDS}?to={NUMBER}", "image/png"),)
        ),
        "media.not_opened",
    ),
    "a forged message": (
        lambda world: world.posts(key="no", Body=SAID, From=DINER),
        "webhook.forged",
    ),
    "what is no message": (astray, "webhook.wrong_method"),
    "a status": (status, ""),
    "what Twilio refuses": (refused_by_twilio, "outbox.failed"),
    "what the model refuses": (refused_by_the_model, "realtime."),
    "the HTTP API": (over_http, "turn.ended"),
    "the console": (at_the_console, ""),
    "requests that are none": (as_no_client_speaks, "Invalid request"),
    "a command that lists": (lambda world: world.commands("inbox", "list"), "part "),
    "a command that fails": (lambda world: world.commands("menu", "show", WORDS), "command"),
}


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
    seeded_postgres: Cluster,
    database_names: Iterator[str],
) -> Iterator[World]:
    name = next(database_names)
    log = tmp_path_factory.mktemp("canaries") / "log"
    port = free_port()
    outside = Outside(f"http://127.0.0.1:{port}/whatsapp")
    environment = service_environment(
        port,
        seeded_postgres.create_database(name, template=SEEDED),
        outside.told,
        TABLESIDE_ENV="production",
        LOG_LEVEL="DEBUG",
        DINER_TURNS_PER_MINUTE="0",
    )
    try:
        house = House(port, environment, f"{procfile()['web']} >>{log} 2>&1")
        try:
            yield World(outside, house, log)
        finally:
            end(house.process)
    finally:
        outside.close()
        seeded_postgres.drop_database(name)


def test_one_line_at_info_tells_of_a_message(world: World) -> None:
    world.writes("Hello")  # its socket has opened
    before = len(world.lines())
    for _ in range(3):
        world.writes("Do you have fish?")
    told = [line["event"] for line in world.lines()[before:] if line["level"] == "info"]
    assert told == ["turn.ended"] * 3
    line = next(line for line in world.lines()[before:] if line["event"] == "turn.ended")
    assert line["diner"] == SHOWN
    assert len(line["sids"]) == 1


# What is told of no turn: before it, behind it, or of all that goes over a socket.
OF_NO_TURN = re.compile(
    r"message\.|status\.|outbox\.|realtime\.(opened|cut|slowed|error|parameter_refused)"
)


def test_each_line_of_a_turn_that_is_asked_again_names_it(world: World) -> None:
    world.writes("Hello")  # its socket has opened
    before = len(world.lines())
    world.outside.behave(server_errors=1)
    world.writes(media=((f"{world.outside.url}/nowhere", "image/png"),))
    awaited = {"realtime.retried", "media.not_opened", "typing.failed", "turn.ended"}
    until(lambda: awaited <= {line["event"] for line in world.lines()[before:]})
    told = [
        line
        for line in world.lines()[before:]
        if line.get("logger") == "tableside" and not OF_NO_TURN.match(line["event"])
    ]
    (turn,) = {line.get("turn") for line in told if line["event"] == "turn.ended"}
    of_whom = {line["event"]: (line.get("turn"), line.get("diner")) for line in told}
    assert of_whom == dict.fromkeys(of_whom, (turn, SHOWN))


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_goes_in_there_comes_out_in_a_line(world: World, way: str) -> None:
    go, seen = WAYS[way]
    before = len(world.events())
    go(world)
    until(lambda: seen in world.events()[before:])
    written = world.events()[before:]
    assert [each for each in NEVER if each in written] == []


def test_all_that_it_wrote_is_one_json_object_a_line(world: World) -> None:
    assert len(world.lines()) > len(WAYS)
