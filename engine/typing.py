"""The typing indicator: a diner sees that an answer is being written, and theirs as read."""

from _thread import start_new_thread

from telemetry.logs import log, log_defect
from whatsapp.outbound import SendError, TwilioDoor


class Typing:
    def __init__(self, door: TwilioDoor) -> None:
        self._door = door

    def begin(self, sid: str) -> None:
        """Show it for the message of this SID, in passing: nobody waits for it or fails with it."""
        start_new_thread(self._show, (sid,))

    def _show(self, sid: str) -> None:
        try:
            self._door.show_typing(sid)
        except SendError as error:
            log.info("typing.failed", detail=str(error))
        except Exception as error:  # noqa: BLE001 (nobody else hears of this thread)
            log_defect("typing.failed", error)
