"""What lies about: messages that nobody answers, parts that nobody sends, what came to nothing."""

from collections.abc import Iterator
from datetime import datetime

from engine.doctor.finding import LIMIT_S, Finding, ok, warn, wrong
from models import dead_letters, lateness
from models.database.engine import Database

NOBODY = {
    "inbox_age_s": ("A diner's message", "answers"),
    "outbox_lag_s": ("A part of a reply", "sends"),
}
# What `models.dead_letters` counts.
KINDS = {
    "turns_dead": "turns given up",
    "turns_failed": "turns that ended in an apology",
    "parts_failed": "parts that did not arrive",
}
RUN = "See that a process runs that answers (WEB_RUNS_TURNS, or a worker), and its log."
SEE = "flask --app app inbox list shows which and why; inbox retry tries again, drop lets go."


def look(database: Database, now: datetime) -> Iterator[Finding]:
    """`now`: as the leases know it. Raises DatabaseUnavailableError."""
    with database.alone(LIMIT_S) as connection:
        ages = lateness.ages(connection, now)
    with database.alone(LIMIT_S) as connection:
        counts = dead_letters.counts(connection)
    late = {name: age for name, age in ages.items() if age > lateness.MOST_AGE_S}
    for name, age in late.items():
        what, does = NOBODY[name]
        yield wrong("inbox", f"{what} waits for {age:,.0f} s, and nobody {does}.", RUN)
    trouble = {name: count for name, count in counts.items() if count}
    if trouble:
        told = ", ".join(f"{KINDS.get(name, name)}: {count:,}" for name, count in trouble.items())
        yield warn("inbox", f"Not everything was answered or arrived: {told}.", SEE)
    if not late and not trouble:
        yield ok("inbox", "Nothing waits, and nothing was given up.")
