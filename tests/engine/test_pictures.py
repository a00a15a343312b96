"""A dish's picture goes out with the answer about it: as one message, and not again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from models import menu, restaurants
from models.bubbles import Bubble
from tests.engine.clock import soon
from tests.engine.outside import calls, refused
from tests.engine.test_delivery import status
from tests.engine.world import ALICE, BOB, RESTAURANT, House, opened

GOAT, FISH, TEA, STEW = (
    "Brochette y'ihene (goat skewer)",
    "Brochette y'ifi (fish skewer)",
    "Icyayi (African tea)",
    "Isombe",
)
IMAGES = {
    GOAT: "/media/menu/brochette-ihene.jpg",
    FISH: "https://x.rw/fish.jpg",
    TEA: "/media/menu/african-tea.jpg",
    STEW: "",
}
ABOUT_GOAT = f"*{GOAT}* is RWF 3,500, hot from the grill."
PLAIN = f"*{STEW}* is RWF 3,500."


@contextmanager
def served(url: str, **options: Any) -> Iterator[House]:
    with opened(url, **options) as house:
        with house.eye.transaction() as session:
            restaurant_id = restaurants.store(session, RESTAURANT)
            menu.store(session, restaurant_id, [dish(name) for name in IMAGES])
        yield house


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    with served(sqlite_url) as house:
        yield house


@pytest.fixture
def either(database_url: str) -> Iterator[House]:
    with served(database_url) as house:
        yield house


def dish(name: str) -> dict[str, Any]:
    return {
        "slug": name.lower().replace(" ", "-")[:20],
        "name": name,
        "price": Decimal(3500),
        "description": "As at home.",
        "image_url": IMAGES[name],
        "category": "Mains",
        "dietary": [],
        "allergens": [],
        "keywords": [],
        "available": True,
    }


def told(house: House, words: str, reply: str, *looked_up: str, diner: str = ALICE) -> Bubble:
    """The message that a diner gets, where the model looks these up and says this."""
    house.model.will(*(calls("lookup_menu", query=query) for query in looked_up), reply)
    before = len(house.twilio.taken)
    house.hears(words, diner)
    assert soon(lambda: len(house.twilio.taken) > before)
    return house.twilio.taken[-1].bubble


def test_an_answer_about_one_dish_is_its_pictures_caption(either: House) -> None:
    bubble = told(either, "how is the goat?", ABOUT_GOAT, GOAT)
    assert bubble.picture == IMAGES[GOAT]
    assert bubble.text.replace("\u00a0", " ") == ABOUT_GOAT
    assert len(either.twilio.taken) == 1


def test_a_picture_is_not_sent_again_unless_it_is_asked_for(either: House) -> None:
    assert told(either, "how is the goat?", ABOUT_GOAT, GOAT).picture
    assert told(either, "and how much was it?", ABOUT_GOAT, GOAT).picture is None
    assert told(either, "show me the goat", ABOUT_GOAT, GOAT).picture == IMAGES[GOAT]
    assert told(either, "and the tea?", f"*{TEA}* is hot.", TEA).picture == IMAGES[TEA]
    assert told(either, "how is the goat?", ABOUT_GOAT, GOAT, diner=BOB).picture


def test_a_picture_that_did_not_arrive_was_not_sent(either: House) -> None:
    assert told(either, "how is the goat?", ABOUT_GOAT, GOAT).picture
    assert soon(lambda: either.parts()[0].sid)
    either.receipts.note(status(either.parts()[0].sid or "", "undelivered", 63024), None)
    assert told(either, "how is the goat?", ABOUT_GOAT, GOAT).picture


@pytest.mark.parametrize(
    ("words", "is_shown"), [("how is the goat?", False), ("show me the goat", True)]
)
def test_who_asks_to_see_it_sees_it_rather_than_choices(
    house: House, words: str, is_shown: bool
) -> None:
    offer = calls("offer_choices", choices=["The goat", "Something else"])
    house.model.will(calls("lookup_menu", query=GOAT), offer, ABOUT_GOAT)
    house.hears(words)
    assert soon(lambda: house.twilio.taken)
    bubble = house.twilio.taken[-1].bubble
    assert (bubble.picture is not None, bubble.choices is None) == (is_shown, is_shown)


@pytest.mark.parametrize("words", ["show me the menu", "show me what skewers you have"])
def test_who_asks_to_see_several_keeps_what_they_can_tap(house: House, words: str) -> None:
    offer = calls("offer_choices", choices=["The goat", "The fish"])
    house.model.will(
        calls("lookup_menu", query="brochette"), offer, f"We have *{GOAT}*. We have *{FISH}*."
    )
    house.hears(words)
    assert soon(lambda: house.twilio.taken)
    bubble = house.twilio.taken[-1].bubble
    assert bubble.picture is None
    assert bubble.choices


def test_after_a_reset_nothing_was_sent(either: House) -> None:
    assert told(either, "how is the goat?", ABOUT_GOAT, GOAT).picture
    either.hears("/reset")
    assert soon(lambda: len(either.twilio.taken) == 2)
    assert told(either, "how is the goat?", ABOUT_GOAT, GOAT).picture


@pytest.mark.parametrize(
    ("reply", "looked_up"),
    [
        (f"*{GOAT}* or *{FISH}*?", ["brochette"]),
        (PLAIN, [STEW]),
        ("What are you in the mood for?", ["brochette"]),
        ("We have no pizza; *Isombe* is warm, too.", ["pizza"]),
        (f"We have no pizza, but *{GOAT}*.", ["pizza brochette"]),
        (ABOUT_GOAT, []),
        (f"*{GOAT}* is sold out.", [GOAT]),
        (f"Sorry, *{TEA}* has milk in it.", [TEA]),
        (f"Désolé, *{TEA}* contient du lait.", [TEA]),
        (f"*{GOAT}* imeisha.", [GOAT]),
        (f"We don't have *{GOAT}* today.", [GOAT]),
        (f"*{GOAT}* {'is good ' * 130}", [GOAT]),
        (f"*{GOAT}* {'is good. ' * 180}", [GOAT]),
    ],
)
def test_what_is_not_about_one_dish_on_the_menu_has_none(
    house: House, reply: str, looked_up: list[str]
) -> None:
    assert told(house, "brochette?", reply, *looked_up).picture is None
    assert not any(part.extra for part in house.parts())


def test_who_sends_a_picture_or_quotes_one_does_not_ask_for_one(house: House) -> None:
    several = f"Yes: *{GOAT}*.\nAnd *{FISH}*.\nAnd *{TEA}*."
    for note in ("[sent 2 pictures]", "[answers your message: A picture of the goat]"):
        said = f"Are these on your menu?\n{note}"
        assert told(house, said, several, "brochette").picture is None
    asks = "Show me the goat\n[sent a picture]"
    assert told(house, asks, several, "brochette").picture == IMAGES[GOAT]


def test_a_restaurants_own_picture_has_to_load(sqlite_url: str) -> None:
    asked: list[str] = []
    with served(sqlite_url, loads=asked.append) as house:
        assert told(house, "fish?", f"*{FISH}* is fresh.", FISH).picture is None
        assert told(house, "goat?", ABOUT_GOAT, GOAT).picture  # ours is there
    assert asked == [IMAGES[FISH]]
    with served(sqlite_url) as house:
        assert told(house, "fish?", f"*{FISH}* is fresh.", FISH).picture == IMAGES[FISH]


def test_who_speaks_hears_the_answer_unless_they_ask_to_see(sqlite_url: str) -> None:
    heard = "\n[heard in a voice note]"
    with served(sqlite_url, speaks=True) as house:
        assert told(house, f"how is the goat?{heard}", ABOUT_GOAT, GOAT).picture is None
        assert told(house, f"a photo of the goat{heard}", ABOUT_GOAT, GOAT).picture
        assert told(house, "and the tea?", f"*{TEA}* is hot.", TEA).picture


def test_a_picture_that_twilio_refuses_leaves_its_words(house: House) -> None:
    house.twilio.will_fail(refused(63019), takes_it=False)
    bubble = told(house, "how is the goat?", ABOUT_GOAT, GOAT)
    assert bubble.picture is None
    assert bubble.text.replace("\u00a0", " ") == ABOUT_GOAT


def test_no_picture_goes_with_an_apology_or_another_personas_answer(house: House) -> None:
    over = calls("hand_over", persona="cfo", reason="tax")
    house.model.will(calls("lookup_menu", query=GOAT), over, ABOUT_GOAT)
    house.hears("goat, and tax")
    assert soon(lambda: house.twilio.taken)
    assert house.twilio.taken[-1].bubble.picture is None
