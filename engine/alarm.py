"""What is wrong with a number of ours, or the account: nothing of it goes out until somebody acts.

It is told in the log as it begins and as it ends, and stands in `/readyz` all the while. Nothing is
held back by it: each message is tried again by itself.
"""

from telemetry.logs import log
from telemetry.masking import masked
from whatsapp import errors


class Alarm:
    """By number, what Twilio said last. Every process has its own."""

    def __init__(self) -> None:
        self._codes: dict[str, int | None] = {}
        self._were_taken: set[str] = set()

    def ring(self, number: str, code: int | None, *, was_taken: bool) -> None:
        """A message of this number failed, and so will all others.

        `was_taken`: Twilio had taken it before.
        """
        if was_taken:
            self._were_taken.add(number)
        if self._codes.get(number, 0) != code:
            self._codes[number] = code
            log.error("twilio.alarm", number=masked(number), code=code, remedy=errors.remedy(code))

    def end(self, number: str, *, is_out: bool) -> None:
        """Twilio took a message of this number; `is_out`: and it left for WhatsApp."""
        if number not in self._codes or (number in self._were_taken and not is_out):
            return
        self._were_taken.discard(number)
        if self._codes.pop(number, None) is not None:
            log.info("twilio.alarm_over", number=masked(number))

    def codes(self) -> list[int | None]:
        """Twilio's, one for each number that may not send."""
        return list(self._codes.values())

    def state(self) -> list[str]:
        """In words, for `/readyz`; none where all is well."""
        return [
            f"{masked(number)} ({code}): {errors.remedy(code)}"
            for number, code in list(self._codes.items())
        ]
