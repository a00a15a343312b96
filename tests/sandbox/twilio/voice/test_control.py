"""Calls steered over HTTP, as a test in another process does; and sounds that are played."""

import base64
import io
import wave
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.calls import Calls
from sandbox.web import create_web
from tests.sandbox.twilio.voice.service import Service
from tests.sandbox.twilio.world import serving

ALICE = "+250788000001"
KIGALI = "+14155238886"


class Remote:
    """Calls by HTTP."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/sandbox/twilio/calls"
        self._session = requests.Session()
        self._session.trust_env = False

    def post(self, path: str, **body: Any) -> requests.Response:
        return self._session.post(f"{self._url}{path}", json=body, timeout=40)

    def get(self, path: str) -> requests.Response:
        return self._session.get(f"{self._url}{path}", timeout=40)

    def place(self) -> str:
        answer = self.post("", **{"from": ALICE, "to": KIGALI})
        assert answer.status_code == 201
        return str(answer.json()["sid"])

    def wait(self, sid: str, what: str, **more: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(f"/{sid}/wait", **{"for": what}, **more).json()
        assert answer["came"] is True
        return answer

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def remote(exchange: Exchange) -> Iterator[Remote]:
    with serving(create_web(exchange)) as url:
        remote = Remote(url)
        yield remote
        remote.close()


def test_a_call_is_led_from_its_ring_to_its_end(remote: Remote, service: Service) -> None:
    service.connects()
    sid = remote.place()
    assert remote.wait(sid, "connected")["status"] == "in-progress"
    line = service.line()
    assert remote.post(f"/{sid}/speak", words="Muraho").status_code == 204
    assert remote.post(f"/{sid}/press", digits="0").status_code == 204
    remote.wait(sid, "spoken")
    assert line.wait_for("dtmf")
    assert line.understands("Muraho")
    line.play(b"\x10" * 4000)
    line.mark("all")
    assert line.wait_for("mark")
    shown = remote.get(f"/{sid}").json()
    assert shown["heard"][0]["ends_s"] - shown["heard"][0]["at_s"] == pytest.approx(0.5)
    assert shown["first_sound_s"] == pytest.approx(shown["heard"][0]["at_s"], abs=0.001)
    heard = remote.get(f"/{sid}/heard?since=1000")
    assert (heard.content, heard.headers["X-Place"]) == (b"\x10" * 3000, "4000")
    assert remote.post(f"/{sid}/hang-up").status_code == 204
    ended = remote.wait(sid, "ended")
    assert (ended["status"], ended["errors"]) == ("completed", [])
    assert [each["sid"] for each in remote.get("").json()["calls"]] == [sid]


def test_sound_is_spoken_and_the_line_is_cut(remote: Remote, service: Service) -> None:
    service.connects()
    sid = remote.place()
    line = service.line()
    sound = bytes(range(160)) * 3
    remote.post(f"/{sid}/speak", base64=base64.b64encode(sound).decode())
    assert line.wait(lambda: sound in line.said())
    remote.post(f"/{sid}/cut")
    assert [each["code"] for each in remote.wait(sid, "ended")["errors"]] == [31921]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"from": ALICE}),
        ("", {"from": 7, "to": KIGALI}),
        ("", {"from": ALICE, "to": KIGALI, "pace": 0}),
        ("", {"from": ALICE, "to": KIGALI, "pace": "fast"}),
        ("/SID/speak", {}),
        ("/SID/speak", {"base64": "*"}),
        ("/SID/press", {"digits": "x"}),
        ("/SID/press", {"digits": ""}),
        ("/SID/wait", {"for": "ever"}),
        ("/SID/wait", {"for": "ended", "timeout_s": True}),
        ("/people", {"number": ALICE, "outcome": "sleeps"}),
    ],
)
def test_a_wrong_order_is_400(remote: Remote, path: str, body: dict[str, Any]) -> None:
    sid = remote.place() if "SID" in path else ""
    answer = remote.post(path.replace("SID", sid), **body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_an_unknown_call_is_404(remote: Remote) -> None:
    assert remote.get("/CA0").status_code == 404
    assert remote.post("/CA0/hang-up").status_code == 404


def test_whoever_is_dialled_may_be_busy(remote: Remote, service: Service) -> None:
    service.twiml["/calls"] = "<Response><Dial>+250788999999</Dial></Response>"
    remote.post("/people", number="+250788999999", outcome="busy")
    ended = remote.wait(remote.place(), "ended")
    assert [each["status"] for each in ended["dialled"]] == ["busy"]


def test_calls_are_steered_from_ones_own_machine_only(exchange: Exchange) -> None:
    web = create_web(exchange).test_client()
    answer = web.get("/sandbox/twilio/calls", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.status_code == 403


def test_a_file_is_played_to_the_caller(calls: Calls, service: Service) -> None:
    service.twiml["/calls"] = "<Response><Play>/sorry.wav</Play></Response>"
    service.files["/sorry.wav"] = ("audio/wav", wav(b"\x00\x10" * 4000))
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert caller.call.complaints == []
    assert caller.timeline().heard_s == pytest.approx(0.5, abs=0.05)
    assert caller.timeline().first_sound() is not None


@pytest.mark.parametrize(
    ("file", "code"),
    [(None, 11200), (("text/html", b"<p>"), 12300), (("audio/wav", b"RIFF"), 12300)],
)
def test_a_file_that_is_no_sound_is_complained_of(
    calls: Calls, service: Service, file: tuple[str, bytes] | None, code: int
) -> None:
    service.twiml["/calls"] = "<Response><Play>/sorry.wav</Play></Response>"
    if file is None:
        service.statuses["/sorry.wav"] = 404
    else:
        service.files["/sorry.wav"] = file
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert [each.code for each in caller.call.complaints] == [code]


def wav(pcm: bytes) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(pcm)
    return written.getvalue()
