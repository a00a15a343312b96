"""The figures in a browser: who keeps the books reads them, and they move by themselves."""

from playwright.sync_api import Page, expect

from engine.figures import TODAY_FRESH_S
from tests.console.browsing import Served, accessible, signed_in

WAIT_MS = TODAY_FRESH_S * 5_000


def test_finance_reads_money_and_no_conversations_and_a_message_moves_a_number(
    served: Served, page: Page
) -> None:
    signed_in(served, page, "finance")
    page.goto(f"{served.url}/console/kigali/figures")
    today = page.get_by_role("region", name="Today")
    expect(today).to_contain_text("Cost")
    counted = today.locator("dd").first
    before = int(counted.inner_text())
    world = served.house.get("/phone/api/world").json()
    message = {"from": world["diners"][0]["address"], "to": world["numbers"][0]["number"]}
    sent = served.house.post("/phone/api/messages", message | {"body": "Hello"})
    assert sent.status_code == 202
    expect(counted).to_have_text(str(before + 1), timeout=WAIT_MS)
    accessible(page)
