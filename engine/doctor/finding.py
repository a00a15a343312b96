"""What a look at one part of the service comes to: it is fine, worth a look, or would not work.

It looks at nothing itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# How long the tables may take for one look.
LIMIT_S = 4.0


class Level(StrEnum):
    """In the order in which they are read."""

    WRONG = "wrong"
    WARN = "warn"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """`name`: what was looked at, dotted; several may have it. `what_to_do`: empty where it is ok.

    Neither sentence holds a secret, a diner's words or number.
    """

    name: str
    level: Level
    sentence: str
    what_to_do: str = ""


def works(findings: Iterable[Finding]) -> bool:
    return all(each.level is not Level.WRONG for each in findings)


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, Level.OK, sentence)


def warn(name: str, sentence: str, what_to_do: str) -> Finding:
    """It works, and somebody should know."""
    return Finding(name, Level.WARN, sentence, what_to_do)


def wrong(name: str, sentence: str, what_to_do: str) -> Finding:
    """Diners would not be answered, or not rightly."""
    return Finding(name, Level.WRONG, sentence, what_to_do)
