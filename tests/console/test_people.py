"""The staff's page: who comes, changes and goes, and what follows from that at once."""

import pytest

from models import hands, restaurants, staff
from models.bubbles import Bubble
from models.restaurants import Restaurant
from tests.console.world import GRACE, JEAN, NOBODY, House, hidden
from tests.models.desk import Desk

PEOPLE = "/kigali/people"
TETA = "+250788000077"


def number(address: str) -> str:
    return address.removeprefix("whatsapp:")


def kigali(house: House) -> Restaurant:
    with house.database.transaction() as session:
        return next(each for each in restaurants.all_of_them(session) if each.slug == "kigali")


def roles(house: House) -> dict[str, tuple[str, set[str]]]:
    here = kigali(house)
    with house.database.transaction() as session:
        members = staff.of_restaurant(session, here.id)
    return {each.address: (each.name, set(each.roles)) for each in members}


def test_somebody_is_added_once_and_is_on_the_staff_at_once(any_house: House) -> None:
    grace = any_house.signed_in()
    assert "Jean" in grace.get(PEOPLE).text
    form = {"number": "00250 788 000 077", "name": " Teta  M. ", "role": "finance"}
    for _ in range(2):
        answer = grace.post(PEOPLE, None, **form)
        assert (answer.status_code, answer.location) == (303, f"/console{PEOPLE}/{TETA}")
    assert roles(any_house)[f"whatsapp:{TETA}"] == ("Teta M.", {"finance"})
    assert any_house.changes("staff.") == ["staff.added"]
    teta = any_house.signed_in(f"whatsapp:{TETA}")
    assert "Teta M." in teta.get("/me").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"number": "788 000", "role": "waiter"}, "no WhatsApp number"),
        ({"number": "", "role": "waiter"}, "no WhatsApp number"),
        ({"number": TETA}, "one role or more"),
        ({"number": TETA, "role": "king"}, "one role or more"),
        ({"number": TETA, "role": "waiter", "name": "x" * 81}, "80 characters"),
        ({"number": number(JEAN), "role": "owner"}, "on the staff already"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    house: House, form: dict[str, str], says: str
) -> None:
    grace = house.signed_in()
    grace.get(PEOPLE)
    answer = grace.post(PEOPLE, None, **form)
    assert (answer.status_code, says in answer.text) == (400, True)
    assert form["number"] in answer.text
    assert f'action="/console{PEOPLE}"' in answer.text, "a place in it would take the focus"
    assert len(roles(house)) == 4


def test_roles_and_name_change_and_the_second_editor_is_told(any_house: House) -> None:
    grace = any_house.signed_in()
    page = f"{PEOPLE}/{number(JEAN)}"
    was = hidden(grace.get(page).text, "was")
    changed = grace.post(page, None, was=was, name="Jean P.", role="kitchen")
    assert changed.status_code == 303
    assert roles(any_house)[JEAN] == ("Jean P.", {"kitchen"})
    second = grace.post(page, None, was=was, name="J.", role="manager")
    assert (second.status_code, "meanwhile" in second.text) == (409, True)
    assert 'value="J."' in second.text
    assert roles(any_house)[JEAN] == ("Jean P.", {"kitchen"})
    third = grace.post(page, None, was=hidden(second.text, "was"), name="J.", role="manager")
    assert third.status_code == 303
    assert roles(any_house)[JEAN] == ("J.", {"manager"})
    assert any_house.changes("staff.") == ["staff.changed"] * 2


def test_nothing_changed_is_nothing_noted(house: House) -> None:
    grace = house.signed_in()
    page = f"{PEOPLE}/{number(JEAN)}"
    was = hidden(grace.get(page).text, "was")
    assert grace.post(page, None, was=was, name="Jean", role="waiter").status_code == 303
    assert house.changes("staff.") == []


def test_the_last_owner_stays_one(house: House) -> None:
    grace = house.signed_in()
    page = f"{PEOPLE}/{number(GRACE)}"
    was = hidden(grace.get(page).text, "was")
    kept = grace.post(page, None, was=was, name="Grace", role="waiter")
    assert (kept.status_code, "An owner must stay" in kept.text) == (400, True)
    removed = grace.post(f"{page}/remove")
    assert (removed.status_code, "An owner must stay" in removed.text) == (400, True)
    assert roles(house)[GRACE] == ("Grace", {"owner"})
    assert house.changes("staff.") == []


