"""The tools that run in a call, and the word that bridges a long wait. It runs none."""

from dataclasses import dataclass

from conversation.call.limits import CallLimits
from realtime.events import FunctionCall

# One that has run for so long is not waited for in silence.
ENDLESS_S = 60.0


@dataclass(frozen=True, slots=True)
class RunningTool:
    """`session`: the number of the one that it was made in."""

    call: FunctionCall
    response: str
    session: int
    since: float

    @property
    def is_by_key(self) -> bool:
        """Of the caller's telephone: the model has not called it."""
        return self.response == self.call.call_id


class Tools:
    def __init__(self, limits: CallLimits) -> None:
        self._limits = limits
        self._running: dict[str, RunningTool] = {}
        self._bridged: set[str] = set()  # responses whose wait had its word

    def begin(self, call: FunctionCall, response: str, session: int, now: float) -> None:
        self._running[call.call_id] = RunningTool(call, response, session, now)

    def end(self, call_id: str) -> RunningTool | None:
        """None for one that nobody waits for."""
        return self._running.pop(call_id, None)

    def are_over(self, response: str) -> bool:
        """Whether all that one response called have ended."""
        return all(each.response != response for each in self._running.values())

    def is_running(self, now: float) -> bool:
        return any(now < each.since + ENDLESS_S for each in self._running.values())

    @property
    def is_key_pressed(self) -> bool:
        """Whether what a key asks for is under way."""
        return any(each.is_by_key for each in self._running.values())

    def moment_at(self, silent_since: float) -> float | None:
        """When the caller, who has heard nothing since then, is to hear that it takes a moment."""
        waits = [
            max(each.since, silent_since) + self._limits.moment_s
            for each in self._running.values()
            if each.response not in self._bridged
        ]
        return min(waits, default=None)

    def bridge(self) -> None:
        """The word is said."""
        self._bridged.update(each.response for each in self._running.values())
