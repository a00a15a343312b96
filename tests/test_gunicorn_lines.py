"""gunicorn's own lines are JSON, as the service's are."""

import json
import logging
import sys

from gunicorn.config import Config

from gunicorn_lines import JsonLines, JsonLogger


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
