"""The caller's own side: their sound on its way to the model, and whether they speak."""

from collections import deque

from conversation.call.limits import CallLimits
from realtime.call import frames


class Hearing:
    def __init__(self, limits: CallLimits) -> None:
        self._limits = limits
        self._early: deque[bytes] = deque(maxlen=limits.early_frames)
        self._waiting: list[bytes] = []  # less than what one append has
        self.has_session = False
        self.is_speaking = False

    def media(self, sound: bytes) -> str | None:
        """A frame's worth of the caller; what is to be sent now, if anything."""
        if not self.has_session:
            self._early.append(sound)
            return None
        self._waiting.append(sound)
        if len(self._waiting) < self._limits.frames_per_append:
            return None
        return self._append()

    def open_session(self) -> str | None:
        """The last of what was said before is heard now."""
        self.has_session = True
        self._waiting = [*self._early, *self._waiting]
        self._early.clear()
        return self._append() if self._waiting else None

    def end_session(self) -> None:
        self.has_session = False
        self.is_speaking = False
        self._early.extend(self._waiting)
        self._waiting.clear()

    def _append(self) -> str:
        sound = b"".join(self._waiting)
        self._waiting.clear()
        return frames.append(sound)
