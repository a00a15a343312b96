"""`calls demo` rings a service at its practice phone, and tells what was heard and when."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from handlers.cli.call_demo import OFF, demo_command
from handlers.cli.call_played import Line, Played, in_lines
from handlers.sounds import as_wav
from knowledge.call_sounds import DEMO, packaged
from sandbox.phone.backend import Phone
from sandbox.twilio.exchange import Exchange
from tests.handlers.terminal import NO_KEYS, bare_url, run, settings_for
from tests.sandbox.twilio.voice.service import Line as ServiceLine
from tests.sandbox.twilio.voice.service import Service, answering, ringing
from tests.sandbox.twilio.world import serving

SILENCE = {0x7F, 0xFF}
ENOUGH_FRAMES = 25
SECOND = b"\x20\xa0" * 4_000
HASTE = 4.0  # so many times faster than people they speak and hear
LONG_S = 40  # more than somebody says into it
WAIT_S = 60


@contextmanager
def phone_of(service: Service) -> Iterator[tuple[str, Exchange]]:
    """Where the practice phone is that rings this service."""
    with ringing(service, HASTE) as exchange:
        app = Flask("phone", static_folder=None)
        app.register_blueprint(Phone(exchange).blueprint())
        with serving(app) as url:
            yield url, exchange


@pytest.fixture
def service() -> Iterator[Service]:
    with answering(connects=True) as service:
        yield service


def demo(folder: Path, *words: str, **changed: Any) -> Result:
    return run(demo_command(settings_for(bare_url(folder), **(NO_KEYS | changed))), *words)


def utterances(line: ServiceLine) -> int:
    """How many the caller has ended: sound, and then none for a while."""
    ended = quiet = 0
    is_speaking = False
    for frame in line.of("media"):
        if set(b64decode(frame["media"]["payload"])) <= SILENCE:
            quiet += 1
        else:
            quiet, is_speaking = 0, True
        if is_speaking and quiet == ENOUGH_FRAMES:
            ended, is_speaking = ended + 1, False
    return ended


@contextmanager
def greeting_and_answering(service: Service, *answers_s: int) -> Iterator[None]:
    """The service's end: a greeting, and an answer to each line, after which it is silent first."""

    def work() -> None:
        line = service.line()
        line.play(SECOND)
        for nth, seconds in enumerate(answers_s):
            assert line.wait(lambda nth=nth: utterances(line) > nth)  # type: ignore[misc] # mypy knows no lambda's defaults
            line.clear()
            line.play(SECOND * seconds)

    thread = Thread(target=work)
    thread.start()
    yield
    thread.join(WAIT_S)
    assert not thread.is_alive(), "it waits for a line still"


def test_three_lines_are_said_the_last_one_into_an_answer(service: Service, tmp_path: Path) -> None:
    with phone_of(service) as (url, exchange), greeting_and_answering(service, 1, LONG_S, 1):
        told = demo(tmp_path, "--url", url)
    assert told.exit_code == 0, told.output
    for line in DEMO:
        assert f'"{line}": answered after ' in told.stdout
    assert "Interrupted: 1. Faults: 0." in told.stdout
    assert re.search(r"First sound: \d+\.\d\d s after it was answered\.", told.stdout)
    assert "interrupted: silent after" in told.stdout
    (call,) = exchange.calls.all()
    assert call.is_over


def test_files_are_said_as_they_sound(service: Service, tmp_path: Path) -> None:
    wav, bare = tmp_path / "coffee.wav", tmp_path / "thanks.ulaw"
    wav.write_bytes(as_wav(packaged("0", "demo")))
    bare.write_bytes(packaged("2", "demo"))

    with phone_of(service) as (url, _), greeting_and_answering(service, 1, 1):
        told = demo(tmp_path, str(wav), str(bare), "--url", url, "--telephone")
    assert told.exit_code == 0, told.output
    assert "by telephone" in told.stdout
    assert "coffee.wav: answered after " in told.stdout
    assert "thanks.ulaw: answered after " in told.stdout
    said = service.line().said()
    assert packaged("2", "demo") in said
    assert service.posted("/calls")[0]["From"].startswith("+")


