"""The console in a real browser, against what `make run` starts: who signs in, at which width.

Whatever a page logs as an error, a breach of its Content-Security-Policy too, fails its test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from engine.sign_in_links import PATH
from models import console_links, restaurants, staff
from models.database.engine import Database
from models.staff import ROLES
from tests.scenarios.phones import NARROW, WIDE
from tests.scenarios.world import House

Scheme = Literal["light", "dark"]
WIDTHS = {"390 px": NARROW, "1280 px": WIDE}
SLUG = "kigali"
# What browsers say of an answer that a test wanted.
REFUSED = "Failed to load resource: the server responded with a status of 4"
SERIOUS = {"serious", "critical"}


class Served:
    """A running service, and the database below it."""

    def __init__(self, house: House, database: Database) -> None:
        self.url = house.url
        self.house = house
        self.database = database

    def link(self, role: str, slug: str = SLUG) -> str:
        """A link for the one of this role: each role has one person in each restaurant."""
        address = address_of(role)
        with self.database.transaction() as session:
            found = next(each for each in restaurants.all_of_them(session) if each.slug == slug)
            staff.add(session, found.id, address, [role], role.title())
            token = console_links.make(session, address, datetime.now(UTC))
        return f"{self.url}{PATH}{token}"


def address_of(role: str) -> str:
    """No country has 999."""
    return f"whatsapp:+99900020{ROLES.index(role):02}"


@contextmanager
def opened(browser: Browser, viewport: Any, scheme: Scheme = "light") -> Iterator[Page]:
    """A page of a browser that nobody used yet. `scheme`: what its owner likes, light or dark."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [each for each in complaints if not each.startswith(REFUSED)] == [], complaints


def signed_in(served: Served, page: Page, role: str = "owner", slug: str = SLUG) -> Page:
    """By a link, as one of this role; the page is where their day begins."""
    page.goto(served.link(role, slug))
    page.get_by_role("button", name="Yes, sign me in").click()
    expect(page.locator(".strip .who")).to_contain_text(role.title())
    return page


def accessible(page: Page) -> None:
    """axe finds nothing serious on the page as it is now, and nothing stands out at its side."""
    # What fades in is not read yet.
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
    found = Axe().run(page).response["violations"]
    told = [
        f"{each['id']}: {each['help']} {[node['html'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in SERIOUS
    ]
    assert told == [], told
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"the page is {wider} px wider than its window"
