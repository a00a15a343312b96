"""The typing indicator: a diner sees that an answer is being written, and theirs as read."""

from _thread import start_new_thread
from contextvars import copy_context
from threading import BoundedSemaphore

from telemetry.logs import log, log_defect
from whatsapp.host import SendError
from whatsapp.outbound import TwilioDoor

# Each holds a connection while Twilio lets it wait. It is a courtesy: beyond so many it is left
# out, and no answer waits for it.
MOST_AT_ONCE = 32


class Typing:
    def __init__(self, door: TwilioDoor) -> None:
        self._door = door
        self._places = BoundedSemaphore(MOST_AT_ONCE)

    def begin(self, sid: str) -> None:
        """Show it for the message of this SID, in passing: nobody waits for it or fails with it."""
        if not self._places.acquire(blocking=False):
            log.info("typing.left_out", at_once=MOST_AT_ONCE)
            return
        try:
            start_new_thread(copy_context().run, (self._show, sid))  # the turn's, to the log
        except RuntimeError as error:  # no more threads to be had
            self._places.release()
            log.info("typing.failed", detail=str(error))

    def _show(self, sid: str) -> None:
        try:
            self._door.show_typing(sid)
        except SendError as error:
            log.info("typing.failed", detail=str(error))
        except Exception as error:  # noqa: BLE001 (nobody else hears of this thread)
            log_defect("typing.failed", error)
        finally:
            self._places.release()
