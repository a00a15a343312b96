"""What Twilio has played is known by marks and clock: as much as it has, and never more."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.call.playing import Playing, Track
from tests.conversation.call.twilio import FRAME, STREAM, Clock, Twilio, Wire
from whatsapp.streams import BYTES_PER_S, Marked, StreamEvent, clear, mark, media

TOLERANCE_S = 0.001


class Line:
    """A playing and the Twilio that it is about, a way of `delay_s` apart."""

    def __init__(self, delay_s: float) -> None:
        self.clock = Clock()
        self.playing = Playing()
        self.out = Wire(self.clock, lambda: delay_s)
        self.back = Wire(self.clock, lambda: delay_s)
        self.twilio = Twilio(self.clock, self._returned)
        self.tracks: list[Track] = []

    def _returned(self, event: StreamEvent) -> None:
        assert isinstance(event, Marked)
        self.back.carry(lambda: self.playing.marked(event.name, self.clock.now))

    def play(self, frames: int) -> None:
        """A track of its own, whose bytes are its number, and a mark."""
        self.tracks.append(Track())
        sound = bytes([len(self.tracks) % 250]) * FRAME * frames
        self._send(media(STREAM, sound))
        self.playing.send(self.tracks[-1], len(sound), self.clock.now)
        self._send(mark(STREAM, self.playing.mark()))

    def clear(self) -> None:
        self._send(clear(STREAM))
        self.playing.clear(self.clock.now)

    def _send(self, frame: str) -> None:
        self.out.carry(lambda: self.twilio.take(frame))

    def heard(self) -> list[float]:
        played = self.playing.played(self.clock.now)
        return [each.heard(played) / BYTES_PER_S for each in self.tracks]

    def truth(self) -> list[float]:
        return [self.twilio.heard(place % 250) for place in range(1, len(self.tracks) + 1)]


Step = Callable[[Line], None]


def play(frames: int) -> Step:
    return lambda line: line.play(frames)


def wait(seconds: float) -> Step:
    return lambda line: line.clock.run(line.clock.now + seconds)


PLAYS = st.builds(play, st.integers(1, 200))
WAITS = st.builds(wait, st.floats(0.0, 4.0))
STEPS = st.lists(st.one_of(PLAYS, WAITS), max_size=30)


@settings(max_examples=200, deadline=None)
@given(STEPS, st.floats(0.0, 0.15))
def test_what_was_heard_when_a_clear_arrives_is_what_was_told_when_it_was_sent(
    steps: list[Step], delay_s: float
) -> None:
    line = Line(delay_s)
    for step in steps:
        step(line)
    heard = line.heard()
    line.clear()
    line.clock.run(line.clock.now + 1.0)
    for told, truth in zip(heard, line.truth(), strict=True):
        assert abs(told - truth) <= TOLERANCE_S


@settings(max_examples=100, deadline=None)
@given(STEPS, st.floats(0.0, 0.15))
def test_in_the_end_all_of_it_has_been_played(steps: list[Step], delay_s: float) -> None:
    line = Line(delay_s)
    for step in steps:
        step(line)
    line.clock.run(line.playing.ends_at + 2 * delay_s + TOLERANCE_S)
    assert not line.playing.is_playing(line.clock.now)
    assert not line.playing.may_hold
    assert all(line.playing.has_played(each, line.clock.now) for each in line.tracks)


def test_where_twilio_falls_behind_the_marks_tell() -> None:
    line = Line(0.0)
    stuck = Wire(line.clock, lambda: 5.0)
    line.out = stuck
    line.play(50)
    line.play(50)
    line.clock.run(line.clock.now + 2.5)
    assert line.heard() == [1.0, 0.0]  # up to the mark that is overdue, at the most
    line.clock.run(line.clock.now + 3.6)
    [first, second] = line.heard()
    assert first == 1.0
    assert abs(second - line.truth()[1]) <= TOLERANCE_S


def test_the_marks_of_what_was_cleared_tell_nothing() -> None:
    line = Line(0.1)
    line.play(100)
    line.clock.run(line.clock.now + 0.5)
    line.clear()
    line.play(100)
    line.clock.run(line.clock.now + 0.5)
    assert abs(line.heard()[1] - 0.5) <= TOLERANCE_S
    line.clock.run(line.clock.now + 0.1)
    assert abs(line.heard()[1] - 0.6) <= TOLERANCE_S
