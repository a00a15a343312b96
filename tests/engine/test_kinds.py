"""Messages of every kind come to a turn as what they are about, or to none where nobody waits."""

from itertools import count

import pytest

from models import restaurants
from models.arrival import Taken
from models.outbox import SENDING, WAITING
from tests.engine.clock import soon
from tests.engine.world import ALICE, BOB, KIGALI, RESTAURANT, House
from whatsapp.inbound import parse_message

SIDS = count(1)
PLACED = {**RESTAURANT, "latitude": -1.93248, "longitude": 30.10012}


def takes_in(house: House, kind: str = "text", diner: str = ALICE, **fields: str) -> Taken:
    sid = f"SMkind{next(SIDS)}"
    form = {"MessageSid": sid, "From": diner, "To": KIGALI, "MessageType": kind, **fields}
    incoming = parse_message(form)
    assert incoming is not None
    return house.intake.take_in(incoming)


def comes(house: House, kind: str = "text", diner: str = ALICE, **fields: str) -> str:
    """A message comes in, its turn is done, and its reply is out; its SID."""
    before = sum(turn.state != "running" for turn in house.turns())
    house.intake.wake(takes_in(house, kind, diner, **fields))
    assert soon(lambda: sum(turn.state != "running" for turn in house.turns()) == before + 1)
    # Not `drain`: a turn is closed a moment before the delivery has its reply.
    assert soon(lambda: not {part.state for part in house.parts()} & {WAITING, SENDING})
    return house.messages()[-1].sid


def asked(house: House) -> list[str]:
    return house.model.asked[-1].words


def answering(sid: str) -> dict[str, str]:
    return {"OriginalRepliedMessageSid": sid, "OriginalRepliedMessageSender": KIGALI}


def ours(house: House, diner: str = ALICE) -> str:
    """The SID of what we sent to a diner last."""
    return [each.sid for each in house.twilio.taken if each.to == diner][-1]


def test_the_model_sees_what_of_ours_is_answered(any_house: House) -> None:
    any_house.model.will("Isombe or tilapia?", "Gladly.")
    comes(any_house, Body="What do you have?")
    comes(any_house, Body="The first", **answering(ours(any_house)))
    assert asked(any_house)[-1] == "The first\n[answers your message: Isombe or tilapia?]"


def test_it_sees_what_of_their_own_they_come_back_to(any_house: House) -> None:
    first = comes(any_house, Body="A table by the window?")
    comes(any_house, Body="And this?", **answering(first))
    assert asked(any_house)[-1] == "And this?\n[answers their own message: A table by the window?]"


def test_later_turns_see_it_too(any_house: House) -> None:
    first = comes(any_house, Body="A table by the window?")
    comes(any_house, Body="And this?", **answering(first))
    comes(any_house, Body="Thanks")
    assert "[answers their own message: A table by the window?]" in asked(any_house)[1]


@pytest.mark.parametrize("kind", ["text", "edit", "revoke", "reaction"])
def test_no_message_reaches_another_diners_words(any_house: House, kind: str) -> None:
    any_house.model.will("Bob, your secret is safe.")
    theirs = comes(any_house, diner=BOB, Body="My secret is isombe")
    for sid in (theirs, ours(any_house, BOB)):
        comes(any_house, kind, Body="👍", OriginalMessageSid=sid)
    comes(any_house, Body="Hello")
    assert "secret" not in "".join(asked(any_house))
    comes(any_house, diner=BOB, Body="Hello")
    assert asked(any_house)[0] == "My secret is isombe"


@pytest.mark.parametrize("fields", [{"Body": "❤️"}, {"Body": ""}, {"Emoji": "😂"}])
def test_a_reaction_alone_gets_no_answer_and_is_not_forgotten(
    any_house: House, fields: dict[str, str]
) -> None:
    any_house.model.will("Enjoy your meal!")
    comes(any_house, Body="Goodbye")
    comes(any_house, "reaction", **fields, **answering(ours(any_house)))
    assert len(any_house.read()) == len(any_house.model.asked) == 1
    comes(any_house, Body="Hello again")
    assert "to: Enjoy your meal!]" in asked(any_house)[1]
    assert "Nobody of the staff has answered" not in any_house.model.asked[-1].system


def test_a_thumb_up_at_a_question_is_an_answer(any_house: House) -> None:
    any_house.model.will("Shall I call somebody of the staff?", "I have.")
    comes(any_house, Body="The music is too loud")
    comes(any_house, "reaction", Body="👍", **answering(ours(any_house)))
    note = "[answered 👍 to your question: Shall I call somebody of the staff?]"
    assert asked(any_house)[-1] == note
    assert any_house.read()[-1] == "I have."


