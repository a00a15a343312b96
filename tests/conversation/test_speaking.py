"""What is heard of a diner's language, and what it changes."""

from decimal import Decimal
from pathlib import Path

import pytest

from conversation import aliases, keywords
from conversation.ending import Ending, Forget, SpeakIn
from conversation.hearing import Hearing
from knowledge.notes import FORWARDED
from models import diets
from models.database.engine import Database, DatabaseUnavailableError
from models.diets import Diet, KeptDiet
from models.menu import MenuItem
from models.restaurants import Restaurant
from personas.catalogue import PERSONAS
from personas.effects import RememberDiet
from tests.conversation.world import NOW, Model, calls, says, taken, taker, turn

FRENCH = "Bonjour, vous êtes ouverts ce soir ?"


@pytest.fixture(autouse=True)
def restaurant(kigali: Restaurant) -> Restaurant:
    return kigali


def changed(database: Database, *texts: str, is_keyword: bool = False, **diner: object) -> object:
    """The language that a turn with these messages keeps; None where nothing is written."""
    claimed = turn(*texts, is_keyword=is_keyword, **diner)
    ending = taker(database, Model()).heeding(claimed, claimed.messages, Ending((), None), NOW)
    spoken = [each.language for each in ending.effects if isinstance(each, SpeakIn)]
    return spoken[0] if spoken else None


def serve(database: Database, name: str) -> None:
    """A dish of this name is on the one restaurant's menu."""
    texts = dict.fromkeys(("category", "description", "image_url"), "")
    lists: dict[str, list[str]] = {each: [] for each in ("dietary", "allergens", "keywords")}
    item = MenuItem(
        restaurant_id=1, slug=name, name=name, price=Decimal(5), available=True, **texts, **lists
    )
    with database.transaction() as session:
        session.add(item)


def test_only_another_language_than_was_known_is_written(database: Database) -> None:
    assert changed(database, FRENCH) == "fr"
    assert changed(database, FRENCH, language="fr") is None
    assert changed(database, "Good evening, are you open?") == "en"  # though the house is so too
    assert changed(database, "Good evening, are you open?", language="en") is None
    assert changed(database, FRENCH, language="rw", has_chosen_language=True) is None


def test_all_messages_of_a_turn_are_heard_together(database: Database) -> None:
    assert changed(database, "Bonjour", "vous livrez", "à domicile ?", language="en") == "fr"


def test_a_keyword_is_no_language_and_what_is_asked_behind_one_is(database: Database) -> None:
    assert changed(database, "/me forget diet", is_keyword=True, language="fr") is None
    assert changed(database, "/cfo c'est quoi la TVA sur les repas ?", is_keyword=True) == "fr"
    assert changed(database, "/reset Bonjour, vous êtes ouverts ?", is_keyword=True) == "fr"
    words = "/to 7 I will be with you in a minute"
    assert changed(database, words, is_keyword=True, language="fr") is None
    assert changed(database, f"/help {FRENCH}\n{FORWARDED}", is_keyword=True) is None


@pytest.mark.parametrize(
    ("word", "language"),
    [("/aide", "fr"), ("/Għajnuna", "mt"), ("ARRÊT", "fr"), ("hagarika", "rw"), ("anza", "sw")],
)
def test_a_keywords_name_tells_the_language_of_who_told_none(
    database: Database, word: str, language: str
) -> None:
    assert changed(database, word, is_keyword=True) == language
    assert changed(database, word, is_keyword=True, language="it") is None
    assert changed(database, word, is_keyword=True, has_chosen_language=True) is None


@pytest.mark.parametrize("word", ["/help", "STOP", "/cfo", "START"])
def test_a_keyword_that_is_everybodys_tells_none(database: Database, word: str) -> None:
    assert changed(database, word, is_keyword=True) is None


@pytest.mark.parametrize("word", ["/oublier", "/forget Bonjour, oubliez-moi s'il vous plaît"])
def test_of_who_is_forgotten_no_language_is_kept(database: Database, word: str) -> None:
    claimed = turn(word, is_keyword=True)
    ending = Ending((), None, effects=(Forget(),))
    told = taker(database, Model()).heeding(claimed, claimed.messages, ending, NOW)
    assert told.effects == (Forget(),)


