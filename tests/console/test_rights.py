"""Every address below a restaurant, and the right that opens it: a new one has its row here."""

import pytest

from models import staff
from personas.rights import Right, of_roles
from tests.console.test_hostile import Hostile, made_busy
from tests.console.world import House

LUPE = "whatsapp:+250788000015"
# Of a page's blueprint, but for the endpoints that are named.
OPENS: dict[str, Right] = {
    "asked": "conversations",
    "audit": "staff",
    "conversations": "people",
    "conversations.index": "conversations",
    "conversations.live": "conversations",
    "conversations.one": "conversations",
    "conversations.one_live": "conversations",
    "conversations.picture": "conversations",
    "dead_letters": "repairs",
    "dish": "prices",
    "dish.index": "menu",
    "figures": "figures",
    "hours": "prices",
    "hours.index": "menu",
    "menu": "menu",
    "menu.price": "prices",
    "menu.set_price": "prices",
    "opted_out": "people",
    "pairings": "prices",
    "pairings.index": "menu",
    "people": "staff",
    "rollout": "staff",
    "synonyms": "prices",
    "synonyms.index": "menu",
}


@pytest.mark.parametrize("role", staff.ROLES)
def test_each_address_opens_to_the_roles_with_its_right_and_to_no_other(
    house: House, role: str
) -> None:
    hostile = Hostile(made_busy(house).parts, LUPE)
    with house.database.transaction() as session:
        staff.add(session, 1, LUPE, [role], "Lupe")
    hostile.sign_in()
    for rule in hostile.rules():
        if "slug" in rule.arguments and rule.endpoint != "home.restaurant":
            blueprint = rule.endpoint.partition(".")[0]
            right = OPENS.get(rule.endpoint) or OPENS[blueprint]
            is_open = hostile.status(rule) != 403
            assert is_open == (right in of_roles([role])), rule.endpoint
