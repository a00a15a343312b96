"""What one response says: its messages, of pieces, of parts told whole, and of the response's end.

The whole counts, whenever it came: pieces get lost, doubled or mixed up. They serve to show a text
early, and are the text where nothing whole is told. Of their sound, pieces are all there is. It
knows no response but its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from realtime.fields import mended
from realtime.output import Message, Place
from realtime.request import BYTES_PER_SAMPLE, SAMPLES_PER_S

FINAL_ANSWER = "final_answer"
COMMENTARY = "commentary"
BLANK_LINE = "\n\n"
# Of a response's sound, in bytes: three minutes. A model that goes on for ever is not heard at all.
MOST_SOUND = 180 * SAMPLES_PER_S * BYTES_PER_SAMPLE
NAMELESS = "nameless "  # what keys of such messages begin with


@dataclass(slots=True)
class _Part:
    pieces: list[str] = field(default_factory=list)
    half: str = ""  # the first half of a character whose second half comes with the next piece
    whole: str = ""

    @property
    def text(self) -> str:
        return self.whole or "".join(self.pieces)


@dataclass(slots=True)
class _Told:
    """A message as far as events told of it."""

    phase: str = ""
    whole: str = ""
    written: dict[int, _Part] = field(default_factory=dict)
    spoken: dict[int, _Part] = field(default_factory=dict)
    sound: list[bytes] = field(default_factory=list)

    def part(self, place: Place) -> _Part:
        parts = self.spoken if place.is_spoken else self.written
        part = parts.get(place.part)
        if part is None:
            part = parts[place.part] = _Part()
        return part

    @property
    def text(self) -> str:
        return self.whole or _text(self.written) or _text(self.spoken)

    @property
    def certainty(self) -> int:
        """How sure its text is: of pieces, of parts told whole, or told whole itself."""
        if self.whole:
            return 2
        return int(any(part.whole for part in (*self.written.values(), *self.spoken.values())))


class Answer(NamedTuple):
    """The answer in a response; `sound` is nothing where it was written."""

    text: str
    sound: bytes


class Speech:
    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}  # by the message's id, in the order in which they began
        self._nameless = 0  # messages whose server names none
        self._is_nameless_open = False
        self._shown = ""  # the message that the last piece was shown of
        self._sound_left = MOST_SOUND

    def add_piece(self, place: Place, text: str) -> str:
        """Take the next piece of a part; returns what may be shown of it, which may be nothing."""
        key = place.item or self._key(place.item)
        told = self._told.get(key) or self._of(key)
        part = told.part(place)
        if part.half or not text.isascii():
            text, part.half = _whole_characters(part.half + text)
        part.pieces.append(text)
        is_twin = place.is_spoken and bool(told.written)
        if not text or part.whole or told.phase == COMMENTARY or is_twin:
            return ""
        is_next = self._shown not in ("", key)
        self._shown = key
        return BLANK_LINE + text if is_next else text

    def add_sound(self, item: str, sound: bytes) -> None:
        """Take the next piece of a message's sound."""
        self._sound_left -= len(sound)
        if self._sound_left >= 0:
            self._of(self._key(item)).sound.append(sound)

    def set_part(self, place: Place, text: str) -> None:
        """A part is told whole."""
        if not text.strip():
            return
        self._of(self._key(place.item)).part(place).whole = text
        if not place.item:
            self._is_nameless_open = False

    def set_message(self, message: Message) -> None:
        """A message is told, whole or at its beginning."""
        told = self._of(self._key(message.id))
        told.phase = message.phase or told.phase
        if message.text.strip():
            told.whole = message.text
            self._is_nameless_open = self._is_nameless_open and bool(message.id)

    def answer(self, output: Sequence[Message]) -> Answer:
        """The answer in it; `output` is what the response's end tells of its messages."""
        ended = [self._completed(message) for message in output]
        if not any(message.text.strip() for message in ended):
            ended = self._all_told()
        final = _final(ended)
        return Answer(_joined(final), self._sound_of(final))

    def _sound_of(self, messages: Sequence[Message]) -> bytes:
        """Nothing where there was too much of it."""
        if self._sound_left < 0:
            return b""
        told = [self._told.get(message.id, _Told()) for message in messages]
        return b"".join(piece for each in told for piece in each.sound)

    def _key(self, item: str) -> str:
        if item:
            return item
        if not self._is_nameless_open:
            self._is_nameless_open = True
            self._nameless += 1
        return f"{NAMELESS}{self._nameless}"

    def _of(self, key: str) -> _Told:
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = _Told()
        return told

    def _completed(self, message: Message) -> Message:
        """An end that leaves out what was told before is completed by it."""
        told = self._told.get(message.id, _Told())
        text = message.text if message.text.strip() else told.text
        return Message(message.id, text, message.phase or told.phase)

    def _all_told(self) -> list[Message]:
        # Nameless, they may be what a surer event told of under a name.
        surest = max((told.certainty for told in self._told.values()), default=0)
        return [
            Message(key, told.text, told.phase)
            for key, told in self._told.items()
            if not key.startswith(NAMELESS) or told.certainty == surest
        ]


def _final(messages: Sequence[Message]) -> list[Message]:
    """The final answers alone, if any is named so, else all but commentaries, if that is any.

    Of several with the same text the first.
    """
    said = [message for message in messages if message.text.strip()]
    spoken = [message for message in said if message.phase != COMMENTARY] or said
    final = [message for message in spoken if message.phase == FINAL_ANSWER] or spoken
    texts = [message.text.strip() for message in final]
    return [each for nth, each in enumerate(final) if each.text.strip() not in texts[:nth]]


def _joined(final: Sequence[Message]) -> str:
    """A blank line between."""
    if len(final) == 1:
        return final[0].text
    return BLANK_LINE.join(message.text.strip() for message in final)


def _text(parts: dict[int, _Part]) -> str:
    return "".join(parts[index].text for index in sorted(parts))


def _whole_characters(text: str) -> tuple[str, str]:
    """Text that any encoder takes, and the half of a character that it was cut off in."""
    half = text[-1:] if text and "\ud800" <= text[-1] <= "\udbff" else ""
    return mended(text.removesuffix(half) if half else text), half
