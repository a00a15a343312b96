"""A WhatsApp message comes in, the right persona's answer goes out, through the real service."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.scenarios.world import KIGALI, VALLETTA, House, Outside, diners, until

ERIC, FLORA, GRACE, HENRI, IRIS, JEAN, KELIA, LEA = (
    f"whatsapp:+25078811{number:04}" for number in range(8)
)


def test_hello_is_answered_by_the_waiter_of_the_number_written_to(outside: Outside) -> None:
    outside.write(ERIC, "Hello!")
    outside.write(ERIC, "Hello!", to=VALLETTA)
    here = until(lambda: [each for each in outside.replies(ERIC) if each["from"] == KIGALI])
    assert "Inzozi Kitchen" in here[0]["body"]
    there = until(lambda: [each for each in outside.replies(ERIC) if each["from"] == VALLETTA])
    assert "Il-Gallarija" in there[0]["body"]


def test_the_webhook_is_acknowledged_with_204(outside: Outside) -> None:
    assert outside.write(ERIC, "Muraho")["webhook"]["status"] == 204


def test_a_question_for_coffee_is_answered_from_the_menu_in_the_restaurants_currency(
    outside: Outside,
) -> None:
    outside.write(FLORA, "what coffee do you have?")
    assert re.search(r"RWF\s\d,\d{3}", outside.reply(FLORA))
    outside.write(FLORA, "how much is the timpana?", to=VALLETTA)
    there = until(lambda: [each for each in outside.replies(FLORA) if each["from"] == VALLETTA])
    answer = there[0]["body"]
    assert re.search(r"[Tt]impana.*€\d+\.\d\d", answer)


def test_one_diners_cfo_leaves_anothers_waiter(outside: Outside) -> None:
    outside.write(GRACE, "  /CFO ")
    outside.write(HENRI, "Hello, Henri here!")
    assert "CFO" in outside.reply(GRACE)
    outside.write(GRACE, "what is the VAT rate?")
    assert "Rwanda Revenue Authority" in outside.reply(GRACE, 2)
    assert "waiter of" in _instructions(outside, "Hello, Henri here!")


def test_the_books_are_for_the_cfo_numbers_alone(outside: Outside) -> None:
    outside.write(IRIS, "/cfo")
    outside.write(IRIS, "P&L for August 2025")
    answer = outside.reply(IRIS, 2)
    assert "RWF" not in answer
    assert "fetch_financials" not in [
        tool["name"] for tool in _create(outside, "P&L for August 2025")["tools"]
    ]


def test_who_writes_kinyarwanda_reads_ours_in_it_until_they_choose_french(outside: Outside) -> None:
    outside.write(LEA, "Muraho, murafunguye?")
    outside.reply(LEA)
    outside.write(LEA, "/help")
    assert outside.reply(LEA, 2).startswith("*Inzozi Kitchen* kuri WhatsApp:")
    outside.write(LEA, "/language français")
    assert outside.reply(LEA, 3) == "C'est fait : ici, vous lirez désormais en français."
    outside.write(LEA, "Murakoze cyane, ndashaka ifi")
    outside.reply(LEA, 4)
    outside.write(LEA, "/reset")
    assert outside.reply(LEA, 5).startswith("C'est fait : notre conversation")


def test_a_message_delivered_twice_is_answered_once(outside: Outside) -> None:
    sid = outside.write(JEAN, "say exactly: once")["sid"]
    assert outside.write(JEAN, "say exactly: once", sid=sid)["webhook"]["status"] == 204
    outside.write(JEAN, "say exactly: twice")
    until(lambda: "twice" in " ".join(outside.bodies(JEAN)))
    assert " ".join(outside.bodies(JEAN)).count("once") == 1


def test_five_quick_messages_are_answered_in_order(outside: Outside) -> None:
    words = ["alpha", "bravo", "charlie", "delta", "echo"]
    for word in words:
        outside.write(KELIA, f"say exactly: {word}")
    answered = until(
        lambda: (
            (found := re.findall("|".join(words), " ".join(outside.bodies(KELIA))))[4:] and found
        )
    )
    assert answered == words


def test_status_callbacks_move_the_sandboxs_ticks(outside: Outside) -> None:
    outside.write("whatsapp:+250788119999", "say exactly: ticks")
    reply = until(lambda: outside.replies("whatsapp:+250788119999"))[0]
    answers = until(
        lambda: (
            outside.replies(reply["to"])[0]["answers"][2:]
            and outside.replies(reply["to"])[0]["answers"]
        )
    )
    assert [answer["status"] for answer in answers] == [204, 204, 204]
    assert outside.replies(reply["to"])[0]["status"] == "read"


def test_a_hundred_diners_at_once_share_one_socket_and_never_hear_each_other(
    outside: Outside, house: House
) -> None:
    crowd = diners(100)
    house.say("Hello!")
    opened = outside.realtime_stats()["connections_opened"]
    with ThreadPoolExecutor(20) as pool:
        list(
            pool.map(lambda diner: outside.write(diner, f"say exactly: secret-{diner[-5:]}"), crowd)
        )
    for diner in crowd:
        assert outside.reply(diner) == f"secret-{diner[-5:]}"
        assert len(outside.replies(diner)) == 1
    for asked in outside.requests():
        words = set(re.findall(r"secret-\d+", str(asked["event"]["response"]["input"])))
        assert len(words) <= 1
    assert outside.realtime_stats()["connections_opened"] == opened


def test_reset_forgets_the_conversation_and_an_unknown_word_gets_the_help(outside: Outside) -> None:
    diner = "whatsapp:+250788118888"
    for number, words in enumerate(
        ["say exactly: pineapple", "/reset", "say exactly: fresh", "/frobnicate", "/help"], start=1
    ):
        outside.write(diner, words)
        outside.reply(diner, number)
    assert "pineapple" not in str(_create(outside, "fresh")["input"])
    assert "/frobnicate" in outside.bodies(diner)[3]
    assert all(
        "*/cfo*" in each and "*/waiter*" in each and "*/reset*" in each
        for each in outside.bodies(diner)[3:]
    )


def _create(outside: Outside, words: str) -> dict[str, Any]:
    """The response that was asked for with these words as the diner's last."""
    asked = [each["event"]["response"] for each in outside.requests()]
    return next(
        each
        for each in asked
        if words in str(each["input"][-1]) or words in str(each["input"][-3:])
    )


def _instructions(outside: Outside, words: str) -> str:
    return str(_create(outside, words)["instructions"])
