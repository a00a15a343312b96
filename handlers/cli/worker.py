"""The worker: a process that answers what web processes only take in."""

import signal
from threading import Event

import click

from handlers.startup import warn_of_names
from models.database.one_process import LockError, be_the_only_process
from service import Service
from settings import Settings

# A wait without a time-out would keep a signal from being seen where threads are greenlets.
SIGNAL_CHECK_S = 0.2


def worker_command(settings: Settings) -> click.Command:
    @click.command("worker")
    def worker() -> None:
        """Answer what web processes take in (WEB_RUNS_TURNS=false), until SIGTERM."""
        if settings.twilio_is_stand_in or settings.openai_is_stand_in:
            raise click.ClickException(
                "A worker has no stand-ins:"
                " set OPENAI_API_KEY, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
            )
        warn_of_names()
        # WEB_RUNS_TURNS is for processes that serve the web.
        service = Service(settings, runs_turns=True)
        try:
            lock = be_the_only_process(service.database.url)
        except LockError as error:
            raise click.ClickException(f"DATABASE_URL: {error}") from None
        told = Event()
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Whoever has a program outlive its terminal (nohup) had SIGHUP ignored before.
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, lambda *_: told.set())
        service.start()
        click.echo("The worker runs.", err=True)
        while not told.wait(SIGNAL_CHECK_S):
            pass
        service.stop()
        if lock:
            lock.close()

    return worker
