"""What is due in a call without anybody asking: a question into the silence, the next socket.

It says nothing, and opens none.
"""

from conversation.call.limits import CallLimits


class Silence:
    """The caller is asked once, and then it is over."""

    def __init__(self, limits: CallLimits, now: float) -> None:
        self._limits = limits
        self._since = now
        self.has_asked = False  # whether they are there still

    def stir(self, now: float) -> None:
        """The caller gives a sign of life."""
        self.busy(now)
        self.has_asked = False

    def busy(self, until: float) -> None:
        self._since = max(self._since, until)

    @property
    def due(self) -> float:
        limits = self._limits
        return self._since + (limits.silence_again_s if self.has_asked else limits.silence_s)


class Backoff:
    """Of the model's socket: it was lost, or is about to expire."""

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
