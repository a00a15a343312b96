"""Of an answer that was cut off, whole sentences and lines alone are sent."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.cutting import whole_part


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Yes, we have fish.", "Yes, we have fish."),
        ("We have fish. It comes with", "We have fish."),
        ("Really?! Yes, it", "Really?!"),
        ("It contains nuts? No. It does not cont", "It contains nuts? No."),
        ("With nuts: No.", "With nuts: No."),
        ("No. They are", "No."),
        ("Ask at the bar. Dial No.", "Ask at the bar."),
        ("Enjoy! 😊 And do", "Enjoy!"),
        ("*We do.* It", "*We do.*"),
        ("It is “good.” The", "It is “good.”"),
        ("We do (see the menu.) It", "We do (see the menu.)"),
        ("Wait... There is", "Wait..."),
        ("你好。我们有", "你好。"),
        ("Since 2024. We", "Since 2024."),
        ("It is RWF 2,000. And", "It is RWF 2,000."),
        ("One.\n\nTwo. Three", "One.\n\nTwo."),
        ("One.\n\nTwo", "One."),
        ("First line\nsecond li", "First line"),
        ("Hello.", "Hello."),
    ],
)
def test_the_last_whole_sentence_is_the_last_one(text: str, whole: str) -> None:
    assert whole_part(text) == whole


@pytest.mark.parametrize(
    "text",
    [
        "Espresso – RWF 2,0",
        "Espresso is EUR 2.",
        "Espresso is EUR 2.5",
        "Espresso is EUR 2.50 and",
        "It costs approx. RWF 2,000",
        "It is max. 20 minutes",
        "Coffees, e.g. Espresso",
        "Coffees, e.g.",
        "Coffees (i.e. Espresso",
        "Ask for Dr. Mugisha",
        "Ask for J. Mugisha",
        "We open at 5 p.m. On",
        "Look at www.example.",
        "Look at www.example.com/me",
        "Env. 20 minutes",
        "Cf. Espresso",
        "Hm... and then",
        "",
        " \n\n ",
    ],
)
def test_what_is_no_sentence_is_left_out(text: str) -> None:
    assert whole_part(text) == ""
    assert whole_part(f"We do. {text}") == "We do."


LIST = "Coffees:\n- Latte – RWF 3,500\n- Cappuccino – RWF 3,000\n"


@pytest.mark.parametrize(
    "last",
    ["- Espresso – RWF 2,0", "- Espresso. Short and", "-", "", "2. Espresso", "| Espresso |"],
)
def test_a_line_of_a_list_counts_when_it_has_ended(last: str) -> None:
    assert whole_part(LIST + last) == LIST.strip()


def test_what_counts_is_no_sentence() -> None:
    assert whole_part("1. Espresso") == ""
    assert whole_part("We have two:\n1. Espresso\n2. Lat") == "We have two:\n1. Espresso"
    assert whole_part("We do. There are 2. Espresso") == "We do."


def test_a_heading_without_what_it_announces_is_left_out() -> None:
    assert whole_part("Coffees:\n- Espresso – RWF 2,0") == ""
    assert whole_part("**Coffees:**\n- Espresso") == ""
    assert whole_part("# Menu\n## Coffees\n- Espresso") == ""
    assert whole_part(f"{LIST}\nTeas:\n- Mint") == LIST.strip()
    assert whole_part("We have many. Here they are:\n- Espresso") == "We have many."


@given(st.text(st.sampled_from("aB2.,!?:-*#\n e")))
def test_what_is_left_is_a_beginning(text: str) -> None:
    whole = whole_part(text)
    assert text.strip().startswith(whole)
    assert whole == whole.strip()


@pytest.mark.parametrize(
    "piece", [".", ". ", "a. ", "*", "!*", "\n", "a\n", "#:\n", "approx. ", "a", "e.g", " ", "- ."]
)
def test_however_long_it_is_it_takes_no_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    whole_part(text)
    assert time.process_time() - began < 0.05
