"""What a call does beside itself: tools, checks, the transfer; each in a thread of its own.

What fails there is logged, and the call goes on.
"""

from collections.abc import Callable
from threading import Condition, Thread

from conversation.call.records import Ringing
from telemetry.logs import log, log_defect
from whatsapp.host import SendError


class Work:
    """`begin` and `is_done` are called under the lock of `changed`. `call`: for the log."""

    def __init__(self, changed: Condition, call: str) -> None:
        self._changed = changed
        self._call = call
        self._threads: set[Thread] = set()

    @property
    def is_done(self) -> bool:
        return not self._threads

    def begin(self, work: Callable[[], object]) -> None:
        thread = Thread(target=lambda: self._run(work, thread), name="call-work", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _run(self, work: Callable[[], object], thread: Thread) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 (whatever it was, the call goes on)
            log_defect("call.failed", error, call=self._call)
        finally:
            with self._changed:
                self._threads.discard(thread)
                self._changed.notify_all()


def put_through(ringing: Ringing, on_failure: Callable[[], object]) -> None:
    """Where nobody can put them through, the call goes on."""
    is_done = False
    try:
        if ringing.transfer is not None:
            ringing.transfer()
            is_done = True
    except SendError as error:
        log.warning("call.not_put_through", call=ringing.sid, why=str(error))
    finally:
        if not is_done:
            on_failure()