def test_an_edit_after_the_answer_is_a_message_of_its_own(any_house: House) -> None:
    sid = comes(any_house, Body="A table for four")
    comes(any_house, "edit", Body="A table for five", OriginalMessageSid=sid)
    assert len(any_house.read()) == 2
    assert asked(any_house)[-1] == "A table for five\n[edited, it said before: A table for four]"


def test_what_is_taken_back_after_the_answer_is_noted_and_gone(any_house: House) -> None:
    sid = comes(any_house, Body="My number is 12345")
    comes(any_house, "revoke", OriginalMessageSid=sid)
    assert len(any_house.read()) == 1
    comes(any_house, Body="Hello")
    assert asked(any_house)[0] == "[deleted this message]"
    assert "12345" not in str([each.payload for each in any_house.messages()])


@pytest.mark.parametrize("kind", ["text", "reaction", "edit"])
def test_what_is_taken_back_is_gone_from_what_quotes_it(any_house: House, kind: str) -> None:
    sid = comes(any_house, Body="My PIN is 4321")
    quotes = takes_in(any_house, kind, Body="👍", OriginalMessageSid=sid)
    any_house.intake.wake(quotes)
    assert soon(lambda: all(each.state != "running" for each in any_house.turns()))
    assert "4321" in any_house.messages()[-1].text
    comes(any_house, Body="And?", **answering(any_house.messages()[-1].sid))
    comes(any_house, "revoke", OriginalMessageSid=sid)
    comes(any_house, Body="Hello")
    assert "4321" not in str(asked(any_house))
    assert "4321" not in str([each.text for each in any_house.messages()])


def test_a_quote_has_the_words_that_the_phone_shows(any_house: House) -> None:
    sid = comes(any_house, Body="Two beers")
    comes(any_house, "edit", Body="Three beers", OriginalMessageSid=sid)
    comes(any_house, Body="And this?", **answering(sid))
    assert asked(any_house)[-1] == "And this?\n[answers their own message: Three beers]"
    comes(any_house, "edit", Body="Four beers", OriginalMessageSid=sid)
    assert "it said before: Three beers" in asked(any_house)[-1]


@pytest.mark.parametrize(("kind", "left"), [("edit", ["Three beers"]), ("revoke", [])])
def test_what_comes_behind_its_edit_or_deletion_is_not_heeded(
    any_house: House, kind: str, left: list[str]
) -> None:
    comes(any_house, kind, Body="Three beers", OriginalMessageSid="SMlate")
    late = takes_in(any_house, MessageSid="SMlate", Body="Two beers, my PIN is 4321")
    assert late.message_id is None
    assert [each.words[-1].split("\n")[0] for each in any_house.model.asked] == left
    assert "4321" not in str([each.text for each in any_house.messages()])


def test_a_caption_that_is_taken_back_waits_for_no_answer(any_house: House) -> None:
    sid = comes(any_house, Body="Is it yours?")
    comes(any_house, "edit", Body="", OriginalMessageSid=sid)
    assert len(any_house.read()) == 1
    comes(any_house, Body="Hello")
    assert asked(any_house)[1] == "[edited, it said before: Is it yours?]"


def test_what_is_taken_back_while_it_is_quoted_is_not_told(any_house: House) -> None:
    sid = comes(any_house, Body="My PIN is 4321")
    any_house.model.holds()
    any_house.intake.wake(takes_in(any_house, Body="See this?", **answering(sid)))
    assert soon(lambda: len(any_house.model.asked) == 2)
    any_house.intake.wake(takes_in(any_house, "revoke", OriginalMessageSid=sid))
    assert soon(lambda: len(any_house.read()) == 2)
    assert "[answers their own message]" in asked(any_house)[-2]
    assert "4321" not in str(asked(any_house)[-2:])


@pytest.mark.parametrize("word", ["/forget", "/reset"])
def test_what_is_forwarded_erases_nothing(any_house: House, word: str) -> None:
    comes(any_house, Body="Hello")
    comes(any_house, Body=word, Forwarded="true")
    assert asked(any_house) == ["Hello", word]
    comes(any_house, Body="/help", Forwarded="true")
    assert "/help" in any_house.read()[-1]


def test_what_waits_and_is_taken_back_is_not_answered(any_house: House) -> None:
    other = any_house.beside(runs_turns=False)
    takes_in(other, Body="Two beers")
    sid = any_house.messages()[0].sid
    takes_in(other, "revoke", OriginalMessageSid=sid)
    assert any_house.sweeps_until(lambda: [each.state for each in any_house.turns()] == ["done"])
    assert any_house.model.asked == []
    assert any_house.read() == []


def test_what_waits_and_is_edited_is_answered_as_it_stands(any_house: House) -> None:
    other = any_house.beside(runs_turns=False)
    takes_in(other, Body="Two beers")
    sid = any_house.messages()[0].sid
    takes_in(other, "edit", Body="Three beers", OriginalMessageSid=sid)
    assert any_house.sweeps_until(any_house.read)
    assert asked(any_house) == ["Three beers"]