@pytest.mark.parametrize("dish", ["Ftira Għawdxija", "Inyama y'ihene mu isosi"])
def test_a_dish_that_was_tapped_is_no_language(database: Database, dish: str) -> None:
    assert changed(database, f"{dish}\n[chose menu item 12]") is None


def test_what_is_on_the_menu_is_no_language_and_what_is_not_tells_one(database: Database) -> None:
    serve(database, "Ftira Għawdxija (Gozitan pizza)")
    assert changed(database, "ftira ghawdxija") is None
    assert changed(database, "Inzozi Kitchen, ftira?") is None
    assert changed(database, "vin rouge") == "fr"
    assert changed(database, "/waiter vin rouge", is_keyword=True) == "fr"
    assert changed(database, "/me forget diet", is_keyword=True) is None
    assert changed(database, "vin rouge", language="en") is None


def test_a_turn_reads_the_menu_once(database: Database) -> None:
    serve(database, "Ftira Għawdxija")
    asked = turn("vin rouge")
    taking = taker(database, Model())
    assert taking.spoken_to(asked).diner.language == "fr"
    serve(database, "Vin rouge")
    kept = taking.heeding(asked, asked.messages, Ending((), None), NOW)
    assert kept.effects == (SpeakIn("fr", is_chosen=False),)
    assert taker(database, Model()).spoken_to(asked).diner.language == "en"


def test_what_tells_by_itself_asks_for_no_menu(restaurant: Restaurant, tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path}/none/none.db")
    hearing = Hearing(nowhere)
    for text, language in ((FRENCH, "fr"), ("ok", "en"), ("👍", "en")):
        assert hearing.spoken_to(turn(text), restaurant).diner.language == language
    assert hearing.spoken_to(turn("vin rouge", language="rw"), restaurant).diner.language == "rw"
    with pytest.raises(DatabaseUnavailableError):
        hearing.spoken_to(turn("vin rouge"), restaurant)
    nowhere.close()


def test_forwarded_words_are_nobodys_language(database: Database) -> None:
    assert changed(database, f"{FRENCH}\n{FORWARDED}") is None


def test_notes_of_ours_are_not_in_the_diners_language(database: Database) -> None:
    note = "[sent a picture, which is shown to you; the diner wants to know what it is]"
    assert changed(database, f"c'est quoi ce plat s'il vous plaît\n{note}", language="en") == "fr"
    assert changed(database, note, language="fr") is None


def test_what_is_kept_is_told_in_the_diners_words(database: Database) -> None:
    kept = KeptDiet(Diet(frozenset({"nuts"}), frozenset({"vegan"}), frozenset({"garlic"})))
    claimed = turn("/me", is_keyword=True, language="fr", diet=diets.written(kept))
    told = taken(taker(database, Model()), claimed).text
    assert "- votre régime : végan; jamais : ail, fruits à coque" in told.splitlines()
    assert "- la langue que vous lisez : français (*/language* la change)" in told.splitlines()


@pytest.mark.parametrize(
    "typed", ["/moi oublier régime", "/me sahau mlo", "/io dimentica dieta", "/me effacez"]
)
def test_a_diet_is_forgotten_in_any_language(database: Database, typed: str) -> None:
    ending = taken(taker(database, Model()), turn(typed, is_keyword=True))
    assert [type(each) for each in ending.effects] == [RememberDiet]


@pytest.mark.parametrize("word", aliases.KEYWORDS)
def test_a_keyword_goes_by_other_names(word: str) -> None:
    keyword = keywords.parse(f"/{word}")
    assert keyword is not None
    assert (keyword.word, keyword.language) == aliases.KEYWORDS[word]
    assert keyword.word in {*keywords.OURS, *PERSONAS}


def test_a_hand_over_is_announced_in_the_diners_language(database: Database) -> None:
    model = Model(calls("hand_over", persona="cfo", reason="VAT"), says("18 %."))
    ending = taken(taker(database, model), turn("La TVA ?", language="fr"))
    assert ending.text == "_Je vous passe : Directeur financier_\n\n18 %."
