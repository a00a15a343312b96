"""Every answer of every route tells a browser what it may do with it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.handlers.web import IN_PRODUCTION, whole_app

EXPECTED = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cache-Control",
}


@pytest.fixture
def production(sqlite_url: str) -> Iterator[Flask]:
    with whole_app(sqlite_url, **IN_PRODUCTION) as app:
        yield app


@pytest.fixture
def practice(sqlite_url: str) -> Iterator[Flask]:
    with whole_app(sqlite_url) as app:
        yield app


def answers(app: Flask) -> Iterator[TestResponse]:
    """One of each route by each of its methods, and of what is no route."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            yield client.open(path_of(rule), method=method)
    yield client.get("/nowhere")
    yield client.get("/whatsapp")
    yield client.post("/whatsapp", data={"Body": "Hello"})
    yield client.post("/ai/say", data=b"{")
    yield client.get("/media/nothing")
    yield client.get("/media/menu/rolex.jpg")


def path_of(rule: Rule) -> str:
    path = str(rule)
    for argument in rule.arguments:
        path = path.replace(f"<{argument}>", "x").replace(f"<path:{argument}>", "x")
    assert "<" not in path
    return path


def test_every_answer_of_production_carries_every_header(production: Flask) -> None:
    for answer in answers(production):
        missing = (EXPECTED | {"Strict-Transport-Security"}) - set(answer.headers.keys())
        assert not missing, (answer.request.method, answer.request.path)


def test_every_answer_beside_the_phone_does_too(practice: Flask) -> None:
    for answer in answers(practice):
        assert not EXPECTED - set(answer.headers.keys()), answer.request.path


def test_nothing_that_is_answered_may_load_or_be_framed(practice: Flask) -> None:
    for answer in answers(practice):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, answer.request.path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy, answer.request.path
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_each_header_is_there_once(practice: Flask) -> None:
    for answer in answers(practice):
        names = [name.lower() for name, _ in answer.headers]
        assert len(names) == len(set(names)), answer.request.path


def test_no_answer_leads_to_the_host_that_a_caller_named(practice: Flask) -> None:
    client = practice.test_client()
    paths = ["/console", "/console/", "/console/kigali", "/console/static", "/console//sign-in"]
    for path in (str(rule) for rule in practice.url_map.iter_rules()):
        paths += [path, f"{path}/", path[0] + path[1:].replace("/", "//")]
    for path in paths:
        for method in ("GET", "POST"):
            answer = client.open(path, method=method, headers={"Host": "elsewhere.example"})
            assert "elsewhere" not in f"{answer.headers}{answer.text}", (method, path)


def test_an_answer_keeps_what_it_says_itself(practice: Flask) -> None:
    client = practice.test_client()
    page = client.get("/phone").headers
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "microphone=(self)" in page["Permissions-Policy"]
    picture = client.get("/media/menu/rolex.jpg")
    assert picture.headers["Cache-Control"].startswith("public")


def test_a_fault_of_ours_carries_them_too(practice: Flask) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    practice.add_url_rule("/broken", view_func=broken)
    answer = practice.test_client().get("/broken")
    assert answer.status_code == 500
    assert not EXPECTED - set(answer.headers.keys())


def test_a_browser_is_held_to_https_where_we_are_reached_by_it(
    practice: Flask, production: Flask
) -> None:
    assert "Strict-Transport-Security" not in practice.test_client().get("/healthz").headers
    assert "Strict-Transport-Security" in production.test_client().get("/healthz").headers
