"""What a call begins with: who answers, and what they know of whoever calls."""

from models import diets, diners
from models.database.engine import Database
from models.diets import Diet, KeptDiet
from models.diners import WHATSAPP
from models.turns import DONE, Turn
from tests.conversation.call.ends import until
from tests.conversation.call.world import ALICE, NOW, Call

SAID = "We spoke of brochettes."


def told(database: Database, persona: str, **how: object) -> tuple[str, str]:
    """The instructions with the tools, and the conversation that a call of Alice's begins with.

    She has been in touch with this persona before.
    """
    number = Call(database).ringing.restaurant.number
    with database.connection() as connection:
        diner_id = diners.upsert(
            connection, channel=WHATSAPP, address=ALICE, number=number, profile_name=None, now=NOW
        )
    turn = Turn(
        diner_id=diner_id, state=DONE, persona=persona, reply=SAID, lease="", lease_until=NOW,
        attempts=1, started_at=NOW,
    )  # fmt: skip
    with database.transaction() as session:
        session.add(turn)
    call = Call(database, id=diner_id, persona=persona, **how)
    call.begin()
    until(lambda: call.line.of("session.update"))
    call.telephone.hang_up()
    call.over()
    session_told = call.line.of("session.update")[0]["session"]
    return str(session_told), str(call.line.of("conversation.item.create"))


def test_who_was_in_touch_before_is_known(database: Database) -> None:
    _, items = told(database, "waiter")
    assert SAID in items
    assert "have been in touch before" in items


def test_by_telephone_too_the_waiter_knows_them(database: Database) -> None:
    assert SAID in told(database, "waiter", is_whatsapp=False)[1]


def test_over_whatsapp_the_books_are_open_as_in_writing(database: Database) -> None:
    session, items = told(database, "cfo")
    assert "fetch_financials" in session
    assert SAID in items


def test_by_telephone_nobody_opens_the_books_or_hears_what_was_said_of_them(
    database: Database,
) -> None:
    """What a telephone network shows as somebody's number may be made up."""
    session, items = told(database, "cfo", is_whatsapp=False)
    assert "You are the CFO" in session
    assert "'name': 'fetch_financials'" not in session
    assert SAID not in items


def test_a_kept_allergy_is_told_at_once(database: Database) -> None:
    diet = diets.written(KeptDiet(Diet(frozenset({"peanuts"}))))
    call = Call(database, diet=diet)
    call.begin()
    items = until(lambda: str(call.line.of("conversation.item.create")))
    assert "peanuts" in items
    call.telephone.hang_up()
    call.over()
