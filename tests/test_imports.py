"""What a process keeps in memory: each as little as its work needs. A fresh interpreter tells."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_settings import KEYS

ROOT = Path(__file__).parents[1]
MASTER = "import runpy; runpy.run_path('gunicorn.conf.py')"
# What it prints is not what is asked for here.
STARTUP = """
import contextlib, io, runpy
with contextlib.redirect_stdout(io.StringIO()):
    runpy.run_module("handlers.startup", run_name="__main__")
"""
WORKER = "import app; app.create_app()"


def imported_by(work: str, **settings: str) -> set[str]:
    """The top-level modules that are there when `work` is done, with all keys set."""
    tell = (
        "import json, sys;"
        " json.dump(sorted({name.partition('.')[0] for name in sys.modules}), sys.stdout)"
    )
    environment = {"PATH": os.environ["PATH"], "DOTENV": os.devnull} | KEYS | settings
    done = subprocess.run(
        [sys.executable, "-c", f"{work}\n{tell}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_the_master_imports_nothing_of_the_service_but_its_lock_and_its_worker() -> None:
    heavy = {"app", "settings", "handlers", "flask", "pydantic", "sqlalchemy", "psycopg"}
    assert not imported_by(MASTER) & heavy


def test_whoever_reads_the_settings_at_the_start_imports_little() -> None:
    heavy = {"babel", "flask", "psycopg", "rapidfuzz", "sqlalchemy", "urllib3", "websocket"}
    assert not imported_by(STARTUP, DATABASE_URL="sqlite:///nowhere.db") & heavy


def test_a_process_that_serves_imports_nothing_that_it_leaves_to_others() -> None:
    unused = {"sandbox", "websockets", "alembic", "psycopg", "av", "PIL", "opentelemetry"}
    unused |= {"argon2", "flask_security", "flask_wtf", "limits", "redis", "zxcvbn"}
    assert not imported_by(WORKER, DATABASE_URL="sqlite:///nowhere.db") & unused


@pytest.mark.parametrize("work", [STARTUP, WORKER])
def test_what_a_process_imported_is_not_looked_through_for_garbage_as_it_ends(work: str) -> None:
    held = "import gc; assert gc.get_freeze_count() > 2 * len(gc.get_objects())"
    imported_by(f"{work}\n{held}")


@pytest.mark.parametrize("key", ["OPENAI_API_KEY", "TWILIO_ACCOUNT_SID"])
def test_a_missing_key_brings_the_sandbox(key: str) -> None:
    missing = {key: ""} | ({"TWILIO_AUTH_TOKEN": ""} if key == "TWILIO_ACCOUNT_SID" else {})
    assert "sandbox" in imported_by(WORKER, **missing)


SANDBOXED = "TABLESIDE_ENV is production, and production has no sandbox"


def refused_import(work: str, folder: Path = ROOT, **settings: str) -> str:
    """What a process says that tries to import each module of the sandbox once `work` is done."""
    modules = sorted(
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in (ROOT / "sandbox").rglob("*.py")
    )
    attempts = f"""
import importlib
for module in {modules}:
    try:
        importlib.import_module(module)
    except ImportError as error:
        print(error)
    else:
        print("imported", module)
"""
    done = subprocess.run(
        [sys.executable, "-c", f"{work}\n{attempts}"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | KEYS | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(modules) > 20
    return "\n".join(set(lines))


@pytest.mark.parametrize("value", ["production", " Production ", '"production"'])
def test_where_production_is_set_nothing_of_the_sandbox_can_be_imported(value: str) -> None:
    said = refused_import("", TABLESIDE_ENV=value, DOTENV=os.devnull)
    assert said.startswith(SANDBOXED)
    assert "\n" not in said


EVERY_WAY_IN = """
import sys
import app
from click import Context
made = app.create_app()
context = Context(made.cli)
for name in made.cli.list_commands(context):
    made.cli.get_command(context, name).get_help(context)
client = made.test_client()
assert not [rule for rule in made.url_map.iter_rules() if "phone" in str(rule)]
assert client.get("/phone").status_code == client.get("/phone/api/world").status_code == 404
assert client.get("/").status_code == 200
assert not {"sandbox", "websockets"} & {name.partition(".")[0] for name in sys.modules}
"""


def test_nor_once_a_service_knows_by_its_file_and_none_of_its_ways_in_tries(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("TABLESIDE_ENV=production\n")
    said = refused_import(EVERY_WAY_IN, tmp_path, DATABASE_URL="sqlite:///nowhere.db")
    assert said.startswith(SANDBOXED)
    assert "\n" not in said


def test_time_zones_are_known_where_the_machine_has_none() -> None:
    work = "import zoneinfo; zoneinfo.ZoneInfo('Africa/Kigali')"
    assert "tzdata" in imported_by(work, PYTHONTZPATH="")
