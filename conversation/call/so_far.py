"""What was said and done in a call so far, as a new session is to be told it. It sends nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from conversation.call.utterance import Utterance
from realtime.events import FunctionCall
from realtime.request import (
    Item,
    call_answered,
    call_made,
    said_by_diner,
    said_by_system,
    said_by_us,
)

UNHEARD = (
    "The caller said something here that nobody could make out, and it may have named an allergy or"
    " a diet: call no dish fit for them before they have told you."
)


@dataclass(slots=True)
class _OfCaller:
    text: str = ""
    is_lost: bool = False  # its words


@dataclass(slots=True)
class _Called:
    call: FunctionCall
    output: str | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    text: str


class SoFar:
    """`opening`: what the first session's conversation began with."""

    def __init__(self, opening: tuple[Item, ...]) -> None:
        self._opening = opening
        self._entries: list[_OfCaller | _Called | _Told | Utterance] = []
        self._heard: dict[str, _OfCaller] = {}  # by the caller's item
        self._begun: str | None = None  # of those, what is being said
        self._unwritten: set[str] = set()  # the ones whose words are still to come
        self._late: set[str] = set()  # and those that were said to a session before this one
        self._called: dict[str, _Called] = {}
        self._said: set[str] = set()

    def begun(self, item: str) -> None:
        """The caller begins to say something."""
        self._begun = item

    def committed(self, item: str) -> None:
        """The caller has said something; its words come later."""
        self._begun = None
        if item not in self._heard:
            self._heard[item] = _OfCaller()
            self._entries.append(self._heard[item])
            self._unwritten.add(item)

    def transcribed(self, item: str, text: str) -> bool:
        """Whether the session of now does not know of it: it was said to one before."""
        is_late = item in self._late
        if item not in self._heard:
            self.committed(item)
        self._unwritten.discard(item)
        self._late.discard(item)
        self._heard[item].text = text
        return is_late

    @property
    def waits_for_words(self) -> bool:
        return bool(self._unwritten)

    @property
    def waits_for_late_words(self) -> bool:
        return bool(self._late)

    def end_session(self, *, is_read: bool) -> frozenset[str]:
        """The items whose words never come; those of a session that `is_read` still may."""
        begun = frozenset(() if self._begun is None else (self._begun,))
        self._begun = None
        self._late |= self._unwritten
        self._unwritten.clear()
        return begun if is_read else begun | self.lose_late()

    def lose(self, items: Iterable[str]) -> None:
        """Nobody knows what was said in them, but for the session that it was said to."""
        for each in items:
            if each not in self._heard:
                self.committed(each)
            self._unwritten.discard(each)
            self._heard[each].is_lost = True

    def lose_late(self) -> frozenset[str]:
        """Nobody waits for them any more."""
        lost = frozenset(self._late)
        self._late.clear()
        return lost

    def said(self, utterance: Utterance) -> None:
        if utterance.name not in self._said:
            self._said.add(utterance.name)
            self._entries.append(utterance)

    def told(self, text: str) -> None:
        """By the system."""
        self._entries.append(_Told(text))

    def called(self, call: FunctionCall) -> None:
        self._called[call.call_id] = called = _Called(call)
        self._entries.append(called)

    def answered(self, call_id: str, output: str) -> None:
        """Its output. Where it comes late, the call stands where it is known to have an end."""
        if (called := self._called.get(call_id)) is not None:
            called.output = output

    def items(self) -> list[Item]:
        """No call without its output: what runs still is told with it, later."""
        return [*self._opening, *(item for each in self._entries for item in _items_of(each))]


def _items_of(entry: _OfCaller | _Called | _Told | Utterance) -> list[Item]:
    match entry:
        case _OfCaller(_, is_lost=True):
            return [said_by_system(UNHEARD)]
        case _OfCaller(text):
            return [said_by_diner(text)] if text else []
        case _Called(call, output):
            return [] if output is None else [call_made(call), call_answered(call.call_id, output)]
        case _Told(text):
            return [said_by_system(text)]
        case Utterance():
            text = entry.so_far()
            return [said_by_us(text)] if text else []
