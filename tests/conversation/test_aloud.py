"""Which answers are heard and which are read, and when something else was said than was written."""

import pytest

from conversation.aloud import MOST_CHARACTERS, says_the_same, to_be_heard
from models.bubbles import Bubble, Choice, Choices

HEARD = {
    "plain": ("Yes, we are open until ten.", "Yes, we are open until ten."),
    "marks": ("*Brochettes* are _grilled_, fried no.", "Brochettes are grilled, fried no."),
    "markdown": ("**Brochettes** and __tea__", "Brochettes and tea"),
    "emoji": ("Murakaza neza! 🍲👨🏾‍🍳 Ikaze 😊🙏🏾", "Murakaza neza! Ikaze"),
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
    "a domain at the end": "You find it at inzozi.rw.",
    "a long domain": "You find it at inzozi.restaurant",
    "a page of a site": "Our page: inzozi.example/menu",
    "ticks": "✅ goat\n✅ fish",
    "rings": "① goat\n② fish",
    "long dashes": "— goat\n— fish",
    "plus signs": "+ goat\n+ fish",
    "bare numbers": "1 goat\n2 fish",
    "letters": "a) goat b) fish",
    "lines": "Goat\nFish\nBeans\nRice",
    "three prices of one currency": "Goat is 4,500, tilapia 6,000 and isombe 3,500 RWF.",
    "of none": "Goat is 4,500, tilapia 6,000 and isombe 3,500.",
    "french": "La chèvre coûte 4 500 RWF, le tilapia 6 000 et l'isombe 3 500.",
    "kinyarwanda": "Ihene ni 4500 Frw, tilapia ni 6000 na isombe 3500.",
    "swahili": "Mbuzi ni shilingi 4500, samaki 6000, isombe 3500.",
    "in words": "Four thousand five hundred, six thousand, and three thousand francs.",
    "a cross": "Peanuts in the sauce: ❌",
    "a tick": "Peanuts in the sauce ✓",
    "a picture in a word's place": "The sauce contains 🥜.",
    "a clock": "We open at 🕖",
    "a key": "A table for 4️⃣",
    "a flag": "It comes from 🇷🇼",
    "what is struck out": "Goat is ~RWF 5,000~ RWF 4,500.",
    "about": "It takes ~20 minutes.",
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
            "It isn't vegan: that's why I can't give it.",
            "It is not vegan: that is why I cannot give it.",
        ),
        ("We close at 10 p.m.", "We close at 10 PM."),
        (
            "We will bring the bill to your table now, with two glasses of water.",
            "We'll bring the bill to your table now, with two glasses of water.",
        ),
    ],
)
def test_the_same_words_are_the_same_however_they_are_spelled(written: str, said: str) -> None:
    assert says_the_same(written, said)


LONG = "We grill the goat over charcoal each evening and bring it with plantain and salad, "
# A word of many, and it is the other way round.
TURNED = {
    f"{LONG}which contains peanuts.": f"{LONG}which doesn't contain peanuts.",
    f"{LONG}but it isn't safe for you.": f"{LONG}but it is safe for you.",
    f"{LONG}but you shouldn't have it.": f"{LONG}but you should have it.",
    f"{LONG}you can eat it.": f"{LONG}you can't eat it.",
    f"{LONG}it is safe.": f"{LONG}it is unsafe.",
    f"{LONG}on Mondays.": f"{LONG}on Sundays.",
    f"{LONG}and we are open.": f"{LONG}and we are closed.",
    "Nous le grillons chaque soir au charbon de bois et il contient du lait.": (
        "Nous le grillons chaque soir au charbon de bois et il ne contient pas de lait."
    ),
    "Ntibikubereye, kuko birimo ubunyobwa bwinshi muri iyi sosi y'umuhogo.": (
        "Bikubereye, kuko birimo ubunyobwa bwinshi muri iyi sosi y'umuhogo."
    ),
    "Irimo amata, ushobora kuyireka ugafata ikindi kintu cyiza dufite hano.": (
        "Ntirimo amata, ushobora kuyireka ugafata ikindi kintu cyiza dufite hano."
    ),
    "Dan mhux tajjeb għalik għax fih il-karawett u l-ħalib, u nirrakkomanda ħaġa oħra.": (
        "Dan tajjeb għalik għax fih il-karawett u l-ħalib, u nirrakkomanda ħaġa oħra."
    ),
    "La zuppa contiene latte, quindi le consiglio un altro piatto questa sera.": (
        "La zuppa non contiene latte, quindi le consiglio un altro piatto questa sera."
    ),
    "Wali una maziwa kidogo, samahani, tafadhali usile chakula hiki leo jioni.": (
        "Wali hauna maziwa kidogo, samahani, tafadhali usile chakula hiki leo jioni."
    ),
    "Chakula hiki hakikufai, kwa sababu kina karanga nyingi ndani ya mchuzi wake.": (
        "Chakula hiki kinakufai, kwa sababu kina karanga nyingi ndani ya mchuzi wake."
    ),
}


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
        ("A tea is €4.", "A tea is $4."),
        ("It takes > 30 minutes.", "It takes 30 minutes."),
        *TURNED.items(),
        *((said, written) for written, said in TURNED.items()),
    ],
)
def test_other_words_are_no_answer_of_ours(written: str, said: str) -> None:
    assert not says_the_same(written, said)
