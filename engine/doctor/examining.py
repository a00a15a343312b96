"""All looks side by side, each with its time: whatever becomes of one, the others are told.

What is looked at stands in the files beside this one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

from engine.doctor.finding import Finding, Level, warn, wrong
from models.database.absence import DatabaseUnavailableError
from telemetry.logs import log_defect
from whatsapp.host import SendError

# For all of them together.
WITHIN_S = 5.0
NO_DATABASE = "the database can't be used"
NO_TWILIO = "Twilio does not tell"
READING_ORDER = list(Level)


@dataclass(frozen=True, slots=True)
class Check:
    """`look` may raise DatabaseUnavailableError and SendError: another check says what helps.

    `whom`: who is asked. `is_needed`: nobody is answered where they do not answer.
    """

    name: str
    look: Callable[[], Iterable[Finding]]
    whom: str = "The database"
    is_needed: bool = False


def examine(checks: Sequence[Check], within_s: float = WITHIN_S) -> list[Finding]:
    """What all of them come to, the worst first; each level in the order of the checks."""
    until = monotonic() + within_s
    looks = [_Look(check) for check in checks]
    for each in looks:
        each.ended.wait(max(0.0, until - monotonic()))
    findings = [found for each in looks for found in each.so_far(within_s)] + _unseen(looks)
    return sorted(findings, key=lambda found: READING_ORDER.index(found.level))


class _Look:
    """One check, on a thread that nobody waits for at the end."""

    def __init__(self, check: Check) -> None:
        self.name = check.name
        self.why_not = ""
        self.ended = Event()
        self._check = check
        self._findings: list[Finding] = []
        Thread(target=self._run, name=f"doctor-{check.name}", daemon=True).start()

    def so_far(self, within_s: float) -> list[Finding]:
        """With one of its own where it is not done by now."""
        is_done = self.ended.is_set()
        return [*self._findings, *([] if is_done else [_slow(self._check, within_s)])]

    def _run(self) -> None:
        try:
            for each in self._check.look():  # one by one: what is found stays, whatever comes then
                self._findings.append(each)
        except DatabaseUnavailableError:
            self.why_not = NO_DATABASE
        except SendError as error:
            self.why_not = f"{NO_TWILIO} ({error})"
        except Exception as error:  # noqa: BLE001 (the others are to be told all the same)
            log_defect("doctor.failed", error)
            self.why_not = f"an error of ours, {type(error).__name__}, stands in the log"
        self.ended.set()


def _slow(check: Check, within_s: float) -> Finding:
    return (wrong if check.is_needed else warn)(
        "doctor",
        f"{check.whom} did not answer within {within_s:g} s: {check.name} could not be looked at.",
        "See what holds that up, and ask again.",
    )


def _unseen(looks: Iterable[_Look]) -> list[Finding]:
    """A line for each reason, not for each that it befell."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in looks:
        if each.why_not:
            by_reason[each.why_not].append(each.name)
    return [
        warn("doctor", f"Not looked at: {', '.join(names)}: {why_not}.", "Mend that and ask again.")
        for why_not, names in by_reason.items()
    ]
