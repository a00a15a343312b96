"""A call played from lines: each is said once the answer to the one before was heard, or into it.

What came of it is `Played`, and what that says in words is made here too, without any socket.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from textwrap import shorten
from typing import Any, Protocol

from knowledge.clock import Clock
from whatsapp.streams import BYTES_PER_S

# How often it looks, and how long it waits for each thing to happen.
STEP_S = 0.05
WAIT_S = 30.0
# Nothing was heard for so long: the answer is over, whatever was looked up in the middle of it.
QUIET_S = 2.0
# Who interrupts lets the other begin.
INTO_S = 1.0
# Longer silence than that is told.
GAP_S = 1.0
MOST_SAID = 72  # characters of what the restaurant says

# The practice voice takes a breath before and after its words.
PRACTICE_SILENCE_S = 0.3
# Of a byte of µ-law with its bits turned, a hundredth of the loudest: a room that is still.
QUIET = 0x20

Call = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """What the caller says: `sound` as bare µ-law, or `words` in the practice voice."""

    name: str
    words: str = ""
    sound: bytes = b""
    interrupts: bool = False

    @property
    def silence_s(self) -> tuple[float, float]:
        """How long it is silent at its beginning and at its end."""
        if not self.sound:
            return PRACTICE_SILENCE_S, PRACTICE_SILENCE_S
        loud = [nth for nth, byte in enumerate(self.sound) if ~byte & 0x7F > QUIET]
        if not loud:
            return 0.0, 0.0
        return loud[0] / BYTES_PER_S, (len(self.sound) - 1 - loud[-1]) / BYTES_PER_S


class Phone(Protocol):
    def call(self, sid: str) -> Call: ...
    def say(self, sid: str, words: str) -> None: ...
    def speak(self, sid: str, sound: bytes) -> None: ...
    def hang_up(self, sid: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Played:
    """`call`: as the phone tells it at its end. `lines`: those that were said, in their order."""

    call: Call
    lines: Sequence[Line]

    def spoken(self) -> Iterator[tuple[float, float]]:
        """From when to when each line could be heard, in seconds since the call began."""
        for line, sent in zip(self.lines, self.call["spoken"], strict=False):
            before_s, after_s = line.silence_s
            yield sent["at_s"] + before_s, sent["ends_s"] - after_s


class Playing:
    def __init__(self, phone: Phone, sid: str, clock: Clock) -> None:
        self._phone = phone
        self._sid = sid
        self._clock = clock

    def play(self, lines: Sequence[Line]) -> Played:
        """To its end; whoever is called may end it sooner."""
        said: list[Line] = []
        self._until(lambda call: bool(_events(call, "stream.started")))
        self._until(_is_quiet)
        for nth, line in enumerate(lines):
            if self._is_over():
                break
            if line.interrupts:
                self._until(partial(_is_answering, nth=nth - 1))
            elif nth:
                self._until(partial(_is_answered, nth=nth - 1))
            self._say(line)
            said.append(line)
            self._until(partial(_has_said, nth=nth))
        self._until(partial(_is_answered, nth=len(said) - 1))
        self._phone.hang_up(self._sid)
        return Played(self._until(lambda call: call["is_settled"]), said)

    def _say(self, line: Line) -> None:
        if line.sound:
            self._phone.speak(self._sid, line.sound)
        else:
            self._phone.say(self._sid, line.words)

    def _is_over(self) -> bool:
        return self._phone.call(self._sid)["ended_s"] is not None

    def _until(self, condition: Callable[[Call], bool]) -> Call:
        """Also where it never comes to be, once WAIT_S have passed, or the call is over."""
        deadline = self._clock.monotonic() + WAIT_S
        while True:
            call = self._phone.call(self._sid)
            is_late = self._clock.monotonic() >= deadline
            if condition(call) or is_late or call["is_settled"]:
                return call
            self._clock.sleep(STEP_S)


def _events(call: Call, what: str) -> list[Mapping[str, Any]]:
    return [each for each in call["events"] if each["what"] == what]


def _is_quiet(call: Call) -> bool:
    """Something was heard, and nothing since a while."""
    heard = call["heard"]
    return bool(heard) and call["now_s"] - heard[-1]["ends_s"] >= QUIET_S


def _has_said(call: Call, nth: int) -> bool:
    spoken = call["spoken"]
    return len(spoken) > nth and call["now_s"] - spoken[nth]["ends_s"] > 2 * STEP_S


def _end_of(call: Call, nth: int) -> float:
    return float(call["spoken"][nth]["ends_s"]) if 0 <= nth < len(call["spoken"]) else 0.0


def _is_answering(call: Call, nth: int) -> bool:
    after_s = _end_of(call, nth)
    piece = next((each for each in call["heard"] if each["at_s"] >= after_s), None)
    return piece is not None and call["now_s"] - piece["at_s"] >= INTO_S


def _is_answered(call: Call, nth: int) -> bool:
    is_heard = any(each["at_s"] >= _end_of(call, nth) for each in call["heard"])
    return is_heard and _is_quiet(call)


def answered_after_s(call: Call, ends_s: float) -> float | None:
    """From the end of what the caller said to the first sound after it."""
    begins = (each["at_s"] for each in call["heard"] if each["at_s"] >= ends_s)
    first = next(begins, None)
    return None if first is None else first - ends_s


def silent_after_s(call: Call, began_s: float) -> float | None:
    """What was being said went on for so long after the caller began; None: nothing was said."""
    into = (each for each in call["heard"] if each["at_s"] <= began_s < each["ends_s"])
    piece = next(into, None)
    return None if piece is None else piece["ends_s"] - began_s


def in_lines(played: Played) -> Iterator[str]:
    """The timeline, and below it what it comes to."""
    for at_s, told in sorted(_moments(played), key=itemgetter(0)):
        yield f"{at_s:8.2f}  {told}"
    yield ""
    yield from _sums(played)


def _moments(played: Played) -> Iterator[tuple[float, str]]:
    call = played.call
    for line, (began_s, ends_s) in zip(played.lines, played.spoken(), strict=False):
        yield began_s, f"> {line.name} ({ends_s - began_s:.1f} s)"
        silent_s = silent_after_s(call, began_s)
        if silent_s is not None:
            yield began_s + silent_s, f"  interrupted: silent after {silent_s:.2f} s"
    for heard in call["heard"]:
        yield heard["at_s"], f"< {heard['ends_s'] - heard['at_s']:.1f} s of sound"
    for said in call.get("said", ()):
        yield said["at_s"], f'    "{shorten(said["words"], MOST_SAID, placeholder=" …")}"'
    for event in call["events"]:
        if told := _told(event):
            yield event["at_s"], told


def _told(event: Mapping[str, Any]) -> str:
    match event["what"]:
        case "call.ringing":
            return "it rings"
        case "call.answered":
            return "it is answered"
        case "stream.started":
            return "its sound is connected"
        case "play":
            return f"plays {str(event['url']).rpartition('/')[2]}"
        case "dial":
            return f"is put through to {', '.join(event['to'])}"
        case "error":
            return f"Twilio's debugger: {event['text']} ({event['code']})"
        case "call.ended":
            return f"it is over: {event['status']}"
        case _:
            return ""


def _sums(played: Played) -> Iterator[str]:
    call = played.call
    first_s, answered_s = call["first_sound_s"], call["answered_s"]
    if first_s is None or answered_s is None:
        yield "Nothing was heard."
    else:
        yield f"First sound: {first_s - answered_s:.2f} s after it was answered."
    interrupted = 0
    for line, (began_s, ends_s) in zip(played.lines, played.spoken(), strict=False):
        after_s = answered_after_s(call, ends_s)
        told = "no answer" if after_s is None else f"answered after {after_s:.2f} s"
        silent_s = silent_after_s(call, began_s)
        interrupted += silent_s is not None
        into = "" if silent_s is None else f"; what was being said ended {silent_s:.2f} s into it"
        yield f"{line.name}: {told}{into}."
    gaps = list(_gaps(played))
    if gaps:
        longest = max(gaps)
        yield f"Silences of more than {GAP_S:.0f} s: {len(gaps)}; the longest {longest:.1f} s."
    yield f"Interrupted: {interrupted}. Faults: {len(call['errors'])}."


def _gaps(played: Played) -> Iterator[float]:
    """How long neither of them spoke, once the first sound was there."""
    heard = ((each["at_s"], each["ends_s"]) for each in played.call["heard"])
    both = sorted([*heard, *played.spoken()])
    until_s = both[0][1] if both else 0.0
    for at_s, ends_s in both:
        if at_s - until_s > GAP_S:
            yield at_s - until_s
        until_s = max(until_s, ends_s)
