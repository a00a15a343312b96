"""When a call's next Realtime socket is due: one was lost, or is about to expire. It opens none."""

from conversation.call.limits import CallLimits


class Backoff:
    def __init__(self, limits: CallLimits) -> None:
        self._limits = limits
        self._tries = 0
        self.renew_at: float | None = None

    def opened(self, now: float) -> None:
        self.renew_at = now + self._limits.renewal_s

    def expires(self, in_s: float, now: float) -> None:
        """The session has told when it ends."""
        early = max(in_s - self._limits.renewal_margin_s, in_s / 2)
        self.renew_at = now + min(early, self._limits.renewal_s)

    def lost(self) -> float | None:
        """How long to wait before the next try; None: it was the last one."""
        self.renew_at = None
        if self._tries >= len(self._limits.backoff_s):
            return None
        self._tries += 1
        return self._limits.backoff_s[self._tries - 1]

    def answered(self) -> None:
        """A response came through. A socket alone proves nothing: some open, and drop at once."""
        self._tries = 0