def meanwhile(house: House, kind: str, **fields: str) -> list[str]:
    """Two messages are being answered, and this comes about the first; what is asked in the end."""
    house.model.holds()
    turn = takes_in(house, Body="Two beers")
    sid = house.messages()[0].sid
    takes_in(house, Body="Quickly!")
    house.intake.wake(turn)
    assert soon(lambda: house.model.asked)
    house.intake.wake(takes_in(house, kind, OriginalMessageSid=sid, **fields))
    assert soon(house.read)
    return asked(house)


def test_what_is_edited_while_it_is_answered_is_answered_as_it_stands(any_house: House) -> None:
    words = meanwhile(any_house, "edit", Body="Three beers")
    assert words == ["Three beers", "Quickly!"]
    comes(any_house, Body="Thanks")
    assert asked(any_house) == ["Three beers", "Quickly!", "Thanks"]


def test_what_is_taken_back_while_it_is_answered_is_not_answered(any_house: House) -> None:
    assert meanwhile(any_house, "revoke") == ["Quickly!", "[deleted an earlier message]"]


def test_where_nothing_is_left_nothing_is_answered(any_house: House) -> None:
    held = any_house.model.holds()
    any_house.intake.wake(takes_in(any_house, Body="Two beers"))
    assert held.is_asked.wait(10)
    sid = any_house.messages()[0].sid
    any_house.intake.wake(takes_in(any_house, "revoke", OriginalMessageSid=sid))
    assert soon(lambda: [each.state for each in any_house.turns()] == ["done"])
    assert any_house.read() == []
    assert len(any_house.model.asked) == 1


def test_a_forwarded_allergy_is_not_kept(any_house: House) -> None:
    comes(any_house, Body="I'm allergic to peanuts", Forwarded="true")
    assert any_house.diners()[0].diet is None
    comes(any_house, Body="I'm allergic to peanuts", Forwarded="false")
    assert "peanuts" in (any_house.diners()[0].diet or "")


def test_what_they_answer_is_not_what_they_say_of_their_health(any_house: House) -> None:
    any_house.model.will("Some say: I'm allergic to milk. Are you?")
    comes(any_house, Body="Hello")
    comes(any_house, Body="Not me", **answering(ours(any_house)))
    assert any_house.diners()[0].diet is None


def place(house: House, latitude: str, longitude: str) -> str:
    with house.eye.transaction() as session:
        restaurants.store(session, PLACED)
    comes(house, "location", Latitude=latitude, Longitude=longitude)
    return house.model.asked[-1].system


def test_a_location_near_by_is_told_with_the_way(any_house: House) -> None:
    told = place(any_house, "-1.944072", "30.061885")
    assert "4.4 km from the house" in told
    assert "KN 3, Kigali" in told
    assert "https://maps.google.com/?q=-1.93248,30.10012" in told


def test_one_far_away_is_told_as_far(any_house: House) -> None:
    told = place(any_house, "35.8989", "14.5146")
    assert "4,500 km from the house" in told
    assert "too far" in told


@pytest.mark.parametrize(("latitude", "longitude"), [("999", "30"), ("NaN", "NaN"), ("", "x")])
def test_a_location_of_nowhere_harms_nothing(house: House, latitude: str, longitude: str) -> None:
    told = place(house, latitude, longitude)
    assert "from the house" not in told
    assert asked(house) == ["[shared a location]"]


def test_the_next_turn_is_not_told_the_way_again(house: House) -> None:
    place(house, "-1.944072", "30.061885")
    comes(house, Body="Thanks")
    assert "from the house" not in house.model.asked[-1].system


def test_one_that_is_quoted_is_told_with_the_way(house: House) -> None:
    place(house, "-1.944072", "30.061885")
    sid = house.messages()[-1].sid
    comes(house, Body="Thanks")
    comes(house, Body="How far is this?", **answering(sid))
    assert "4.4 km from the house" in house.model.asked[-1].system


def test_where_the_house_is_not_on_file_the_address_is_told(house: House) -> None:
    comes(house, "location", Latitude="-1.9", Longitude="30.1")
    told = house.model.asked[-1].system
    assert "not on file" in told
    assert "KN 3, Kigali" in told


def test_a_location_that_comes_meanwhile_is_told_with_the_way(house: House) -> None:
    with house.eye.transaction() as session:
        restaurants.store(session, PLACED)
    held = house.model.holds()
    house.intake.wake(takes_in(house, Body="How far is it?"))
    assert held.is_asked.wait(10)
    house.intake.wake(takes_in(house, "location", Latitude="-1.944072", Longitude="30.061885"))
    assert soon(house.read)
    assert "4.4 km from the house" in house.model.asked[-1].system
