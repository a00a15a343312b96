"""WhatsApp's rules end to end: STOP, the 24 hours with a template, and Twilio's own list."""

import requests

from knowledge.phrases import phrase
from tests.engine.test_opting import GOODBYE
from tests.scenarios.promise import metric
from tests.scenarios.test_api import flask
from tests.scenarios.world import KIGALI, House, Outside, until

DORA, EMIL, FAY = (f"whatsapp:+25078811100{number}" for number in (1, 2, 3))


def steer(outside: Outside, path: str, diner: str) -> None:
    chat = {"from": diner, "to": KIGALI}
    assert requests.post(f"{outside.url}/sandbox/twilio/{path}", json=chat, timeout=10).ok


def command(house: House, *words: str) -> str:
    environment = {name: value for name, value in house.environment.items() if name != "PATH"}
    ended = flask(*words, **environment)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_stop_is_confirmed_once_and_start_brings_a_diner_back(outside: Outside) -> None:
    outside.write(DORA, "Hagarika!")
    assert outside.reply(DORA) == phrase(GOODBYE, "rw")
    shown = outside.twilio_stats()["typing_indicators"]
    for text in ("Is there fish?", "/help", "hagarika"):
        outside.write(DORA, text)
    outside.write(DORA, "tangira")
    outside.reply(DORA, 2)
    outside.write(DORA, "say exactly: Fish.")
    assert outside.reply(DORA, 3) == "Fish."
    assert len(outside.bodies(DORA)) == 3
    assert outside.twilio_stats()["typing_indicators"] == shown


def test_behind_the_24_hours_an_approved_template_arrives(outside: Outside, house: House) -> None:
    assert " received " in command(house, "templates", "sync")
    assert command(house, "templates", "status").count(" approved ") == 20
    outside.behave(first_event_delay_s=1.0)
    outside.write(EMIL, "say exactly: We close at 9.")
    steer(outside, "window", EMIL)
    assert outside.reply(EMIL) == "We close at 9."
    template = outside.reply(EMIL, 2)
    outside.calm()
    assert "Our answer: We close at 9." in template
    ends = until(lambda: outside.replies(EMIL)[1]["status"] == "read" and outside.replies(EMIL))
    assert [(each["status"], each["error_code"]) for each in ends] == [
        ("failed", 63016),
        ("read", None),
    ]


def test_who_is_on_twilios_own_list_is_left_alone(outside: Outside, house: House) -> None:
    steer(outside, "opted-out", FAY)
    outside.write(FAY, "say exactly: One.")
    until(lambda: metric(house, "tableside_failures_total", code="21610", told="refused"))
    assert "failed (21610)" in command(house, "inbox", "list")
    before = len(outside.requests())
    outside.write(FAY, "say exactly: Two.")
    outside.write(EMIL, "say exactly: Three.")
    assert outside.reply(EMIL, 3) == "Three."
    assert outside.bodies(FAY) == []
    asked = [str(each) for each in outside.requests()[before:]]
    assert not any("Two." in each for each in asked)
    assert metric(house, "tableside_delivery_seconds_count")
