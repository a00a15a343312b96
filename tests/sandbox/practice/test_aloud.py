"""What the practice model says aloud: words without marks, in a voice where there is one."""

import shutil

import pytest

from sandbox.practice import mulaw
from sandbox.practice.aloud import as_said
from sandbox.practice.speech import heard
from sandbox.practice.voice_of_model import is_there, voiced

MENU = "We have:\n- *Cappuccino* – RWF 3,000\n- *Latte* – €4.50\n…and 3 more.\n\nWhich one?"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (MENU, "We have: Cappuccino, 3,000 francs. Latte, 4 euros 50. …and 3 more. Which one?"),
        ("That is 7,000 RWF, or $1.", "That is 7,000 francs, or 1 dollar."),
        ("_Please_ write to a_b@example.com 🙂", "Please write to a_b@example.com"),
        ("Café ☕, ħobż ❤️ 👨🏽‍🍳", "Café , ħobż"),
        ("Find us: https://maps.google.com/?q=1,2", "Find us:"),
        ("", ""),
    ],
)
def test_what_is_said_has_no_marks_of_writing(written: str, said: str) -> None:
    assert as_said(written) == said


@pytest.mark.skipif(not is_there(), reason="espeak-ng is not installed")
def test_each_voice_speaks_words_in_a_voice_of_its_own() -> None:
    words = "Good evening, may I find you something to drink?"
    marin, cedar = (voiced(words, name, mulaw.SAMPLES_PER_S) or b"" for name in ("marin", "cedar"))
    assert marin != cedar
    for pcm in (marin, cedar):
        assert 1.5 < len(pcm) / 2 / mulaw.SAMPLES_PER_S < 6
        assert mulaw.loudness(mulaw.encode(pcm)) > 500
        assert heard(pcm) is None
    three_times = voiced(words, "marin", 3 * mulaw.SAMPLES_PER_S) or b""
    assert len(three_times) == pytest.approx(3 * len(marin), rel=0.01)


def test_a_machine_without_the_program_has_no_such_voice() -> None:
    assert voiced("Hello", "marin", 8_000, "no-such-program") is None


@pytest.mark.skipif(not shutil.which("false"), reason="needs a program that fails")
def test_nor_has_one_where_it_fails() -> None:
    assert voiced("Hello", "marin", 8_000, "false") is None
