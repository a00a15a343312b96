"""When nobody says anything: the caller is asked once, and then it is over. It says nothing."""

from conversation.call.limits import CallLimits


class Silence:
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
