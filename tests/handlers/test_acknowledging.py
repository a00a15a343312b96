"""How Twilio's webhooks were answered, and how soon, as `/metrics` counts it."""

from contextlib import suppress

import pytest
from flask import Flask

from handlers.acknowledging import Acknowledging
from models.database.absence import DatabaseUnavailableError, UnstorableError
from telemetry.metrics import Metrics
from tests.engine.world import House
from tests.handlers.web import AUTH_TOKEN, FORM, Webhooks


def counted(house: House, kind: str, outcome: str) -> float:
    return house.count("webhooks", kind=kind, outcome=outcome)


def test_what_was_taken_is_counted_with_its_seconds(house: House) -> None:
    webhooks = Webhooks(house)
    webhooks.post(FORM)
    webhooks.status("SMx", "sent")
    assert [counted(house, kind, "taken") for kind in ("message", "status")] == [1, 1]
    assert house.figure("acknowledged_seconds_count", kind="message") == 1


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"tableside_{name}", labels)


def answered(error: Exception | None = None) -> Metrics:
    """A message's webhook comes, and half a second later it has its answer, or failed so."""
    metrics = Metrics()
    acknowledging = Acknowledging(metrics, iter((7.0, 7.5)).__next__)
    with Flask("inzozi").test_request_context("/whatsapp"), suppress(type(error or ValueError())):
        acknowledging.begin()
        with acknowledging.of("message"):
            if error:
                raise error
    return metrics


def test_its_seconds_are_those_from_its_arrival_to_its_204() -> None:
    assert value(answered(), "acknowledged_seconds_sum", kind="message") == 0.5


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (DatabaseUnavailableError("away"), "unavailable"),
        (UnstorableError("NUL"), "malformed"),
        (ZeroDivisionError("ours"), "failed"),
    ],
)
def test_what_was_not_taken_is_counted_and_not_timed(error: Exception, outcome: str) -> None:
    metrics = answered(error)
    assert value(metrics, "webhooks_total", kind="message", outcome=outcome) == 1
    assert value(metrics, "acknowledged_seconds_count", kind="message") == 0


@pytest.mark.parametrize(
    ("outcome", "form", "token"),
    [("forged", FORM, "a stranger's"), ("malformed", {"Body": "Hi"}, None)],
)
def test_what_was_refused_is_counted_by_why(
    house: House, outcome: str, form: dict[str, str], token: str | None
) -> None:
    Webhooks(house).post(form, token=token or AUTH_TOKEN)
    assert counted(house, "message", outcome) == 1
    assert house.figure("acknowledged_seconds_count", kind="message") == 0


def test_what_is_no_form_or_too_large_is_counted(house: House) -> None:
    webhooks = Webhooks(house)
    webhooks.post_as_is("/whatsapp", b"{}", "x" * 28, content_type="application/json")
    webhooks.post({**FORM, "Body": "a" * 600_000})
    assert [counted(house, "message", each) for each in ("no_form", "too_large")] == [1, 1]


def test_what_went_astray_is_counted(house: House) -> None:
    webhooks = Webhooks(house)
    webhooks.call("GET", "/whatsapp")
    webhooks.call("POST", "/whatsap", **{"X-Twilio-Signature": "x"})
    assert counted(house, "astray", "wrong_method") == 1
    assert counted(house, "astray", "wrong_address") == 1
