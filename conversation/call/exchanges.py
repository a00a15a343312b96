"""A call's exchanges: what the caller said and what we said to it, in the order of speaking.

Words come late: what the caller said is written down beside the answer to it. It knows no socket,
clock or thread; times come in as seconds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from conversation.call.actions import Said
from conversation.running import Running
from knowledge import notes
from models.database.columns import storable
from models.inbox import Written
from personas.effects import RememberDiet
from realtime.call import frames
from realtime.call.events import (
    CallEvent,
    Committed,
    Refused,
    ResponseBegun,
    ResponseOver,
    Sound,
    SpeechStarted,
    Transcribed,
    Words,
    WordsDone,
)

CUT = "…"  # behind what the caller did not hear the end of


@dataclass(slots=True, eq=False)
class OpenExchange:
    """One exchange under way. `running`: its tools' calls, and what they came to so far."""

    running: Running
    began_at: datetime
    heard: dict[str, str | None] = field(default_factory=dict)  # by item; None: words are to come
    replies: list[str] = field(default_factory=list)
    remembered: list[RememberDiet] = field(default_factory=list)  # of which was told already
    to_be_said: set[str] = field(default_factory=set)  # items of which nothing was told yet
    responses: int = 0  # under way, or sure to come
    tools: int = 0  # at work
    is_corrected: bool = False  # another response is to come in the place of one
    over_at: float | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(words for words in tuple(self.heard.values()) if words)

    @property
    def reply(self) -> str:
        return " ".join(self.replies)

    @property
    def awaited(self) -> list[str]:
        """The items whose words are to come."""
        return [item for item, words in tuple(self.heard.items()) if words is None]

    @property
    def is_answered(self) -> bool:
        """Whether all that there was to say to it is said."""
        to_come = self.to_be_said or self.responses or self.tools or self.is_corrected
        return bool(self.replies) and not to_come

    def hear(self, item: str, words: str) -> None:
        self.heard[item] = words
        texts = [each for each in self.heard.items() if each[1]]
        self.running.messages = [
            Written(place, item, words or "", is_keyword=False)
            for place, (item, words) in enumerate(texts, 1)
        ]


