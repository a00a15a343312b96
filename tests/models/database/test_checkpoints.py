"""SQLite's log comes into its file beside the statements, and begins anew."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.database.checkpoints import Checkpoints
from models.database.engine import Database
from tests.models.desk import Desk


def test_all_that_was_written_comes_into_the_file_and_the_log_begins_anew(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    desk, checkpoints = Desk(database), Checkpoints(database.url)
    log = tmp_path / "tableside.db-wal"
    desk.write("One", "Two")
    assert checkpoints.run(here)
    size = log.stat().st_size
    desk.write("Three")
    assert log.stat().st_size == size
    checkpoints.close()
    database.close()


def test_a_transaction_that_is_open_meanwhile_is_kept(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    desk, checkpoints = Desk(database), Checkpoints(database.url)
    desk.write("One")
    with database.connection() as connection:
        desk.take_in("SM-open", "Two", within=connection)
        assert checkpoints.run(here)
    assert [message.text for message in desk.claimed(desk.arrive()).messages] == ["One", "Two"]
    checkpoints.close()
    database.close()


def test_what_somebody_still_reads_is_not_written_over(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    desk, checkpoints = Desk(database), Checkpoints(database.url)
    desk.write("One")
    reader = sqlite3.connect(tmp_path / "tableside.db", isolation_level=None)
    reader.execute("BEGIN")
    before = reader.execute("SELECT count(*) FROM messages").fetchone()
    desk.write("Two")
    assert not checkpoints.run(here)
    assert reader.execute("SELECT count(*) FROM messages").fetchone() == before == (1,)
    reader.close()
    assert checkpoints.run(here)
    checkpoints.close()
    database.close()


def here(work: Callable[[], Any]) -> Any:
    return work()
