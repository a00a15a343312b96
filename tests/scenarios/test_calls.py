"""Diners call: by telephone and over WhatsApp, over real sockets, from the ring to the history."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.scenarios.promise import metric
from tests.scenarios.telephone import Telephone
from tests.scenarios.world import ALICE, BOB, KIGALI, House, Outside, diners, running_world, until

BY_TELEPHONE = KIGALI.removeprefix("whatsapp:")
GOAT = "how much is the goat brochette?"
COFFEE = "what coffee do you have?"  # to which the answer takes some ten seconds
# Some four seconds long.
OVER_IT = "excuse me, how much is the goat brochette, and is there coffee too?"
BREATH_S = 0.3  # until the practice voice is to be heard


@pytest.fixture(scope="module")
def world(
    seeded_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Outside, House]]:
    """Of three calls at once."""
    copy = shutil.copy(seeded_sqlite_file, tmp_path_factory.mktemp("calls") / "tableside.db")
    settings = {"CALLS_ENABLED": "true", "CALLS_AT_ONCE": "3", "CFO_NUMBERS": ALICE}
    with running_world(f"sqlite:///{copy}", **settings) as (outside, house):
        yield outside, house


@pytest.fixture
def house(world: tuple[Outside, House]) -> House:
    return world[1]


@pytest.fixture
def outside(world: tuple[Outside, House]) -> Iterator[Outside]:
    outside, house = world
    all_written(house)
    yield outside
    outside.calm()


def all_written(house: House) -> None:
    """A call's place is free once what was said in it is kept, a moment after its end."""
    until(lambda: metric(house, "tableside_calls_now") == 0)


def test_who_calls_is_greeted_and_told_a_price(outside: Outside) -> None:
    outside.behave(chirps=True)  # the practice voice, of which words are heard again
    telephone = Telephone(outside, BOB.removeprefix("whatsapp:"), BY_TELEPHONE).begin()
    told = telephone.ask_aloud(GOAT)
    assert "brochette" in told.lower()
    assert "francs" in told
    telephone.hang_up()
    assert telephone.told()["errors"] == []


def test_an_allergy_that_is_said_aloud_holds_in_the_call_and_afterwards(
    outside: Outside, house: House
) -> None:
    (diner,) = diners(1, first=810)
    telephone = Telephone(outside, diner).begin()
    telephone.ask("I am allergic to peanuts")
    telephone.ask("do you have isombe?")
    telephone.hang_up()
    assert "peanut" in str(telephone.sessions()[-1]["items"][-2:])
    all_written(house)
    outside.write(diner, "/me")
    assert "peanuts" in outside.reply(diner)


def test_who_speaks_over_an_answer_silences_it_and_the_model_knows_what_they_heard(
    outside: Outside,
) -> None:
    """At the pace of people: what is sent runs ahead of what is heard."""
    (diner,) = diners(1, first=820)
    telephone = Telephone(outside, diner, pace=1.0).begin()
    telephone.ask(COFFEE)
    telephone.say(OVER_IT)
    (cut,) = until(lambda: telephone.sessions()[-1]["truncations"])
    told = telephone.told()
    asked, over_it = told["spoken"][-2:]
    began_s = over_it["at_s"] + BREATH_S
    cleared_s = next(each["at_s"] for each in telephone.events("clear") if each["at_s"] > began_s)
    answer = [each for each in told["heard"] if asked["ends_s"] <= each["at_s"] < cleared_s]
    assert any(each["at_s"] < began_s < each["ends_s"] for each in answer), "it was over"
    assert cleared_s < over_it["ends_s"]
    assert not [each for each in told["heard"] if cleared_s < each["at_s"] < over_it["ends_s"]]
    heard_ms = 1_000 * sum(each["ends_s"] - each["at_s"] for each in answer)
    # What was sent and not yet heard, is seconds more.
    assert abs(cut["audio_end_ms"] - heard_ms) < 1_000
    telephone.hang_up()
    assert telephone.told()["errors"] == []
    assert outside.realtime_stats()["truncations_refused"] == 0


def test_a_models_socket_that_is_cut_is_replaced_and_the_call_goes_on(outside: Outside) -> None:
    (diner,) = diners(1, first=830)
    telephone = Telephone(outside, diner).begin()
    telephone.ask(COFFEE)
    # What was said is written down before the answer to it breaks off.
    outside.behave(cut_after_deltas=1, transcription_delay_s=0)
    assert telephone.ask(GOAT)
    telephone.hang_up()
    (_, anew) = telephone.sessions()
    assert "coffee" in str(anew["items"])
    assert "goat brochette" in str(anew["items"])


def test_twilios_socket_that_is_cut_ends_the_models(outside: Outside) -> None:
    (diner,) = diners(1, first=840)
    telephone = Telephone(outside, diner).begin()
    telephone.ask(GOAT)
    assert not telephone.sessions()[-1]["is_over"]
    telephone.cut()
    until(lambda: telephone.sessions()[-1]["is_over"])


@pytest.mark.parametrize("signature", [None, "A" * 28])
def test_a_stream_that_twilio_did_not_sign_stays_outside(
    house: House, signature: str | None
) -> None:
    url = f"ws://127.0.0.1:{house.port}/calls/stream"
    headers = {"X-Twilio-Signature": signature} if signature else {}
    with pytest.raises(InvalidStatus, match="403"), connect(url, additional_headers=headers):
        pass
    assert house.get("/calls/stream").status_code == 426


def test_the_cfo_answers_in_another_voice_and_stays(outside: Outside) -> None:
    (diner,) = diners(1, first=850)
    telephone = Telephone(outside, diner).begin()
    assert telephone.ask("what is the VAT on meals?")
    sessions = until(lambda: telephone.sessions()[1:] and telephone.sessions())
    telephone.hang_up()
    voices = [each["session"]["audio"]["output"]["voice"] for each in sessions]
    assert voices == ["marin", "cedar"]


def test_a_message_knows_of_the_call_and_a_call_of_the_message(
    outside: Outside, house: House
) -> None:
    (diner,) = diners(1, first=860)
    outside.write(diner, COFFEE)
    outside.reply(diner)
    telephone = Telephone(outside, diner).begin()
    assert telephone.ask(GOAT)
    assert "coffee" in str(telephone.sessions()[-1]["items"])
    telephone.hang_up()
    all_written(house)
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


def test_a_service_that_stops_says_goodbye_in_every_call_and_ends_in_time(
    outside: Outside, house: House
) -> None:
    """The last of these: nobody is there any more."""
    telephones = [Telephone(outside, each).begin() for each in diners(3, first=900)]
    for each in telephones:
        each.hears_all()
    places = [each.place() for each in telephones]
    assert house.stop() == 0
    for each, place in zip(telephones, places, strict=True):
        told = each.wait("ended")
        assert (told["status"], told["errors"]) == ("completed", [])
        assert each.place() > place  # the goodbye
