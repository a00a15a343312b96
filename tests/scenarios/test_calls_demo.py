"""`calls demo` where no service runs: it starts one as `make run` does, calls it, and ends it."""

import subprocess
from pathlib import Path

from handlers.cli.beside import IS_IT_THERE
from sandbox.practice.speech import spoken_in_mulaw
from tests.ports import free_port
from tests.scenarios.world import ROOT, clean_environment

WITHIN_S = 160


def flask(database_url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = clean_environment(DATABASE_URL=database_url, PORT=str(free_port()))
    command = [str(Path(environment["PATH"]) / "flask"), "--app", "app", *words]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


def test_it_calls_a_service_of_its_own_and_tells_what_was_heard(
    seeded_sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "thanks.ulaw"
    file.write_bytes(spoken_in_mulaw("say exactly: Yes."))
    done = flask(seeded_sqlite_url, "calls", "demo", str(file))
    assert done.returncode == 0, done.stderr
    assert "one is started for the time of the call" in done.stderr
    for told in ("it is answered", "its sound is connected", "> thanks.ulaw", "it is over"):
        assert told in done.stdout
    assert "First sound: " in done.stdout
    assert "thanks.ulaw: answered after " in done.stdout
    assert "Faults: 0." in done.stdout


def test_without_tables_it_says_how_to_make_them(tmp_path: Path) -> None:
    done = flask(f"sqlite:///{tmp_path / 'bare.db'}", "calls", "demo")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(IS_IT_THERE)
    assert "answers 503: " in done.stderr
