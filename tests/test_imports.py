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


def test_a_process_that_serves_imports_nothing_that_it_leaves_to_others() -> None:
    unused = {"sandbox", "websockets", "alembic", "psycopg", "av", "PIL", "opentelemetry"}
    assert not imported_by(WORKER, DATABASE_URL="sqlite:///nowhere.db") & unused


@pytest.mark.parametrize("key", ["OPENAI_API_KEY", "TWILIO_ACCOUNT_SID"])
def test_a_missing_key_brings_the_sandbox(key: str) -> None:
    missing = {key: ""} | ({"TWILIO_AUTH_TOKEN": ""} if key == "TWILIO_ACCOUNT_SID" else {})
    assert "sandbox" in imported_by(WORKER, **missing)


def test_time_zones_are_known_where_the_machine_has_none() -> None:
    work = "import zoneinfo; zoneinfo.ZoneInfo('Africa/Kigali')"
    assert "tzdata" in imported_by(work, PYTHONTZPATH="")
