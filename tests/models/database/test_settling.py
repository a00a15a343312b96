"""What SQLite committed is on the disk before anybody relies on it, and many share one sync."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from models.database.absence import DISK_FAULT
from models.database.engine import Database, DatabaseUnavailableError
from models.database.settling import Settling, quietly
from tests.models.desk import Desk, eventually

MANY = 8


class Disk:
    """A thread of the system's own that takes its time, as a disk does."""

    def __init__(self) -> None:
        self.syncs = 0
        self.is_busy = Event()
        self.may_end = Event()

    def __call__(self, work: Callable[[], Any]) -> Any:
        self.syncs += 1
        self.is_busy.set()
        assert self.may_end.wait(10)
        return work()


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    disk.may_end.set()


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    Desk(database).take_in("SM1", "Hello")
    yield database
    database.close()


def test_who_commits_during_a_sync_waits_for_the_next_one_and_all_of_them_share_it(
    database: Database, disk: Disk
) -> None:
    database.begin_settling(disk)
    with ThreadPoolExecutor(MANY + 1) as threads:
        first = threads.submit(database.settle)
        assert disk.is_busy.wait(10)
        others = [threads.submit(database.settle) for _ in range(MANY)]
        assert not any(each.done() for each in others)
        disk.may_end.set()
        for each in [first, *others]:
            each.result(10)
    assert disk.syncs == 2


def test_a_disk_that_fails_is_an_absence_and_the_next_try_a_new_one(database: Database) -> None:
    tries = iter([OSError("EIO"), None, None])

    def failing_once(work: Callable[[], Any]) -> Any:
        if error := next(tries):
            raise error
        return work()

    database.begin_settling(failing_once)
    with pytest.raises(DatabaseUnavailableError, match=DISK_FAULT):
        database.settle()
    database.settle()


def test_a_file_that_is_not_there_is_an_absence(tmp_path: Any) -> None:
    settling = Settling(str(tmp_path / "nowhere.db"))
    settling.settle()  # nobody serves yet
    settling.begin(lambda work: work())
    with pytest.raises(DatabaseUnavailableError, match=DISK_FAULT):
        settling.settle()


def at_once(work: Callable[[], Any]) -> Any:
    return work()


@pytest.mark.parametrize("name", ["link.db", "folder/tableside.db"])
def test_a_log_is_beside_the_file_itself_by_whatever_link_it_is_called(
    sqlite_url: str, tmp_path: Path, name: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "link.db").symlink_to(tmp_path / "tableside.db")
    (elsewhere / "folder").symlink_to(tmp_path)
    database = Database(f"sqlite:///{elsewhere / name}")
    database.begin_settling(at_once)
    Desk(database).take_in("SM1", "Hello")
    assert (tmp_path / "tableside.db-wal").exists()
    database.settle()
    database.close()


def test_what_was_written_into_the_file_as_the_last_connection_closed_is_settled(
    database: Database, tmp_path: Path
) -> None:
    database.begin_settling(at_once)
    with pytest.raises(ZeroDivisionError), database.connection():
        raise ZeroDivisionError
    assert not (tmp_path / "tableside.db-wal").exists()
    database.settle()


def test_on_postgresql_there_is_nothing_to_wait_for(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    database.begin_settling(lambda _: pytest.fail("its commits are on the disk"))
    database.settle()
    database.close()


def test_nobody_waits_for_ever_behind_one_that_failed(database: Database, disk: Disk) -> None:
    tries = iter([True, False])

    def failing_once(work: Callable[[], Any]) -> Any:
        if next(tries):
            disk(lambda: None)
            raise OSError("EIO")
        return work()

    database.begin_settling(failing_once)
    ended: list[str] = []

    def settle(name: str) -> None:
        try:
            database.settle()
            ended.append(name)
        except DatabaseUnavailableError:
            ended.append(f"{name} failed")

    first, second = (Thread(target=settle, args=(name,)) for name in ("first", "second"))
    first.start()
    assert disk.is_busy.wait(10)
    second.start()
    disk.may_end.set()
    assert eventually(lambda: sorted(ended) == ["first failed", "second"])


def test_who_runs_it_sees_nothing_of_what_the_work_raises() -> None:
    """gevent's pool prints what it sees, a line of text for each of its frames."""
    seen: list[Exception] = []

    def pool(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:
            seen.append(error)
            raise

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        quietly(pool)(fail)
    assert (quietly(pool)(lambda: 7), seen) == (7, [])
