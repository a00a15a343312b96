"""What comes beside words: the notes behind a message, understood as far as practice goes."""

import pytest

from sandbox.practice import Call
from sandbox.practice.beside import CANT_OPEN, CANT_SEE, SMILE
from tests.sandbox.practice.talk import reply, said, tool, user, waiter

SYSTEM = {
    "type": "message",
    "role": "system",
    "content": [
        {
            "type": "input_text",
            "text": "It is noon. The location that they shared is 350 m from the house, in a"
            " straight line. Tell them. https://maps.google.com/?q=-1.93,30.10",
        }
    ],
}


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("[sent a sticker]", SMILE),
        ("[reacted 👍]", SMILE),
        ("[reacted 👍 to: Enjoy!]", SMILE),
        ("[sent a picture]", CANT_SEE),
        ("What is this?\n[sent 2 pictures]", CANT_SEE),
        ("What is this?\n[sent a picture][a picture, which you can't be shown: say so]", CANT_SEE),
        ("[sent a file (menu.pdf), which can't be opened here]", CANT_OPEN),
        ("[an empty message]", CANT_OPEN),
        ("[sent a voice note that can't be heard: it is broken]", CANT_OPEN),
    ],
)
def test_what_has_no_words_is_answered_without_a_tool(message: str, answer: str) -> None:
    assert said(waiter(user(message))) == answer


def test_a_contact_is_thanked_for_by_its_name() -> None:
    assert "*Ines*" in said(waiter(user("[shared a contact: Ines]")))


def test_a_location_is_told_how_far_it_is_until_when_and_where() -> None:
    told = said(waiter(SYSTEM, user("[shared a location: -1.9372, 30.1003 (Tennis Club)]")))
    assert "350 m from us" in told
    assert "Hours: daily 07:00-23:00" in told
    assert told.endswith("https://maps.google.com/?q=-1.93,30.10")


@pytest.mark.parametrize("note", ["heard in a voice note", "forwarded: perhaps not their own"])
def test_words_with_a_note_are_words(note: str) -> None:
    asked = waiter(user(f"cappuccino\n[{note}]"))
    assert isinstance(asked, Call)
    assert asked.arguments == {"query": "cappuccino"}


def test_a_quoted_message_is_what_this_is_about() -> None:
    quoted = "With pleasure! - *Isombe* – RWF 4,000"
    asked = waiter(
        reply("*Carrot cake* – RWF 4,000"),
        user(f"is this vegan?\n[answers your message: {quoted}]"),
    )
    assert isinstance(asked, Call)
    assert asked.arguments == {"query": "isombe"}


def test_a_thumb_up_to_a_question_is_a_yes() -> None:
    question = "*Cappuccino* – RWF 3,000 Would you like to know what goes well with it?"
    asked = waiter(user(f"[answered 👍 to your question: {question}]"), also=("call_staff",))
    assert isinstance(asked, Call)
    assert asked.name == "lookup_menu"


def test_brackets_of_the_diners_own_are_no_notes() -> None:
    asked = waiter(user("cappuccino [EXTRA HOT]"), also=(tool("x")["name"],))
    assert isinstance(asked, Call)
    assert "extra hot" in asked.arguments["query"]
