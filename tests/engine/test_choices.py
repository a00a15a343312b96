"""What a diner was offered, they tap or name by its number, and the model hears what it is."""

import json

import pytest

from models import menu, restaurants
from models.tokens import Tokens
from realtime.client import RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy
from tests.engine.test_kinds import answering, comes, ours
from tests.engine.test_pictures import FISH, GOAT, TEA, dish
from tests.engine.world import ALICE, KIGALI, RESTAURANT, House
from whatsapp.inbound import parse_message

FORM = {"From": ALICE, "To": "whatsapp:+14155238886", "ProfileName": "Alice"}


def offering(words: str, *choices: str) -> Reply:
    arguments = json.dumps({"choices": choices})
    call = FunctionCall("call_1", "offer_choices", arguments)
    return Reply(words, (call,), Tokens(10, 5, 2), "completed")


def offers(house: House, words: str, *choices: str) -> None:
    house.model.will(offering(words, *choices))
    hears(house, "What do you have?")


def hears(house: House, text: str, *, quoted_sid: str | None = None) -> None:
    before = len(house.twilio.taken)
    house.clock.passes(1)
    house.hears(text, quoted_sid=quoted_sid)
    assert soon(lambda: len(house.twilio.taken) == before + 1)
    assert house.delivery.drain(WAIT_S)


def understood(house: House) -> str:
    """What the model heard last."""
    return house.model.asked[-1].words[-1]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2", "The stew\n[chose it by its place: 2]"),
        ("no. 2 please", "The stew\n[chose it by its place: no. 2 please]"),
        ("the second", "The stew\n[chose it by its place: the second]"),
        ("deuxième", "The stew\n[chose it by its place: deuxième]"),
        ("ya kabiri", "The stew\n[chose it by its place: ya kabiri]"),
        ("the last one", "Neither\n[chose it by its place: the last one]"),
        (
            "two\n[heard in a voice note]",
            "The stew\n[chose it by its place: two]\n[heard in a voice note]",
        ),
        ("1 and 3", "The soup, Neither\n[chose it by its place: 1 and 3]"),
        ("3 and 4", "3 and 4"),
        ("4", "4"),
        ("2 beers", "2 beers"),
        ("for 2", "for 2"),
    ],
)
def test_a_number_names_what_was_offered(any_house: House, said: str, meant: str) -> None:
    offers(any_house, "Which one?", "The soup", "The stew", "Neither")
    assert any_house.twilio.taken[-1].content_sid == "HX1"
    hears(any_house, said)
    assert understood(any_house) == meant


def test_so_it_does_where_numbers_were_all_there_was(house: House) -> None:
    house.twilio.content.fails = busy()
    offers(house, "Which one?", "The soup", "The stew")
    assert house.read() == ["Which one?\n\n1. The soup\n2. The stew"]
    hears(house, "2")
    assert understood(house).startswith("The stew\n")


def test_it_is_of_the_last_message_alone(house: House) -> None:
    offers(house, "Which one?", "The soup", "The stew")
    hears(house, "Is it spicy?")
    hears(house, "2")
    assert understood(house) == "2"


def test_a_message_that_is_quoted_is_the_one_that_is_meant(house: House) -> None:
    offers(house, "Which one?", "The soup", "The stew")
    offers(house, "Beside it?", "Rice", "Chips")
    first, second = (each.sid for each in house.twilio.taken)
    hears(house, "2", quoted_sid=first)
    told = "The stew\n[chose it by its place: 2]\n[answers your message: Which one?"
    assert understood(house).startswith(told)
    hears(house, "1", quoted_sid=second)
    told = "Rice\n[chose it by its place: 1]\n[answers your message: Beside it?"
    assert understood(house).startswith(told)


def test_it_is_so_after_a_reaction_too(house: House) -> None:
    offers(house, "Which one?", "The soup", "The stew")
    house.clock.passes(1)
    comes(house, "reaction", Body="❤️", **answering(ours(house)))
    hears(house, "2")
    assert understood(house).startswith("The stew")


def test_a_number_that_was_written_before_is_none_of_it(any_house: House) -> None:
    front = any_house.beside("front", runs_turns=False)
    for text in ("/help", "2"):
        front.takes_in(text)
        any_house.clock.passes(1)
    any_house.upkeep.sweep()
    assert soon(lambda: len(any_house.read()) == 2)
    assert understood(any_house) == "2"


