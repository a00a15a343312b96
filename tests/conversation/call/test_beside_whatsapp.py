"""Who writes and speaks at once: what they must not have is known on either side."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from handlers.cli.stock import staff_the_phone
from models import callers, calls, kept
from models.callers import Caller
from models.database.engine import Database
from models.diets import Diet, KeptDiet
from models.diners import Diner, Known
from models.restaurants import Restaurant, all_of_them
from personas.claims import unfounded_claims
from personas.effects import CallStaff
from personas.tool import ToolContext
from tests.conversation.call.ends import until
from tests.conversation.call.world import ALICE, NOW, Call, called

SAFE = "Yes, the isombe is safe for you."
PEANUTS = KeptDiet(Diet(frozenset({"peanuts"})))


@pytest.fixture
def kigali(database: Database) -> Restaurant:
    with database.transaction() as session:
        return all_of_them(session)[0]


@pytest.fixture
def alice(database: Database, kigali: Restaurant) -> Known:
    caller = Caller("CA1", ALICE, kigali.number, True, "Alice")
    with database.connection() as connection:
        return callers.upsert(connection, caller, NOW)


def write_of_peanuts(database: Database, diner: Known) -> None:
    """As a turn on WhatsApp keeps it."""
    with database.connection() as connection:
        kept.change_diet(connection, diner.id, lambda before: before.keeping(PEANUTS))


def pick_up(database: Database, diner: Known) -> None:
    with database.connection() as connection:
        calls.ring(
            connection,
            sid="CA1",
            diner_id=diner.id,
            number=diner.number,
            way="whatsapp",
            token="a token",
            process="web 1",
            most=1,
            most_of_theirs=1,
            is_anonymous=False,
            now=NOW,
        )
        lease = NOW + timedelta(seconds=30)
        taken = calls.take(
            connection,
            sid="CA1",
            token="a token",
            stream_sid="MZ1",
            process="web 1",
            now=NOW,
            until=lease,
        )
    assert taken is not None


def writing(database: Database, diner: Known, restaurant: Restaurant) -> ToolContext:
    """What a turn knows of who has written."""
    return ToolContext(database, restaurant, diner, 1, "", frozenset(), NOW)


def test_what_a_caller_writes_meanwhile_is_kept_out_of_what_is_looked_up(
    database: Database, alice: Known
) -> None:
    with called(database, id=alice.id) as call:
        call.say("u1", "Hello")
        call.answer("r1", "Hello!")
        write_of_peanuts(database, alice)
        call.say("u2", "What about isombe?")
        call.line.call("r2", "lookup_menu", query="isombe")
        told = until(call.line.outputs)[-1]
        assert told["understood"]["excluded_allergens"] == ["peanuts"]


def test_what_a_caller_writes_meanwhile_makes_no_dish_safe_aloud(
    database: Database, alice: Known
) -> None:
    with called(database, id=alice.id) as call:
        call.say("u1", "Is the isombe safe for me?")
        write_of_peanuts(database, alice)
        call.line.respond("r1")
        call.line.speak("r1", "item_r1", f"{SAFE} It is good.")
        # Before any of it is heard, or behind its first sound.
        until(lambda: call.line.of("response.cancel"))


def test_a_turn_knows_what_was_kept_since_it_began(
    database: Database, alice: Known, kigali: Restaurant
) -> None:
    context = writing(database, alice, kigali)
    assert unfounded_claims(SAFE, (), context) is None
    write_of_peanuts(database, alice)
    assert unfounded_claims(SAFE, (), context) is not None


def test_nothing_is_safe_in_writing_for_who_speaks_to_us_at_the_same_time(
    database: Database, alice: Known, kigali: Restaurant
) -> None:
    """What they say is written down once its words are there, and answered."""
    context = writing(database, alice, kigali)
    pick_up(database, alice)
    assert unfounded_claims(SAFE, (), context) is not None
    with database.connection() as connection:
        calls.end(connection, "CA1", "hung_up", seconds=3, now=NOW)
    assert unfounded_claims(SAFE, (), context) is None


def test_a_call_that_was_lost_with_its_process_makes_nothing_unsafe(
    database: Database, alice: Known, kigali: Restaurant
) -> None:
    pick_up(database, alice)
    context = writing(database, alice, kigali)
    late = ToolContext(
        database, kigali, alice, 1, "", frozenset(), context.now + timedelta(minutes=1)
    )
    assert unfounded_claims(SAFE, (), late) is None


def is_asked_for(call: Call, responses: int) -> bool:
    return len(call.line.of("response.create")) >= responses


def test_the_staff_is_called_once_in_a_call(database: Database, alice: Known) -> None:
    """Each time is a message to all of them."""
    staff_the_phone(database, is_real=False)
    with database.connection() as connection:
        jean = callers.upsert(
            connection, Caller("CA2", "whatsapp:+9990000001", alice.number, True, "Jean"), NOW
        )
    with database.transaction() as session:
        session.execute(update(Diner).where(Diner.id == jean.id).values(last_message_at=NOW))
    with called(database, id=alice.id) as call:
        for place in range(1, 4):
            call.telephone.play()
            call.telephone.press("0")
            until(partial(is_asked_for, call, place))
            call.answer(f"r{place}", "I have called a colleague.")
    effects = [each for exchange in call.kept.exchanges for each in exchange.effects]
    assert [type(each) for each in effects] == [CallStaff]
