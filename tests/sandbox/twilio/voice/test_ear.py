"""The caller's ear: sound heard at the pace of time, marks, what is dropped."""

from hypothesis import given
from hypothesis import strategies as st

from sandbox.twilio.voice.ear import LONGEST_BUFFER_S, Ear, loud_at
from sandbox.twilio.voice.mouth import Mouth, Spoken
from sandbox.twilio.voice.timeline import Timeline

SECOND = b"\x10" * 8000


def timeline(ear: Ear) -> Timeline:
    return Timeline(ear.pieces(), (), ())


def test_sound_is_heard_eight_bytes_a_millisecond() -> None:
    ear = Ear(100.0)
    ear.put(SECOND, 102.0)
    ear.advance(102.25)
    (piece,) = ear.pieces()
    assert (piece.at_s, piece.ends_s, ear.buffered_s) == (2.0, 2.25, 0.75)


def test_a_mark_comes_back_when_all_before_it_was_heard() -> None:
    ear = Ear(0.0)
    ear.put(SECOND, 0.0)
    ear.mark("one")
    ear.put(SECOND, 0.0)
    ear.mark("two")
    assert [ear.advance(at) for at in (0.99, 1.0, 1.5, 2.5)] == [[], ["one"], [], ["two"]]


def test_a_mark_before_which_nothing_waits_comes_back_at_once() -> None:
    ear = Ear(0.0)
    ear.mark("now")
    assert ear.advance(0.0) == ["now"]


def test_what_is_cleared_is_not_heard_and_its_marks_come_back() -> None:
    ear = Ear(0.0)
    ear.put(SECOND, 0.0)
    ear.mark("one")
    ear.advance(0.5)
    assert ear.clear() == ["one"]
    assert ear.advance(2.0) == []
    assert timeline(ear).heard_s == 0.5


def test_between_two_sounds_is_a_gap_where_the_second_comes_late() -> None:
    ear = Ear(0.0)
    ear.put(SECOND, 0.0)
    ear.advance(1.5)
    ear.put(SECOND, 1.5)
    ear.advance(3.0)
    assert timeline(ear).gaps(0.1) == [(1.0, 1.5)]
    assert timeline(ear).gaps(0.6) == []


def test_sound_that_came_in_time_is_one_piece() -> None:
    ear = Ear(0.0)
    for nth in range(10):
        ear.advance(nth * 0.015)
        ear.put(SECOND[:160], nth * 0.015)
    ear.advance(1.0)
    assert [(piece.at_s, piece.ends_s) for piece in ear.pieces()] == [(0.0, 0.2)]


def test_more_than_ten_minutes_are_not_taken() -> None:
    ear = Ear(0.0)
    assert all(ear.put(SECOND, 0.0) for _ in range(LONGEST_BUFFER_S))
    assert not ear.put(b"\x10", 0.0)
    ear.advance(1.0)
    assert ear.put(SECOND, 1.0)


def test_silence_that_is_sent_is_not_the_first_sound() -> None:
    ear = Ear(0.0)
    ear.put(b"\xff" * 4000 + SECOND, 1.0)
    ear.advance(5.0)
    assert loud_at(ear.pieces()[0]) == 1.5
    assert timeline(ear).first_sound() == 1.5
    assert timeline(ear).first_sound(after_s=2.0) == 2.0
    assert timeline(ear).first_sound(after_s=3.0) is None


def test_when_it_is_quiet_after_a_moment_is_told() -> None:
    ear = Ear(0.0)
    ear.put(SECOND, 1.0)
    ear.advance(3.0)
    heard = timeline(ear)
    assert (heard.quiet_at(1.5), heard.quiet_at(2.5), heard.quiet_at(0.5)) == (2.0, 2.5, 0.5)


def test_what_was_heard_since_a_place_is_read_on() -> None:
    ear = Ear(0.0)
    ear.put(b"abcd", 0.0)
    ear.advance(1.0)
    place, sound = ear.since(0)
    ear.put(b"efgh", 1.0)
    ear.advance(2.0)
    assert (sound, ear.since(place), ear.since(6)) == (b"abcd", (8, b"efgh"), (8, b"gh"))


@given(
    st.lists(
        st.tuples(st.sampled_from(["put", "mark", "clear", "wait"]), st.integers(1, 4000)),
        max_size=40,
    )
)
def test_every_mark_comes_back_once_and_nothing_is_heard_twice(
    steps: list[tuple[str, int]],
) -> None:
    ear = Ear(0.0)
    now, put, marks, back = 0.0, 0, 0, 0
    for kind, size in steps:
        back += len(ear.advance(now))
        if kind == "put":
            ear.put(b"\x10" * size, now)
            put += size
        elif kind == "mark":
            ear.mark(str(marks))
            marks += 1
        elif kind == "clear":
            put -= round(ear.buffered_s * 8000)
            back += len(ear.clear())
        else:
            now += size / 8000
    back += len(ear.advance(now + put))
    assert (back, len(timeline(ear).sound())) == (marks, put)


def test_a_mouth_speaks_in_frames_and_is_silent_else() -> None:
    mouth = Mouth()
    mouth.put(b"\x10" * 200)
    frames = [mouth.take(nth * 0.02) for nth in range(3)]
    assert frames == [b"\x10" * 160, b"\x10" * 40 + b"\xff" * 120, b"\xff" * 160]
    assert mouth.spoken() == (Spoken(0.0, 0.04),)


def test_what_a_microphone_gives_is_never_old() -> None:
    mouth = Mouth()
    mouth.put_live(b"\x10" * 16_000)
    mouth.put_live(b"\x20" * 160)
    said = b"".join(mouth.take(nth * 0.02) for nth in range(50))
    assert said == b"\x10" * 7840 + b"\x20" * 160
    assert mouth.take(1.0) == b"\xff" * 160


def test_words_are_said_whole_and_no_microphone_speaks_between_them() -> None:
    mouth = Mouth()
    mouth.put_live(b"\x20" * 160)
    mouth.put(b"\x10" * 320)
    first = mouth.take(0.0)
    mouth.put_live(b"\x20" * 160)
    second = mouth.take(0.02)
    mouth.put_live(b"\x30" * 160)
    assert (first, second, mouth.take(0.04)) == (b"\x10" * 160, b"\x10" * 160, b"\x30" * 160)
