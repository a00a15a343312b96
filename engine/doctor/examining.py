"""All looks side by side, each with its time: whatever becomes of one, the others are told.

What is looked at stands in the files beside this one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

from engine.doctor.finding import Finding, Level, warn
from models.database.absence import DatabaseUnavailableError
from telemetry.logs import log_defect
from whatsapp.host import SendError

# For all of them together: each has limits of its own, which are shorter.
WITHIN_S = 9.0
SLOW = f"no answer came within {WITHIN_S:.0f} s"
NO_DATABASE = "the database can't be used"
NO_TWILIO = "Twilio does not tell"
READING_ORDER = list(Level)


@dataclass(frozen=True, slots=True)
class Check:
    """`look` may raise DatabaseUnavailableError and SendError: another check says what helps."""

    name: str
    look: Callable[[], Iterable[Finding]]


def examine(checks: Sequence[Check], within_s: float = WITHIN_S) -> list[Finding]:
    """What all of them come to, the worst first; each level in the order of the checks."""
    until = monotonic() + within_s
    looks = [_Look(check) for check in checks]
    for each in looks:
        each.ended.wait(max(0.0, until - monotonic()))
    findings = [found for each in looks for found in list(each.findings)] + _unseen(looks)
    return sorted(findings, key=lambda found: READING_ORDER.index(found.level))


class _Look:
    """One check, on a thread that nobody waits for at the end."""

    def __init__(self, check: Check) -> None:
        self.name = check.name
        self.findings: list[Finding] = []
        self.why_not = SLOW
        self.ended = Event()
        self._check = check
        Thread(target=self._run, name=f"doctor-{check.name}", daemon=True).start()

    def _run(self) -> None:
        why_not = ""
        try:
            for each in self._check.look():  # one by one: what is found stays, whatever comes then
                self.findings.append(each)
        except DatabaseUnavailableError:
            why_not = NO_DATABASE
        except SendError as error:
            why_not = f"{NO_TWILIO} ({error})"
        except Exception as error:  # noqa: BLE001 (the others are to be told all the same)
            log_defect("doctor.failed", error)
            why_not = f"an error of ours, {type(error).__name__}, stands in the log"
        self.why_not = why_not
        self.ended.set()


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
