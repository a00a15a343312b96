"""A program beside ours: what goes in, what comes back, and nothing of it that stays."""

import os
import subprocess
import sys
import time

import pytest

from tests.scenarios.world import ROOT
from whatsapp.child import Child

PLENTY_S = 20.0
LARGE = os.urandom(3_000_000)
ECHO = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
# Ten at once, where threads are greenlets and their sockets block nobody.
UNDER_GEVENT = f"""
from gevent import monkey; monkey.patch_all()
import os, sys
from concurrent.futures import ThreadPoolExecutor
from whatsapp.child import Child
content = os.urandom(500_000)
run = lambda _: Child([sys.executable, "-c", {ECHO!r}], {{}}).answer(content, {PLENTY_S})
assert list(ThreadPoolExecutor(10).map(run, range(10))) == [content] * 10
"""


def run(program: str, content: bytes = b"", timeout_s: float = PLENTY_S) -> bytes:
    return Child([sys.executable, "-c", program], {}).answer(content, timeout_s)


def test_what_it_answers_comes_back_whole() -> None:
    assert run(ECHO, LARGE) == LARGE
    assert run(ECHO) == b""


def test_so_it_does_under_gevent() -> None:
    done = subprocess.run([sys.executable, "-c", UNDER_GEVENT], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_of_one_that_breaks_there_is_what_it_said_until_then() -> None:
    said = "import os, sys; sys.stdout.buffer.write(b'half'); sys.stdout.flush(); os.abort()"
    assert run(said) == b"half"
    assert run("import os; os._exit(1)", LARGE) == b""


def test_how_it_ended_is_known() -> None:
    for program, status in (("", 0), ("import sys; sys.exit(3)", 3), ("import os; os.abort()", -6)):
        child = Child([sys.executable, "-c", program], {})
        child.answer(b"", PLENTY_S)
        assert child.status == status


def test_one_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    for program in ("import time; time.sleep(60)", "while True: print('more', flush=True)"):
        with pytest.raises(TimeoutError):
            run(program, timeout_s=0.5)
    assert time.monotonic() - began < PLENTY_S


def test_it_has_none_of_our_environment_and_no_file_of_ours() -> None:
    os.environ["TABLESIDE_SECRET"] = "secret"
    try:
        assert b"SECRET" not in run("import os; print(os.environ)")
    finally:
        del os.environ["TABLESIDE_SECRET"]
    with (ROOT / "README.md").open() as ours:
        said = run(f"import os\ntry: os.fstat({ours.fileno()})\nexcept OSError: print('closed')")
    assert said == b"closed\n"


def test_none_is_left_behind() -> None:
    pid = int(run("import os; print(os.getpid())"))
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