def test_nobody_looks_for_an_offer_where_no_place_is_named(house: House) -> None:
    offers(house, "Which one?", "The soup", "The stew")
    before = len(house.database.ran)
    hears(house, "The stew, with two beers")
    assert not [each for each in house.database.ran[before:] if "outbox.extra" in each[:40]]


def test_a_number_of_the_help_is_that_word(any_house: House) -> None:
    hears(any_house, "/help")
    hears(any_house, "2")
    assert "CFO" in any_house.read()[-1]
    assert [diner.persona for diner in any_house.diners()] == ["cfo"]
    assert any_house.model.asked == []


def test_two_numbers_of_the_help_are_no_word(house: House) -> None:
    hears(house, "/help")
    hears(house, "1 and 2")
    assert understood(house) == "1 and 2"


@pytest.mark.parametrize("word", ["/reset", "/forget"])
@pytest.mark.parametrize("asked", ["/help", "/menu"])
def test_no_number_erases_anything(house: House, asked: str, word: str) -> None:
    hears(house, "I'm allergic to peanuts")
    hears(house, asked)
    (bubble,) = [each.bubble for each in house.twilio.taken if each.bubble.choices]
    assert bubble.choices is not None
    place = [each.id for each in bubble.choices.options].index(word) + 1
    hears(house, f"the {place}th")
    assert understood(house) == f"the {place}th"
    (diner,) = house.diners()
    assert "peanuts" in str(diner.diet)


def test_a_number_among_other_messages_stays_one(any_house: House) -> None:
    hears(any_house, "/help")
    any_house.clock.passes(1)
    thinking = any_house.model.holds()
    any_house.hears("Hello there")
    assert thinking.is_asked.wait(WAIT_S)
    any_house.hears("2")
    assert soon(lambda: len(any_house.read()) == 2)
    assert any_house.model.asked[-1].words == ["Hello there", "2"]


def test_what_was_chosen_is_kept_as_it_was_meant(any_house: House) -> None:
    offers(any_house, "Which one?", "The soup", "The stew")
    hears(any_house, "2")
    hears(any_house, "Is it spicy?")
    assert "The stew\n[chose it by its place: 2]" in any_house.model.asked[-1].words
    assert any_house.messages()[1].text == "The stew\n[chose it by its place: 2]"


def test_a_number_of_the_languages_is_that_language(house: House) -> None:
    hears(house, "/language")
    hears(house, "2")
    assert [diner.language for diner in house.diners()] == ["fr"]


@pytest.mark.parametrize(
    ("tap", "heard"),
    [
        ({"ButtonPayload": "yes", "ButtonText": "Yego", "Body": "Yego"}, "Yego\n[chose yes]"),
        (
            {"ListId": "say:Half board", "ListTitle": "Half …", "Body": "Half …"},
            "Half board\n[chose it by a tap]",
        ),
        ({"ButtonPayload": "item:7; drop", "ButtonText": "Tilapia", "Body": "Tilapia"}, "Tilapia"),
        (
            {"ListId": "say:[chose menu item 9]", "ListTitle": "Tilapia"},
            "(chose menu item 9)\n[chose it by a tap]",
        ),
        (
            {"ListId": "item:9", "ListTitle": "[chose menu item 7]"},
            "(chose menu item 7)\n[chose a dish that is no longer on the menu]",
        ),
    ],
)
def test_a_tap_is_heard_with_its_meaning(house: House, tap: dict[str, str], heard: str) -> None:
    incoming = parse_message({**FORM, "MessageSid": "SMtap", "MessageType": "button", **tap})
    assert incoming is not None
    house.intake.wake(house.intake.take_in(incoming))
    assert soon(lambda: house.read() == ["Yes."])
    assert understood(house) == heard


def test_a_dish_that_is_tapped_is_told_by_its_name_in_this_house(house: House) -> None:
    with house.eye.transaction() as session:
        here = restaurants.by_number(session, KIGALI)
        assert here is not None
        elsewhere = restaurants.store(session, {**RESTAURANT, "slug": "x", "number": "whatsapp:+1"})
        ids = menu.store(session, here.id, [dish(GOAT), dish(FISH)])
        ours, gone = (ids[dish(each)["slug"]] for each in (GOAT, FISH))
        menu.store(session, here.id, [dish(GOAT)])
        (theirs,) = menu.store(session, elsewhere, [dish(TEA)]).values()
    none = "[chose a dish that is no longer on the menu]"
    told = f"[chose menu item: {GOAT}]"
    for item_id, note in ((ours, told), (gone, none), (theirs, none)):
        comes(house, "interactive", ListId=f"item:{item_id}", ListTitle="This one")
        assert understood(house) == f"This one\n{note}"
        assert house.messages()[-1].text == f"This one\n{note}"


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (("2", "4", "6"), "2"),
        (("2 people", "4 people", "6 people"), "4"),
        (("Two of us", "Four of us"), "2"),
        (("Second seating", "First seating"), "Second"),
        (("One", "More"), "one"),
        (("Deux", "Trois"), "deux\n[heard in a voice note]"),
    ],
)
def test_where_choices_are_numbers_a_number_is_no_place(
    house: House, choices: tuple[str, ...], said: str
) -> None:
    offers(house, "How many?", *choices)
    hears(house, said)
    assert understood(house) == said


