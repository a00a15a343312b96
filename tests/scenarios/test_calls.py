"""Diners call: by telephone and over WhatsApp, over real sockets, from the ring to the history."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.promise import metric
from tests.scenarios.telephone import Telephone, calls_of_model
from tests.scenarios.world import ALICE, BOB, KIGALI, House, Outside, diners, running_world, until

BY_TELEPHONE = KIGALI.removeprefix("whatsapp:")
GOAT = "how much is the goat brochette?"


@pytest.fixture(scope="module")
def world(
    seeded_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Outside, House]]:
    """Of three calls at once."""
    copy = shutil.copy(seeded_sqlite_file, tmp_path_factory.mktemp("calls") / "tableside.db")
    settings = {"CALLS_ENABLED": "true", "CALLS_AT_ONCE": "3", "CFO_NUMBERS": ALICE}
    with running_world(f"sqlite:///{copy}", **settings) as (outside, house):
        yield outside, house


@pytest.fixture(autouse=True)
def calm(world: tuple[Outside, House]) -> Iterator[None]:
    outside, house = world
    # A place is free once the call before is written, a moment after its end.
    until(lambda: metric(house, "tableside_calls_now") == 0)
    yield
    outside.calm()


@pytest.fixture
def outside(world: tuple[Outside, House]) -> Outside:
    return world[0]


def test_who_calls_is_greeted_and_told_a_price(outside: Outside) -> None:
    outside.behave(chirps=True)  # the practice voice, of which words are heard again
    telephone = Telephone(outside, BOB.removeprefix("whatsapp:"), BY_TELEPHONE).begin()
    told = telephone.ask_aloud(GOAT)
    assert "brochette" in told.lower()
    assert "francs" in told
    telephone.hang_up()
    assert telephone.told()["errors"] == []


def test_an_allergy_that_is_said_aloud_holds_in_the_call_and_afterwards(outside: Outside) -> None:
    (diner,) = diners(1, first=810)
    telephone = Telephone(outside, diner).begin()
    telephone.ask("I am allergic to peanuts")
    telephone.ask("do you have isombe?")
    telephone.hang_up()
    assert "peanut" in str(calls_of_model(outside)[-1]["items"][-2:])
    outside.write(diner, "/me")
    assert "peanuts" in outside.reply(diner)


def test_who_speaks_is_heard_and_the_line_falls_silent(outside: Outside) -> None:
    (diner,) = diners(1, first=820)
    telephone = Telephone(outside, diner).begin()
    telephone.ask("what do you have for breakfast, lunch and dinner?")
    telephone.ask(GOAT)
    telephone.hang_up()
    assert telephone.told()["errors"] == []
    assert outside.realtime_stats()["truncations_refused"] == 0


def test_a_models_socket_that_is_cut_is_replaced_and_the_call_goes_on(outside: Outside) -> None:
    (diner,) = diners(1, first=830)
    telephone = Telephone(outside, diner).begin()
    telephone.ask(GOAT)
    before = len(calls_of_model(outside))
    outside.behave(cut_every_s=2)  # the one there is has lived longer
    until(lambda: len(calls_of_model(outside)) > before)
    outside.behave(cut_every_s=0)
    telephone.hears_all()  # what the new one says to what was said to the old
    assert telephone.ask(GOAT)
    telephone.hang_up()
    assert "brochette" in str(calls_of_model(outside)[-1]["items"])


def test_twilios_socket_that_is_cut_ends_the_models(outside: Outside) -> None:
    (diner,) = diners(1, first=840)
    telephone = Telephone(outside, diner).begin()
    telephone.ask(GOAT)
    open_before = outside.realtime_stats()["connections_open"]
    telephone.cut()
    until(lambda: outside.realtime_stats()["connections_open"] < open_before)


def test_the_cfo_answers_in_another_voice_and_stays(outside: Outside) -> None:
    (diner,) = diners(1, first=850)
    before = len(calls_of_model(outside))
    telephone = Telephone(outside, diner).begin()
    assert telephone.ask("what is the VAT on meals?")
    sessions = until(lambda: calls_of_model(outside)[before + 1 :] and calls_of_model(outside))
    telephone.hang_up()
    voices = [each["session"]["audio"]["output"]["voice"] for each in sessions[before:]]
    assert voices == ["marin", "cedar"]


def test_a_message_knows_of_the_call_and_a_call_of_the_message(outside: Outside) -> None:
    (diner,) = diners(1, first=860)
    outside.write(diner, "what coffee do you have?")
    outside.reply(diner)
    telephone = Telephone(outside, diner).begin()
    assert "coffee" in str(calls_of_model(outside)[-1]["items"])
    assert telephone.ask(GOAT)
    telephone.hang_up()
    outside.write(diner, "thank you")
    outside.reply(diner, 2)
    asked = outside.requests()[-1]["event"]["response"]["input"]
    assert "goat brochette" in str(asked)


def test_what_a_caller_wants_in_writing_is_sent_after_the_call(outside: Outside) -> None:
    (diner,) = diners(1, first=870)
    telephone = Telephone(outside, diner).begin()
    telephone.ask("send me your address on whatsapp please")
    telephone.hang_up()
    assert "KG 9 Avenue" in outside.reply(diner)


def test_beyond_so_many_calls_a_sentence_is_played(outside: Outside) -> None:
    callers = diners(4, first=880)
    telephones = [Telephone(outside, each) for each in callers[:3]]
    for each in telephones:
        each.begin()
    late = Telephone(outside, callers[3])
    late.wait("ended")
    assert "<Play>" in str(late.told()["twiml"])
    for each in telephones:
        each.hang_up()


def test_who_asks_for_a_person_is_put_through_to_the_restaurant(outside: Outside) -> None:
    (diner,) = diners(1, first=890)
    telephone = Telephone(outside, diner.removeprefix("whatsapp:"), BY_TELEPHONE).begin()
    telephone.say("I want to talk to a person, please")
    (dialled,) = until(lambda: telephone.told()["dialled"], 30)
    assert dialled["kind"] == "number"
    telephone.hang_up()


def test_a_0_is_put_through_too_and_over_whatsapp_nobody_is(outside: Outside) -> None:
    one, other = diners(2, first=895)
    telephone = Telephone(outside, one.removeprefix("whatsapp:"), BY_TELEPHONE).begin()
    telephone.press("0")
    until(lambda: telephone.told()["dialled"], 30)
    telephone.hang_up()
    telephone = Telephone(outside, other).begin()
    assert telephone.ask("I want to talk to a person, please")
    telephone.hang_up()
    assert telephone.told()["dialled"] == []


def test_a_service_that_stops_says_goodbye_first(world: tuple[Outside, House]) -> None:
    """The last of these: nobody is there any more."""
    outside, house = world
    (diner,) = diners(1, first=899)
    telephone = Telephone(outside, diner).begin()
    telephone.ask(GOAT)
    place = telephone.place()
    assert house.stop() == 0
    told = telephone.wait("ended")
    assert telephone.place() > place
    assert told["errors"] == []
