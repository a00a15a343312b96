"""How Twilio's webhooks were answered, and how soon, as `/metrics` counts it."""

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask

from handlers.acknowledging import Acknowledging
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


def answered(metrics: Metrics, receive: Callable[[], tuple[str, int]]) -> None:
    """A webhook comes, and is answered by `receive`, half a second later."""
    routes = Blueprint("whatsapp", __name__)
    Acknowledging(metrics, iter((7.0, 7.5)).__next__).watch(routes)
    routes.add_url_rule("/whatsapp", "receive", receive, methods=["POST"])
    app = Flask("inzozi")
    app.register_blueprint(routes)
    app.test_client().post("/whatsapp")


def test_its_seconds_are_those_from_its_arrival_to_its_204() -> None:
    metrics = Metrics()
    answered(metrics, lambda: ("", 204))
    seconds = metrics.registry.get_sample_value(
        "tableside_acknowledged_seconds_sum", {"kind": "message"}
    )
    assert seconds == 0.5


@pytest.mark.parametrize(
    ("status", "outcome"), [(503, "unavailable"), (500, "failed"), (502, "failed")]
)
def test_what_was_not_taken_is_counted_and_not_timed(status: int, outcome: str) -> None:
    metrics = Metrics()
    answered(metrics, lambda: ("", status))
    value = metrics.registry.get_sample_value
    kind = {"kind": "message"}
    assert value("tableside_webhooks_total", kind | {"outcome": outcome}) == 1
    assert value("tableside_acknowledged_seconds_count", kind) == 0


def test_a_fault_of_ours_is_counted() -> None:
    metrics = Metrics()
    answered(metrics, lambda: (str(1 / 0), 204))
    labels = {"kind": "message", "outcome": "failed"}
    assert metrics.registry.get_sample_value("tableside_webhooks_total", labels) == 1


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
