"""What the caller gets to hear: the model's items as their sound comes, and fixed sentences.

It cuts sound into Twilio's frames, sets the marks, checks words sentence by sentence, and tells
what was heard of each item once that is sure. It knows nothing of responses but their names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from conversation.call.actions import Action, Check, Said, Sentence, ToCaller
from conversation.call.limits import CallLimits
from conversation.call.playing import Playing
from conversation.call.utterance import Utterance
from realtime.call.events import Sound, Words, WordsDone
from whatsapp.streams import BYTES_PER_S, FRAME_BYTES, clear, mark, media, rest_of_frame

# As one frame of ours: half a second.
MOST_BYTES = 25 * FRAME_BYTES
MARK_EVERY_BYTES = BYTES_PER_S
# Of one item's words, in characters: no model says more at once, and each sentence has all before
# it looked at while others talk.
MOST_TEXT = 16_384


@dataclass(slots=True)
class _Hold:
    """A response whose first sound is not sent yet."""

    response: str
    until: float
    chunks: int = 0


class Speaking:
    """`stream_sid`: Twilio's; before it is there, sound is kept."""

    def __init__(self, limits: CallLimits) -> None:
        self._limits = limits
        self._playing = Playing()
        self._unsettled: list[Utterance] = []  # in the order they are said in
        self._items: dict[str, Utterance] = {}  # the model's, of this session
        self._muted: set[str] = set()  # responses of which nothing is to be heard any more
        self.over: set[str] = set()  # those of which nothing more comes
        self._begun: str | None = None  # the last response that sounded
        self._hold: _Hold | None = None
        self._sentences = 0
        self._stream_sid: str | None = None

    def start(self, stream_sid: str, now: float) -> list[Action]:
        self._stream_sid = stream_sid
        return [action for each in self._unsettled for action in self._send(each, now)]

    def say(self, key: str, sentence: Sentence, now: float) -> tuple[list[Action], Utterance]:
        """A fixed sentence, behind all that plays."""
        self._sentences += 1
        said = Utterance(f"{key}-{self._sentences}", text=sentence.text)
        said.received = len(sentence.sound)
        said.waiting += sentence.sound
        said.has_all_words = True
        self._unsettled.append(said)
        return self._end_sound(said, now), said

    def sound(self, event: Sound, now: float) -> list[Action]:
        item = self.item(event.response, event.item)
        item.received += len(event.sound)
        if item.is_muted:
            return []
        item.waiting += event.sound
        # Of those before it, all sound has come.
        before = [each for each in self._of(event.response) if each is not item]
        actions = [action for each in before for action in self._end_sound(each, now)]
        if self._is_held(event.response, now):
            return actions
        return actions + self._send(item, now)

    def words(self, event: Words | WordsDone) -> list[Action]:
        item = self.item(event.response, event.item)
        is_done = isinstance(event, WordsDone)
        if item.has_all_words:
            return []
        if is_done:
            if not event.text.startswith(item.text[: item.checked]):
                item.checked = 0  # deltas had it otherwise
            item.text = event.text[:MOST_TEXT] or item.text
            item.has_all_words = True
        else:
            item.text = f"{item.text}{event.text}"[:MOST_TEXT]
        return self._checked(item, to_the_end=is_done)

    def item(self, response: str, name: str) -> Utterance:
        if (known := self._items.get(name)) is not None:
            return known
        item = Utterance(name, response)
        self._items[name] = item
        self._unsettled.append(item)
        if response in self._muted or response in self.over:
            item.cut(0)
        item.has_all_words = item.has_all_sound = response in self.over
        return item

    def end_response(self, response: str, now: float, *, is_whole: bool) -> list[Action]:
        """Nothing more comes of it."""
        self.over |= {response} - {""}  # not every server names them
        actions: list[Action] = []
        self._let_go(response)
        for item in self._of(response):
            actions += self._checked(item, to_the_end=True)
            item.has_all_words = True
            item.is_broken_off = not (is_whole or item.has_all_sound)
            actions += self._end_sound(item, now)
        return actions

    def end_session(self, now: float) -> list[Action]:
        """Nothing more comes of any; what there is of them plays on."""
        responses = dict.fromkeys(each.response for each in self._unsettled if each.response)
        actions = [a for each in responses for a in self.end_response(each, now, is_whole=False)]
        for item in self._items.values():
            item.is_in_session = False
        self._items.clear()
        self._muted.clear()
        self.over.clear()
        return actions

    def interrupt(self, running: str | None, now: float) -> tuple[list[Action], list[Utterance]]:
        """Nothing that plays is to be heard any more, nor what is still to come of a response.

        Returns with it the model's items that were cut short and that its session knows.
        """
        if running is not None:
            self._muted.add(running)
        self._hold = None
        cut = [each for each in self._unsettled if not self._is_heard(each, now)]
        for each in cut:
            each.cut(each.heard(self._playing, now))
            if each.response is not None:
                self._muted.add(each.response)
        actions: list[Action] = []
        if self._playing.may_hold and self._stream_sid is not None:
            actions.append(ToCaller(clear(self._stream_sid)))
            self._playing.clear(now)
        return actions, self._cuts(cut)

    def late_cuts(self, response: str) -> list[Utterance]:
        """Those of a muted response whose first sound came when nothing was to be heard of it."""
        return self._cuts([each for each in self._items.values() if each.response == response])

    def _cuts(self, items: list[Utterance]) -> list[Utterance]:
        """Those that the model is to be told of: each once.

        One that no sound came of has none to be cut, and the server would refuse it.
        """
        cuts = [
            each
            for each in items
            if each.response and each.is_in_session and not each.is_cut_told
            if each.is_muted and each.received and each.is_cut_short
        ]
        for each in cuts:
            each.is_cut_told = True
        return cuts

    def mute(self, response: str) -> None:
        """Nothing is to be heard of it, and nothing was."""
        self._muted.add(response)
        for each in self._of(response):
            if not each.is_muted:
                each.cut(0)

    def find(self, item: str) -> Utterance | None:
        """The model's, of this session."""
        return self._items.get(item)

    def has_sounded(self, response: str) -> bool:
        return any(each.response == response and each.received for each in self._items.values())

    def is_saying(self, response: str | None) -> bool:
        """Whether some of it is heard, or will be."""
        return response is not None and any(
            each.received and not each.is_muted for each in self._of(response)
        )

    def _is_heard(self, each: Utterance, now: float) -> bool:
        if each.is_muted:
            return True
        return each.has_all_sound and self._playing.has_played(each.track, now)

    def marked(self, name: str, now: float) -> None:
        self._playing.marked(name, now)

    def on_tick(self, now: float) -> list[Action]:
        """Send what was held back for long enough."""
        if self._hold is None or now < self._hold.until:
            return []
        response = self._hold.response
        self._let_go(response)
        return [action for each in self._of(response) for action in self._send(each, now)]

    def settle(self, now: float) -> Iterator[Said]:
        """What was heard of each, in order, of those of which it is sure by now."""
        while self._unsettled:
            first = self._unsettled[0]
            if not (first.has_all_words and self._is_heard(first, now)):
                return
            del self._unsettled[0]
            if first.received == 0:
                first.cut(0)
            first.told = "" if first.cut_at == 0 else first.so_far()
            if first.told:
                yield Said(first.name, first.told, not first.is_cut_short)

    def settle_cut(self, now: float) -> list[Said]:
        """What was cut short has no more words than came so far."""
        for each in self._unsettled:
            each.has_all_words = each.has_all_words or each.is_muted
        return list(self.settle(now))

    def finish(self, now: float) -> list[Said]:
        """Nobody hears anything any more: what was heard so far."""
        for each in self._unsettled:
            if not self._is_heard(each, now):
                each.cut(each.heard(self._playing, now))
        return self.settle_cut(now)

    def is_playing(self, now: float) -> bool:
        """Whether there is anything that the caller is to hear still."""
        if self._playing.is_playing(now):
            return True
        return any(len(each.waiting) >= FRAME_BYTES for each in self._unsettled)

    @property
    def ends_at(self) -> float:
        return self._playing.ends_at

    @property
    def next_tick(self) -> float | None:
        times = [self._hold.until if self._hold else None, self._playing.over_at]
        return min((each for each in times if each is not None), default=None)

    def _of(self, response: str) -> list[Utterance]:
        """Its items that are not settled yet, in order."""
        return [each for each in self._unsettled if each.response == response]

    def _checked(self, item: Utterance, *, to_the_end: bool) -> list[Action]:
        if item.is_muted:
            return []
        text = item.next_check(to_the_end=to_the_end)
        return [] if text is None else [Check(item.name, text)]

    def _is_held(self, response: str, now: float) -> bool:
        if response != self._begun:
            self._begun = response
            if not self._playing.is_playing(now):
                self._hold = _Hold(response, now + self._limits.held_s)
        if self._hold is None:
            return False
        self._hold.chunks += 1
        if self._hold.chunks >= self._limits.held_chunks or now >= self._hold.until:
            self._hold = None
        return self._hold is not None

    def _let_go(self, response: str) -> None:
        if self._hold is not None and self._hold.response == response:
            self._hold = None

    def _end_sound(self, item: Utterance, now: float) -> list[Action]:
        """What is left of it goes out, filled up to a whole frame; with a mark behind it."""
        if item.has_all_sound:
            return []
        item.has_all_sound = True
        if item.response is not None:
            self._let_go(item.response)
        if not item.is_muted:
            item.waiting += rest_of_frame(len(item.waiting))
        return self._send(item, now)

    def _send(self, item: Utterance, now: float) -> list[Action]:
        """All whole frames of what waits of it."""
        if self._stream_sid is None:
            return []
        actions: list[Action] = []
        whole = len(item.waiting) - len(item.waiting) % FRAME_BYTES
        for begin in range(0, whole, MOST_BYTES):
            piece = bytes(item.waiting[begin : min(begin + MOST_BYTES, whole)])
            actions.append(ToCaller(media(self._stream_sid, piece)))
            self._playing.send(item.track, len(piece), now)
            item.unmarked += len(piece)
            if item.unmarked >= MARK_EVERY_BYTES:
                actions.append(self._mark(item, self._stream_sid))
        del item.waiting[:whole]
        if item.has_all_sound and item.unmarked:
            actions.append(self._mark(item, self._stream_sid))
        return actions

    def _mark(self, item: Utterance, stream_sid: str) -> Action:
        item.unmarked = 0
        return ToCaller(mark(stream_sid, self._playing.mark()))
