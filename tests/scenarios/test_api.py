"""The HTTP API and the command line: the same conversations without WhatsApp."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.handlers.contract import findings_at
from tests.ports import free_port
from tests.scenarios.world import (
    API_TOKEN,
    ROOT,
    WAIT_S,
    House,
    clean_environment,
    end,
    procfile,
    running_world,
    start_web,
    until,
)


def test_say_answers_with_the_reply_and_the_persona(house: House) -> None:
    said = house.say("say exactly: hello there")
    assert said == {"ok": True, "reply": "hello there", "persona": "waiter"}


def test_a_sender_is_a_conversation_of_its_own(house: House) -> None:
    assert house.post("/ai/persona", {"key": "cfo", "sender": "dora"}).json() == {
        "ok": True,
        "active": "cfo",
    }
    assert house.say("Hello!", "dora")["persona"] == "cfo"
    assert house.say("Hello!", "emil")["persona"] == "waiter"
    assert house.get("/ai/healthz").json() == {
        "ok": True,
        "persona": "waiter",
        "realtime_enabled": True,
    }


def test_it_answers_over_a_socket_as_it_is_described(house: House) -> None:
    found = findings_at(house.url, API_TOKEN)
    assert not found, "\n".join(found)


def test_keywords_work_here_too(house: House) -> None:
    assert house.say("/cfo", "finn")["persona"] == "cfo"
    assert "*/waiter*" in house.say("/help", "finn")["reply"]


def test_a_keyword_with_a_question_behind_it_switches_and_answers(house: House) -> None:
    said = house.say("/cfo say exactly: debit", "gwen")
    assert (said["reply"], said["persona"]) == ("debit", "cfo")


def test_say_streams_the_deltas_as_server_sent_events(house: House) -> None:
    headers = {"Accept": "text/event-stream"}
    stream = house.post("/ai/say", {"text": "count to 40"}, headers=headers).text
    events = [
        dict(line.split(": ", 1) for line in block.splitlines())
        for block in stream.strip().split("\n\n")
    ]
    deltas = [json.loads(each["data"])["text"] for each in events if each["event"] == "delta"]
    assert len(deltas) > 10
    done = json.loads(events[-1]["data"])
    assert (events[-1]["event"], done["ok"], done["reply"]) == (
        "done",
        True,
        "".join(deltas).strip(),
    )


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("/ai/say", {}, 422, "text"),
        ("/ai/say", {"text": "   "}, 422, "text"),
        ("/ai/say", {"text": "x" * 5_000}, 422, "text"),
        ("/ai/say", {"text": "hi", "sender": "a b"}, 422, "sender"),
        ("/ai/say", ["text"], 400, "text"),
        ("/ai/persona", {"key": 5}, 422, "key"),
        ("/ai/persona", {"key": "chef"}, 404, "waiter"),
    ],
)
def test_errors_name_the_field(house: House, path: str, body: Any, status: int, named: str) -> None:
    answer = house.post(path, body)
    assert (answer.status_code, named in answer.text) == (status, True)
    assert set(answer.json()) == {"error", "details"}


def test_a_body_that_is_no_json_is_bad(house: House) -> None:
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    answer = requests.post(f"{house.url}/ai/say", data=b"{", headers=headers, timeout=WAIT_S)
    assert answer.status_code == 400


def test_without_the_token_nobody_talks(house: House) -> None:
    answer = requests.post(f"{house.url}/ai/say", json={"text": "hi"}, timeout=WAIT_S)
    assert answer.status_code == 401
    answer = house.post("/ai/say", {"text": "hi"}, headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_the_operators_pages_tell_the_state(house: House) -> None:
    assert house.get("/healthz").json() == {"ok": True}
    ready = house.get("/readyz").json()
    assert (ready["ok"], ready["database"]) == (True, "ok")
    assert "tableside_messages_total" in house.get("/metrics").text


def test_wrong_keys_are_known_before_anybody_writes(seeded_sqlite_url: str) -> None:
    wrong = {"OPENAI_API_KEY": "sk-wrong", "TWILIO_AUTH_TOKEN": "0" * 32}
    with running_world(seeded_sqlite_url, **wrong) as (_, house):
        until(lambda: all(key in house.get("/readyz").text for key in wrong))
        assert house.get("/readyz").status_code == 503
        assert house.get("/healthz").status_code == 200


def test_switched_off_the_api_answers_503_and_diners_get_a_polite_sentence(
    seeded_sqlite_url: str,
) -> None:
    with running_world(seeded_sqlite_url, AI_REALTIME_ENABLED="false") as (outside, house):
        assert house.post("/ai/say", {"text": "hi"}).status_code == 503
        assert house.get("/ai/healthz").json()["realtime_enabled"] is False
        outside.write("whatsapp:+250788330001", "Hello!")
        assert "switched off" in outside.reply("whatsapp:+250788330001")


def flask(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(clean_environment()["PATH"]) / "flask"), "--app", "app", *words]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )


def test_the_command_line_talks_to_both_personas(seeded_sqlite_url: str) -> None:
    demo = flask("ai", "demo", DATABASE_URL=seeded_sqlite_url)
    assert demo.returncode == 0, demo.stderr
    assert "RWF" in demo.stdout
    assert "August 2025" in demo.stdout


def test_a_command_without_tables_says_what_to_run(tmp_path: Path) -> None:
    said = flask("ai", "say", "hi", DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert (said.returncode, "db upgrade" in said.stderr) == (1, True)


def test_a_fresh_deploy_from_the_procfile_alone(bare_postgresql_url: str) -> None:
    port = free_port()
    keys = {
        "OPENAI_API_KEY": "sk-x",
        "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
        "TWILIO_AUTH_TOKEN": "t",
        "PUBLIC_URL": "https://x.example",
    }
    environment = clean_environment(DATABASE_URL=bare_postgresql_url, PORT=str(port), **keys)
    subprocess.run(
        procfile()["release"], shell=True, cwd=ROOT, env=environment, check=True, timeout=WAIT_S
    )
    web = start_web(environment)
    try:
        assert until(lambda: answers(f"http://127.0.0.1:{port}/readyz"))["database"] == "ok"
        assert requests.get(f"http://127.0.0.1:{port}/phone", timeout=WAIT_S).status_code == 404
    finally:
        assert end(web) == 0


def test_in_production_missing_keys_stop_the_start_and_are_named() -> None:
    command = procfile()["web"]
    ended = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=clean_environment(PORT="0", OPENAI_API_KEY="sk-x"),
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert ended.returncode != 0
    for missing in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_URL"):
        assert missing in ended.stderr
    assert "Traceback" not in ended.stderr


def answers(url: str) -> dict[str, Any] | None:
    try:
        return dict(requests.get(url, timeout=1).json())
    except requests.RequestException:
        return None
