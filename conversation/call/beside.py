"""What takes too long for a call's lock: its tools, the checks of what it says, the transfer.

Each runs in a thread of its own, and is told to the bridge under the lock once it is over. What
fails there is logged, and the call goes on.
"""

from collections.abc import Callable
from functools import partial
from json import dumps
from threading import Condition, Thread

from conversation.call.actions import (
    Action,
    CallStaff,
    Check,
    RunTool,
    ToolOutcome,
    Transfer,
)
from conversation.call.bridge import Bridge
from conversation.call.exchanges import OpenExchange
from conversation.call.limits import CallLimits
from conversation.call.records import Ringing
from conversation.call.talk import UNFINISHED, Talk
from personas.tool import Objection
from realtime.events import FunctionCall
from telemetry.logs import log, log_defect
from whatsapp.host import SendError

PRESSED_0 = dumps({"reason": "They pressed 0 on their telephone."})


class Beside:
    """`tell` has what the bridge makes of the time carried out, under the lock of `changed`."""

    def __init__(
        self,
        ringing: Ringing,
        talk: Talk,
        bridge: Bridge,
        limits: CallLimits,
        changed: Condition,
        tell: Callable[[Callable[[float], list[Action]]], None],
    ) -> None:
        self._ringing = ringing
        self._talk = talk
        self._bridge = bridge
        self._limits = limits
        self._changed = changed
        self._tell = tell
        self._threads: set[Thread] = set()

    @property
    def is_done(self) -> bool:
        """Whether nothing runs any more."""
        return not self._threads

    def begin(self, action: RunTool | CallStaff | Check | Transfer, now: float) -> None:
        """Under the lock."""
        exchanges = self._talk.exchanges
        match action:
            case Check(item, text):
                self._run(partial(self._check, item, text, exchanges.of(item)))
            case Transfer():
                self._run(self._put_through)
            case CallStaff(call_id):
                call = FunctionCall(call_id, "call_staff", PRESSED_0)
                self._begin_tool(RunTool(call, None), exchanges.pressed(call_id, now))
            case RunTool():
                self._begin_tool(action, exchanges.of(action.heard))

    def change_sentences(self) -> None:
        """To those in the caller's language. Under the lock."""
        self._run(self._change_sentences)

    def _run(self, work: Callable[[], object]) -> None:
        thread = Thread(target=lambda: self._work(work, thread), name="call-work", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self, work: Callable[[], object], thread: Thread) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 (whatever it was, the call goes on)
            log_defect("call.failed", error, call=self._ringing.sid)
        finally:
            with self._changed:
                self._threads.discard(thread)
                self._changed.notify_all()

    def _begin_tool(self, asked: RunTool, spoken: OpenExchange) -> None:
        spoken.tools += 1
        self._run(partial(self._run_tool, asked, spoken))

    def _run_tool(self, asked: RunTool, spoken: OpenExchange) -> None:
        outcome = ToolOutcome(asked.call.call_id, UNFINISHED)
        try:
            self._wait_for_words()
            outcome = self._talk.answer(asked, spoken)
        finally:
            self._tell(partial(self._ran, outcome, spoken))

    def _ran(self, outcome: ToolOutcome, spoken: OpenExchange, now: float) -> list[Action]:
        self._talk.exchanges.on_tool_done(spoken, now)
        return self._bridge.on_tool(outcome, now)

    def _check(self, item: str, text: str, spoken: OpenExchange) -> None:
        """At once by what is known, and again once the caller's words are there, or are not."""
        has_unknown_words = self._talk.exchanges.has_unknown_words
        told = self._talk.objection(text, spoken, is_in_words=True)
        if told is None and has_unknown_words:
            self._wait_for_words()
            told = self._talk.objection(text, spoken)
        if told is not None:
            self._tell(partial(self._objected, item, told, spoken))

    def _objected(
        self, item: str, told: Objection, spoken: OpenExchange, now: float
    ) -> list[Action]:
        self._talk.exchanges.on_objection(spoken)
        return self._bridge.on_objection(item, told.correction, now, told.instead)

    def _put_through(self) -> None:
        """Where nobody can put them through, the call goes on."""
        is_done = False
        try:
            if self._ringing.transfer is not None:
                self._ringing.transfer()
                is_done = True
        except SendError as error:
            log.warning("call.not_put_through", call=self._ringing.sid, why=str(error))
        finally:
            if not is_done:
                self._tell(self._bridge.on_not_put_through)

    def _change_sentences(self) -> None:
        sentences = self._talk.sentences()
        self._tell(lambda _: self._bridge.on_sentences(sentences))

    def _wait_for_words(self) -> None:
        """They may tell of an allergy."""
        exchanges = self._talk.exchanges
        with self._changed:
            self._changed.wait_for(lambda: not exchanges.awaited, self._limits.words_before_tool_s)
