"""A diner reads our sentences in the language that they write, or that they chose."""

import pytest

from conversation.sentences import NOBODY_CAME, apology
from knowledge.phrases import LANGUAGES, own_name, phrase
from models import restaurants
from realtime.client import RealtimeError
from tests.engine.clock import soon
from tests.engine.test_hands import join
from tests.engine.world import ALICE, BOB, KIGALI, RESTAURANT, House
from whatsapp.inbound import parse_message

OPEN = {
    "en": "Good evening, are you open now?",
    "fr": "Bonjour, vous êtes ouverts ?",
    "rw": "Muraho, murafunguye?",
    "mt": "Bonġu, intom miftuħin?",
    "it": "Buonasera, siete aperti?",
    "sw": "Habari, mko wazi sasa?",
}


def says(house: House, text: str, diner: str = ALICE) -> str:
    """They write, and read the answer."""
    before = len(house.read(diner))
    house.hears(text, diner)
    assert soon(lambda: len(house.read(diner)) == before + 1)
    return house.read(diner)[-1]


def kept(house: House) -> tuple[str | None, bool]:
    (diner,) = house.diners()
    return diner.language, diner.has_chosen_language


def test_a_language_has_a_name_of_its_own() -> None:
    names = [own_name(each) for each in LANGUAGES]
    assert names == ["English", "français", "Ikinyarwanda", "Malti", "italiano", "Kiswahili"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_very_first_apology_is_in_the_language_that_a_diner_wrote(
    house: House, language: str
) -> None:
    house.model.will(RealtimeError("unreachable", "away"))
    assert says(house, OPEN[language]) == apology("unreachable", language)
    assert soon(lambda: kept(house)[0] == language)


def test_what_says_nothing_of_it_leaves_the_language_that_was_heard(any_house: House) -> None:
    says(any_house, OPEN["fr"])
    for word in ("ok", "pizza", "2", "👍", "thanks"):
        says(any_house, word)
    assert says(any_house, "/help").startswith("*Inzozi Kitchen* sur WhatsApp :")
    assert kept(any_house) == ("fr", False)


def test_who_writes_the_houses_language_is_not_turned_by_a_dish(any_house: House) -> None:
    says(any_house, OPEN["en"])
    for dish in ("Calamari fritti", "Sauvignon blanc", "Ftira Għawdxija"):
        says(any_house, dish)
    assert kept(any_house) == ("en", False)


def test_who_goes_on_in_another_language_reads_that(any_house: House) -> None:
    says(any_house, OPEN["fr"])
    says(any_house, "Ndashaka kumenya ibiciro byanyu, murakoze")
    assert says(any_house, "/reset").startswith("Birakozwe")
    assert kept(any_house) == ("rw", False)


def test_a_chosen_language_stays_whatever_is_written(any_house: House) -> None:
    assert says(any_house, "/language ikinyarwanda").startswith("Birakozwe")
    says(any_house, OPEN["fr"])
    assert says(any_house, "/help").startswith("*Inzozi Kitchen* kuri WhatsApp:")
    assert kept(any_house) == ("rw", True)
    assert "This diner chose to read Kinyarwanda" in any_house.model.asked[-1].system


def test_a_heard_language_is_nothing_that_a_model_has_to_be_told(house: House) -> None:
    says(house, OPEN["fr"])
    assert "chose to read" not in house.model.asked[-1].system


NAMES = {
    "fr": "fr",
    "Français": "fr",
    "French please": "fr",
    "kiswahili": "sw",
    "IT": "it",
    "in italiano": "it",
    "maltais": "mt",
    "Icyongereza": "en",
    "fr-FR": "fr",
    "en_US": "en",
    "it please": "it",
    "in frensh": "fr",
    "Swahilli": "sw",
    "Ruandais": "rw",
    "en français": "fr",
    "en kinyarwanda": "rw",
    "en malti svp": "mt",
    "in English": "en",
}


@pytest.mark.parametrize(("typed", "language"), NAMES.items())
def test_a_language_is_chosen_by_any_of_its_names(house: House, typed: str, language: str) -> None:
    says(house, f"/language {typed}")
    assert soon(lambda: kept(house) == (language, True))


VAIN = (
    "/language not french",
    "/language italian or maltese",
    "/language spanish",
    "/language it does not work",
    f"/language {'klingon ' * 20} french",  # so far nobody reads
)


@pytest.mark.parametrize("typed", ["/language", "/lang", "/language klingon", *VAIN])
def test_who_names_none_reads_which_there_are(house: House, typed: str) -> None:
    told = says(house, typed)
    assert [f"*/language {each}* – " in told for each in LANGUAGES] == [True] * len(LANGUAGES)
    assert kept(house) == (None, False)


def test_who_chooses_by_a_keyword_of_another_language_has_what_they_chose(house: House) -> None:
    assert says(house, "/langue italiano").startswith("Fatto")
    assert soon(lambda: kept(house) == ("it", True))


@pytest.mark.parametrize(
    "words", [("/aide",), ("/langue",), ("ARRÊT", "START"), ("/reset Bonjour, ça va ?",)]
)
def test_who_came_by_a_word_of_theirs_goes_on_reading_their_language(
    house: House, words: tuple[str, ...]
) -> None:
    for word in words:
        says(house, word)
    assert says(house, "/help").startswith("*Inzozi Kitchen* sur WhatsApp :")
    assert kept(house) == ("fr", False)


def test_it_is_told_behind_an_equals_sign(house: House) -> None:
    assert says(house, "/language=fr").startswith("C'est fait")


def test_who_chose_one_can_read_what_they_write_again(any_house: House) -> None:
    says(any_house, "/language rw")
    says(any_house, "/language auto")
    assert soon(lambda: kept(any_house) == (None, False))
    says(any_house, OPEN["fr"])
    assert soon(lambda: kept(any_house) == ("fr", False))


def test_one_of_them_is_tapped_or_named_by_its_place(house: House) -> None:
    says(house, "/language")
    (part,) = house.parts()
    assert part.extra is not None
    tapped = part.extra["choices"]["options"][LANGUAGES.index("sw")]
    tap = {"MessageSid": "SMtap", "ListId": tapped["id"], "ListTitle": tapped["title"]}
    form = {"From": ALICE, "To": KIGALI, "MessageType": "interactive", **tap}
    incoming = parse_message(form)
    assert incoming is not None
    assert says(house, incoming.text).startswith("Tayari")
    says(house, "/lugha")
    house.clock.passes(1)
    assert says(house, str(1 + LANGUAGES.index("it"))).startswith("Fatto")
    assert soon(lambda: kept(house) == ("it", True))


def test_a_restaurants_locale_is_the_language_of_who_has_told_none(any_house: House) -> None:
    with any_house.eye.transaction() as session:
        restaurants.store(session, {**RESTAURANT, "locale": "fr_RW"})
    any_house.clock.passes(2)
    assert says(any_house, "/help").startswith("*Inzozi Kitchen* sur WhatsApp :")


def test_of_who_is_forgotten_no_language_is_left(any_house: House) -> None:
    says(any_house, "/language fr")
    pending = any_house.twilio.holds()
    any_house.hears("/forget")
    assert soon(lambda: [diner.is_forgotten for diner in any_house.diners()] == [True])
    assert kept(any_house) == (None, False)
    pending.set()
    assert soon(lambda: any_house.read()[-1].startswith("Effacé : 2 de vos messages"))


def test_the_staff_reads_its_own_language_and_the_diner_theirs(any_house: House) -> None:
    join(any_house, BOB, "manager", "Bob")
    says(any_house, "/language it", BOB)
    says(any_house, OPEN["fr"])
    before = len(any_house.read(BOB))
    assert says(any_house, "/humain") == "J'ai appelé un collègue ; il vous écrira ici."
    assert soon(lambda: len(any_house.read(BOB)) == before + 1)
    assert "chiede di una persona" in any_house.read(BOB)[-1]


def test_nobody_came_is_said_in_the_diners_language(any_house: House) -> None:
    join(any_house, BOB, "manager", "Bob")
    says(any_house, "Hello", BOB)
    says(any_house, OPEN["sw"])
    says(any_house, "/mtu")
    any_house.clock.passes(3_600)
    assert any_house.sweeps_until(lambda: any_house.read()[-1] == phrase(NOBODY_CAME, "sw"))
