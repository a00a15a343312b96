"""How a call ends on our side: what plays is finished, something is said, then it is over."""

from dataclasses import dataclass

from conversation.call.actions import SentenceKey, Why


@dataclass(slots=True)
class Leaving:
    """`key`: the sentence to end with. `by`: until when what plays already may go on."""

    why: Why
    key: SentenceKey | None
    by: float
    is_said: bool = False
    over_at: float | None = None  # of a call that was put through, if Twilio does not end it

    @property
    def may_be_stopped(self) -> bool:
        """By the caller, who is there after all."""
        return self.why == "silence"

    @property
    def next_tick(self) -> float | None:
        return self.over_at if self.is_said else self.by
