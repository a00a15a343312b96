"""A fixed sentence is read in the diner's language, and in English where nothing tells which."""

from knowledge.phrases import language_of, phrase, plural
from models.diners import Known
from models.restaurants import Restaurant

NAME = "- your name on WhatsApp: {name}"
DISHES = ("{n} dish is on the menu again:", "{n} dishes are on the menu again:")


def diner(language: str | None = None) -> Known:
    return Known(1, "whatsapp", "whatsapp:+1", "whatsapp:+2", None, None, language=language)


def test_a_language_that_nobody_translated_is_english() -> None:
    for language in (None, "en", "de"):
        assert phrase(NAME, language, name="{Ann}") == "- your name on WhatsApp: {Ann}"
        assert plural(*DISHES, 1, language) == "1 dish is on the menu again:"
        assert plural(*DISHES, 1200, language) == "1,200 dishes are on the menu again:"


def test_a_diner_who_wrote_nothing_that_tells_has_the_restaurants_language() -> None:
    house = Restaurant(locale="fr_RW")
    assert language_of(diner("rw"), house) == "rw"
    assert language_of(diner(), house) == "fr"
    assert language_of(diner(), Restaurant(locale="de_DE")) == "en"
    assert language_of(diner(), None) == "en"
