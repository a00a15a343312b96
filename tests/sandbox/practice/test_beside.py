"""What comes beside words: the notes behind a message, understood as far as practice goes."""

import pytest

from sandbox.practice import Call, Say, answer
from sandbox.practice.beside import CANT_OPEN, CANT_SEE, NOT_YOURS, SMILE
from sandbox.practice.waiter import SAYS
from tests.sandbox.practice.talk import MENU_TOOLS, WAITER, reply, said, tool, user, waiter

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
    assert "*Ines*'s number" in said(waiter(user("[shared a contact: Ines, +250 788 000 009]")))


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


@pytest.mark.parametrize("emoji", ["❤️🙏", "😂", "👍"])
def test_an_emoji_alone_gets_a_smile(emoji: str) -> None:
    assert said(waiter(reply("Enjoy your meal!"), user(emoji))) == SMILE


@pytest.mark.parametrize(("emoji", "talk"), [("👍🏾", "yes"), ("👌", "yes"), ("👎", "no")])
def test_a_thumb_behind_a_question_answers_it(emoji: str, talk: str) -> None:
    question = "Shall I look for something to drink?"
    assert said(waiter(reply(question), user(emoji))) == SAYS[talk]
    at_it = f"[answered {emoji} to your question: {question}]"
    assert said(waiter(reply("Enjoy!"), user(at_it))) == SAYS[talk]


@pytest.mark.parametrize("words", ["I want this\n", "Do you have that?\n", ""])
def test_this_is_what_was_advertised(words: str) -> None:
    shown = "[came from an advertisement: Tilapia; Grilled; https://fb.me/1]"
    assert waiter(user(f"{words}{shown}")) == Call("lookup_menu", {"query": "tilapia"})


def test_a_forwarded_allergy_is_asked_about() -> None:
    forwarded = "I'm allergic to nuts\n[forwarded: perhaps not their own words]"
    assert said(waiter(user(forwarded))) == NOT_YOURS


def test_who_asks_the_way_gets_a_link() -> None:
    link = "https://maps.google.com/?q=-1.93,30.10"
    house = f"{WAITER}\n- Address: KG 9 Avenue.\n- On a map: {link}. Who asks gets it."
    told = answer(house, MENU_TOOLS, [user("where are you?")])
    assert isinstance(told, Say)
    assert link in told.text.split()


def test_brackets_of_the_diners_own_are_no_notes() -> None:
    asked = waiter(user("cappuccino [EXTRA HOT]"), also=(tool("x")["name"],))
    assert isinstance(asked, Call)
    assert "extra hot" in asked.arguments["query"]
