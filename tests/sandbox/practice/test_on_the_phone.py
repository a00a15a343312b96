"""The practice model in a call: what only calls have."""

import json

from conversation.call.barge_in import EXACTLY
from conversation.call.waiting import CALLED_STAFF
from sandbox.practice import Call, Say, answer, on_the_phone
from sandbox.practice.model import CALLED, NOBODY
from tests.sandbox.practice.talk import (
    WAITER,
    Json,
    cfo,
    reply,
    result,
    said,
    tool,
    user,
    waiter,
)

ADDRESS = "You are the waiter of Inzozi Kitchen, Kigali.\n- Address: KN 5 Road, Kigali."
AFTERWARDS = tool("send_on_whatsapp")


def test_told_to_say_something_exactly_it_says_that_alone() -> None:
    told = EXACTLY.format(text="Bonjour: ça va ?")
    assert answer(told, [tool("lookup_menu")], [user("coffee?")]) == Say("Bonjour: ça va ?")


def in_call(*items: Json, instructions: str = ADDRESS) -> Say | Call:
    return answer(instructions, [AFTERWARDS], list(items))


def test_what_is_wanted_in_writing_goes_out_afterwards() -> None:
    asked = user("Can you send me your address on WhatsApp?")
    call = in_call(asked)
    assert call == Call("send_on_whatsapp", {"text": "Address: KN 5 Road, Kigali."})
    noted = result("c", call.name, call.arguments, {"noted": True})
    assert said(in_call(asked, *noted)) == on_the_phone.ON_ITS_WAY
    refused = result("c", call.name, call.arguments, {"error": "They can't be written to."})
    assert said(in_call(asked, *refused)) == on_the_phone.NOT_WRITTEN


def test_it_is_what_was_said_last_where_nothing_is_named() -> None:
    items = [user("coffee?"), reply("*Cappuccino* – RWF 3,000"), user("text me that, please")]
    call = in_call(*items, instructions=WAITER)
    assert call == Call("send_on_whatsapp", {"text": "*Cappuccino* – RWF 3,000"})


def test_what_was_said_of_sending_is_sent_to_nobody() -> None:
    items = [
        user("text me that"),
        reply(on_the_phone.ON_ITS_WAY),
        user("send me the hours on WhatsApp"),
    ]
    assert said(in_call(*items, instructions=WAITER)) == on_the_phone.NOTHING_TO_SEND


def test_in_writing_it_is_answered_as_ever() -> None:
    assert said(waiter(user("send me your address"))) != on_the_phone.NOTHING_TO_SEND


def test_a_person_is_called_as_the_tool_says() -> None:
    asked = user("may I talk to a person?")
    for note, expected in (
        ("They are put through to the restaurant's people", on_the_phone.PUT_THROUGH),
        ("a colleague, who will write to them on WhatsApp.", on_the_phone.WRITES_AFTER),
        ("a colleague, who will write to them here", CALLED),
    ):
        called = result("c", "call_staff", {"reason": "in their own words"}, {"note": note})
        assert said(waiter(asked, *called, also=("call_staff",))) == expected


def test_who_pressed_0_hears_what_came_of_it() -> None:
    for came, expected in (
        ({"note": "a colleague, who will write to them on WhatsApp."}, on_the_phone.WRITES_AFTER),
        ({"error": "Nobody was called"}, NOBODY),
    ):
        told = {
            "type": "message",
            "role": "system",
            "content": [
                {"type": "input_text", "text": CALLED_STAFF.format(output=json.dumps(came))}
            ],
        }
        assert said(in_call(user("coffee?"), reply("*Cappuccino*"), told)) == expected
    assert said(in_call(told, reply(NOBODY), user("thanks"))) != NOBODY


def test_who_calls_is_thanked_for_calling() -> None:
    assert "thank you for calling *Inzozi Kitchen*" in said(in_call(user("goodbye")))
    assert "thank you for writing to *Inzozi Kitchen*" in said(waiter(user("goodbye")))


def test_no_keyword_is_read_out() -> None:
    asked = user("I'm allergic to peanuts")
    kept = result(
        "c", "remember_diet", {"allergens": ["peanuts"], "for_whom": "diner"}, {"kept": True}
    )
    items = [{"item_id": 1, "name": "Isombe", "allergens": []}]
    found = result("d", "lookup_menu", {"query": "allergic to peanuts"}, {"items": items})
    also = ("remember_diet", "send_on_whatsapp")
    assert "/me" in said(waiter(asked, *kept, *found, also=also[:1]))
    assert "/me" not in said(waiter(asked, *kept, *found, also=also))


def test_nobody_has_to_listen_to_a_long_list() -> None:
    items = [{"item_id": nth, "name": f"Dish {nth}"} for nth in range(1, 6)]
    asked = user("what coffee do you have?")
    found = result("c", "lookup_menu", {"query": "coffee"}, {"items": items, "found": 14})
    heard = said(waiter(asked, *found, also=("send_on_whatsapp",)))
    assert [f"Dish {nth}" in heard for nth in range(1, 6)] == [True] * 3 + [False] * 2
    assert "…and 11 more." in heard
    assert heard.rstrip().endswith("?")
    assert "…and 9 more." in said(waiter(asked, *found))


def test_nor_to_a_long_rule() -> None:
    rule = {
        "jurisdiction": "RW",
        "topic": "VAT",
        "rule": "VAT is 18 %. " + "It is more than that, in many words of which nobody asked. " * 6,
        "authority": "RRA",
        "citation": "Law 049/2023",
        "checked_on": "2026-10-01",
    }
    asked = user("What is the VAT?")
    found = result(
        "c", "check_tax_rule", {"jurisdiction": "Rwanda", "topic": "vat"}, {"rules": [rule]}
    )
    tools = [tool("check_tax_rule"), AFTERWARDS]
    heard = said(cfo(asked, *found, tools=tools))
    assert "VAT is 18 %." in heard
    assert "Law 049/2023" in heard
    assert len(heard) < len(said(cfo(asked, *found))) - 150
