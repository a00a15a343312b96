"""Keeping the house in a browser: a dead letter goes out, people come and go, answers are drafts.

The service runs as in production, with the sandbox outside.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.sign_in_links import PATH
from models.database.engine import Database
from tests.conftest import SEEDED
from tests.console.browsing import Served, accessible, opened, signed_in
from tests.postgres import Cluster
from tests.scenarios.phones import NARROW
from tests.scenarios.world import VALLETTA, Outside, running_world, until

NOT_DELIVERED = 63049  # WhatsApp chose not to: it may at another time
LIVE_MS = 20_000


class Kept(NamedTuple):
    outside: Outside
    served: Served


@pytest.fixture(scope="module")
def kept(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[Kept]:
    url = seeded_postgres.create_database(next(database_names), template=SEEDED)
    database = Database(url)
    with running_world(url) as (outside, house):
        yield Kept(outside, Served(house, database))
    database.close()


def width_of(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0


def delivered(kept: Kept, diner: str) -> list[str]:
    return [
        str(each["body"]) for each in kept.outside.replies(diner) if each["status"] == "delivered"
    ]


def test_a_dead_letter_is_sent_once_more_and_its_diner_gets_it_once(kept: Kept, page: Page) -> None:
    diner, name = f"whatsapp:+25078802{width_of(page):04}", f"Diner {width_of(page)}"
    signed_in(kept.served, page, "staff")
    page.goto(f"{kept.served.url}/console/kigali/dead-letters")
    accessible(page)
    kept.outside.order_faults({"fail_with": NOT_DELIVERED, "to": diner})
    kept.outside.write(diner, "say exactly: Tilapia, grilled.", profile_name=name)
    row = page.locator(".letters .row").filter(has_text=name).filter(has_text=str(NOT_DELIVERED))
    expect(row).to_contain_text("WhatsApp chose not to deliver it", timeout=LIVE_MS)
    accessible(page)
    row.get_by_role("button", name=f"Retry: {name}").dblclick()
    expect(row).to_have_count(0, timeout=LIVE_MS)
    expect(page.locator("#letters")).to_be_focused()
    until(lambda: delivered(kept, diner))
    assert delivered(kept, diner) == ["Tilapia, grilled."]
    assert len(kept.outside.bodies(diner)) == 2


def test_somebody_is_added_signs_in_by_a_link_and_is_out_once_removed(
    kept: Kept, page: Page, browser: Browser
) -> None:
    width = width_of(page)
    number, name = f"+25078803{width:04}", f"Ines {width}"
    signed_in(kept.served, page, "owner")
    page.goto(f"{kept.served.url}/console/kigali/people")
    accessible(page)
    page.get_by_label("Their WhatsApp number").fill(number)
    page.get_by_label("Name").fill(name)
    page.get_by_role("checkbox", name="finance").check()
    page.get_by_role("button", name="Add to the staff").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    accessible(page)
    kept.outside.write(f"whatsapp:{number}", "say exactly: Hello.")
    kept.outside.reply(f"whatsapp:{number}")
    page.get_by_role("button", name="Send a sign-in link").click()
    expect(page.locator("#toasts")).to_contain_text("A link goes to their WhatsApp chat")
    (link,) = re.findall(rf"\S+{PATH}\S+", kept.outside.reply(f"whatsapp:{number}", 2))

    with opened(browser, NARROW) as own:
        own.goto(link)
        own.get_by_role("button", name="Yes, sign me in").click()
        expect(own.locator(".who")).to_contain_text(name)
        own.goto(f"{kept.served.url}/console/kigali/conversations")
        expect(own.get_by_role("heading", name="Not yours to see")).to_be_visible()
        own.goto(f"{kept.served.url}/console/kigali/figures")
        expect(own.get_by_role("region", name="Today")).to_be_visible()

        page.get_by_text("Remove…").click()
        page.get_by_role("button", name=f"Yes, remove {name}").click()
        expect(page.locator("#toasts")).to_contain_text("not on the staff any more")
        answer = own.request.get(f"{kept.served.url}/console/kigali/figures", max_redirects=0)
        assert (answer.status, "/sign-in" in answer.headers["location"]) == (303, True)
        # Something new to see: the open page's stream ends with it, and the page goes.
        kept.outside.write(f"whatsapp:{number}", "say exactly: Hello again.")
        expect(own).to_have_url(re.compile("/sign-in"), timeout=LIVE_MS)


def test_in_shadow_mode_a_draft_is_written_and_no_answer_sent(kept: Kept, page: Page) -> None:
    diner = f"whatsapp:+35679{width_of(page):06}"
    words = f"Rabbit stew, at {width_of(page)}."
    signed_in(kept.served, page, "owner", "valletta")
    page.goto(f"{kept.served.url}/console/valletta/rollout")
    page.get_by_label("Add numbers").fill("no number")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_text("That is no WhatsApp number")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Send drafts to the staff instead").click()
    expect(page.get_by_text("No diner gets what the waiter writes")).to_be_visible()
    kept.outside.write(diner, f"say exactly: {words}", to=VALLETTA)
    expect(page.locator(".drafts").get_by_text(words)).to_be_visible(timeout=LIVE_MS)
    accessible(page)
    page.get_by_role("button", name="Send answers to diners again").click()
    expect(page.get_by_text("Answers go to the diners at once")).to_be_visible()
    kept.outside.write(diner, "say exactly: At once now.", to=VALLETTA)
    assert kept.outside.reply(diner) == "At once now."
