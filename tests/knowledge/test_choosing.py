"""A place is named in many ways, and an id says what was meant by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.choosing import (
    LAST,
    LONGEST_ID,
    chosen,
    id_of,
    may_be_meant,
    place_in,
    places_in,
    tapped,
)
from knowledge.notes import as_typed


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("2", 2),
        (" 2. ", 2),
        ("2)", 2),
        ("#2", 2),
        ("2️⃣", 2),
        ("②", 2),
        ("٢", 2),
        ("no. 2", 2),
        ("N° 2", 2),
        ("Nr 2", 2),
        ("number two", 2),
        ("number one", 1),
        ("two please!", 2),
        ("The second one", 2),
        ("the 2nd", 2),
        ("option 3, please", 3),
        ("I'll take the third", 3),
        ("the last one", LAST),
        ("one", 1),
        ("10", 10),
        ("deuxième", 2),
        ("le 2ème svp", 2),
        ("la première", 1),
        ("je prends le deux", 2),
        ("numéro 4", 4),
        ("numéro un", 1),
        ("une", 1),
        ("uno", 1),
        ("I'd like the second one please", 2),
        ("I'll take number 2", 2),
        ("vorrei il due", 2),
        ("nataka ya tatu", 3),
        ("ndashaka iya 2", 2),
        ("ebyiri", 2),
        ("no, the first one", 1),
        ("la dernière", LAST),
        ("il secondo, per favore", 2),
        ("numero tre", 3),
        ("l'ultimo", LAST),
        ("it-tieni", 2),
        ("it-tielet wieħed", 3),
        ("numru 2", 2),
        ("ya pili", 2),
        ("namba mbili", 2),
        ("ya mwisho", LAST),
        ("ya kabiri", 2),
        ("iya gatatu", 3),
        ("nimero 2", 2),
        ("Icya mbere", 1),
        ("2, thanks", 2),
        ("2 thx", 2),
        ("le 2 merci", 2),
        ("il secondo, grazie", 2),
        ("2 grazzi", 2),
        ("ya pili, asante", 2),
        ("2 murakoze", 2),
        ("the second option", 2),
        ("second choice, please", 2),
        ("la deuxième option", 2),
        ("it-tieni għażla", 2),
        ("la seconda scelta", 2),
        ("I want the second", 2),
        ("nº2", 2),
        ("no2", 2),
        ("nr2", 2),
        ("No.2", 2),
    ],
)
def test_a_place_is_named_in_many_ways(said: str, place: int) -> None:
    assert place_in(said) == place


@pytest.mark.parametrize(
    "said",
    [
        *("2 beers", "two of them", "1 and 3", "2 or 3", "2.50", "2/3", "for 2", "table 2", "at 2"),
        *("2pm", "10 minutes", "the second course", "no", "the", "", "👍", "yes", "0", "12:30"),
        *("deux bières", "le", "pour deux", "mbili za bia", "due birre", "a first time here"),
        *("One second please", "une seconde svp", "un secondo", "un secondo, per favore", "no one"),
        *(
            "Give me 2",
            "I'd like 2",
            "I'll take two",
            "vorrei due",
            "je voudrais 2",
            "nataka mbili",
        ),
        *(
            "I'll take two",
            "I'll take one",
            "one please",
            "une svp",
            "ndashaka imwe",
            "nataka moja",
            "the one",
        ),
        *("the two", "le due", "le cinque", "I'd like the two", "No, 2", "2€", "$2", "2 %", "-2"),
        *("thanks", "the option", "2 options", "the second course, thanks", "no thanks"),
        "2 " + "please " * 10,
    ],
)
def test_what_says_more_than_a_place_is_none(said: str) -> None:
    assert place_in(said) is None


@pytest.mark.parametrize(
    ("said", "places"),
    [
        *(("1 and 3", (1, 3)), ("1, 2", (1, 2)), ("1, 2 & 4.", (1, 2, 4)), ("1 et 2", (1, 2))),
        *(("1 u 2", (1, 2)), ("1 na 2", (1, 2)), ("2 or 3", ()), ("1,5", ()), ("2", ())),
        *(("1 and 2 beers", ()), ("12 3", ()), ("both", ()), ("", ())),
    ],
)
def test_several_places_are_named(said: str, places: tuple[int, ...]) -> None:
    assert places_in(said) == places


@pytest.mark.parametrize(
    ("title", "may"),
    [
        *((each, True) for each in ("2", "4 people", "Two of us", "Second seating", "One", "Due")),
        *((each, False) for each in ("The stew", "No one", "Une bière", "Yes", "Ok", "/cfo")),
    ],
)
def test_a_choice_that_counts_may_be_what_a_number_means(title: str, may: bool) -> None:
    assert may_be_meant(id_of(title), title) is may
    assert not may_be_meant(id_of(title, 7), title)


@pytest.mark.parametrize(
    ("title", "item_id", "told"),
    [
        ("Tilapia", 12, "item:12"),
        ("/cfo", None, "/cfo"),
        ("/86", None, "/86"),
        ("Yes", None, "yes"),
        ("Yego", None, "yes"),
        ("Sì", None, "yes"),
        ("Non merci", None, "no"),
        ("Oya", None, "no"),
        ("Oui, merci", None, "yes"),
        ("Yes, please", None, "yes"),
        ("Yes, spicy", None, "say:Yes, spicy"),
    ],
)
def test_an_id_says_what_is_meant(title: str, item_id: int | None, told: str) -> None:
    assert id_of(title, item_id) == told


@pytest.mark.parametrize(
    ("choice_id", "shown", "said"),
    [
        ("item:12", "Grilled tilapia with …", "Grilled tilapia with …\n[chose menu item 12]"),
        ("item:12", "", "[chose menu item 12]"),
        ("say:Half board, please", "Half board, …", "Half board, please"),
        ("/cfo", "Ask the CFO", "/cfo"),
        ("yes", "Yes!", "Yes!"),
        ("yes", "Yego", "Yego\n[chose yes]"),
        ("no", "Non merci", "Non merci\n[chose no]"),
        # None of ours: what a template's button says, or who plays with the form.
        ("item:12 OR 1", "Tilapia", "Tilapia"),
        ("item:0", "Tilapia", "Tilapia"),
        ("item:9999999999", "Tilapia", "Tilapia"),
        ("CONFIRM_7", "Confirm", "Confirm"),
        ("say:", "Confirm", "Confirm"),
        ("/forget me", "Hello", "Hello"),
        ("", "Confirm", "Confirm"),
    ],
)
def test_a_choice_is_what_its_id_says(choice_id: str, shown: str, said: str) -> None:
    assert chosen(choice_id, shown) == said


@pytest.mark.parametrize(
    ("choice_id", "shown", "said"),
    [
        ("say:The stew", "The st…", "The stew\n[chose it by a tap]"),
        ("say:Stop", "Stop", "Stop"),
        ("say:/language fr", "Français", "/language fr"),
        ("yes", "Yego", "Yego\n[chose yes]"),
        ("item:12", "Tilapia", "Tilapia\n[chose menu item 12]"),
        ("", "Confirm", "Confirm"),
    ],
)
def test_a_tap_in_words_of_ours_is_noted(choice_id: str, shown: str, said: str) -> None:
    assert tapped(choice_id, shown) == said


@given(st.text(min_size=1))
def test_whatever_a_choice_is_called_it_is_said_so(title: str) -> None:
    choice_id = id_of(title)
    assert len(choice_id) <= LONGEST_ID
    said = chosen(choice_id, title).partition("\n[chose ")[0]
    assert said.strip() == as_typed(title[: LONGEST_ID - 4]).strip() or not title.strip()
