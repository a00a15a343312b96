"""Who may open which page of which restaurant, and what the others read."""

import re

import pytest
from structlog.testing import capture_logs

from handlers.console.application import console
from models import audit, console_accounts
from models.turns import FAILED
from telemetry.net import told
from tests.console.world import ADA, CAROL, GRACE, JEAN, House
from tests.engine.clock import ManualClock
from tests.models.console.world import SUSHI, World
from tests.models.desk import BOB, CHARLIE, Desk


def test_a_stranger_is_sent_to_sign_in_and_back(house: House) -> None:
    answer = house.guest().get("/kigali/audit")
    assert (answer.status_code, answer.location) == (
        303,
        "/console/sign-in?back=/console/kigali/audit",
    )


def test_within_a_page_a_stranger_is_sent_with_all_of_it(house: House) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://inzozi.example/console/kigali/x"}
    answer = house.guest().get("/kigali/audit", **headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/console/sign-in?back=/console/kigali/x"


@pytest.mark.parametrize(
    ("address", "pages"),
    [
        (JEAN, ["conversations", "asked", "opted-out"]),
        (ADA, ["figures"]),
        (CAROL, ["conversations", "figures", "asked"]),
    ],
)
def test_the_pages_are_listed_that_somebody_may_open(
    house: House, address: str, pages: list[str]
) -> None:
    shown = house.signed_in(address).get(f"/kigali/{pages[-1]}").text
    listed = re.findall(r'<a href="/console/kigali/([^"]+)"( aria-current="page")?', shown)
    assert listed == [(each, "") for each in pages[:-1]] + [(pages[-1], ' aria-current="page"')]


def test_whose_session_is_over_reads_so_and_comes_back_to_the_page_of_the_form(
    house: House,
) -> None:
    grace = house.signed_in()
    grace.get("/me")
    with house.database.transaction() as session:
        console_accounts.end_all(session, console_accounts.known_as(GRACE))
    came_from = {"Referer": "https://inzozi.example/console/kigali/menu/new"}
    answer = grace.post("/kigali/menu/new", came_from, name="Isombe")
    way = "/sign-in?back=/console/kigali/menu/new&over=1"
    assert (answer.status_code, answer.location) == (303, f"/console{way}")
    assert "Your session is over" in grace.get(way).text
    assert "Your session is over" not in house.guest().get("/sign-in").text


FOCUSED = re.compile(r"<(?:a|button|summary|input|select|textarea)\b[^>]*>|<[^>]*tabindex[^>]*>")


@pytest.mark.parametrize("path", ["conversations", "conversations/1", "dead-letters", "menu"])
def test_what_may_have_the_focus_keeps_it_while_its_page_is_renewed(
    house: House, clock: ManualClock, path: str
) -> None:
    """htmx finds it again by its id."""
    clock.passes(600)
    world = World(Desk(house.database))
    world.serves("Sambaza")
    world.talks("Sushi?", "No", calls=[SUSHI])
    part = world.ends(world.begins("Fish?"), "Yes")
    assert part is not None
    world.desk.fail(part, 63003)
    for diner in (BOB, CHARLIE):
        world.ends(world.begins("Soup?", diner=diner), state=FAILED, cause="timeout")
    shown = house.signed_in().get(f"/kigali/{path}").text
    fragment = shown.partition("sse-swap")[2].partition("</main>")[0].partition("<form")[0]
    found = FOCUSED.findall(fragment)
    assert found
    assert [each for each in found if " id=" not in each] == []


def test_what_is_named_by_a_number_that_no_row_has_is_not_there(house: House) -> None:
    """And it leaves no line of an error."""
    grace = house.signed_in()
    named = [each.rule for each in console(house.parts).url_map.iter_rules() if "<int" in each.rule]
    paths = [re.sub("<int.*?>", "99999999999", each.replace("<slug>", "kigali")) for each in named]
    with capture_logs() as lines:
        found = [grace.get("/kigali/audit?before=99999999999").status_code]
        found += [grace.get(each).status_code for each in paths]
        found += [grace.post(each).status_code for each in paths]
    assert set(found) == {404, 405}  # no such row, or not so
    assert len(paths) > 5
    assert [each for each in lines if each["log_level"] == "error"] == []


def test_who_works_in_several_chooses_and_who_works_in_one_is_there(house: House) -> None:
    assert "Il-Merill" in house.signed_in(GRACE).get("/").text
    assert house.signed_in(JEAN).get("/").location == "/console/kigali/"


def test_the_house_of_today_is_named_in_its_own_time(house: House) -> None:
    grace = house.signed_in()
    assert "1 Mar 2026, 14:00" in grace.get("/kigali/audit").text
    assert "1 Mar 2026, 13:00" in grace.get("/valletta/audit").text


def test_changes_are_listed_newest_first_page_by_page_and_are_one_restaurants(
    any_house: House,
) -> None:
    with any_house.database.transaction() as session:
        for nth in range(60):
            audit.note(
                session,
                at=any_house.clock.now(),
                restaurant_id=1,
                by=JEAN,
                what="menu.price_changed",
                subject=f"<b>dish {nth}</b>",
                before={"price": "3000 RWF"},
                after={"price": "3500 RWF"},
            )
    grace = any_house.signed_in()
    first = grace.get("/kigali/audit").text
    assert ("Menu: price changed" in first, "&lt;b&gt;dish 59" in first) == (True, True)
    assert ("Jean" in first, "dish 0&lt;" in first) == (True, False)
    (older,) = re.findall(r'/console(/kigali/audit\?before=\d+)"', first)
    assert "dish 0&lt;" in grace.get(older).text
    assert "dish" not in grace.get("/valletta/audit").text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [("/kigali/nowhere", 404, "Nothing here"), ("/kigali/audit", 403, "Not yours to see")],
)
def test_what_somebody_may_not_see_is_told_in_the_consoles_look(
    house: House, path: str, status: int, says: str
) -> None:
    answer = house.signed_in(JEAN).get(path)
    assert (answer.status_code, f"<h1>{says}" in answer.text) == (status, True)


