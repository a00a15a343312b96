"""The words that are answered without the model."""

import pytest

from conversation.keywords import Keyword, help_text, parse
from models.restaurants import Restaurant
from personas.catalogue import PERSONAS


@pytest.mark.parametrize("text", ["/cfo", " /CFO ", "\n/Cfo\t"])
def test_a_keyword_is_known_in_any_case_with_spaces_around(text: str) -> None:
    assert parse(text) == Keyword("cfo", "")


def test_what_stands_behind_a_keyword_is_kept() -> None:
    assert parse("/cfo  what is VAT?\nin Rwanda") == Keyword("cfo", "what is VAT?\nin Rwanda")


@pytest.mark.parametrize(
    "text",
    ["hello", "", "/", "/ cfo", "cfo", "what is /cfo", "/etc/passwd", "/5 people", "//cfo", "1/2"],
)
def test_an_ordinary_message_is_no_keyword(text: str) -> None:
    assert parse(text) is None


def test_the_help_names_every_persona_and_keyword() -> None:
    text = help_text(PERSONAS, Restaurant(name="Inzozi Kitchen"), unknown="menu")
    assert all(f"*/{word}*" in text for word in [*PERSONAS, "reset", "forget", "help"])
    assert "/menu" in text.splitlines()[0]