def test_one_of_two_owners_may_go(house: House) -> None:
    here = kigali(house)
    with house.database.transaction() as session:
        staff.add(session, here.id, JEAN, ["owner"], None)
    grace = house.signed_in()
    grace.get(PEOPLE)
    gone = grace.post(f"{PEOPLE}/{number(GRACE)}/remove")
    assert (gone.status_code, gone.location) == (303, "/console/")
    assert GRACE not in roles(house)
    assert grace.get(PEOPLE).status_code == 404


def test_who_is_removed_is_out_with_their_next_request(house: House) -> None:
    grace, jean = house.signed_in(), house.signed_in(JEAN)
    assert jean.get("/kigali/").status_code == 302
    grace.get(PEOPLE)
    assert grace.post(f"{PEOPLE}/{number(JEAN)}/remove").status_code == 303
    answer = jean.get("/kigali/")
    assert (answer.status_code, "/sign-in" in answer.location) == (303, True)
    again = grace.post(f"{PEOPLE}/{number(JEAN)}/remove")
    assert again.status_code == 303
    assert "not on the staff any more" in grace.get(PEOPLE).text
    assert house.changes("staff.") == ["staff.removed"]


def held(house: House, by: str, diner: str = "whatsapp:+250788000099") -> int:
    """A diner whom somebody has in hand."""
    diner_id = Desk(house.database).arrive(diner)
    now = house.clock.now()
    with house.database.connection() as connection:
        hands.take(
            connection, diner_id, [Bubble("Hello")], by=by, now=now, until=now.replace(year=2030)
        )
    return diner_id


def is_over(house: House, diner_id: int) -> bool:
    here = kigali(house)
    with house.database.transaction() as session:
        found = hands.by_id(session, here, diner_id)
    assert found is not None
    assert found.in_hands_until is not None
    return found.in_hands_until <= house.clock.now()


def test_who_goes_hands_back_the_diners_they_had(any_house: House) -> None:
    jeans, graces = held(any_house, JEAN), held(any_house, GRACE, "whatsapp:+250788000098")
    grace = any_house.signed_in()
    grace.get(PEOPLE)
    grace.post(f"{PEOPLE}/{number(JEAN)}/remove")
    assert (is_over(any_house, jeans), is_over(any_house, graces)) == (True, False)


@pytest.mark.parametrize(("role", "over"), [("kitchen", True), ("manager", False)])
def test_who_may_not_answer_diners_any_more_hands_them_back(
    house: House, role: str, over: bool
) -> None:
    diner_id = held(house, JEAN)
    grace = house.signed_in()
    page = f"{PEOPLE}/{number(JEAN)}"
    was = hidden(grace.get(page).text, "was")
    grace.post(page, None, was=was, name="Jean", role=role)
    assert is_over(house, diner_id) is over


def test_a_link_goes_to_their_own_chat_where_whatsapp_takes_it(house: House) -> None:
    grace = house.signed_in()
    page = f"{PEOPLE}/{number(JEAN)}"
    assert "never wrote to us" in grace.get(page).text
    grace.post(f"{page}/link")
    assert "Nothing was sent" in grace.get(page).text
    diner_id = Desk(house.database).arrive(JEAN, at=0)
    assert "can be written to until 2 Mar, 14:00" in grace.get(page).text
    grace.post(f"{page}/link")
    assert house.delivered == [diner_id]
    assert house.changes("staff.") == ["staff.link_sent"]


def test_however_often_it_is_pressed_one_link_waits_in_their_chat(house: House) -> None:
    grace = house.signed_in()
    grace.get(PEOPLE)
    diner_id = Desk(house.database).arrive(JEAN, at=0)
    answers = [grace.post(f"{PEOPLE}/{number(JEAN)}/link").status_code for _ in range(4)]
    assert answers == [303] * 4
    assert house.delivered == [diner_id]


@pytest.mark.parametrize("path", ["", "/remove", "/link"])
def test_what_is_said_of_nobody_is_told(house: House, path: str) -> None:
    grace = house.signed_in()
    grace.get(PEOPLE)
    answer = grace.post(f"{PEOPLE}/{number(NOBODY)}{path}", None, role="waiter")
    assert (answer.status_code, answer.location) == (303, f"/console{PEOPLE}")


def test_a_name_is_shown_as_it_was_typed(house: House) -> None:
    grace = house.signed_in()
    grace.get(PEOPLE)
    name = "<b>تيتا & Co</b>"
    grace.post(PEOPLE, None, number=TETA, name=name, role="waiter")
    assert "&lt;b&gt;تيتا &amp; Co&lt;/b&gt;" in grace.get(PEOPLE).text
