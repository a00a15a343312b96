"""What a diner may tap is made at Twilio once, and never costs them their message."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.contents import KEPT_UNUSED, REST_S
from models.bubbles import Bubble, Choice, Choices
from models.contents import Content
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy, refused, unheard
from tests.engine.world import ALICE, BOB, House
from whatsapp.host import SendError

YES_OR_NO = Choices("buttons", (Choice("yes", "Yes"), Choice("no", "No")))
DISHES = Choices("list", (Choice("item:1", "Tilapia"), Choice("item:2", "Sambaza")), "Choose")
SPICY = Bubble("Is it spicy?", choices=YES_OR_NO)
NUMBERS = "Is it spicy?\n\n1. Yes\n2. No"


@pytest.fixture
def sent(house: House) -> Iterator[House]:
    yield house
    # Never two messages in place of one.
    assert len(house.twilio.taken) == len(house.parts())


def asks(house: House, *bubbles: Bubble, diner: str = ALICE) -> list[str | None]:
    """The contents that all messages so far were sent with."""
    before = len(house.twilio.taken)
    house.sends(*bubbles, diner=diner)
    assert soon(lambda: len(house.twilio.taken) == before + len(bubbles))
    assert house.delivery.drain(WAIT_S)
    return [each.content_sid for each in house.twilio.taken]


def kept(house: House) -> int:
    with house.eye.transaction() as session:
        return session.scalar(select(func.count()).select_from(Content)) or 0


def test_a_content_is_made_once_for_each_shape(any_house: House) -> None:
    harissa = Bubble("With harissa?", choices=YES_OR_NO)
    other_words = Choices("buttons", (Choice("item:7", "Beer"), Choice("item:8", "Wine")))
    drinks = Bubble("What would you like?", choices=other_words)
    assert asks(any_house, SPICY, harissa, drinks) == ["HX1"] * 3
    assert asks(any_house, SPICY, diner=BOB) == ["HX1"] * 4
    assert asks(any_house, Bubble("Which one?", choices=DISHES))[-1] == "HX2"
    assert kept(any_house) == 2


def test_another_process_uses_what_this_one_made(any_house: House) -> None:
    asks(any_house, SPICY)
    assert asks(any_house.beside(), SPICY, diner=BOB) == ["HX1", "HX1"]


def test_of_two_that_were_made_at_once_one_is_let_go(any_house: House) -> None:
    contents = any_house.twilio.content
    other, create = any_house.beside(), contents.create

    def overtaken(content: dict[str, object], *, most_s: float) -> str:
        contents.create = create
        asks(other, SPICY, diner=BOB)
        return str(create(content, most_s=most_s))

    contents.create = overtaken
    any_house.sends(SPICY)
    assert soon(lambda: [each.content_sid for each in any_house.twilio.taken] == ["HX1"] * 2)
    assert list(contents.made) == ["HX1"]


def test_what_breaks_off_before_it_is_posted_need_not_be_looked_for(sent: House) -> None:
    sent.database.refuses = "SELECT contents.sid"
    sent.sends(SPICY)
    assert soon(lambda: sent.parts()[0].state == "waiting")
    sent.database.refuses = None
    sent.clock.passes(1)
    assert sent.sweeps_until(lambda: sent.read() == ["Is it spicy?"])
    assert sent.twilio.looks == []


@pytest.mark.parametrize("error", [refused(20001), busy(), unheard()], ids=str)
def test_where_none_can_be_made_the_choices_are_numbers(sent: House, error: SendError) -> None:
    sent.twilio.content.fails = error
    assert asks(sent, SPICY) == [None]
    assert sent.read() == [NUMBERS]


def test_after_a_refusal_it_is_not_asked_with_each_message(sent: House) -> None:
    sent.twilio.content.fails = busy()
    asks(sent, SPICY)
    sent.twilio.content.fails = None
    assert asks(sent, SPICY) == [None, None]
    sent.clock.passes(REST_S)
    assert asks(sent, SPICY)[-1] == "HX1"


def test_choices_that_are_refused_go_out_as_numbers(sent: House) -> None:
    sent.twilio.will_fail(refused(21656))
    assert asks(sent, SPICY) == [None]
    assert sent.read() == [NUMBERS]
    assert asks(sent, SPICY)[-1] == "HX1"


def test_a_content_that_is_gone_is_made_anew(sent: House) -> None:
    asks(sent, SPICY)
    sent.twilio.will_fail(refused(21655))
    assert asks(sent, SPICY) == ["HX1", None]
    sent.twilio.content.made["HX1"] = {}  # as Twilio numbers on
    assert asks(sent, SPICY)[-1] == "HX2"


@pytest.mark.parametrize(
    "bubble",
    [
        Bubble("*Isombe*", picture="/media/menu/isombe.jpg"),
        Bubble("*Isombe*", voice="/media/abc"),
    ],
)
def test_a_file_that_is_refused_costs_no_words(sent: House, bubble: Bubble) -> None:
    sent.twilio.will_fail(refused(21620))
    asks(sent, bubble)
    assert [each.bubble for each in sent.twilio.taken] == [Bubble("*Isombe*")]


def test_who_can_not_be_reached_is_not_reached_by_numbers_either(house: House) -> None:
    house.twilio.will_fail(refused(21610))
    house.sends(SPICY)
    assert soon(lambda: [part.error_code for part in house.parts()] == [21610])
    assert house.read() == []


def test_what_may_have_gone_out_is_not_sent_as_numbers_too(house: House) -> None:
    house.twilio.will_fail(unheard(), takes_it=True)
    house.sends(SPICY)
    assert house.looks_until(lambda: [part.state for part in house.parts()] == ["sent"])
    assert house.read() == ["Is it spicy?"]


def test_what_nobody_uses_is_deleted(any_house: House) -> None:
    asks(any_house, SPICY, Bubble("Which one?", choices=DISHES))
    any_house.clock.passes((KEPT_UNUSED - timedelta(days=1)).total_seconds())
    asks(any_house, SPICY)
    any_house.clock.passes(timedelta(days=2).total_seconds())
    any_house.upkeep.purge()
    assert list(any_house.twilio.content.made) == ["HX1"]
    assert kept(any_house) == 1


def test_a_use_is_written_down_once_a_day(any_house: House) -> None:
    used = []
    for seconds in (0, 3_600, 86_400):
        any_house.clock.passes(seconds)
        asks(any_house, SPICY)
        with any_house.eye.transaction() as session:
            used.append(session.scalar(select(Content.used_at)))
    assert used[0] == used[1] != used[2]


def test_what_could_not_be_deleted_is_so_the_next_time(house: House) -> None:
    asks(house, SPICY)
    house.clock.passes((KEPT_UNUSED + timedelta(days=1)).total_seconds())
    house.twilio.content.fails = unheard()
    house.upkeep.purge()
    assert kept(house) == 1
    house.twilio.content.fails = None
    house.upkeep.purge()
    assert (kept(house), house.twilio.content.made) == (0, {})
