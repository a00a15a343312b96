"""The words of what a telephone heard, by its sound."""

from sandbox.practice.captions import PROBE_BYTES, Caption, Captions, Lately
from sandbox.practice.speech import spoken_in_mulaw

FISH, SOUP = "We have tilapia.", "We have pumpkin soup."
SILENCE = b"\xff" * 4_000


def heard(captions: Captions, *sounds: bytes) -> list[str]:
    """As a telephone gives it: some milliseconds at a time."""
    whole = b"".join(sounds)
    pieces = [whole[at : at + 320] for at in range(0, len(whole), 320)]
    return [each.words for piece in pieces for each in captions.hear(piece)]


def lately(*texts: str) -> Lately:
    spoken = Lately()
    for text in texts:
        spoken.note(text, spoken_in_mulaw(text))
    return spoken


def test_each_sentence_is_told_as_often_as_it_is_heard_and_where_it_begins() -> None:
    captions = Captions([(SOUP, spoken_in_mulaw(SOUP))], lately(FISH))
    fish, soup = spoken_in_mulaw(FISH), spoken_in_mulaw(SOUP)
    assert heard(captions, fish, SILENCE, soup, fish) == [FISH, SOUP, FISH]
    (caption,) = Captions((), lately(FISH)).hear(SILENCE + fish.lstrip(b"\xff"))
    assert caption == Caption(len(SILENCE), FISH)


def test_of_two_that_begin_alike_the_last_one_was_said() -> None:
    sound = spoken_in_mulaw(FISH)
    spoken = Lately()
    spoken.note("Before", sound)
    spoken.note("Now", sound)
    assert heard(Captions((), spoken), sound) == ["Now"]


def test_what_is_broken_off_at_once_and_what_a_person_says_is_not_told() -> None:
    captions = Captions((), lately(FISH, SOUP))
    begun = spoken_in_mulaw(FISH).lstrip(b"\xff")[: PROBE_BYTES // 2]
    assert heard(captions, begun, SILENCE, bytes(range(256)) * 40) == []