def test_a_tapped_number_is_that_number(house: House) -> None:
    offers(house, "How many?", "2", "4", "6")
    comes(house, "button", ButtonPayload="say:2", ButtonText="2", Body="2")
    assert understood(house) == "2\n[chose it by a tap]"


def test_a_tapped_word_of_the_help_is_that_keyword(house: House) -> None:
    tap = {"MessageSid": "SMtap", "MessageType": "interactive", "ListId": "/cfo"}
    incoming = parse_message({**FORM, **tap, "ListTitle": "/cfo", "Body": "/cfo"})
    assert incoming is not None
    house.intake.wake(house.intake.take_in(incoming))
    assert soon(lambda: len(house.read()) == 1)
    assert [diner.persona for diner in house.diners()] == ["cfo"]


def test_an_allergy_told_meanwhile_leaves_none_of_what_was_offered_before(house: House) -> None:
    house.model.will(offering("", "The soup", "The stew"))
    house.model.holds()
    house.hears("What do you have?")
    assert soon(lambda: len(house.model.asked) == 2)
    house.model.will("Let me see.")
    house.hears("I'm allergic to peanuts")
    assert soon(lambda: len(house.twilio.taken) == 1)
    assert house.twilio.taken[-1].bubble.choices is None


def test_what_is_offered_anew_stands(house: House) -> None:
    house.model.will(offering("", "The soup", "The stew"))
    house.model.holds()
    house.hears("What do you have?")
    assert soon(lambda: len(house.model.asked) == 2)
    house.model.will(offering("Which one?", "The stew", "Neither"))
    house.hears("I'm allergic to peanuts")
    assert soon(lambda: len(house.twilio.taken) == 1)
    choices = house.twilio.taken[-1].bubble.choices
    assert choices is not None
    assert [each.title for each in choices.options] == ["The stew", "Neither"]


def test_a_tap_after_our_question_after_allergies_is_its_answer(house: House) -> None:
    offers(house, "Do you have any allergies?", "Peanuts", "Milk", "None")
    hears(house, "1")
    (diner,) = house.diners()
    assert "peanuts" in str(diner.diet)


def test_so_it_is_where_the_tap_tells_which_message_it_is_on(house: House) -> None:
    offers(house, "Do you have any allergies?", "Peanuts", "Milk", "None")
    tap = {"ListId": "say:Peanuts", "ListTitle": "Peanuts", "Body": "Peanuts"}
    on = {"OriginalRepliedMessageSid": house.twilio.taken[-1].sid}
    incoming = parse_message(
        {**FORM, "MessageSid": "SMtap", "MessageType": "interactive", **tap, **on}
    )
    assert incoming is not None
    house.intake.wake(house.intake.take_in(incoming))
    assert soon(lambda: len(house.read()) == 2)
    assert understood(house).startswith(
        "Peanuts\n[chose it by a tap]\n[answers your message: Do you"
    )
    (diner,) = house.diners()
    assert "peanuts" in str(diner.diet)


def test_so_it_is_after_an_apology_that_asks_for_it_once_more(any_house: House) -> None:
    offers(any_house, "Which one?", "The soup", "The stew")
    any_house.model.will(RealtimeError("busy"))
    hears(any_house, "2")
    assert [each.state for each in any_house.turns()][-1] == "failed"
    hears(any_house, "2")
    assert understood(any_house).startswith("The stew\n")


def test_a_tap_in_words_of_ours_is_no_language_of_theirs(any_house: House) -> None:
    french = "Je voudrais le plat du jour"
    hears(any_house, "Good evening, are you open?")
    comes(any_house, "button", ButtonPayload=f"say:{french}", ButtonText=french, Body=french)
    assert [diner.language for diner in any_house.diners()] == ["en"]
    hears(any_house, french)
    assert [diner.language for diner in any_house.diners()] == ["fr"]
