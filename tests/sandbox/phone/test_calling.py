"""Calls of the phone's page: JSON and sound in, lines of JSON out."""

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from handlers.sounds import as_wav
from sandbox.realtime.voice import Voice
from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web
from tests.sandbox.phone.browser import Browser
from tests.sandbox.twilio.voice.service import WAIT_S, Service, answering, ringing
from tests.sandbox.twilio.world import (
    ALICE,
    KIGALI,
    serving,
)

SOUND = bytes(range(1, 81)) * 10


class Listening:
    """What the page reads of a call, line by line, as it comes."""

    def __init__(self, url: str, sid: str) -> None:
        self.told: list[dict[str, Any]] = []
        self.is_over = False
        self._changed = threading.Condition()
        self._session = requests.Session()
        self._session.trust_env = False
        self._answer = self._session.get(
            f"{url}/phone/api/calls/{sid}/heard", stream=True, timeout=WAIT_S
        )
        self.kind = self._answer.headers["Content-Type"]
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def wait_for(self, event: str) -> dict[str, Any]:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.of(event)), WAIT_S)
            return self.of(event)[0]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [told for told in self.told if told.get("event") == event]

    def sound(self) -> bytes:
        return b"".join(base64.b64decode(told.get("sound", "")) for told in self.told)

    def wait_sound(self, length: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.sound()) >= length, WAIT_S)

    def close(self) -> None:
        """As a page that is left."""
        self._answer.close()
        self._session.close()
        self._thread.join()

    def _read(self) -> None:
        try:
            for line in self._answer.iter_lines():
                with self._changed:
                    if line:
                        self.told.append(json.loads(line))
                    self._changed.notify_all()
        except (requests.RequestException, AttributeError, ValueError):
            pass  # closed while it was read


@pytest.fixture
def service() -> Iterator[Service]:
    with answering(connects=True) as service:
        yield service


@pytest.fixture
def exchange(service: Service) -> Iterator[Exchange]:
    with ringing(service) as exchange:
        yield exchange


@pytest.fixture
def phone(exchange: Exchange) -> Iterator[Browser]:
    with serving(create_web(exchange)) as url:
        browser = Browser(url)
        yield browser
        browser.close()
        for call in exchange.calls.all():
            call.hang_up()


def ring(phone: Browser, by: str = "whatsapp") -> str:
    answer = phone.post("/phone/api/calls", {"from": ALICE, "to": KIGALI, "by": by})
    assert answer.status_code == 201
    return str(answer.json()["id"])


def test_a_call_over_whatsapp_is_heard_and_ended(phone: Browser, service: Service) -> None:
    sid = ring(phone)
    listening = Listening(phone.url, sid)
    assert listening.kind.startswith("application/x-ndjson")
    line = service.line()
    listening.wait_for("answered")
    line.play(SOUND)
    assert listening.wait_sound(len(SOUND))
    assert listening.sound() == SOUND
    assert phone.post(f"/phone/api/calls/{sid}/end", {}).status_code == 204
    assert listening.wait_for("ended")["status"] == "completed"
    assert line.wait(lambda: line.is_over)
    (form,) = service.posted("/calls")
    assert (form["From"], form["To"]) == (ALICE, KIGALI)
    listening.close()


def test_a_call_by_telephone_has_bare_numbers(phone: Browser, service: Service) -> None:
    ring(phone, "telephone")
    (form,) = service.posted("/calls")
    assert (form["From"], form["To"]) == ("+250788000001", "+14155238886")


def test_what_the_microphone_hears_and_keys_and_words_reach_the_service(
    phone: Browser, service: Service
) -> None:
    sid = ring(phone)
    line = service.line()
    sound = {"sound": base64.b64encode(SOUND).decode()}
    assert phone.post(f"/phone/api/calls/{sid}/sound", sound).status_code == 204
    assert line.wait(lambda: SOUND in line.said())
    assert phone.post(f"/phone/api/calls/{sid}/keys", {"keys": "0"}).status_code == 204
    assert line.wait_for("dtmf")
    assert phone.post(f"/phone/api/calls/{sid}/words", {"words": " Muraho "}).status_code == 204
    assert line.understands("Muraho")


def test_what_the_restaurant_says_is_told_in_words_too(
    phone: Browser, service: Service, exchange: Exchange
) -> None:
    sid = ring(phone)
    listening = Listening(phone.url, sid)
    service.line().play(Voice(is_pcmu=True, is_live=True).say("Welcome to Inzozi!"))
    assert listening.wait_for("said")["words"] == "Welcome to Inzozi!"
    phone.post(f"/phone/api/calls/{sid}/end", {})
    caller = exchange.calls.caller(sid)
    assert caller
    assert caller.wait_ended()
    (said,) = phone.get(f"/phone/api/calls/{sid}").json()["said"]
    assert said["words"] == "Welcome to Inzozi!"
    listening.close()


def test_which_sentence_is_played_is_told(phone: Browser, service: Service) -> None:
    service.files["/calls/sounds/not_taken-en.wav"] = ("audio/wav", as_wav(SOUND))
    played = f"{service.url}/calls/sounds/not_taken-en.wav"
    service.twiml["/calls"] = f"<Response><Play>{played}</Play></Response>"
    listening = Listening(phone.url, ring(phone))
    assert listening.wait_for("played")["url"] == played
    listening.close()


def test_what_the_service_takes_back_is_told(phone: Browser, service: Service) -> None:
    listening = Listening(phone.url, ring(phone))
    line = service.line()
    line.play(SOUND * 600)  # a minute
    assert listening.wait_sound(800)
    line.clear()
    listening.wait_for("cleared")
    assert len(listening.sound()) < len(SOUND) * 300
    listening.close()


def test_who_leaves_the_page_has_hung_up(phone: Browser, service: Service) -> None:
    listening = Listening(phone.url, ring(phone))
    line = service.line()
    listening.wait_for("answered")
    listening.close()
    assert line.wait(lambda: line.is_over)
    assert line.of("stop")


def test_what_went_wrong_is_told_with_the_end(phone: Browser, service: Service) -> None:
    service.statuses["/calls"] = 404
    ended = Listening(phone.url, ring(phone))
    assert ended.wait_for("ended")["trouble"] == "HTTP: 404 (11200)."
    ended.close()


def test_who_is_put_through_is_told_to_whom(phone: Browser, service: Service) -> None:
    service.twiml["/calls"] = "<Response><Dial>+250788999999</Dial></Response>"
    listening = Listening(phone.url, ring(phone, "telephone"))
    assert listening.wait_for("dialled")["to"] == ["+250788999999"]
    listening.wait_for("put_through")
    listening.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"from": "whatsapp:+1", "to": KIGALI}),
        ("", {"from": ALICE, "to": "whatsapp:+1"}),
        ("", {"from": ALICE, "to": KIGALI, "by": "smoke"}),
        ("/SID/sound", {"sound": "*"}),
        ("/SID/sound", {"sound": base64.b64encode(bytes(16_001)).decode()}),
        ("/SID/words", {"words": " "}),
        ("/SID/words", {"words": "x" * 301}),
        ("/SID/keys", {"keys": "A"}),
        ("/SID/end", []),
    ],
)
def test_a_wrong_request_is_400(phone: Browser, path: str, body: object) -> None:
    path = path.replace("SID", ring(phone)) if "SID" in path else path
    answer = phone.post(f"/phone/api/calls{path}", body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_an_unknown_call_is_404(phone: Browser) -> None:
    assert phone.get("/phone/api/calls/CA0/heard").status_code == 404
    assert phone.post("/phone/api/calls/CA0/keys", {"keys": "0"}).status_code == 404
