"""Choices over real sockets: offered, tapped and understood; numbers where Twilio refuses them."""

from typing import Any

from tests.scenarios.world import Outside, until

SURE = "whatsapp:+250788119101"
REFUSED = "whatsapp:+250788119102"
HELPED = "whatsapp:+250788119103"
ORDER = "I'll have a coffee"


def offered(outside: Outside, diner: str, number: int = 1) -> dict[str, Any]:
    """The diner's so-many-th reply, whole."""
    return dict(until(lambda: outside.replies(diner)[number - 1 :])[0])


def test_a_dish_is_tapped_and_ordered(outside: Outside) -> None:
    outside.write(SURE, ORDER)
    asked = offered(outside, SURE)
    choices = asked["choices"]
    assert choices["kind"] == "list"
    assert 2 <= len(choices["options"]) <= 10
    assert "1." not in asked["body"]
    dish = choices["options"][1]
    assert dish["id"].startswith("item:")
    assert "RWF" in dish["description"]
    outside.tap(asked["sid"], dish["id"])
    answer = offered(outside, SURE, 2)
    assert "Great choice!" in answer["body"]
    assert any("[chose menu item: " in str(each) for each in outside.requests())
    assert len(outside.replies(SURE)) == 2, "one message an answer"


def test_choices_that_are_refused_are_numbers_and_a_number_will_do(outside: Outside) -> None:
    outside.order_faults({"status": 400, "code": 21656, "to": REFUSED})
    outside.write(REFUSED, ORDER)
    asked = offered(outside, REFUSED)
    assert asked["choices"] is None
    (second,) = [line for line in asked["body"].splitlines() if line.startswith("2. ")]
    outside.write(REFUSED, "the second, please")
    answer = offered(outside, REFUSED, 2)
    assert "Great choice!" in answer["body"]
    assert second.removeprefix("2. ").partition(":")[0] in answer["body"]
    assert len(outside.replies(REFUSED)) == 2, "one message an answer"


def test_the_help_is_a_list_whose_words_are_tapped(outside: Outside) -> None:
    outside.write(HELPED, "/help")
    asked = offered(outside, HELPED)
    ids = [each["id"] for each in asked["choices"]["options"]]
    assert ids[:2] == ["/waiter", "/cfo"]
    outside.tap(asked["sid"], "/cfo")
    assert "the CFO of" in offered(outside, HELPED, 2)["body"]
    # Yesterday's list means the same.
    outside.tap(asked["sid"], "/waiter")
    assert "your waiter at" in offered(outside, HELPED, 3)["body"]
