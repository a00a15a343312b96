"""Whether Twilio takes our key: asked at the start, once, for that is free.

A refusal is told in the log and in `/readyz`, and asked about again now and then: who runs the
account may mend it there. Nothing waits for any of this.
"""

from threading import Event, Thread

from knowledge.clock import Clock
from telemetry.logs import log, log_defect
from whatsapp.errors import TROUBLES, remedy
from whatsapp.host import SendError
from whatsapp.outbound import TwilioDoor

# Before Twilio is asked again: where it did not answer, longer each time, and where it refused.
RETRY_S = 5.0
RETRY_CAP_S = 300.0
REFUSED_AGAIN_S = 60.0
# By these Twilio itself refuses us; by another code or status, something else may have answered.
VERDICTS = frozenset({401, 20003, 20005, 20006})
LEAST_CODE = 1_000  # of Twilio's own; below are HTTP's
UNHEARD = "Twilio has not answered"
ACTIVE = "active"


class Account:
    """`refusal`: what to do about it, as a sentence; None unless Twilio has refused us."""

    def __init__(self, door: TwilioDoor, clock: Clock) -> None:
        self._door = door
        self._clock = clock
        self._is_known = False
        self._no_verdict = UNHEARD
        self._stopping = Event()
        self.refusal: str | None = None

    def start(self) -> None:
        Thread(target=self._ask_until_known, name="twilio-account", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def state(self) -> str:
        """In words, for `/readyz`."""
        if self.refusal:
            return f"refused: {self.refusal}"
        return "ok" if self._is_known else f"not known yet: {self._no_verdict}"

    def ask(self) -> bool:
        """Ask Twilio once; whether it gave a verdict."""
        try:
            status = self._door.account_status()
        except SendError as error:
            if error.code not in VERDICTS:
                self._no_verdict = _answered(error.code)
                log.info("twilio.not_asked", detail=str(error))
                return False
            self._note(remedy(error.code))
        else:
            is_active = status in (ACTIVE, None)
            self._note(None if is_active else f"the Twilio account is {status}: see its console")
        return True

    def _ask_until_known(self) -> None:
        pause_s = RETRY_S
        while not self._stopping.is_set():
            try:
                is_told = self.ask()
            except Exception as error:  # noqa: BLE001 (nobody else hears of this thread)
                log_defect("twilio.not_asked", error)
                return
            if self._is_known:
                return
            self._clock.wait(self._stopping, REFUSED_AGAIN_S if is_told else pause_s)
            pause_s = min(pause_s * 2, RETRY_CAP_S)

    def _note(self, refusal: str | None) -> None:
        if refusal and refusal != self.refusal:
            log.error("twilio.key_refused", remedy=refusal)
        self._is_known = refusal is None
        self.refusal = refusal


def _answered(code: int | None) -> str:
    """`code`: Twilio's, or the HTTP status; None where there was no answer, or one of trouble."""
    if code is None:
        return UNHEARD
    what = f"Twilio answered {'HTTP ' if code < LEAST_CODE else ''}{code}"
    return f"{what}: {remedy(code)}" if code in TROUBLES else what
