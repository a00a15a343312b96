"""SQLite has one process: who comes second is told whom to stop."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from models.database.address import read
from models.database.one_process import LockError, be_the_only_process, lock


def test_the_second_process_is_told_who_the_first_is_and_what_to_do(tmp_path: Path) -> None:
    file = str(tmp_path / "tableside.db")
    with lock(file), pytest.raises(LockError) as caught:
        lock(file)
    assert f"another process serves on {file}" in str(caught.value)
    assert f"kill {os.getpid()}" in str(caught.value)
    assert "PostgreSQL" in str(caught.value)


def test_who_asks_in_vain_leaves_the_holders_name(tmp_path: Path) -> None:
    file = str(tmp_path / "tableside.db")
    with lock(file):
        for _ in range(2):
            with pytest.raises(LockError, match=f"kill {os.getpid()}"):
                lock(file)


def test_a_lock_of_an_older_release_names_nobody(tmp_path: Path) -> None:
    file = str(tmp_path / "tableside.db")
    with lock(file) as held:
        held.truncate(0)
        with pytest.raises(LockError, match="another process serves on"):
            lock(file)


def test_what_a_killed_process_left_behind_is_waited_for(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    file = tmp_path / "tableside.db.lock"
    file.write_text(str(ended.pid))
    with file.open() as orphan:
        fcntl.flock(orphan, fcntl.LOCK_EX)
        Timer(0.1, fcntl.flock, [orphan, fcntl.LOCK_UN]).start()
        with lock(str(tmp_path / "tableside.db")):
            assert file.read_text() == str(os.getpid())


def test_a_lock_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "tableside.db"
    with pytest.raises(LockError, match=f"beside {file}: No such file or directory"):
        lock(str(file))


def test_two_names_of_one_file_are_one_lock(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "tableside.db")
    held = be_the_only_process(read(f"sqlite:///{tmp_path / 'tableside.db'}").url)
    with pytest.raises(LockError, match=f"kill {os.getpid()}"):
        be_the_only_process(read(f"sqlite:///{tmp_path / 'link.db'}").url)
    assert held is not None
    held.close()
