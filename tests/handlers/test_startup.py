"""What gunicorn is told before there is a worker, and what the operator is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def asked(**settings: str) -> "subprocess.CompletedProcess[str]":
    """`python -m handlers.startup`, with only these settings."""
    return subprocess.run(
        [sys.executable, "-m", "handlers.startup"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DOTENV": os.devnull} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_name_that_is_near_to_a_settings_is_logged_and_the_start_goes_on() -> None:
    done = asked(OPENAI_KEY="s3cret", PORT="9000")
    assert json.loads(done.stdout)["port"] == 9000
    assert done.stderr.count("OPENAI_KEY is not a setting: did you mean OPENAI_API_KEY?") == 1
    assert "s3cret" not in done.stderr


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_can_t_be_used_stops_the_start(name: str) -> None:
    done = asked(OPENAI_API_KEY="sk-1", **{name: "socks5://me:s3cret@proxy:1080"})
    assert done.returncode == 1
    [_, sentence] = done.stderr.splitlines()
    assert sentence.startswith(f"{name}: must be http://HOST:PORT")
    assert "s3cret" not in sentence


def test_a_persona_that_there_is_not_stops_the_start() -> None:
    done = asked(DEFAULT_PERSONA="wiater")
    assert done.returncode == 1
    [_, sentence] = done.stderr.splitlines()
    assert sentence.startswith("DEFAULT_PERSONA: 'wiater' is not one of waiter, cfo")
