"""The model's side of a call: one session after another, and what each is told.

It makes the frames for the Realtime socket, and keeps what was said for the next session. What the
caller hears is not its own.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from conversation.call.actions import Action, Opening, SessionSetup, ToModel
from conversation.call.hearing import Hearing
from conversation.call.limits import CallLimits
from conversation.call.responses import Responses
from conversation.call.so_far import UNHEARD, SoFar
from conversation.call.tools import RunningTool
from conversation.call.utterance import Utterance
from realtime.call import frames
from realtime.call.events import Transcribed
from realtime.events import FunctionCall
from realtime.request import call_made, said_by_diner, said_by_system, said_by_us
from whatsapp.streams import BYTES_PER_MS

NOT_RUN = '{"error": "Your answer was broken off: this was not run."}'
CUT_OFF = "The line to you broke there: go on with what you were saying, without a new greeting."


@dataclass(frozen=True, slots=True)
class Lost:
    """What goes with a session. `is_owed`: somebody waits for an answer."""

    is_owed: bool
    items: frozenset[str]  # of the caller's, whose words nobody knows


class Session:
    def __init__(self, opening: Opening, limits: CallLimits) -> None:
        greeted = (said_by_us(opening.greeting.text),) if opening.greeting.sound else ()
        self.so_far = SoFar((*opening.items, *greeted))
        self.responses = Responses(limits)
        self.hearing = Hearing(limits)
        self.number = 0
        self.setup = opening.setup
        self._cuts = 0

    @property
    def is_open(self) -> bool:
        return self.hearing.has_session

    def open(self) -> list[Action]:
        """Whoever answers, all that was said so far, and what the caller said meanwhile."""
        self.number += 1
        items = [ToModel(frames.item_create(each)) for each in self.so_far.items()]
        early = self.hearing.open_session()
        return [self._update(), *items, *([ToModel(early)] if early else [])]

    def end(self, *, is_read: bool) -> Lost:
        """`is_read`: words of what was said to it may come still."""
        self.hearing.end_session()
        is_owed = self.responses.end_session()
        return Lost(is_owed, self.so_far.end_session(is_read=is_read))

    def hand_over(self, setup: SessionSetup) -> list[Action]:
        """Somebody else goes on in this session."""
        self.setup = setup
        return [self._update()] if self.is_open else []

    def media(self, sound: bytes) -> list[Action]:
        frame = self.hearing.media(sound)
        return [] if frame is None else [ToModel(frame)]

    def ask(self, now: float) -> list[Action]:
        """For a response, where one is wanted and may be asked for."""
        if not self.may_ask or (asked := self.responses.ask(now)) is None:
            return []
        return [ToModel(frames.response_create(asked.instructions, asked.event_id))]

    @property
    def may_ask(self) -> bool:
        return self.is_open and not self.hearing.is_speaking

    def tell(self, text: str) -> list[Action]:
        """The system says so."""
        self.so_far.told(text)
        return [ToModel(frames.item_create(said_by_system(text)))] if self.is_open else []

    def transcribed(self, event: Transcribed) -> list[Action]:
        """What was said to a session before this one, is told it as soon as it is in words."""
        is_late = self.so_far.transcribed(event.item, event.text)
        if event.is_failed:
            return self.lost((event.item,), is_known=not is_late)
        if not (is_late and event.text and self.is_open):
            return []
        return [ToModel(frames.item_create(said_by_diner(event.text)))]

    def lost(self, items: Collection[str], *, is_known: bool = False) -> list[Action]:
        """Nobody has words for these. `is_known`: this session has heard them itself."""
        self.so_far.lose(items)
        if is_known or not (items and self.is_open):
            return []
        return [ToModel(frames.item_create(said_by_system(UNHEARD)))]

    def said(self, sentence: Utterance) -> list[Action]:
        """A fixed sentence is heard in between, which the caller may answer."""
        self.so_far.said(sentence)
        return [ToModel(frames.item_create(said_by_us(sentence.text)))] if self.is_open else []

    def dropped(self, call: FunctionCall) -> list[Action]:
        """Asked for in a response that was cut short: nobody runs it."""
        self.so_far.called(call)
        self.so_far.answered(call.call_id, NOT_RUN)
        return [ToModel(frames.tool_output(call.call_id, NOT_RUN))]

    def answered(self, ran: RunningTool, output: str) -> list[Action]:
        """What a tool came to; a call of another session is told with it."""
        self.so_far.answered(ran.call.call_id, output)
        if not self.is_open:
            return []
        made = [ToModel(frames.item_create(call_made(ran.call)))]
        self.responses.answered(ran.call.call_id)
        told = ToModel(frames.tool_output(ran.call.call_id, output))
        return [told] if ran.session == self.number else [*made, told]

    def cut(self, items: Iterable[Utterance]) -> list[Action]:
        """The model is to know how much was heard of these."""
        actions: list[Action] = []
        for each in items:
            self._cuts += 1
            at_ms = (each.cut_at or 0) // BYTES_PER_MS
            actions.append(ToModel(frames.truncate(each.name, at_ms, f"cut-{self._cuts}")))
        return actions

    def cancel(self) -> list[Action]:
        running = self.responses.running
        return [] if running is None else [ToModel(frames.cancel(running))]

    def _update(self) -> Action:
        setup = self.setup
        return ToModel(
            frames.session_update(
                instructions=setup.instructions,
                tools=setup.tools,
                voice=setup.voice,
                effort=setup.effort,
                event_id=f"setup-{self.number}",
            )
        )
