"""Of which dish an answer shows the picture, by what was looked up for it and what it says."""

from typing import Any

import pytest

from conversation.picturing import images_of, picture_of
from personas.tool import Heard

GOAT, BEEF = "Brochette y'ihene (goat skewer)", "Brochette y'inka (beef skewer)"
LARGE, SMALL = "Mützig (65 cl)", "Mützig (33 cl)"
CHIPS = "Ifiriti (hand-cut chips)"


def image(name: str) -> str:
    return f"https://x.rw/{name[:14]}.jpg".replace(" ", "-")


def found(*names: str, tool: str = "lookup_menu", **others: Any) -> Heard:
    items = [{"item_id": 1, "name": name, "image_url": image(name)} for name in names]
    return Heard(tool, {"items": items, "not_on_menu": [], **others})


def paired(name: str, *pairings: str) -> Heard:
    item = found(name).told["items"][0]  # type: ignore[index]
    told = [{"item": {"name": each, "image_url": image(each)}, "upsell": ""} for each in pairings]
    return Heard("recommend_pairing", {"item": item, "pairings": told})


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (f"*{GOAT}* is RWF 3,500.", [found(GOAT)]),
        (f"*{GOAT}* is RWF 3,500.", [found(GOAT, BEEF, CHIPS)]),
        ("La *Brochette y'ihene* est à 3 500 RWF.", [found(GOAT, BEEF)]),
        ("The goat skewer is RWF 3,500.", [found(GOAT)]),
        (f"*{GOAT}* is RWF 3,500. Have *{CHIPS}* with it?", [found(GOAT), paired(GOAT, CHIPS)]),
        (f"*{GOAT}* is RWF 3,500.", [found("Pizza", not_on_menu=["pizza"]), found(GOAT, BEEF)]),
        (f"*{GOAT}*: it has no bone. *{GOAT}*!", [found(GOAT), found(GOAT)]),
    ],
)
def test_the_one_dish_that_it_names_is_shown(reply: str, told: list[Heard]) -> None:
    assert picture_of(reply, images_of(told)) == image(GOAT)


def test_two_sizes_of_one_drink_are_one() -> None:
    assert picture_of("*Mützig* is cold.", images_of([found(LARGE, SMALL)])) == image(SMALL)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (f"- *{GOAT}*\n- *{BEEF}*", [found(GOAT, BEEF)]),
        ("We close at 23:00.", [found(GOAT)]),
        ("We close at 23:00.", []),
        (f"We have no pizza; *{GOAT}* is close.", [found(GOAT, not_on_menu=["pizza"])]),
        (f"*{GOAT}* is sold out.", [found(CHIPS, unavailable=[{"name": GOAT, "why": ""}])]),
        (f"*{CHIPS}* goes well with it.", [paired(GOAT, CHIPS)]),
        (f"*{GOAT}* is good.", [Heard("lookup_menu", {"error": "no such category"})]),
        (f"*{GOAT}* is good.", [Heard("lookup_menu", {"items": "none"})]),
        (f"*{GOAT}* is good.", [Heard("lookup_menu", {"items": [GOAT, None, {"name": GOAT}]})]),
        ("Which one?", [found(GOAT, BEEF)]),
        ("", [found(GOAT)]),
        (f"*{GOAT}* is sold out.", [found(GOAT)]),
    ],
)
def test_without_one_dish_nothing_is_shown(reply: str, told: list[Heard]) -> None:
    assert picture_of(reply, images_of(told)) is None


@pytest.mark.parametrize(
    "reply",
    [
        f"Here is *{GOAT}*. There is also *{BEEF}*.",
        f"*{GOAT}* or *{BEEF}*?",
        "Here you go!",
        "The goat skewer, hot from the grill.",
    ],
)
def test_who_asks_to_see_one_sees_that_one(reply: str) -> None:
    images = images_of([found(GOAT, BEEF)])
    assert picture_of(reply, images) is None
    assert picture_of(reply, images, {GOAT}) == image(GOAT)


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (f"*{GOAT}*. There is also *{BEEF}*.", {GOAT, BEEF}),
        ("Which one?", {GOAT, BEEF}),
        (f"*{BEEF}* is better today.", {GOAT}),
        (f"*{GOAT}* is sold out.", {GOAT}),
        (f"We don't have *{GOAT}* today.", {GOAT}),
    ],
)
def test_who_asks_to_see_another_or_is_told_no_sees_none(reply: str, asked: set[str]) -> None:
    assert picture_of(reply, images_of([found(GOAT, BEEF)]), asked) is None


@pytest.mark.parametrize("image_url", ["", "http://x.rw/a.jpg", "/media/menu/none.jpg", "a.jpg"])
def test_what_cannot_be_sent_is_left_out(image_url: str) -> None:
    told = Heard("lookup_menu", {"items": [{"name": GOAT, "image_url": image_url}]})
    assert picture_of(f"*{GOAT}* is good.", images_of([told])) is None