class Exchanges:
    """Those that nobody has taken yet, in order; the last one is the one under way.

    `begin` makes a new one. For words none waits longer than `words_s` once it is
    over: those that are late all the same are part of the next one.
    """

    def __init__(self, begin: Callable[[], OpenExchange], words_s: float) -> None:
        self._begin = begin
        self._words_s = words_s
        self._there_are: list[OpenExchange] = []
        self._of_response: dict[str, OpenExchange] = {}
        self._of_item: dict[str, OpenExchange] = {}
        self._speaks: str | None = None  # the item that the caller is saying
        self._known: set[str] = set()  # the caller's items that are in words
        self._unknown: set[str] = set()  # and those that are not, or not yet

    @property
    def under_way(self) -> tuple[OpenExchange, ...]:
        return tuple(self._there_are)

    @property
    def awaited(self) -> frozenset[str]:
        """The caller's items whose words are to come."""
        return frozenset(item for each in self._there_are for item in each.awaited)

    @property
    def is_speaking(self) -> bool:
        """Whether the caller is, in what will be an item."""
        return self._speaks is not None

    @property
    def are_heard(self) -> bool:
        """Whether there is nothing more to come of what the caller said."""
        return not (self.awaited or self.is_speaking)

    @property
    def has_unknown_words(self) -> bool:
        """Whether the caller said something, ever, that is in no words, or not yet."""
        return bool(self._unknown)

    def of(self, item: str | None) -> OpenExchange:
        """The one that an item of the caller's or of ours belongs to, or else the last one."""
        return (self._of_item.get(item) if item is not None else None) or self._last()

    def on_model(self, event: CallEvent, now: float) -> None:
        match event:
            case SpeechStarted(item):
                self._speaks = item
            case Committed(item):
                self._speaks = None
                self._heard(item, now)
            case Transcribed(item, text, is_failed):
                # Square brackets are ours alone.
                words = notes.as_typed(storable(text)).strip()
                self._transcribed(item, notes.UNCLEAR if is_failed else words)
            case Refused(code=frames.NOTHING_SAID):
                self._speaks = None
            case ResponseBegun(response):
                spoken = self._last()
                self._of_response[response] = spoken
                spoken.responses = 1
                spoken.is_corrected = False
            case Sound(response=response, item=item) | Words(response=response, item=item):
                self._comes(response, item)
            case WordsDone(response=response, item=item):
                self._comes(response, item)
            case ResponseOver():
                self._responded(event, now)

    def on_said(self, said: Said, now: float) -> None:
        """What is no item of the model's (a fixed sentence) is part of no exchange."""
        spoken = self._of_item.get(said.item)
        if spoken is None:
            return
        spoken.to_be_said.discard(said.item)
        if words := storable(said.text).strip():
            spoken.replies.append(words if said.is_whole else f"{words}{CUT}")
        self._close_answered(spoken, now)

    def on_objection(self, spoken: OpenExchange) -> None:
        """What was about to be said in it is said anew."""
        spoken.is_corrected = True
        if self._there_are and self._there_are[-1] is spoken:
            spoken.over_at = None

    def on_tool_done(self, spoken: OpenExchange, now: float) -> None:
        spoken.tools -= 1
        self._close_answered(spoken, now)

    def pressed(self, item: str, now: float) -> OpenExchange:
        """The caller pressed 0, as if they had asked for a person."""
        self._heard(item, now)
        self._transcribed(item, notes.PRESSED_0)
        return self._of_item[item]

    def lose(self, items: Iterable[str], now: float) -> None:
        """Nobody will tell the words of these."""
        for item in items:
            if self._speaks == item:
                self._speaks = None
            self._heard(item, now)
            self._transcribed(item, notes.UNCLEAR)

    def lose_all(self, now: float) -> None:
        """Nobody tells any words any more."""
        self.lose([*self.awaited, *([] if self._speaks is None else [self._speaks])], now)

    def take(self, now: float, *, is_over: bool = False) -> list[OpenExchange]:
        """Those that are complete, oldest first; all of them once the call `is_over`."""
        taken: list[OpenExchange] = []
        while self._there_are and (is_over or self._is_complete(self._there_are[0], now)):
            spoken = self._there_are.pop(0)
            for item in spoken.awaited:
                spoken.hear(item, notes.UNCLEAR)
            self._of_item = {key: one for key, one in self._of_item.items() if one is not spoken}
            self._of_response = {
                key: one for key, one in self._of_response.items() if one is not spoken
            }
            taken.append(spoken)
        return taken

    def _is_complete(self, spoken: OpenExchange, now: float) -> bool:
        if spoken.over_at is None or spoken.tools:
            return False
        return not spoken.awaited or now >= spoken.over_at + self._words_s

    def _last(self) -> OpenExchange:
        if not self._there_are or self._there_are[-1].over_at is not None:
            self._there_are.append(self._begin())
        return self._there_are[-1]

    def _heard(self, item: str, now: float) -> None:
        """The caller said something: after words of ours another exchange begins with it."""
        if item in self._known or item in self._unknown:
            return
        last = self._last()
        if last.replies:
            last.over_at = now
            last = self._last()
        self._of_item[item] = last
        self._unknown.add(item)
        last.heard[item] = None

    def _transcribed(self, item: str, words: str) -> None:
        """Of an exchange that was taken, they are part of the one that there is now."""
        spoken, is_lost = self._of_item.get(item), words == notes.UNCLEAR
        if spoken is None and words and not is_lost and item not in self._known:
            self._of_item[item] = spoken = self._last()
            spoken.heard = {item: words, **spoken.heard}
        if spoken is not None:
            spoken.hear(item, words)
        if not is_lost:
            self._unknown.discard(item)
            self._known.add(item)

    def _comes(self, response: str, item: str) -> None:
        spoken = self._of_response.get(response)
        if spoken is not None and item not in self._of_item:
            self._of_item[item] = spoken
            spoken.to_be_said.add(item)

    def _responded(self, over: ResponseOver, now: float) -> None:
        """With calls of tools, another response follows what they come to."""
        spoken = self._of_response.pop(over.response, None)
        if spoken is None:
            return
        spoken.responses = 1 if over.calls and over.status == "completed" else 0
        self._close_answered(spoken, now)

    def _close_answered(self, spoken: OpenExchange, now: float) -> None:
        if spoken.is_answered and spoken.over_at is None:
            spoken.over_at = now