def test_within_a_page_an_error_is_a_sentence(house: House) -> None:
    answer = house.signed_in(JEAN).get("/kigali/audit", **{"HX-Request": "true"})
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")


def test_a_form_that_is_too_large_is_refused(house: House) -> None:
    guest = house.guest()
    guest.get("/sign-in")
    assert guest.post("/sign-in", number="1" * 70_000).status_code == 413


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/kigali/audit", "/nowhere", "/static/parts.css"]
)
def test_every_answer_has_its_headers_and_no_page_has_anything_inline(
    house: House, path: str
) -> None:
    answer = house.signed_in().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert ("unsafe" in policy, "frame-ancestors 'none'" in policy) == (False, True)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.mimetype == "text/html":
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son[a-z]+=", answer.text)


def test_a_file_is_kept_by_its_readers_until_it_changes(house: House) -> None:
    page = house.guest().get("/sign-in").text
    (address,) = re.findall(r'/console(/static/console\.css\?v=[0-9a-f]{12})"', page)
    answer = house.guest().get(address)
    assert (answer.status_code, "max-age=31536000" in answer.headers["Cache-Control"]) == (
        200,
        True,
    )


def test_what_is_new_is_streamed(house: House) -> None:
    house.stopping.set()
    answer = house.signed_in().get("/kigali/audit/live")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"


class Broken:
    """Links that a defect keeps from being sent."""

    def ask(self, address: str) -> None:
        raise ZeroDivisionError(address)


def test_a_fault_of_ours_says_so_and_the_log_has_neither_address_nor_words(
    sqlite_url: str, clock: ManualClock
) -> None:
    house = House(sqlite_url, clock, links=Broken())
    guest = house.guest()
    guest.get("/sign-in")
    with capture_logs() as logged:
        answer = guest.post("/sign-in/link", number=JEAN)
    assert (answer.status_code, "Our fault" in answer.text) == (500, True)
    (line,) = logged
    line["exc_info"] = told(line["exc_info"])  # as it is written
    assert (line["event"], line["error"]) == ("console.failed", "ZeroDivisionError")
    assert not [words for words in ("788000012", "sign-in/link") if words in str(line)]
    house.database.close()
