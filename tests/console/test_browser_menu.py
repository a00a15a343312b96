"""The menu in a browser: what is changed in it, the waiter says in the next answer."""

import re

from playwright.sync_api import Page, Route, expect

from tests.console.browsing import Served, accessible, signed_in
from tests.scenarios.phones import ask, phone_of


def width(page: Page) -> int:
    assert page.viewport_size is not None
    return page.viewport_size["width"]


def phone(served: Served, page: Page) -> Page:
    """Somebody who never wrote before, in another tab."""
    opened = page.context.new_page()
    opened.goto(f"{served.url}/phone")
    return phone_of(f"Diner {width(page)}", opened)


def test_a_price_that_is_changed_in_place_is_what_the_waiter_says(
    served: Served, page: Page
) -> None:
    signed_in(served, page, "manager")
    page.goto(f"{served.url}/console/kigali/menu")
    diner = phone(served, page)
    page.get_by_role("searchbox", name="Search the menu").fill("kachum")
    row = page.locator(".dish").filter(has_text="Kachumbari (tomato and onion salad)")
    expect(page.locator(".dish")).to_have_count(1)
    accessible(page)
    row.get_by_role("link", name=re.compile("change the price")).click()
    field = row.get_by_role("textbox", name=re.compile("Price of Kachumbari"))
    expect(field).to_be_focused()
    accessible(page)
    field.fill("many")
    field.press("Enter")
    expect(row.get_by_text("is no amount")).to_be_visible()
    price = 2000 + width(page)
    field.fill(str(price))
    field.press("Enter")
    expect(row.get_by_role("link", name=re.compile("change the price"))).to_have_text(
        f"RWF {price:,}"
    )
    assert f"{price:,}" in ask(diner, "How much is the kachumbari?")


def test_the_staff_takes_off_what_runs_out_and_the_waiter_says_so(
    served: Served, page: Page
) -> None:
    signed_in(served, page, "staff")
    dish = {390: "Grilled tilapia", 1280: "Brochette"}[width(page)]
    page.goto(f"{served.url}/console/kigali/menu?q={dish}")
    diner = phone(served, page)
    row = page.locator(".dish").first
    name = row.locator("strong").inner_text()
    expect(row.get_by_role("link", name=re.compile("change the price"))).to_have_count(0)
    row.get_by_role("link", name=re.compile("Sold out")).click()
    row.get_by_text("for good").click()
    accessible(page)
    row.get_by_role("button", name="Sold out").click()
    expect(row.get_by_text("until further notice")).to_be_visible()
    assert "sold out" in ask(diner, f"How much is the {name}?").lower()
    row.get_by_role("button", name=re.compile("Back on the menu")).click()
    expect(row.get_by_role("link", name=re.compile("Sold out"))).to_be_visible()
    row.locator("a.grow").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_label("Price")).to_have_count(0)
    accessible(page)


def test_what_a_colleague_changes_appears_while_one_types(served: Served, page: Page) -> None:
    """The editor that is open stays, with what was typed; an answer on its way finds its place."""
    signed_in(served, page, "owner")
    page.goto(f"{served.url}/console/kigali/menu?q=chicken")
    first, second = page.locator(".dish").nth(0), page.locator(".dish").nth(1)
    first.get_by_role("link", name=re.compile("change the price")).click()
    field = first.get_by_role("textbox", name=re.compile("Price of"))
    field.fill("123")
    other = page.context.new_page()
    other.goto(page.url)
    row = other.locator(".dish").nth(1)
    row.get_by_role("link", name=re.compile("Sold out")).click()
    row.get_by_role("button", name="Sold out").click()
    expect(second.locator(".tag.bad")).to_have_text("Sold out")
    expect(field).to_have_value("123")
    answers: list[Route] = []
    page.route("**/price", lambda route: answers.insert(0, route))
    page.evaluate("addEventListener('htmx:sseBeforeMessage', () => document.body.dataset.told = 1)")
    field.fill("many")
    field.press("Enter")
    row.get_by_role("button", name=re.compile("Back on the menu")).click()
    expect(page.locator("body[data-told]")).to_be_attached()
    answers.pop().continue_()
    expect(first.get_by_text("is no amount")).to_be_visible()
    expect(second.get_by_role("button", name=re.compile("Back on the menu"))).to_have_count(0)
    expect(field).to_have_value("many")


def test_the_pages_beside_the_menu_are_as_cared_for(served: Served, page: Page) -> None:
    signed_in(served, page, "manager")
    for path in ("menu/1", "pairings", "synonyms", "hours"):
        page.goto(f"{served.url}/console/kigali/{path}")
        accessible(page)
    page.goto(f"{served.url}/console/kigali/menu/new")
    page.get_by_label("What it contains").fill("cream")
    expect(page.get_by_text("“cream” is read as milk")).to_be_visible()
    expect(page.get_by_text("It contains milk.")).to_be_visible()
