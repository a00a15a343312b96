"""Which answers are heard and which are read, and when something else was said than was written."""

import pytest

from conversation.aloud import MOST_CHARACTERS, says_the_same, to_be_heard
from models.bubbles import Bubble, Choice, Choices

HEARD = {
    "plain": ("Yes, we are open until ten.", "Yes, we are open until ten."),
    "marks": ("*Brochettes* are _grilled_, ~fried~ no.", "Brochettes are grilled, fried no."),
    "markdown": ("**Brochettes** and __tea__", "Brochettes and tea"),
    "emoji": ("Murakaza neza! 🍲👨🏾‍🍳 Ni 🇷🇼", "Murakaza neza! Ni"),
    "two prices": (
        "Goat is RWF 4,500 and fish 12 500 RWF.",
        "Goat is RWF 4,500 and fish 12\u00a0500\u00a0RWF.",
    ),
    "a price of millions": (
        "It came to RWF 12 500 000.",
        "It came to RWF\u00a012\u00a0500\u00a0000.",
    ),
    "lines": ("Yes.\n\nWe have two.", "Yes.\nWe have two."),
    "a snake": ("The room is called red_room_2", "The room is called red_room_2"),
    "figures": ("A table for 4 at 19:30 on 12 June.", "A table for 4 at 19:30 on 12 June."),
    "french": ("Oui, sans arachides : 3 500 RWF.", "Oui, sans arachides : 3\u00a0500\u00a0RWF."),
}
READ = {
    "a list": "We have:\n- goat\n- fish",
    "bullets": "We have:\n• goat\n• fish",
    "a numbered list": "1. Goat\n2. Fish",
    "a table": "| Dish | Price |\n|---|---|\n| Goat | 1 |",
    "three prices": "Goat is RWF 4,500, fish RWF 9,000 and tea RWF 800.",
    "three prices in words": "Goat is 4 500 francs, fish 9k RWF, tea €2.",
    "a link": "See https://inzozi.example/menu",
    "a bare site": "It's on www.inzozi.rw",
    "a domain": "Look at inzozi.rw please",
    "a map": "We are here: maps.google.com/?q=1,2",
    "an email": "Write to ana@inzozi.rw",
    "a number to call": "Call us on +250 788 123 456.",
    "a local number": "Call 0788 123 456.",
    "code": "Use `INZOZI10`",
    "nothing": " ",
    "nothing but emoji": "🍲",
    "too long": "We are open. " * (MOST_CHARACTERS // 12),
}
CHOICES = Choices("buttons", (Choice("1", "Yes"),))


@pytest.mark.parametrize(("written", "heard"), HEARD.values(), ids=HEARD)
def test_what_is_fit_to_be_heard_has_no_marks(written: str, heard: str) -> None:
    assert to_be_heard([Bubble(written)]) == heard.replace("\u00a0", " ")


@pytest.mark.parametrize("written", READ.values(), ids=READ)
def test_what_has_to_be_read_is_not_spoken(written: str) -> None:
    assert to_be_heard([Bubble(written)]) is None


@pytest.mark.parametrize(
    "bubbles",
    [
        [],
        [Bubble("One."), Bubble("Two.")],
        [Bubble("Here it is.", picture="/media/menu/goat.jpg")],
        [Bubble("Is that right?", choices=CHOICES)],
    ],
)
def test_what_is_more_than_words_is_not_spoken(bubbles: list[Bubble]) -> None:
    assert to_be_heard(bubbles) is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Yes, goat is RWF 4,500.", "Yes, goat is RWF 4,500."),
        ("Yes, goat is RWF 4,500!", "yes goat is RWF 4500"),
        ("It is 4500 RWF.", "It is four thousand five hundred RWF."),
        ("Oui, c'est prêt.", "Oui, c’est prêt"),
        ("I'll bring the bill to your table now, and the water with it.",) * 2,
        (
            "We will bring the bill to your table now, with two glasses of water.",
            "We'll bring the bill to your table now, with two glasses of water.",
        ),
    ],
)
def test_the_same_words_are_the_same_however_they_are_spelled(written: str, said: str) -> None:
    assert says_the_same(written, said)


LONG = "We grill the goat over charcoal each evening and bring it with plantain and salad, "


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Goat is RWF 4,500.", "Goat is RWF 4,600."),
        ("Goat is RWF 4,500.", "Goat is RWF 45."),
        (f"{LONG}at RWF 4,500.", f"{LONG}at RWF 5,500."),
        (f"{LONG}with peanuts.", f"{LONG}with sesame."),
        (f"{LONG}without peanuts.", f"{LONG}with peanuts."),
        (f"{LONG}it has no milk.", f"{LONG}it has milk."),
        (f"{LONG}sans lait.", f"{LONG}avec lait."),
        (f"{LONG}it is vegan.", f"{LONG}it is fine."),
        (f"{LONG}for you.", LONG + "for you, and it has no nuts."),
        ("Yes, we are open.", "Sorry, I can't help with that."),
        ("Yes, we are open.", ""),
        ("Yes, we are open.", "Yes, we are open. Is there anything else you would like?"),
        ("Turafunguye kugeza saa yine.", "We are open until ten."),
    ],
)
def test_other_words_are_no_answer_of_ours(written: str, said: str) -> None:
    assert not says_the_same(written, said)
