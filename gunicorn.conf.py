"""How gunicorn serves Tableside: gevent, patched before anything else; turns drain at a stop.

The master lives as long as the service and does next to nothing: of the service's modules it
imports those that need none but the standard library and gunicorn. What the settings say, a
process of its own tells it.
"""

from gevent import get_hub, monkey

monkey.patch_all()

import gc
import json
import os
import resource
import signal
import sys
from threading import Thread
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config

from gunicorn_lines import JsonLogger, PlainLogger
from listening import PortError, addresses, check_free
from models.database.one_process import LockError, lock
from web_worker import WebWorker

STDOUT = 1
# Not gevent's, nor `subprocess`, which is gevent's too: they would take the signal
# of a child's end away from gunicorn.
close, posix_spawn, waitpid = monkey.get_original("os", ["close", "posix_spawn", "waitpid"])
# After the grace time for turns: for requests that still wait for a reply, and for the goodbye.
CLOSING_S = 2
# How often it looks whether its terminal is still there.
LOOK_S = 1.0


def _told_by_the_settings() -> dict[str, Any]:
    """See handlers/startup.py.

    Read anew at SIGHUP, as this file is; what does not fit ends the start with its sentence.
    """
    reading, writing = os.pipe()
    asked = posix_spawn(
        sys.executable,
        [sys.executable, "-m", "handlers.startup"],
        _environment(),
        file_actions=[(os.POSIX_SPAWN_DUP2, writing, STDOUT)],
    )
    close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        told = answer.read()
    if code := os.waitstatus_to_exitcode(waitpid(asked, 0)[1]):
        sys.exit(code)
    return dict(json.loads(told))


def _environment() -> dict[str, str]:
    """With what `--env` adds, which gunicorn itself sets only once this file has been read."""
    config = Config()
    options, _ = config.parser().parse_known_args([*config.get_cmd_args_from_env(), *sys.argv[1:]])
    return os.environ | dict(each.split("=", 1) for each in options.raw_env or ())


_now = _told_by_the_settings()
# A dyno is reached from outside; a stand-in must not be.
_has_stand_in = _now["twilio_is_stand_in"] or _now["openai_is_stand_in"]
bind = addresses(_now["port"], from_outside=not _has_stand_in)
workers = _now["processes"]
worker_class = WebWorker
worker_connections = 2_000
WebWorker.patience_s = _now["slow_client_s"]
# Of a request's first line, of each of its headers, and how many those may be: Twilio's have some
# twenty short ones, a browser's cookies are the longest. Beyond it 414 and 431.
limit_request_line = 4_094
limit_request_field_size = 8_190
limit_request_fields = 100
preload_app = False
loglevel = _now["log_level"]
logger_class = JsonLogger if _now["is_production"] else PlainLogger
graceful_timeout = int(_now["grace_s"]) + CLOSING_S
timeout = 60
control_socket_disable = True
# Seconds; longer than any router keeps an idle connection (Heroku's: 90): ours never ends first.
keepalive = 100
_drains: list[Thread] = []
# So `nohup` starts a program.
_outlives_its_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def on_starting(server: Arbiter) -> None:
    """In the master, before any worker: what is wrong stops the start with a sentence."""
    _allow_files()
    if _now["sqlite_file"]:
        try:
            # Held for as long as the master lives, whatever becomes of its workers,
            # or of this file at SIGHUP.
            server.sqlite_lock = lock(_now["sqlite_file"])
        except LockError as error:
            sys.exit(f"Tableside can't start.\nDATABASE_URL: {error}")
    try:
        check_free(_to_be_bound(server))
    except PortError as error:
        sys.exit(f"Tableside can't start.\n{error}")


def when_ready(server: Arbiter) -> None:
    """In the master: SIGHUP, which is gunicorn's word for a reload, is a terminal's last word too.

    Where a terminal was closed, and anywhere outside production, it ends the service.
    """
    if _outlives_its_terminal:
        return
    had_terminal = _has_terminal()

    def end_or_reload(_signal: int, frame: Any) -> None:
        is_left = had_terminal and not _has_terminal()
        ends = is_left or not _now["is_production"]
        server.signal(signal.SIGTERM if ends else signal.SIGHUP, frame)

    signal.signal(signal.SIGHUP, end_or_reload)


