"""What a log must never hold goes in through every door, and does not come out in any line.

One real service, as in production and at its most talkative, for all ways in: a new one is a line
of `WAYS`. Everything that the service and its commands write is read at the end.
"""

import json
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from sandbox.twilio.webhooks import inbound_fields, sign
from tests.conftest import SEEDED
from tests.ports import free_port
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
# Where a cause stands that is the model's.
FAILING = ("realtime.retried", "turn.ended")
SAID = f"I am {NAME}, {WORDS}, call {NUMBER}, card {CARD}, key {API_KEY}"


@dataclass
class World:
    outside: Outside
    house: House
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def written(self) -> str:
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

    def speaks(self, *head: str) -> str:
        """A request as no client of HTTP makes it; the first line of the answer."""
        with socket.create_connection(("127.0.0.1", self.house.port), WAIT_S) as connection:
            connection.sendall("\r\n".join([*head, "", ""]).encode())
            connection.settimeout(WAIT_S)
            with connection.makefile(encoding="latin-1", newline="\r\n") as answer:
                return answer.readline()

    def hangs_up_after(self, text: str) -> None:
        with socket.create_connection(("127.0.0.1", self.house.port), WAIT_S) as connection:
            connection.sendall(text.encode())

    def commands(self, *words: str, **settings: str) -> int:
        """An operator's command, and how it ends; what it says to a terminal is read too."""
        done = subprocess.run(
            ["flask", "--app", "app", *words],
            cwd=ROOT,
            env=self.house.environment | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        with self.log.open("a") as log:
            for line in (done.stdout + done.stderr).splitlines():
                log.write(json.dumps({"event": "command", "said": line}) + "\n")
        return done.returncode


def status(world: World) -> None:
    # What was read would be said to have failed too late.
    world.outside.order_faults({"to": DINER, "fail_with": 63024})
    world.writes("Hello")
    sent = until(lambda: [line for line in world.lines() if line["event"] == "outbox.sent"])[-1]
    fields = {
        "MessageSid": sent["sid"],
        "MessageStatus": "failed",
        "ErrorCode": "63024",
        "ErrorMessage": SAID,
        "To": DINER,
        "From": KIGALI,
    }
    assert world.posts("/whatsapp/status", **fields) == 204
    assert world.posts("/whatsapp/status", key="not the key", **fields) == 403


def refused_by_twilio(world: World) -> None:
    world.outside.order_faults({"status": 400, "code": 21211, "to": DINER})
    world.writes(f"say exactly: {SAID}")


def refused_by_the_model(world: World) -> None:
    for fault in ("refuse_create", "server_errors", "content_filter", "empty"):
        before = len(world.lines())
        world.outside.behave(**{fault: 1})
        world.writes()
        told = [line for line in world.lines()[before:] if "cause" in line]
        causes = {line["cause"] for line in told if line["event"] in FAILING}
        assert causes & {"server_error", "filtered", "empty"}, fault
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
    for status, path, body, headers in (
        (422, "/ai/say", {"text": "", "sender": SAID}, {}),
        (422, "/ai/say", {"text": f"{SAID}\0\ud800", "sender": f"{WORDS}\0"}, {}),
        (422, "/ai/say", {"text": [SAID]}, {}),
        (404, "/ai/persona", {"key": WORDS, "sender": NUMBER}, {}),
        (401, "/ai/say", {"text": SAID}, {"Authorization": f"Bearer {PASSWORD}"}),
    ):
        assert house.post(path, body, headers=headers).status_code == status
    assert house.post("/ai/say", data=f"{{{SAID}").status_code == 400


def at_the_console(world: World) -> None:
    console = f"{world.house.url}/console"
    with requests.Session() as browser:
        browser.headers["Referer"] = world.house.url
        page = browser.get(f"{console}/sign-in", timeout=WAIT_S).text
        token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        for status, path, fields in (
            (400, "sign-in", {"number": NUMBER, "password": PASSWORD}),
            (400, "sign-in", {"number": WORDS, "password": PASSWORD}),
            (200, "sign-in/link", {"number": NUMBER}),
            (410, f"link/{LINK}", {}),
        ):
            form = {"csrf_token": token, **fields}
            answer = browser.post(f"{console}/{path}", data=form, timeout=WAIT_S)
            assert answer.status_code == status
            assert "CSRF token" not in answer.text
        browser.post(f"{console}/sign-in", data={"password": PASSWORD}, timeout=WAIT_S)
    assert world.house.get(f"/console/link/{LINK}").status_code == 410
    for path in (f"media/{LINK}", f"media/{WORDS}?token={LINK}", API_TOKEN, f"media/{AUTH_TOKEN}"):
        assert world.house.get(f"/{path}").status_code == 404


def as_no_client_speaks(world: World) -> None:
    for status, *head in (
        ("400", f"GET /{WORDS}?to={NUMBER} HTTP/9.9"),
        ("400", f"{WORDS} {NUMBER} {CARD}"),
        ("400", "GET /healthz HTTP/1.1", f"Bad Header {WORDS}: {NUMBER}"),
        ("400", "GET /healthz HTTP/1.1", f"Authorization: Bearer {API_TOKEN}\x01{WORDS}"),
        ("403", "POST /whatsapp HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", "", WORDS),
        ("400", "POST /whatsapp HTTP/1.1", "Host: x", f"Content-Length: {WORDS}"),
        ("414", f"GET /{'x' * 9_000}{WORDS} HTTP/1.1"),
    ):
        assert world.speaks(*head).split()[1] == status, head


def listed(world: World) -> None:
    refused_by_twilio(world)
    until(lambda: any(line.get("code") == 21211 for line in world.lines()))
    assert world.commands("inbox", "list") == 0


def away(world: World) -> None:
    address = f"postgresql://{WORDS}:{PASSWORD}@127.0.0.1:9/{NAME}"
    assert world.commands("inbox", "list", DATABASE_URL=address) == 1


def unfit(world: World) -> None:
    address = f"wss://{NAME}:{PASSWORD}@[/{WORDS}"
    assert world.commands("inbox", "list", OPENAI_REALTIME_ENDPOINT=address) == 1


# Each with what stands in the log then: so it is known to have been there.
WAYS: dict[str, tuple[Callable[[World], object], tuple[str, ...]]] = {
    "a message": (lambda world: world.writes(), ("turn.ended", "outbox.sent")),
    "a keyword": (lambda world: world.writes(f"/{WORDS} {NUMBER}"), ("turn.ended", "outbox.sent")),
    "a message whose file is gone": (
        lambda world: world.writes(
            media=((f"{world.outside.url}/{WORDS}?to={NUMBER}", "image/png"),)
        ),
        ("media.not_opened",),
    ),
    "a forged message": (
        lambda world: world.posts(key="no", Body=SAID, From=DINER),
        ("webhook.forged",),
    ),
    "what is no message": (astray, ("webhook.wrong_method", "webhook.forged")),
    "a status": (status, ("outbox.undelivered", "webhook.forged")),
    "what Twilio refuses": (refused_by_twilio, ("outbox.failed", '"code":21211')),
    "what the model refuses": (refused_by_the_model, ("realtime.retried", "filtered")),
    "the HTTP API": (over_http, ("turn.ended", '"diner":"+250***987"')),
    "the console": (at_the_console, ("console.link_not_sent", "The CSRF token is missing")),
    "requests that are none": (
        as_no_client_speaks,
        ("Invalid HTTP Version", "Invalid HTTP method", "Invalid HTTP header name", "too large"),
    ),
    "a request that breaks off": (
        lambda world: world.hangs_up_after(f"GET / HTTP/1.1\r\nX-Of: {WORDS} {NUMBER}"),
        ("No more data after",),
    ),
    "a command that lists": (listed, ("part ", "failed (21211)  whatsapp:+250***987")),
    "a command without its database": (away, ("The database can't be used",)),
    "a command with a wrong setting": (unfit, ("OPENAI_REALTIME_ENDPOINT: must",)),
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
    go, marks = WAYS[way]
    before = len(world.written())
    go(world)
    until(lambda: {mark for mark in marks if mark in world.written()[before:]} == {*marks})
    written = world.written()[before:]
    assert [each for each in NEVER if each in written] == []


def test_all_that_it_wrote_is_one_json_object_a_line(world: World) -> None:
    assert len(world.lines()) > len(WAYS)
