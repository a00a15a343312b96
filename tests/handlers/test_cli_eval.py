"""`eval`: conversations played against a model over a real socket, and what they came to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from handlers.cli.evaluate import eval_command
from sandbox.realtime.server import RealtimeServer
from settings import Settings
from tests.handlers.terminal import NO_KEYS, run, settings_for

GOOD = """
- name: a coffee
  kind: menu
  turns:
    - says: what coffee do you have?
      calls: [{tool: lookup_menu, answer: {understood: {excluded_allergens: []}}}]
      must: [RWF]
- name: another coffee
  kind: menu
  restaurant: valletta
  turns:
    - {says: "what coffee do you have?", must: [€], must_not: [RWF]}
- name: the owner's books
  kind: books
  diner: owner
  turns:
    - {says: /cfo, persona: cfo}
    - {says: P&L for August 2025, calls: [{tool: fetch_financials}], must: [Revenue]}
- name: a stranger
  kind: books
  language: fr
  turns:
    - {says: /cfo}
    - {says: P&L for August 2025, must_not: [Revenue]}
"""
BAD = "- {name: tea, kind: %s, turns: [{says: tea, must: [no such words], must_not: [e]}]}\n"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    return tmp_path


@pytest.fixture(scope="module")
def model() -> Iterator[RealtimeServer]:
    server = RealtimeServer("sk-test", "127.0.0.1", 0)
    server.start()
    yield server
    server.close()


def test_all_that_is_right_passes(cases: Path) -> None:
    done = _practice(cases, "--json", str(cases / "told.json"))
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[:6] == [
        ["practice"],
        ["menu", "2/2"],
        ["books", "2/2"],
        ["en", "3/3"],
        ["fr", "1/1"],
        ["all", "4/4"],
    ]
    told = json.loads((cases / "told.json").read_text())["practice"]
    assert (told["passed"], told["of"], len(told["cases"])) == (4, 4, 4)
    assert told["tokens"]["input"] > 0
    assert "RWF" in told["cases"][0]["replies"][0]


def test_the_practice_model_passes_every_case_that_ships() -> None:
    done = run(eval_command(settings_for("sqlite:///never-opened.db", **NO_KEYS)))
    assert done.exit_code == 0, done.stdout


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [("menu", (), 1), ("menu", ("--may-fail", "1"), 0), ("allergy", ("--may-fail", "1"), 1)],
)
def test_what_is_wrong_is_told_and_stops_a_release(
    cases: Path, kind: str, words: tuple[str, ...], code: int
) -> None:
    (cases / "bad.yaml").write_text(BAD % kind)
    done = _practice(cases, "--only", "tea", *words)
    assert "practice: tea, turn 1: says nothing of 'no such words'" in done.stdout
    assert "practice: tea, turn 1: says 'e'" in done.stdout
    assert done.exit_code == code


def test_two_models_stand_side_by_side_with_what_they_cost(
    cases: Path, model: RealtimeServer
) -> None:
    names = ("gpt-realtime-2.1-mini", "gpt-realtime-2.1", "gpt-of-somebody")
    done = run(
        eval_command(_with_key(model)),
        "--cases",
        str(cases),
        "--only",
        "menu",
        *(word for name in names for word in ("--model", name)),
    )
    assert done.exit_code == 0, done.output
    lines = {line.split("  ")[0]: line.split() for line in done.stdout.splitlines()}
    assert lines["all"] == ["all", "2/2", "2/2", "2/2"]
    _, _, small, large, unknown = lines["US dollars"]
    assert (0 < float(small) < float(large), unknown) == (True, "-")


def test_a_model_needs_a_key_and_words_that_are_in_no_case_are_told(cases: Path) -> None:
    assert "--model: set OPENAI_API_KEY" in _practice(cases, "--model", "gpt-x").stderr
    odd = run(eval_command(settings_for("sqlite:///never-opened.db")), "--model", "gpt x")
    assert "--model: has a space in it" in odd.stderr
    assert "no case has pizza in it" in _practice(cases, "--only", "pizza").stderr
    (cases / "good.yaml").write_text("- 1")
    assert "good.yaml: 0" in _practice(cases).stderr


def test_where_no_model_answers_it_ends_with_the_first(cases: Path) -> None:
    nobody = settings_for("sqlite:///never-opened.db", turn_timeout_s=0.5)
    told = cases / "told.json"
    words = ("--cases", str(cases), "--json", str(told), "--model", "a", "--model", "b")
    done = run(eval_command(nobody), *words)
    assert (done.exit_code, done.stdout, told.exists()) == (1, "", False)
    assert "Error: a answers nothing (unreachable): check OPENAI_REALTIME_ENDPOINT" in done.stderr
    assert "b answers" not in done.stderr


def test_what_a_model_was_paid_for_is_kept_when_the_next_is_none(
    cases: Path, model: RealtimeServer
) -> None:
    told = cases / "told.json"
    model.behaviour.unknown_models = ["gpt-of-nobody"]
    names = ("--model", "gpt-of-somebody", "--model", "gpt-of-nobody")
    words = ("--cases", str(cases), "--only", "coffee", "--json", str(told))
    done = run(eval_command(_with_key(model)), *words, *names)
    model.behaviour.unknown_models = []
    assert "gpt-of-nobody answers nothing (unavailable)" in done.stderr
    assert "2/2" in done.stdout
    kept = json.loads(told.read_text())
    assert {name: each["passed"] for name, each in kept.items()} == {"gpt-of-somebody": 2}


def test_what_it_would_be_for_nothing_is_told_before_it_plays(cases: Path) -> None:
    done = _practice(cases, "--json", str(cases / "away" / "told.json"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--json: there is no folder" in done.stderr
    assert _practice(cases, "--may-fail", "-1").exit_code == 2


def _practice(cases: Path, *words: str) -> Result:
    settings = settings_for("sqlite:///never-opened.db", **NO_KEYS)
    return run(eval_command(settings), "--cases", str(cases), *words)


def _with_key(model: RealtimeServer) -> Settings:
    """As in production, with processes that SQLite is not for."""
    return settings_for(
        "postgresql://never-opened",
        openai_realtime_endpoint=model.url,
        web_concurrency=2,
        web_runs_turns=False,
    )
