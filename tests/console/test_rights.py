"""Every address below a restaurant, and the right that opens it: a new one has its row here."""

import pytest
from flask_wtf.csrf import CSRFError
from werkzeug.routing import Rule

from handlers.console.here import OVER
from models import staff
from personas.rights import Right, of_roles
from tests.console.test_hostile import Hostile, made_busy
from tests.console.world import House

LUPE = "whatsapp:+250788000015"
FORGED = 418
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


@pytest.fixture
def hostile(house: House) -> Hostile:
    return Hostile(made_busy(house).parts, LUPE)


def comes(house: House, hostile: Hostile, role: str) -> list[Rule]:
    """Lupe, to Kigali alone and with this role; the addresses that are below a restaurant."""
    with house.database.transaction() as session:
        staff.add(session, 1, LUPE, [role], "Lupe")
    hostile.sign_in()
    return [each for each in hostile.rules() if "slug" in each.arguments]


@pytest.mark.parametrize("role", staff.ROLES)
def test_each_address_opens_to_the_roles_with_its_right_and_to_no_other(
    house: House, hostile: Hostile, role: str
) -> None:
    for rule in comes(house, hostile, role):
        if rule.endpoint != "home.restaurant":
            blueprint = rule.endpoint.partition(".")[0]
            right = OPENS.get(rule.endpoint) or OPENS[blueprint]
            is_open = hostile.status(rule) != 403
            assert is_open == (right in of_roles([role])), rule.endpoint


@pytest.mark.parametrize("slug", ["valletta", "nowhere"])
def test_a_restaurant_where_somebody_does_not_work_is_not_there(
    house: House, hostile: Hostile, slug: str
) -> None:
    for rule in comes(house, hostile, "owner"):
        assert hostile.status(rule, {"slug": slug}) == 404, rule.endpoint


def test_a_live_page_that_nobody_is_signed_in_at_any_more_is_told_to_look_anew(
    house: House,
) -> None:
    answer = house.guest().get("/kigali/conversations/live", Accept="text/event-stream")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert answer.text == OVER


def test_a_stranger_is_sent_to_sign_in_from_each_address(house: House) -> None:
    hostile = Hostile(made_busy(house).parts, None)
    for rule in hostile.rules():
        if "slug" in rule.arguments:
            assert hostile.status(rule) == 303, rule.endpoint


def test_only_a_form_of_ours_changes_anything(house: House, hostile: Hostile) -> None:
    # Told from a form that is wrong.
    hostile.app.register_error_handler(CSRFError, lambda _: ("", FORGED))
    rules = comes(house, hostile, "owner")
    hostile.app.config["WTF_CSRF_ENABLED"] = True
    before = house.changes()
    for rule in rules:
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        is_forged = hostile.status(rule) == FORGED
        assert (methods, is_forged) in [({"GET"}, False), ({"POST"}, True)], rule.endpoint
    assert house.changes() == before
