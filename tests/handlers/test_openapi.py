"""The description is true: each route is in it, and no answer is that it does not have."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from handlers.console.mounted import AT
from handlers.openapi.operations import OPERATIONS
from handlers.openapi.route import PATH
from models import restaurants
from models.database.engine import Database
from tests.engine.world import KIGALI, RESTAURANT
from tests.handlers.contract import Signed, findings_in_process
from tests.handlers.web import IN_PRODUCTION, whole_app

TOKEN = "0123456789abcdef0123456789abcdef"
LOCALHOST = "http://localhost"
# Twilio may be told either, and the description names one.
WITH_A_SLASH = {"/whatsapp/", "/whatsapp/status/", "/calls/", "/calls/status/"}
BRACES = str.maketrans("", "", "{}")
SETTINGS = {"api_token": TOKEN, "metrics_token": TOKEN, "twilio_whatsapp_number": KIGALI}


@contextmanager
def answering(database_url: str, **settings: str) -> Iterator[Signed]:
    with whole_app(database_url, **SETTINGS, **settings) as app:
        yield Signed(app, app.extensions["tableside"].outside.auth_token, LOCALHOST)


@pytest.fixture
def production(sqlite_url: str) -> Iterator[Flask]:
    with whole_app(sqlite_url, **SETTINGS, **IN_PRODUCTION) as app:
        yield app


def test_what_is_described_is_what_is_answered(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.transaction() as session:
        restaurants.store(session, RESTAURANT)
    database.close()
    with answering(sqlite_url) as app:
        assert findings_in_process(app, TOKEN) == []


def test_so_it_is_where_the_model_is_switched_off(sqlite_url: str) -> None:
    with answering(sqlite_url, ai_realtime_enabled="false") as app:
        assert findings_in_process(app, TOKEN, expected=["503"], examples=0) == []


def test_so_it_is_while_the_database_is_away(tmp_path: Path) -> None:
    with answering(f"sqlite:///{tmp_path}/nowhere/tableside.db") as app:
        assert findings_in_process(app, TOKEN, expected=["503"], examples=0) == []


def test_every_route_is_described_and_nothing_else(production: Flask) -> None:
    served = {
        (method, str(rule))
        for rule in production.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(each.method, each.rule) for each in OPERATIONS if not each.rule.startswith(AT)}
    assert described == {(method, rule) for method, rule in served if rule not in WITH_A_SLASH}


def test_it_is_open_and_holds_nothing_of_the_installation(production: Flask) -> None:
    answer = production.test_client().get(PATH)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    for value in (*SETTINGS.values(), *IN_PRODUCTION.values()):
        if value not in {"production"}:
            assert value not in answer.text


def test_another_method_is_answered_as_it_is_described(production: Flask) -> None:
    client = production.test_client()
    paths: dict[str, Any] = json.loads(client.get(PATH).data)["paths"]
    for path, operations in paths.items():
        for method in {"get", "post", "put", "patch", "delete", "trace"} - operations.keys():
            answer = client.open(path.translate(BRACES), method=method.upper())
            for operation in operations.values():
                described = operation["responses"][str(answer.status_code)]
                assert answer.mimetype in described["content"], (method, path)
                assert described["headers"].keys() <= set(answer.headers.keys())


def test_what_is_refused_before_any_route_is_looked_for_is_described(production: Flask) -> None:
    paths: dict[str, Any] = json.loads(production.test_client().get(PATH).data)["paths"]
    for operations in paths.values():
        for operation in operations.values():
            assert operation["responses"].keys() >= {"408", "414", "431"}


def test_each_operation_says_who_may_ask(production: Flask) -> None:
    paths: dict[str, Any] = json.loads(production.test_client().get(PATH).data)["paths"]
    needed = {
        (path, method): operation.get("security", [])
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    assert needed["/ai/say", "post"] == [{"api": []}]
    assert needed["/whatsapp", "post"] == [{"twilio": []}]
    assert needed["/metrics", "get"] == [{"metrics": []}]
    assert needed["/ai/healthz", "get"] == [{"api": []}, {}]
    assert needed["/healthz", "get"] == []
