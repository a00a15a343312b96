"""What callers hear that no model thought up: in their language, with a sound to each."""

import pytest

from conversation.call.sentences import KEYS, Sentences, words
from knowledge.phrases import LANGUAGES

sentences = Sentences()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_has_words_of_its_language_and_a_sound(language: str) -> None:
    of_language = sentences.of(language)
    assert list(of_language) == list(KEYS)
    assert all(each.text and each.sound for each in of_language.values())
    if language != "en":
        english = {words(key, "en") for key in KEYS}
        assert not english & {each.text for each in of_language.values()}


@pytest.mark.parametrize("language", [None, "de", "", "../en"])
def test_another_language_is_answered_in_english(language: str | None) -> None:
    assert sentences.of(language) == sentences.of("en")


@pytest.mark.parametrize(
    ("language", "program", "sound"),
    [("en", "program", "record no sound"), ("fr", "programme", "sans enregistrer le son")],
)
def test_who_rings_is_told_that_a_program_answers_and_that_no_sound_is_kept(
    language: str, program: str, sound: str
) -> None:
    hello = words("hello", language)
    assert program in hello
    assert sound in hello