def test_a_call_that_is_not_taken_says_what_to_switch_on(service: Service, tmp_path: Path) -> None:
    path = "/calls/sounds/not_taken-en.wav"
    service.files[path] = ("audio/wav", as_wav(SECOND))
    service.twiml["/calls"] = f"<Response><Play>{service.url}{path}</Play><Hangup/></Response>"
    with phone_of(service) as (url, _):
        told = demo(tmp_path, "--url", url)
    assert told.exit_code == 0, told.output
    assert "plays not_taken-en.wav" in told.stdout
    assert told.stdout.endswith(f"{OFF}\n")


def test_what_is_no_sound_is_refused_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "menu.pdf"
    file.write_bytes(b"%PDF-1.7")
    refused = demo(tmp_path, str(file), "--url", "http://127.0.0.1:9")
    assert refused.exit_code == 1
    assert "menu.pdf: it is of a kind that can't be heard here." in refused.stderr


def test_where_nobody_answers_it_says_so(tmp_path: Path) -> None:
    refused = demo(tmp_path, "--url", "http://127.0.0.1:9")
    assert refused.exit_code == 1
    assert "Nobody answers at http://127.0.0.1:9" in refused.stderr


def test_a_service_without_the_phone_is_told(tmp_path: Path) -> None:
    with serving(Flask("bare")) as url:
        refused = demo(tmp_path, "--url", url)
    assert refused.exit_code == 1
    assert "answers 404: no phone." in refused.stderr


def test_a_diner_of_nobodys_is_refused_by_the_phone(service: Service, tmp_path: Path) -> None:
    with phone_of(service) as (url, _):
        refused = demo(tmp_path, "--url", url, "--from", "whatsapp:+19990000000")
    assert refused.exit_code == 1
    assert "there is no diner" in refused.stderr


def test_where_twilio_is_real_nobody_is_rung(tmp_path: Path) -> None:
    refused = run(demo_command(settings_for(bare_url(tmp_path))))
    assert refused.exit_code == 1
    assert "Twilio is real here" in refused.stderr


CALL = {
    "now_s": 20.0,
    "answered_s": 0.5,
    "ended_s": 18.0,
    "is_settled": True,
    "first_sound_s": 0.9,
    "heard": [{"at_s": 0.8, "ends_s": 5.0}, {"at_s": 10.0, "ends_s": 12.25}],
    "said": [{"at_s": 10.0, "words": f"We have African coffee, {'and tea, ' * 9}and water."}],
    "spoken": [{"at_s": 7.0, "ends_s": 9.0}, {"at_s": 12.0, "ends_s": 13.0}],
    "events": [
        {"at_s": 0.5, "what": "call.answered"},
        {"at_s": 1.0, "what": "mark", "name": "1"},
        {"at_s": 14.0, "what": "dial", "to": ["+250788000001"]},
        {"at_s": 18.0, "what": "call.ended", "status": "completed"},
    ],
    "errors": [{"code": 31951, "text": "Unknown field"}],
}


# Of two seconds, with half of one before it and a quarter behind it; and of one.
COFFEE = b"\xff" * 4_000 + b"\x20" * 10_000 + b"\xff" * 2_000
STOP = b"\xa0" * 8_000


def test_a_timeline_tells_sounds_answers_interruptions_and_silences_in_order() -> None:
    told = list(in_lines(Played(CALL, [Line("coffee", sound=COFFEE), Line("stop", sound=STOP)])))
    assert told == [
        "    0.50  it is answered",
        "    0.80  < 4.2 s of sound",
        "    7.50  > coffee (1.2 s)",
        "   10.00  < 2.2 s of sound",
        '   10.00      "We have African coffee, and tea, and tea, and tea, and tea, and tea, …"',
        "   12.00  > stop (1.0 s)",
        "   12.25    interrupted: silent after 0.25 s",
        "   14.00  is put through to +250788000001",
        "   18.00  it is over: completed",
        "",
        "First sound: 0.40 s after it was answered.",
        "coffee: answered after 1.25 s.",
        "stop: no answer; what was being said ended 0.25 s into it.",
        "Silences of more than 1 s: 2; the longest 2.5 s.",
        "Interrupted: 1. Faults: 1.",
    ]
