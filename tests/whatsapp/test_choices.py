"""Choices become a content's shape and its words, within what Twilio and WhatsApp take."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.bubbles import Bubble, Choice, Choices
from whatsapp.choices import Tappable, numbered, tappable
from whatsapp.split import units

LONG = "Grilled tilapia with plantain and lemon"
LONGER = "Grilled tilapia with plantain and chilli"


def buttons(*titles: str) -> Choices:
    return Choices("buttons", tuple(Choice(f"say:{each}", each) for each in titles))


def listed(*titles: str, description: str = "") -> Choices:
    options = tuple(Choice(f"say:{each}", each, description) for each in titles)
    return Choices("list", options, "Dishes")


def shown(taps: Tappable | None) -> tuple[str, dict[str, Any]]:
    """The kind of a content, and what Twilio makes of it."""
    assert taps is not None
    ((kind, made),) = taps.content["types"].items()
    return kind, filled_in(made, taps.variables)


def filled_in(made: Any, variables: dict[str, str]) -> Any:
    if isinstance(made, dict):
        return {name: filled_in(value, variables) for name, value in made.items()}
    if isinstance(made, list):
        return [filled_in(each, variables) for each in made]
    for name, value in variables.items():
        made = made.replace(f"{{{{{name}}}}}", value)
    return made


def test_a_few_short_ones_are_buttons() -> None:
    kind, made = shown(tappable(Bubble("Is it spicy?", choices=buttons("Yes", "No"))))
    assert kind == "twilio/quick-reply"
    assert made["body"] == "Is it spicy?"
    assert made["actions"] == [
        {"type": "QUICK_REPLY", "title": "Yes", "id": "say:Yes"},
        {"type": "QUICK_REPLY", "title": "No", "id": "say:No"},
    ]


@pytest.mark.parametrize("titles", [("A", "B", "C", "D"), ("Yes", "a" * 21)])
def test_more_or_longer_ones_are_a_list_all_the_same(titles: tuple[str, ...]) -> None:
    kind, made = shown(tappable(Bubble("Which?", choices=buttons(*titles))))
    assert kind == "twilio/list-picker"
    assert [each["id"] for each in made["items"]] == [f"say:{each}" for each in titles]
    assert made["button"]


def test_a_long_title_is_told_whole_below_it() -> None:
    _, made = shown(tappable(Bubble("Which?", choices=listed(LONG, description="9,500 RWF"))))
    (item,) = made["items"]
    assert item["item"] == "Grilled tilapia with …"
    assert item["description"] == f"{LONG}: 9,500 RWF"


def test_titles_that_are_cut_are_not_alike() -> None:
    _, made = shown(tappable(Bubble("Which?", choices=listed(LONG, LONGER, "Grilled tilapia"))))
    titles = [each["item"] for each in made["items"]]
    assert titles == ["Grilled tilapia with …", "Grilled tilapia … (2)", "Grilled tilapia"]


def test_the_same_shape_with_other_words_is_the_same_content() -> None:
    one = tappable(Bubble("Is it spicy?\n\n- a bit\n- a lot", choices=buttons("Yes", "No")))
    other = tappable(Bubble("It's open?\n\n- today\n- now", choices=buttons("Oui", "Non")))
    assert one is not None
    assert other is not None
    assert one.content == other.content
    assert one.variables != other.variables


def test_lines_stay_lines_and_no_variable_holds_one() -> None:
    text = "Two of them:\n\n- *Isombe*\t\t4,500\n-       Ugali\x0b\u2028x"
    taps = tappable(Bubble(text, choices=buttons("Yes")))
    assert shown(taps)[1]["body"] == "Two of them:\n\n- *Isombe* 4,500\n- Ugali\n\nx"


@pytest.mark.parametrize(
    "bubble",
    [
        Bubble("Which?"),
        Bubble(" ", choices=buttons("Yes")),
        Bubble("a" * 1_025, choices=buttons("Yes")),
        Bubble("Which?", "/media/a.jpg", choices=buttons("Yes")),
        Bubble("Which?", choices=listed(*"abcdefghijk")),
        Bubble("Which?", choices=listed()),
        Bubble("a\n" * 99, choices=buttons("Yes")),
    ],
)
def test_what_twilio_would_not_take_has_numbers(bubble: Bubble) -> None:
    assert tappable(bubble) is None


def test_what_is_blank_is_left_out() -> None:
    choices = Choices("list", (Choice("item:1", "Isombe", " \t"),), " ")
    _, made = shown(tappable(Bubble("Which?", choices=choices)))
    assert made["items"] == [{"item": "Isombe", "id": "item:1"}]
    assert made["button"] == "…"


def test_numbers_stand_below_the_words() -> None:
    bubble = Bubble("Which?", choices=listed("Isombe", "Ugali", description="4,500 RWF"))
    assert numbered(bubble) == "Which?\n\n1. Isombe: 4,500 RWF\n2. Ugali: 4,500 RWF"
    assert numbered(Bubble("", choices=buttons("Yes"))) == "1. Yes"
    assert numbered(Bubble("Which?")) == "Which?"


@given(
    st.text(),
    st.lists(st.text(min_size=1), min_size=1, max_size=10, unique=True),
    st.text(),
    st.sampled_from(["buttons", "list"]),
)
def test_whatever_it_says_it_is_within_the_limits(
    text: str, titles: list[str], description: str, kind: Any
) -> None:
    options = tuple(Choice(f"item:{nth}", title, description) for nth, title in enumerate(titles))
    taps = tappable(Bubble(text, choices=Choices(kind, options, description)))
    if taps is None:
        return
    assert taps.content["variables"].keys() == taps.variables.keys()
    for value in taps.variables.values():
        assert value.strip()
        assert len(value.splitlines()) == 1
        assert "\t" not in value
        assert "     " not in value
    _, made = shown(taps)
    for action in made.get("actions", []):
        assert 1 <= units(action["title"]) <= 20
    for item in made.get("items", []):
        assert 1 <= units(item["item"]) <= 24
        assert units(item.get("description", "x")) <= 72
        assert item.get("description") != ""
    assert "items" not in made or 1 <= units(made["button"]) <= 20
