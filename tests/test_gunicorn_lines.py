"""gunicorn's own lines are JSON, as the service's are."""

import json
import logging
import sys
import traceback

import pytest
from gunicorn.config import Config

from gunicorn_lines import JsonLines, JsonLogger, Lines, PlainLogger
from telemetry.ration import MOST


def test_a_line_has_what_the_services_lines_have() -> None:
    record = logging.LogRecord("gunicorn.error", logging.INFO, "", 0, "at %s:\n%d", ("é", 1), None)
    line = JsonLines().format(record)
    told = json.loads(line)
    assert "\n" not in line
    assert (told["event"], told["level"], told["logger"]) == ("at é:\n1", "info", "gunicorn.error")
    assert told["timestamp"].endswith("Z")


def test_an_error_comes_with_its_place_in_the_same_line() -> None:
    try:
        int("of ours")
    except ValueError:
        record = logging.LogRecord("g", logging.ERROR, "", 0, "oh", (), sys.exc_info())
    line = JsonLines().format(record)
    assert json.loads(line)["exception"].endswith("ValueError")
    assert "\n" not in line


def test_every_line_of_gunicorns_has_that_form() -> None:
    logger = JsonLogger(Config())
    handlers = logger.error_log.handlers
    assert handlers
    assert all(isinstance(each.formatter, JsonLines) for each in handlers)
    assert not logger.access_log_enabled


@pytest.mark.parametrize("logger_class", [JsonLogger, PlainLogger])
def test_no_line_of_a_process_holds_a_secret_of_its_settings(
    logger_class: type[PlainLogger],
) -> None:
    logger = logger_class(Config())
    logger.mask(["three-otters"])
    record = logging.LogRecord(
        "gunicorn.error", logging.DEBUG, "", 0, "GET /three-otters", (), None
    )
    for handler in logger.error_log.handlers:
        assert "otters" not in handler.format(record)


def test_for_a_person_they_are_words() -> None:
    handlers = PlainLogger(Config()).error_log.handlers
    assert handlers
    assert all(type(each.formatter) is Lines for each in handlers)
    record = logging.LogRecord("gunicorn.error", logging.INFO, "", 0, "Booting %d", (7,), None)
    assert Lines().format(record).endswith("[INFO] Booting 7")


@pytest.mark.parametrize("form", [Lines, JsonLines])
@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Invalid request from ip=127.0.0.1: Invalid HTTP request line: 'Dear Alice'",
            "Invalid request from ip=127.0.0.1: Invalid HTTP request line",
        ),
        (
            """Invalid request from ip=::1: Invalid chunk size: b"Alice's own" """,
            "Invalid request from ip=::1: Invalid chunk size",
        ),
        (
            "Ignored premature client disconnection. No more data after: b'GET /?to=Alice",
            "Ignored premature client disconnection. No more data after",
        ),
        (
            "Error handling request GET /media/secret?text=Dear Alice",
            "Error handling request GET /media/***",
        ),
    ],
)
def test_of_a_request_nothing_is_quoted(form: type[Lines], message: str, shown: str) -> None:
    line = form().format(logging.LogRecord("g", logging.WARNING, "", 0, message, (), None))
    assert shown in line
    assert "Alice" not in line
    assert "secret" not in line


@pytest.mark.parametrize("form", [Lines, JsonLines])
def test_an_error_that_stands_in_a_message_is_told_without_its_words(form: type[Lines]) -> None:
    said = "Dear Alice"
    try:
        int(said)
    except ValueError:
        message = "Exception during worker exit:\n%s"
        args = (traceback.format_exc(),)
        line = form().format(logging.LogRecord("g", logging.WARNING, "", 0, message, args, None))
    assert "Alice" not in line
    assert "ValueError" in line


def test_who_sends_what_is_no_request_does_not_fill_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger = PlainLogger(Config())
    for nth in range(MOST + 10):
        told = f"Invalid request from ip=192.0.2.{nth}: Invalid Method {nth}"
        logger.warning(told)
    logger.info("Booting worker with pid: %s", 7)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == MOST + 1
