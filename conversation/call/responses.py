"""Which response runs, which one is wanted, and what it is to have seen. It sends nothing.

A session has one response at a time. The server begins one by itself when the caller has spoken;
one of ours is asked for only while none runs, none is asked for, and the caller is silent.
"""

from dataclasses import dataclass

from conversation.call.limits import CallLimits


@dataclass(frozen=True, slots=True)
class Ask:
    event_id: str
    instructions: str | None
    outputs: tuple[str, ...]  # of tools, which it was to see


@dataclass(slots=True)
class _Output:
    is_there: bool = False  # as the session has told
    is_before: bool = False  # it was sent before the response that runs began


class Responses:
    """Of one session, or of the next: `end_session` stands between."""

    def __init__(self, limits: CallLimits) -> None:
        self._limits = limits
        self.running: str | None = None
        self.heard: str | None = None  # the caller's last item, which a response answers
        self._is_asked = False  # for one that has not begun
        self._ask: Ask | None = None  # the last one
        self._asks = 0
        self._instructions: str | None = None
        self._wanted_at: float | None = None
        self._moved_at = 0.0  # when anything last came of what runs or is asked for
        self._unseen: dict[str, _Output] = {}  # of tools: no response has seen these
        self._tells_what_it_has = True  # not every server does
        self._failures = 0

    @property
    def is_busy(self) -> bool:
        return self.running is not None or self._is_asked

    @property
    def is_wanted(self) -> bool:
        return self._wanted_at is not None

    @property
    def wanted_at(self) -> float | None:
        return None if self.is_busy else self._wanted_at

    def want(self, at: float, instructions: str | None = None) -> None:
        """One is wanted, from then on."""
        self._wanted_at = at if self._wanted_at is None else min(self._wanted_at, at)
        self._instructions = instructions or self._instructions

    def spoke(self, now: float) -> None:
        """The caller is silent again: the server answers by itself, or has to be asked to."""
        self._wanted_at = now + self._limits.unanswered_s

    def committed(self, item: str, now: float) -> None:
        """What they said is an item, and the next response its answer."""
        self.heard = item
        self._instructions = None
        self.spoke(now)

    def ask(self, now: float) -> Ask | None:
        """For which response to ask now, if for one."""
        if self.is_busy or self._wanted_at is None or now < self._wanted_at:
            return None
        self._asks += 1
        self._is_asked = True
        self._ask = Ask(f"ask-{self._asks}", self._instructions, tuple(self._unseen))
        self._moved_at = now
        return self._ask

    def begun(self, response: str, now: float) -> None:
        self.running = response
        self._is_asked = False
        self._wanted_at = None
        self._instructions = None
        self._moved_at = now
        if not self._tells_what_it_has:
            self._unseen.clear()
        self._unseen = {c: each for c, each in self._unseen.items() if not each.is_there}
        for each in self._unseen.values():
            each.is_before = True

    def moved(self, now: float) -> None:
        self._moved_at = now

    def over(self, response: str, now: float, *, is_whole: bool) -> None:
        if self.running not in (response, None):
            return
        self.running = None
        if is_whole and any(e.is_before and not e.is_there for e in self._unseen.values()):
            # They were sent before it began: by now one would have heard of them.
            self._tells_what_it_has = False
            self._unseen.clear()
        if self._unseen:
            # They came too late for it.
            self.want(now)

    def answered(self, call_id: str) -> None:
        """A tool's output was sent."""
        self._unseen[call_id] = _Output()

    def has(self, call_id: str) -> None:
        """The session has an output."""
        self._tells_what_it_has = True
        if call_id in self._unseen:
            self._unseen[call_id].is_there = True

    def refused(self, event_id: str | None, now: float) -> None:
        """Another response ran when ours was asked for: it is wanted again once that is over.

        Unless that one has seen all that ours was to see.
        """
        ask = self._ask
        if ask is None or event_id not in (ask.event_id, None):
            return
        self._ask = None
        self._is_asked = False
        missed = [c for c in ask.outputs if c in self._unseen or not self._tells_what_it_has]
        for call in missed:
            self._unseen.setdefault(call, _Output())
        if missed or not ask.outputs:
            self.want(now + self._limits.failure_backoff_s[0], ask.instructions)

    def failed(self, now: float) -> bool:
        """Nothing came of one: whether it is worth asking again."""
        tries = self._limits.failure_backoff_s
        if self._failures >= len(tries):
            return False
        self.want(now + tries[self._failures])
        self._failures += 1
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def is_stalled(self, now: float) -> bool:
        return self.is_busy and now >= self._moved_at + self._limits.stalled_s

    @property
    def stalls_at(self) -> float | None:
        return self._moved_at + self._limits.stalled_s if self.is_busy else None

    def end_session(self) -> bool:
        """Whether somebody waits for an answer. What was sent is told to the next one anew."""
        is_owed = self.is_busy or self.is_wanted or bool(self._unseen)
        self.running = None
        self._is_asked = False
        self._wanted_at = None
        self._unseen.clear()
        self._tells_what_it_has = True
        return is_owed
