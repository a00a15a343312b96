"""Voice notes and pictures through the real service: fetched, opened in processes of their own."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from conversation.unheard import UNHEARD
from sandbox.practice.voice_note import voice_note
from tests.scenarios.world import Outside, diners, until
from tests.whatsapp.files import photo, sound
from tests.whatsapp.test_images import png

ANNE, BEN, CHRIS, DORA, EMMA, *SPEAKERS = diners(15, 1_000)


def test_a_voice_note_is_heard_and_answered(outside: Outside) -> None:
    sends(outside, ANNE, "audio/ogg; codecs=opus", voice_note("what coffee do you have?"))
    assert "Espresso" in outside.reply(ANNE)
    said = words_of(asked(outside, "[heard in a voice note]"))
    assert said[-1] == "what coffee do you have?\n[heard in a voice note]"


def test_one_in_french_too(outside: Outside) -> None:
    sends(outside, BEN, "audio/ogg", voice_note("dites exactement: bonjour"))
    assert outside.reply(BEN)
    assert words_of(asked(outside, "dites exactement"))[-1].startswith("dites exactement: bonjour")


def test_an_album_and_its_words_are_seen_in_one_turn(outside: Outside) -> None:
    for _ in range(2):
        sends(outside, CHRIS, "image/jpeg", photo())
    outside.write(CHRIS, "Which of these do you have?")
    assert outside.reply(CHRIS)
    parts = [part for item in asked(outside, "Which of these")["input"] for part in content(item)]
    pictures = [part["image_url"] for part in parts if part["type"] == "input_image"]
    assert len(pictures) == 2
    assert all(each.startswith("data:image/jpeg;base64,/9j/") for each in pictures)
    assert len(outside.bodies(CHRIS)) == 1


def test_what_can_not_be_opened_is_told_in_one_sentence(outside: Outside) -> None:
    sends(outside, DORA, "audio/ogg", b"OggS" + bytes(1_000))
    assert outside.reply(DORA) == UNHEARD
    sends(outside, DORA, "audio/ogg", sound(3, is_silent=True))
    assert outside.reply(DORA, 2) == UNHEARD
    sends(outside, DORA, "image/png", png(50_000, 50_000))
    assert outside.reply(DORA, 3)
    assert "it has too many pixels" in words_of(asked(outside, "too many pixels"))[-1]


def test_many_voice_notes_hold_up_no_text(outside: Outside) -> None:
    note = voice_note("say exactly: heard")
    with ThreadPoolExecutor(len(SPEAKERS)) as threads:
        list(threads.map(lambda each: sends(outside, each, "audio/ogg", note), SPEAKERS))
    outside.write(EMMA, "say exactly: read")
    assert outside.reply(EMMA) == "read"
    assert [outside.reply(each) for each in SPEAKERS] == ["heard"] * len(SPEAKERS)


def sends(outside: Outside, diner: str, content_type: str, content: bytes) -> None:
    file = {"content_type": content_type, "base64": b64encode(content).decode()}
    outside.write(diner, "", media=[file])


def asked(outside: Outside, words: str) -> dict[str, Any]:
    """What the model was asked last with these words in it."""

    def found() -> list[dict[str, Any]]:
        responses = (each["event"]["response"] for each in outside.requests())
        return [each for each in responses if words in "\n".join(words_of(each))]

    return dict(until(found)[-1])


def words_of(response: dict[str, Any]) -> list[str]:
    return [
        part["text"]
        for item in response["input"]
        if item.get("role") == "user"
        for part in content(item)
        if "text" in part
    ]


def content(item: dict[str, Any]) -> list[dict[str, Any]]:
    return list(item.get("content", ()))
