"""What nobody catches is told like every other error, whoever would have printed it otherwise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORDS = "zebrafinch"
NUMBER = "+250788123987"

# Each way by which an error leaves what nobody watches, with a class of its own to be known by.
BEGINS = """
import atexit, gc, json, logging, sys, threading, warnings
from gunicorn.config import Config
from gunicorn_lines import JsonLogger, PlainLogger
from telemetry.logs import configure_logging
WORDS = "zebra" + "finch"
NUMBER = "+250788" + "123987"
configure_logging("INFO", as_json=AS_JSON, secrets=["seven" + "otters"])

def fails(name, *_):
    raise type(name, (Exception,), {})(f"{WORDS}, {NUMBER}, seven" + "otters")
"""
ANYWHERE = """
thread = threading.Thread(target=fails, args=("InThread", WORDS), name="one")
thread.start()
thread.join()

class Dropped:
    def __init__(self, words): self.words = words
    def __repr__(self): return self.words
    def __del__(self): fails("InDel")
Dropped(WORDS)
gc.collect()
atexit.register(fails, "AtExit", WORDS)
warnings.warn(f"Never say {WORDS} to {NUMBER}", FutureWarning)

class InRepr:
    def __str__(self): fails("InRecord")
gunicorn = (JsonLogger if AS_JSON else PlainLogger)(Config()).error_log
lonely = logging.getLogger("lonely")
lonely.propagate = False
for logger in (logging.getLogger("library"), lonely, gunicorn):
    logger.error(f"%d fishes, {WORDS}", WORDS)
    logger.error("%s", InRepr())
    logger.error("to %s", NUMBER)
    try: fails("Caught")
    except Exception: logger.exception("oh")
"""
OF_GREENLETS = """
import gevent
from gevent.server import StreamServer
from gevent import get_hub, socket
hub = get_hub()
gevent.spawn(fails, "InGreenlet", WORDS).join()
gevent.spawn(lambda: None).link(lambda _: fails("InLink"))
hub.loop.run_callback(fails, "InCallback", WORDS)
timer = hub.loop.timer(0)
timer.start(fails, "InTimer", WORDS)
hub.threadpool.spawn(fails, "InPool", WORDS).wait()
with StreamServer(("127.0.0.1", 0), lambda *_: fails("InServer")) as server:
    server.start()
    socket.create_connection(("127.0.0.1", server.server_port)).recv(1)
gevent.sleep(0.01)
"""
ENDS = """
try: fails("First")
except Exception: fails("AtTheEnd")
"""
EVERYWHERE = {"InThread", "InDel", "AtExit", "TypeError", "InRecord", "AtTheEnd"}
IN_GREENLETS = {"InGreenlet", "InLink", "InCallback", "InTimer", "InPool", "InServer"}


def ended(script: str, status: int) -> str:
    """All that a process of these lines writes."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert not [each for each in (WORDS, NUMBER[1:], "sevenotters") if each in done.stdout]
    return done.stdout


def test_whatever_ends_in_a_process_that_serves_is_told_without_its_words() -> None:
    patched = "from gevent import monkey; monkey.patch_all(); AS_JSON = True\n"
    told = ended(patched + BEGINS + ANYWHERE + OF_GREENLETS + ENDS, status=1)
    lines = [json.loads(line) for line in told.splitlines()]
    crashes = [line for line in lines if line["event"] == "crashed"]
    assert {line["error"] for line in crashes} == EVERYWHERE | IN_GREENLETS
    for line in crashes:
        assert line["exception"].endswith(line["error"])
        assert 'File "' in line["exception"]
    first, last = crashes[-2]["exception"].split("\n\n")
    assert first.endswith("First")
    assert last.endswith("AtTheEnd")
    of_records = [line for line in crashes if line["error"] in {"TypeError", "InRecord"}]
    assert len([line for line in of_records if line["line_of"].startswith("<string>:")]) == 6
    [warned] = [line for line in lines if line["event"] == "warned"]
    assert warned["warning"] == "FutureWarning"
    assert warned["where"].startswith("<string>:")
    assert [line["event"] for line in lines].count("to +250***987") == 3
    assert [line["event"] for line in lines].count("oh") == 3


def test_at_the_command_line_they_are_words_for_a_person() -> None:
    told = ended("AS_JSON = False\n" + BEGINS + ANYWHERE + ENDS, status=1)
    for each in EVERYWHERE:
        assert f"error={each}" in told
        assert told.count(f"\n{each}\n") + told.count(f".{each}\n") >= 1
    assert "warning=FutureWarning" in told
    assert told.count("to +250***987") == 3


@pytest.mark.parametrize("what", ["KeyboardInterrupt", "SystemExit"])
def test_an_end_that_was_asked_for_is_no_crash(what: str) -> None:
    script = f"""
import logging, threading
from telemetry.logs import configure_logging
configure_logging("INFO", as_json=True)
def ends(words): raise SystemExit(7)
thread = threading.Thread(target=ends, args=["x"])
thread.start()
thread.join()
try: raise ValueError("zebra" + "finch")
except ValueError: raise {what}
"""
    assert ended(script, status=-2 if what == "KeyboardInterrupt" else 0) == ""


def test_a_worker_that_cant_start_says_why_by_its_class(tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text("def app():\n    raise ValueError('zebra' + 'finch')\n")
    script = f"""
import sys
sys.argv = ["gunicorn", "--bind", "127.0.0.1:0", "--worker-class", "web_worker.WebWorker",
    "--logger-class", "gunicorn_lines.JsonLogger", "--no-control-socket",
    "--pythonpath", {str(tmp_path)!r}, "failing:app()"]
from gunicorn.app.wsgiapp import run
run()
"""
    told = ended(script, status=3)
    assert "\nValueError\n" in told
    assert "in app\\n" in told
