"""How gunicorn serves Tableside: gevent, patched before anything else; turns drain when a worker is told to stop."""

from gevent import monkey

monkey.patch_all()

import sys
from threading import Thread
from typing import Any

import psycopg.waiting
from gunicorn.arbiter import Arbiter

from models.database import driver_url
from models.sole import SecondProcessError, be_the_only_process
from settings import Settings, SettingsError, load_settings
from web_worker import WebWorker

# After the grace time for turns: for requests that still wait for a reply, and for the goodbye.
CLOSING_S = 2


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        sys.exit(f"Tableside can't start.\n{error}")


_now = _settings()
# A stand-in must not be reachable from outside.
_has_stand_in = _now.twilio_is_stand_in or _now.openai_is_stand_in
bind = f"{'127.0.0.1' if _has_stand_in else '0.0.0.0'}:{_now.port}"  # noqa: S104 (a dyno is reached from outside)
workers = _now.web_concurrency
worker_class = WebWorker
worker_connections = 2_000
preload_app = False
graceful_timeout = int(_now.grace_s) + CLOSING_S
timeout = 60
control_socket_disable = True
# Seconds; longer than any router keeps an idle connection (Heroku's: 90), so that it is never ours that ends first.
keepalive = 100
_drains: list[Thread] = []
_locks: list[object] = []


def on_starting(_server: Arbiter) -> None:
    """In the master, before any worker: what is wrong stops the start with a sentence."""
    settings = _settings()
    try:
        # Held for as long as the master lives, whatever becomes of its workers.
        _locks.append(be_the_only_process(driver_url(settings.database_url)))
    except (SecondProcessError, ValueError) as error:
        sys.exit(f"Tableside can't start.\nDATABASE_URL: {error}")


def post_worker_init(worker: WebWorker) -> None:
    """The worker's own half of the service starts here, after the fork."""
    # psycopg imported before gevent's patch would block the whole process without a word.
    assert psycopg.waiting.wait.__name__ == "wait_poll", "psycopg was imported before gevent patched"
    service = worker.wsgi.extensions["tableside"]
    service.start()
    drain = Thread(target=_drain_when_told, args=(worker, service), name="drain")
    drain.start()
    _drains.append(drain)
    if _has_stand_in:
        _tell_address()


def worker_exit(_server: Arbiter, worker: WebWorker) -> None:
    """Background greenlets would be killed without a word: wait for them."""
    worker.stopping.set()  # not yet, where it ends because its master is gone
    for drain in _drains:
        drain.join()


def _drain_when_told(worker: WebWorker, service: Any) -> None:
    """Turns drain from the moment of the signal, beside the requests that are still being answered."""
    worker.stopping.wait()
    service.stop()


def _tell_address() -> None:
    """What a person at the terminal wants to know."""
    stand_ins = ["Twilio"] * _now.twilio_is_stand_in + ["the model"] * _now.openai_is_stand_in
    lines = [f"Tableside runs at {_now.local_url}, with a stand-in for {' and '.join(stand_ins)}."]
    if _now.twilio_is_stand_in:
        lines.append(f"Open {_now.local_url}/phone and say hello.")
    sys.stdout.write("\n  " + "\n  ".join([*lines, "Ctrl-C stops it."]) + "\n\n")
    sys.stdout.flush()
