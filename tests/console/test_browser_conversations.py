"""Conversations in a browser, at one process, while diners write to another on its database."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models import console_accounts, restaurants, rollout
from models.audit import COMMAND_LINE
from models.database.engine import Database
from tests.conftest import SEEDED
from tests.console.browsing import Served, accessible, address_of, opened, signed_in
from tests.ports import free_port
from tests.postgres import Cluster
from tests.scenarios.phones import ANSWER_MS, NARROW
from tests.scenarios.promise import metric
from tests.scenarios.world import (
    VALLETTA,
    House,
    Outside,
    end,
    running_world,
    service_environment,
    until,
)

THINKS_S = 5.0
ARRIVED = re.compile("Delivered|Read")


class Two(NamedTuple):
    """`served`: the process that shows the console. `beside`: the one that diners write to."""

    outside: Outside
    served: Served
    beside: House


@pytest.fixture(scope="module")
def two(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[Two]:
    url = seeded_postgres.create_database(next(database_names), template=SEEDED)
    database = Database(url)
    with running_world(url) as (outside, beside):
        port = free_port()
        shown = House(port, service_environment(port, url, outside.told))
        try:
            yield Two(outside, Served(shown, database), beside)
        finally:
            end(shown.process)
            database.close()


def conversations(two: Two, page: Page, slug: str = "kigali") -> Locator:
    """The page with the list; its rows."""
    page.goto(f"{two.served.url}/console/{slug}/conversations")
    return page.locator(".talk-row")


def is_at_its_end(page: Page) -> bool:
    return bool(
        page.evaluate(
            "(() => { const t = document.getElementById('thread');"
            " return t.scrollHeight - t.clientHeight - t.scrollTop < 4; })()"
        )
    )


def test_a_person_takes_over_mid_turn_writes_and_hands_back(two: Two, page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    diner, name = f"whatsapp:+25078801{width:04}", f"Diner {width}"
    signed_in(two.served, page, "staff")
    rows = conversations(two, page)
    two.outside.write(diner, "say exactly: Good evening.", profile_name=name)
    expect(rows.filter(has_text=name)).to_contain_text("Good evening.")
    accessible(page)
    rows.filter(has_text=name).click()
    thread, field = page.locator("#thread"), page.get_by_label("Write in person")
    expect(thread).to_contain_text("Good evening.")

    lost = metric(two.beside, "tableside_turns_total", state="lost")
    two.outside.behave(first_event_delay_s=THINKS_S)
    two.outside.write(diner, "say exactly: The waiter's own words.")
    expect(thread).to_contain_text("thinks")
    field.fill("I am on")
    page.get_by_role("button", name="Take over").press("Enter")
    expect(page.locator(".talk-head")).to_contain_text("Staff has them")
    expect(page.get_by_role("button", name="Take over")).to_be_hidden()
    expect(field).to_be_focused()
    expect(page.locator("#said")).to_contain_text("Staff has them")
    two.outside.calm()
    two.outside.write(diner, "Is anybody there?")
    expect(thread).to_contain_text("Is anybody there?")
    expect(page.locator("#said")).to_contain_text("Is anybody there?")
    expect(field).to_have_value("I am on")
    assert is_at_its_end(page)
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0

    field.fill("   ")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Write something first.")
    field.fill("I am on my way.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(field).to_have_value("")
    own = thread.locator(".bubble.out").filter(has_text="I am on my way.")
    expect(own).to_contain_text(ARRIVED)
    expect(own).to_contain_text("Staff wrote")
    until(lambda: metric(two.beside, "tableside_turns_total", state="lost") > lost)
    accessible(page)

    page.get_by_role("button", name="Hand back").press("Enter")
    expect(page.locator(".talk-head")).to_contain_text("Waiter answers")
    expect(page.get_by_role("button", name="Take over")).to_be_focused()
    two.outside.write(diner, "say exactly: At your service again.")
    expect(thread).to_contain_text("At your service again.")
    said = ["Good evening.", "I am on my way.", "At your service again."]
    until(lambda: len(two.outside.bodies(diner)) >= len(said))
    assert two.outside.bodies(diner) == said


def test_finance_sees_no_conversation(two: Two, browser: Browser) -> None:
    with opened(browser, NARROW) as page:
        signed_in(two.served, page, "finance")
        conversations(two, page)
        expect(page.get_by_role("heading", name="Not yours to see")).to_be_visible()
        expect(page.get_by_role("link", name="Chats")).to_have_count(0)


def test_one_is_looked_for_as_one_types(two: Two, browser: Browser) -> None:
    for nth, name in enumerate(("Mukamana", "Habimana")):
        two.outside.write(f"whatsapp:+25078802000{nth}", "/help", profile_name=name)
    with opened(browser, NARROW) as page:
        signed_in(two.served, page, "read-only")
        rows = conversations(two, page)
        expect(rows.filter(has_text="Habimana")).to_be_visible()
        page.get_by_role("searchbox").press_sequentially("muka")
        expect(rows).to_have_count(1)
        expect(page.get_by_role("searchbox")).to_be_focused()
        rows.click()
        expect(page.locator("#thread")).to_contain_text("/help")
        expect(page.locator("main button, main form")).to_have_count(0)


def test_a_draft_of_shadow_mode_is_changed_and_sent(two: Two, browser: Browser) -> None:
    with two.served.database.transaction() as session:
        found = restaurants.by_number(session, VALLETTA)
        assert found is not None
        rollout.shadow(session, found.id, by=COMMAND_LINE, now=datetime.now(UTC))
    diner = "whatsapp:+35699000088"
    with opened(browser, NARROW) as page:
        signed_in(two.served, page, "manager", found.slug)
        rows = conversations(two, page, found.slug)
        two.outside.write(diner, "say exactly: The rabbit.", to=VALLETTA, profile_name="Ġużeppi")
        rows.filter(has_text="Ġużeppi").click()
        page.get_by_label("Write in person").fill("Just a")
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("button", name="Edit").click()
        expect(page.get_by_label("Write in person")).to_have_value("Just a")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Edit").click()
        field = page.get_by_label("The draft, in your words")
        expect(field).to_have_value("The rabbit.")
        accessible(page)
        field.fill("The rabbit, tonight.")
        page.get_by_role("button", name="Send", exact=True).last.click()
        expect(page.locator(".draft")).to_have_count(0)
        until(lambda: two.outside.bodies(diner) == ["The rabbit, tonight."])
        what_is_typed_outlives_the_line_and_the_session(two, page, diner)


def what_is_typed_outlives_the_line_and_the_session(two: Two, page: Page, diner: str) -> None:
    at, field = page.url, page.get_by_label("Write in person")
    field.fill("Almost")
    page.context.set_offline(offline=True)
    expect(page.locator("#not-live")).to_contain_text("Not live since")
    page.context.set_offline(offline=False)
    expect(page.locator("#not-live")).to_be_empty()
    with two.served.database.transaction() as session:
        console_accounts.end_all(session, console_accounts.known_as(address_of("manager")))
    two.outside.write(diner, "Still there?", to=VALLETTA)
    expect(page.get_by_text("Your session is over")).to_be_visible(timeout=ANSWER_MS)
    signed_in(two.served, page, "manager", "valletta")
    page.goto(at)
    expect(field).to_have_value("Almost")
    page.goto(two.served.url + "/console/me")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('typed')") is None