def post_fork(_server: Arbiter, _worker: WebWorker) -> None:
    """What a worker makes until it serves is here to stay: looking through it is wasted."""
    gc.disable()


def post_worker_init(worker: WebWorker) -> None:
    """The worker's own half of the service starts here, after the fork."""
    # psycopg imported before gevent's patch would block the whole process without a word.
    # On SQLite it is not there.
    waiting = sys.modules.get("psycopg.waiting")
    is_patched = waiting is None or waiting.wait.__name__ == "wait_poll"
    assert is_patched, "psycopg was imported before gevent patched"
    service = worker.wsgi.extensions["tableside"]
    from setting_values import secrets_in  # noqa: PLC0415 (the master does without it)

    worker.log.mask(secrets_in(service.settings))
    headers = worker.wsgi.extensions["tableside.headers"]
    worker.headers = "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
    service.metrics.greenlets.labels("connections").set_function(worker.count_connections)
    if _now["counts_in_redis"]:
        worker.wsgi.extensions["tableside.limits"].open()
    service.start(natively=get_hub().threadpool.apply)
    drain = Thread(target=_drain_when_told, args=(worker, service), name="drain")
    drain.start()
    _drains.append(drain)
    if _may_be_left_alone():
        Thread(target=_end_with_terminal, args=(worker,), name="terminal", daemon=True).start()
    if _has_stand_in:
        _tell_address(service)
    # Modules, classes and routes are here to stay: without this the collector would go through all
    # of them again and again, for 50 ms in which nothing else runs. There is next to no garbage
    # among them, and to look for it would take as long as a tenth of the start.
    gc.freeze()
    gc.enable()
    # A message makes and drops some thousand objects: looked at ten times more seldom, most of them
    # are gone by themselves.
    gc.set_threshold(10_000, 20, 50)


def worker_exit(_server: Arbiter, worker: WebWorker) -> None:
    """Background greenlets would be killed without a word: wait for them."""
    worker.stopping.set()  # not yet, where it ends by an error
    for drain in _drains:
        drain.join()


def _drain_when_told(worker: WebWorker, service: Any) -> None:
    """Turns drain from the moment of the signal, beside requests that are still being answered."""
    worker.stopping.wait()
    service.stop()


def _may_be_left_alone() -> bool:
    """Whether nobody tells us that our terminal was closed.

    The kernel tells the session's leader alone. A shell at a prompt, which keeps its jobs in groups
    of their own, passes it on to those that are to end with it; `make`, as the terminal's own
    command, does not.
    """
    is_leaders_group = os.getpgrp() == os.getsid(0)
    return is_leaders_group and not _outlives_its_terminal and _has_terminal()


def _end_with_terminal(worker: WebWorker) -> None:
    while not worker.stopping.wait(LOOK_S):
        if not _has_terminal():
            os.kill(worker.ppid, signal.SIGHUP)  # as if it had been told
            return


def _to_be_bound(server: Arbiter) -> list[tuple[str, int]]:
    """`bind`, or what the command line has in its place; nothing that another process hands on."""
    if {"GUNICORN_FD", "LISTEN_FDS"} & os.environ.keys() or server.cfg.reuse_port:
        return []
    return [each for each in server.address if isinstance(each, tuple)]


def _allow_files() -> None:
    """As many connections as we serve need more open files than some shells allow at first."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _has_terminal() -> bool:
    try:
        close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _tell_address(service: Any) -> None:
    """What a person at the terminal wants to know."""
    url = _now["local_url"]
    stand_ins = ["Twilio"] * _now["twilio_is_stand_in"] + ["the model"] * _now["openai_is_stand_in"]
    lines = [f"Tableside runs at {url}, with a stand-in for {' and '.join(stand_ins)}."]
    if _now["twilio_is_stand_in"]:
        lines.append(f"Open {url}/phone and say hello.")
        if link := service.links.practice():
            lines.append(f"Open {link} for the console, as Grace, who owns both.")
            lines.append(
                "It signs you in once; flask --app app staff link +9990000002 has another."
            )
    sys.stdout.write("\n  " + "\n  ".join([*lines, "Ctrl-C stops it."]) + "\n\n")
    sys.stdout.flush()
