"""What is wrong with a number of ours, or the account: nothing of it goes out until somebody acts.

It is told once in the log and stands in `/readyz` until a message goes out again. Nothing is held
back by it: each message is tried again by itself.
"""

from telemetry.logs import log
from telemetry.masking import masked
from whatsapp import errors


class Alarm:
    """By number, what Twilio said last. Every process has its own."""

    def __init__(self) -> None:
        self._codes: dict[str, int | None] = {}

    def ring(self, number: str, code: int | None) -> None:
        """A message of this number failed, and so will all others."""
        if self._codes.get(number, 0) != code:
            self._codes[number] = code
            log.error("twilio.alarm", number=masked(number), code=code, remedy=errors.remedy(code))

    def end(self, number: str) -> None:
        """A message of this number went out."""
        if self._codes and self._codes.pop(number, None) is not None:
            log.info("twilio.alarm_over", number=masked(number))

    def state(self) -> list[str]:
        """In words, for `/readyz`; none where all is well."""
        return [
            f"{masked(number)} ({code}): {errors.remedy(code)}"
            for number, code in list(self._codes.items())
        ]
