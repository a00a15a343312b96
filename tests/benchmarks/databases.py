"""The databases that our service is measured on: fresh and a year old, on SQLite and on PostgreSQL.

Each run has a copy.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path

from models.database.migrate import MIGRATIONS, upgrade
from tests.benchmarks import aged
from tests.benchmarks.contenders import DINERS, Contender, Place, ours
from tests.conftest import load_samples
from tests.postgres import Cluster, running_cluster

FRESH, AGED = "Tableside", "Tableside, a year old"


def on_sqlite(cache: Path, wanted: set[str]) -> list[Contender]:
    """Ours on SQLite; `cache` keeps the originals for the next time, since a year takes a while."""
    originals = {title: _original(cache, title) for title in (FRESH, AGED) if title in wanted}
    return [_on_sqlite(title, original) for title, original in originals.items()]


@contextmanager
def on_postgresql(wanted: set[str]) -> Iterator[list[Contender]]:
    """Ours on a PostgreSQL of its own, which ends with the block.

    It runs where its caller does, not beside the service.
    """
    names = (f"run{number}" for number in count())
    with running_cluster() as cluster:
        yield [_on_postgresql(cluster, title, names) for title in (FRESH, AGED) if title in wanted]


def _on_sqlite(title: str, original: Path) -> Contender:
    def prepare(place: Place) -> None:
        with Path(shutil.copyfile(original, place.folder / "tableside.db")).open("rb+") as copied:
            os.fsync(copied)  # or the service's first checkpoint would wait for all of it

    return ours(title, sqlite_url, prepare)


def sqlite_url(place: Place) -> str:
    return f"sqlite:///{place.folder}/tableside.db"


def _on_postgresql(cluster: Cluster, title: str, names: Iterator[str]) -> Contender:
    original = {FRESH: "fresh", AGED: "aged"}[title]
    _make(cluster.create_database(original), is_aged=title == AGED)
    urls: dict[Path, str] = {}

    def prepare(place: Place) -> None:
        urls[place.folder] = cluster.create_database(next(names), template=original)

    return ours(f"{title}, PostgreSQL", lambda place: urls[place.folder], prepare)


def _original(cache: Path, title: str) -> Path:
    """Made anew whenever a migration changes, or what a year is made of."""
    sources = [*sorted((MIGRATIONS / "versions").glob("*.py")), Path(aged.__file__)]
    digest = sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    name = {FRESH: "fresh", AGED: "aged"}[title]
    file = cache / f"{name}-{digest}.db"
    if not file.exists():
        for outdated in cache.glob(f"{name}-*.db*"):
            outdated.unlink()
        unfinished = cache / f"{name}-{os.getpid()}.db"
        _make(f"sqlite:///{unfinished}", is_aged=title == AGED)
        unfinished.rename(file)
    return file


def _make(url: str, *, is_aged: bool) -> None:
    upgrade(url)
    load_samples(url)
    if is_aged:
        aged.fill(url, DINERS)
