"""A log tells diners apart without their numbers, a JSON object a line, and is in nobody's way."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from conversation.sentences import SENTENCES
from realtime.fleet.codes import FATAL_CODES, RATE_LIMIT_CODES
from telemetry.causes import Few, label_of
from telemetry.logs import log_rationed
from telemetry.masking import masked
from telemetry.metrics import Metrics
from telemetry.ration import MINUTE_S, MOST, Ration
from telemetry.realtime_notes import RealtimeObserver
from tests.engine.clock import ManualClock

ROOT = Path(__file__).parent.parent


def told(script: str, *, level: str = "INFO", as_json: bool = True) -> str:
    """What a process that runs these lines leaves on its standard error."""
    beginning = (
        "import logging, sys\nfrom telemetry.logs import log, configure_logging\n"
        f"configure_logging({level!r}, as_json={as_json})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", beginning + script],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stderr


def lines(script: str, level: str = "INFO") -> list[dict[str, Any]]:
    return [json.loads(line) for line in told(script, level=level).splitlines()]


def test_a_line_is_one_json_object() -> None:
    (line,) = lines("log.info('turn.ended', turn=7, diner='whatsapp:+250***001', seconds=1.5)")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("timestamp"))
    told = {"turn": 7, "diner": "whatsapp:+250***001", "seconds": 1.5}
    assert line == told | {"event": "turn.ended", "level": "info", "logger": "tableside"}


def test_what_a_library_logs_has_the_same_form() -> None:
    (line,) = lines("logging.getLogger('gunicorn.error').warning('worker %s', 7)")
    del line["timestamp"]
    assert line == {"event": "worker 7", "level": "warning", "logger": "gunicorn.error"}


@pytest.mark.parametrize("name", ["log", "logging.getLogger('library')"])
def test_an_exception_is_told_with_where_it_was(name: str) -> None:
    (line,) = lines(f"try: 1 / 0\nexcept ZeroDivisionError: {name}.exception('lane.failed')")
    assert (line["event"], line["level"]) == ("lane.failed", "error")
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ZeroDivisionError")


def test_a_level_holds_for_our_lines_and_for_a_librarys() -> None:
    script = (
        "log.info('no'); log.warning('ours'); library = logging.getLogger('x'); library.info('no');"
        " library.error('theirs')"
    )
    assert [line["event"] for line in lines(script, "WARNING")] == ["ours", "theirs"]


def test_a_command_that_talks_itself_can_raise_the_level() -> None:
    script = (
        "log.info('before'); logging.getLogger().setLevel(logging.WARNING);"
        " log.info('no'); log.error('after')"
    )
    assert [line["event"] for line in lines(script)] == ["before", "after"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("'Kaf\\u00e9 \\ud83d'", "Kaf\u00e9 \ud83d"),
        ("10**30", 10**30),
        ("{1: 2}", {"1": 2}),
        ("{(1, 2): 3}", "{(1, 2): 3}"),
        ("logging", "<module 'logging'"),
        ("(endless := [], endless.append(endless))[0]", "[[...]]"),
    ],
)
def test_whatever_a_field_holds_its_line_is_told(value: str, shown: object) -> None:
    text = told(f"log.info('told', value={value})")
    assert text.isascii()
    line = json.loads(text)
    assert line["event"] == "told"
    assert line["value"] == shown or str(line["value"]).startswith(str(shown))


@pytest.mark.parametrize(
    "end", ["sys.stderr.close()", "import os; os.dup2(os.open('/dev/full', os.O_WRONLY), 2)"]
)
def test_a_log_that_nobody_takes_hurts_nobody(end: str) -> None:
    if "/dev/full" in end and not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    told(f"{end}\nlog.info('lost')\nlog.info('lost too')")


def test_for_a_person_a_line_is_words() -> None:
    text = told("log.info('turn.ended', turn=7)", as_json=False)
    assert re.search(r"info +\] turn\.ended +\[tableside\] turn=7\n$", text)


def test_notes_of_the_shared_connection_are_counted() -> None:
    metrics = Metrics()
    observe = RealtimeObserver(metrics)
    for seconds in (0.2, 0.4):
        observe("realtime.first_delta", {"seconds": seconds})
    tokens = {"input_tokens": 100, "cached_tokens": 64, "output_tokens": 9}
    observe(
        "realtime.answered",
        {"seconds": 1.0, "response_seconds": 0.9, "queue_seconds": 0.1, **tokens},
    )
    observe("realtime.failed", {"kind": "timeout"})
    rendered = metrics.render().decode()
    for line in (
        'tableside_realtime_events_total{cause="",event="first_delta"} 2.0',
        'tableside_realtime_events_total{cause="timeout",event="failed"} 1.0',
        'tableside_realtime_seconds_sum{phase="queue"} 0.1',
        'tableside_tokens_total{kind="cached"} 64.0',
    ):
        assert line in rendered


@pytest.mark.parametrize("event", ["realtime.error", "realtime.retried", "realtime.cut"])
def test_what_a_server_invents_becomes_no_label(event: str) -> None:
    metrics = Metrics()
    observe = RealtimeObserver(metrics)
    for number in range(1_000):
        observe(event, {"code": f"error_{number}"})
        observe(event, {"cause": f"closed {2_000 + number}"})
    rendered = metrics.render().decode()
    assert f'cause="other",event="{event.removeprefix("realtime.")}"}} 2000.0' in rendered
    assert rendered.count("tableside_realtime_events_total{") == 1


@pytest.mark.parametrize("cause", [*FATAL_CODES, *sorted(RATE_LIMIT_CODES), *SENTENCES, "HTTP 503"])
def test_a_cause_that_we_know_is_told_apart(cause: str) -> None:
    assert label_of(cause) == cause


def test_of_what_others_choose_as_a_label_few_are_told_apart() -> None:
    few = Few(2)
    assert [few(each) for each in (63016, None, 30008, 63016)] == [
        "63016",
        "none",
        "other",
        "63016",
    ]


def test_what_a_server_says_in_its_own_words_is_no_label() -> None:
    metrics = Metrics()
    observe = RealtimeObserver(metrics)
    for monday in ("1", "2"):
        observe("realtime.cut", {"cause": f"closed 1008: come back on Monday {monday}"})
    line = 'tableside_realtime_events_total{cause="closed 1008",event="cut"} 2.0'
    assert line in metrics.render().decode()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("whatsapp:+250788000001", "whatsapp:+250***001"),
        ("whatsapp:+35699000003", "whatsapp:+356***003"),
        ("whatsapp:+14155238886", "whatsapp:+1***886"),
        ("whatsapp:+447700900123", "whatsapp:+44***123"),
        ("whatsapp:RW.teta-uwase", "whatsapp:RW***ase"),
        ("whatsapp:+2500", "whatsapp:***"),
        ("+250788000001", "+250***001"),
        ("default", "de***ult"),
        ("", "***"),
        ("whatsapp:", "whatsapp:***"),
        ("+250788000001:x", "+250***1:x"),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


@given(st.from_regex(r"whatsapp:\+[1-9][0-9]{0,14}", fullmatch=True))
def test_of_a_number_no_more_than_a_country_code_and_three_digits_are_shown(address: str) -> None:
    head, _, tail = masked(address).partition("***")
    assert address.startswith(head)
    assert address.endswith(tail)
    assert len(re.findall(r"\d", head)) <= 3
    assert len(tail) <= 3
    assert len(head) + len(tail) < len(address)


@given(st.text())
def test_any_address_can_be_masked(address: str) -> None:
    assert "***" in masked(address)


def test_a_defect_is_told_by_its_class_and_place_and_never_by_its_message() -> None:
    script = """
from telemetry.logs import log_defect
try:
    raise RuntimeError("Failing row contains (Dear Alice)")
except RuntimeError as error:
    log_defect("lane.failed", error, lane="turn")
"""
    [line] = lines(script)
    assert (line["event"], line["level"], line["lane"], line["error"]) == (
        "lane.failed",
        "error",
        "turn",
        "RuntimeError",
    )
    assert "<string>" in line["exception"]
    assert "Alice" not in json.dumps(line)


def test_of_one_cause_there_are_so_many_lines_a_minute_and_the_next_counts_the_rest() -> None:
    clock = ManualClock()
    ration = Ration(clock.monotonic)
    with capture_logs() as lines:
        for _ in range(MOST + 7):
            log_rationed("webhook.forged", ration)
        log_rationed("webhook.forged", ration, "signed")
        clock.passes(MINUTE_S)
        log_rationed("webhook.forged", ration)
        log_rationed("webhook.forged", ration)
    assert [line.get("left_out", 0) for line in lines] == [0] * (MOST + 1) + [7, 0]
