"""What a call comes to in figures, as it goes on. It measures nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversation.call.actions import Why
from conversation.call.records import Over

INTERRUPTED = "call.interrupted"


@dataclass(slots=True)
class Figures:
    """Times are monotonic seconds."""

    began_at: float = 0.0
    first_sound_s: float | None = None
    barge_ins: int = 0
    reopened: int = 0  # lines in place of one that was lost

    def sounds(self, now: float) -> None:
        if self.first_sound_s is None:
            self.first_sound_s = now - self.began_at

    def note(self, event: str, fields: Mapping[str, Any]) -> None:
        """What the bridge notes."""
        self.barge_ins += event == INTERRUPTED and bool(fields.get("by_caller"))

    def over(self, why: Why, after: str) -> Over:
        return Over(why, after, self.first_sound_s, self.barge_ins, self.reopened)
