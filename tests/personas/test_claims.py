"""The waiter's check: what is promised of a dish, its row has to state."""

from dataclasses import replace

import pytest

from knowledge.allergens import facts_of
from models.database.engine import DatabaseUnavailableError
from models.menu import MenuItem, available_items
from personas.claims import unfounded_claims
from personas.tool import Told, ToolContext
from personas.waiter import WAITER
from tests.engine.store import Store


def items(context: ToolContext) -> list[MenuItem]:
    with context.database.transaction() as session:
        return available_items(session, context.restaurant.id)


def free_of_nuts(context: ToolContext, *, is_stated: bool) -> MenuItem:
    return next(
        item
        for item in items(context)
        if ({"nuts", "peanuts"} <= facts_of(item).free_of) is is_stated and " " in item.name
    )


def looked_up(*found: MenuItem) -> list[Told]:
    told = [{"item_id": item.id, "name": item.name} for item in found]
    return [Told("lookup_menu", {"items": told})]


def test_it_is_the_waiters() -> None:
    assert WAITER.check is unfounded_claims


def test_what_the_row_states_may_be_said(kigali: ToolContext) -> None:
    dish = free_of_nuts(kigali, is_stated=True)
    for reply in (f"The *{dish.name}* is nut-free.", f"*{dish.name}*, yes. It has no nuts."):
        assert unfounded_claims(reply, (), kigali) is None
    assert unfounded_claims("Yes, it has no nuts.", looked_up(dish), kigali) is None


@pytest.mark.parametrize("reply", ["The *{}* is nut-free.", "- *{}* – senza noci", "{}: no nuts!"])
def test_what_it_does_not_state_may_not(kigali: ToolContext, reply: str) -> None:
    dish = free_of_nuts(kigali, is_stated=False)
    objection = unfounded_claims(f"Hello. {reply.format(dish.name)}", looked_up(dish), kigali)
    assert objection is not None
    assert "nuts, peanuts" in objection.correction
    assert dish.name not in objection.instead
    assert unfounded_claims(objection.instead, looked_up(dish), kigali) is None


def test_one_dish_of_many_is_enough(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    bad = free_of_nuts(kigali, is_stated=False)
    reply = f"Here are dishes without nuts:\n- *{good.name}*\n- *{bad.name}*"
    assert unfounded_claims(reply, looked_up(good, bad), kigali) is not None
    assert unfounded_claims(reply.splitlines()[0], looked_up(good), kigali) is None
    assert unfounded_claims(reply.splitlines()[0], looked_up(good, bad), kigali) is not None


def test_a_claim_is_about_the_dish_that_was_named_last_before_it(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    bad = free_of_nuts(kigali, is_stated=False)
    first = f"*{good.name}*, with pleasure.\n_nut-free_\nIt goes well with *{bad.name}*."
    assert unfounded_claims(first, looked_up(good), kigali) is None
    second = f"*{good.name}* and *{bad.name}*?\n*{bad.name}*, with pleasure. It has no nuts."
    assert unfounded_claims(second.partition("\n")[2], looked_up(good), kigali) is not None


def test_where_nothing_was_looked_up_nothing_is_founded(kigali: ToolContext) -> None:
    assert unfounded_claims("Yes, it is nut-free.", (), kigali) is not None


def test_safe_is_safe_from_what_the_diner_must_not_have(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    bad = free_of_nuts(kigali, is_stated=False)
    careful = replace(kigali, said=("I'm allergic to nuts",))
    assert unfounded_claims(f"*{bad.name}* is safe for you.", (), kigali) is None
    assert unfounded_claims(f"*{good.name}* is safe for you.", (), careful) is None
    objection = unfounded_claims(f"*{bad.name}* is safe for you.", (), careful)
    assert objection is not None
    assert "kitchen" in objection.instead


def test_a_pairing_is_looked_up_too(kigali: ToolContext) -> None:
    good = free_of_nuts(kigali, is_stated=True)
    told = {"pairings": [{"item": {"item_id": good.id, "name": good.name}, "upsell": "Try it."}]}
    assert unfounded_claims("It has no nuts.", [Told("recommend_pairing", told)], kigali) is None


def test_while_the_menu_cannot_be_read_nothing_is_founded(
    kigali: ToolContext, sqlite_url: str
) -> None:
    store = Store(sqlite_url)
    store.is_away = True
    away = replace(kigali, database=store)
    with pytest.raises(DatabaseUnavailableError):
        items(away)
    assert unfounded_claims("Yes, it is nut-free.", (), away) is not None
    assert unfounded_claims("Yes, we are open.", (), away) is None
    store.close()
