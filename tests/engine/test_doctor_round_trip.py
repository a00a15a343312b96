"""The doctor tries out the way that Twilio goes, and nothing comes of it but what it learns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, jsonify
from werkzeug.wrappers import Response

from engine.doctor import round_trip
from engine.doctor.finding import Finding, Level
from handlers.whatsapp import WhatsAppRoutes
from tests.sandbox.twilio.world import ACCOUNT_SID, AUTH_TOKEN, KIGALI, serving
from whatsapp.probe import Probe


class Untouched:
    """Intake and receipts, neither of which may hear of a probe."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


def service(readiness: dict[str, Any] | None = None) -> Flask:
    app = Flask("inzozi", static_folder=None)
    parts: Any = Untouched()
    routes = WhatsAppRoutes(parts, parts, auth_token=AUTH_TOKEN, public_url=None)
    app.register_blueprint(routes.blueprint())
    if readiness is not None:
        app.add_url_rule("/readyz", view_func=lambda: jsonify(readiness))
    return app


@contextmanager
def looked_at(application: Any, token: str = AUTH_TOKEN) -> Iterator[dict[str, Finding]]:
    with serving(application) as url:
        probe = Probe(url, token, ACCOUNT_SID, KIGALI, None)
        yield {each.name: each for each in round_trip.look(probe, url)}
        probe.close()


def test_what_is_signed_is_taken_and_what_is_not_is_refused() -> None:
    with looked_at(service({"ok": True})) as told:
        assert {each.level for each in told.values()} == {Level.OK}
        assert set(told) == {"webhook.signature", "webhook.ready"}


def test_another_token_there_is_told() -> None:
    with looked_at(service(), "another") as told:
        assert told["webhook.signature"].level is Level.WRONG
        assert "refuses what is signed" in told["webhook.signature"].sentence


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response(status=200), "answered 200 in place of 204"),
        (Response(status=204), "did not refuse what nobody signed"),
        (Response(status=404), "answered by something else"),
        (Response(status=502), "answered 502"),
        (
            Response(status=308, headers={"Location": "https://www.inzozi.example/whatsapp"}),
            "leads on to https://www.inzozi.example",
        ),
    ],
)
def test_what_else_may_answer_there_is_told(answer: Response, words: str) -> None:
    with looked_at(answer) as told:
        assert told["webhook.signature"].level is Level.WRONG
        assert words in told["webhook.signature"].sentence


def test_an_address_at_which_nobody_listens_is_told() -> None:
    probe = Probe("http://127.0.0.1:1", AUTH_TOKEN, ACCOUNT_SID, KIGALI, None)
    (told,) = round_trip.look(probe, "http://127.0.0.1:1")
    probe.close()
    assert told.level is Level.WRONG
    assert told.sentence == (
        "Nothing answers at http://127.0.0.1:1/whatsapp: no connection comes about."
    )


@pytest.mark.parametrize(
    ("url", "is_told"), [("https://inzozi.example", True), ("http://127.0.0.1:8787", False)]
)
def test_figures_that_strangers_are_told_are_a_warning(url: str, is_told: bool) -> None:
    """Who asks from the very machine is no stranger."""
    app = service({"ok": True})
    app.add_url_rule("/metrics", "metrics", view_func=lambda: "tableside_month 1")
    with serving(app) as address:
        probe = Probe(address, AUTH_TOKEN, ACCOUNT_SID, KIGALI, None)
        told = {each.name for each in round_trip.look(probe, url)}
        probe.close()
    assert ("webhook.metrics" in told) is is_told


def test_a_service_that_is_not_ready_there_says_why() -> None:
    with looked_at(service({"ok": False, "realtime": "stopped: no key"})) as told:
        assert told["webhook.signature"].level is Level.OK
        assert "realtime: stopped: no key" in told["webhook.ready"].sentence
