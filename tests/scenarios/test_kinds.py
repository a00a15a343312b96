"""Messages that are more than words, or none, through the real service and the practice model."""

from typing import Any

from tests.scenarios.world import KIGALI, Outside, diners, until

ANNE, BEN, CHRIS, DORA, EMMA, FRED, GINA = diners(7, 2_000)


def test_a_location_is_answered_with_how_far_it_is_and_the_way(outside: Outside) -> None:
    place = {"Latitude": "-1.944072", "Longitude": "30.061885", "Label": "Kigali Heights"}
    sends(outside, ANNE, "location", **place)
    told = outside.reply(ANNE)
    assert "4.4 km from us" in told
    assert "KG 9 Avenue" in told
    assert "https://maps.google.com/?q=-1.93248,30.10012" in told


def test_who_asks_the_way_gets_a_link(outside: Outside) -> None:
    outside.write(ANNE, "where are you?")
    assert until(lambda: "maps.google.com/?q=" in outside.bodies(ANNE)[-1])


def test_what_is_quoted_is_what_a_reply_is_about(outside: Outside) -> None:
    outside.write(BEN, "say exactly: Isombe: *Isombe (cassava leaves with peanut)*")
    quoted = until(lambda: outside.replies(BEN))[0]["sid"]
    outside.write(BEN, "say exactly: Something else")
    outside.reply(BEN, 2)
    sends(outside, BEN, "text", "What is in it?", OriginalRepliedMessageSid=quoted)
    outside.reply(BEN, 3)
    assert "[answers your message: Isombe: *Isombe" in said_last(outside, "What is in it?")


def test_nobody_quotes_anothers_words(outside: Outside) -> None:
    theirs = outside.write(CHRIS, "say exactly: a secret")["sid"]
    answer = until(lambda: outside.replies(CHRIS))[0]["sid"]
    for sid in (theirs, answer):
        sends(outside, DORA, "text", "And this one?", OriginalRepliedMessageSid=sid)
    until(lambda: outside.bodies(DORA))
    told = said_last(outside, "And this one?")
    assert "[answers an earlier message]" in told
    assert "secret" not in told


def test_a_sticker_a_reaction_and_an_emoji_get_no_menu(outside: Outside) -> None:
    outside.write(EMMA, "say exactly: Enjoy your meal!")
    outside.reply(EMMA)
    ours = outside.replies(EMMA)[0]["sid"]
    sends(outside, EMMA, "reaction", "❤️", OriginalRepliedMessageSid=ours)
    sends(outside, EMMA, "sticker")
    outside.reply(EMMA, 2)
    sends(outside, EMMA, "text", "❤️🙏")
    outside.reply(EMMA, 3)
    assert all("RWF" not in body and "menu" not in body for body in outside.bodies(EMMA))
    assert "[reacted ❤️ to: Enjoy your meal!]" in str(outside.requests()[-1])


def test_an_edit_is_answered_and_a_deletion_is_not(outside: Outside) -> None:
    first = outside.write(FRED, "say exactly: one")["sid"]
    assert outside.reply(FRED) == "one"
    sends(outside, FRED, "edit", "say exactly: two", OriginalMessageSid=first)
    assert outside.reply(FRED, 2) == "two"
    sends(outside, FRED, "revoke", OriginalMessageSid=first)
    outside.write(FRED, "say exactly: three")
    assert outside.reply(FRED, 3) == "three"
    told = said_last(outside, "say exactly: three", others=True)
    assert "say exactly: one" not in told
    assert "[deleted this message]" in told


def test_an_advertisement_tells_what_this_is(outside: Outside) -> None:
    sends(outside, GINA, "text", "I want this", ReferralHeadline="Tilapia", ReferralBody="Grilled")
    assert "ilapia" in outside.reply(GINA)


def sends(outside: Outside, diner: str, kind: str, body: str = "", **fields: str) -> None:
    fields = {"MessageType": kind, **fields}
    answer = outside.write(diner, body, to=KIGALI, extra_fields=fields)
    assert answer["webhook"]["status"] == 204


def said_last(outside: Outside, words: str, *, others: bool = False) -> str:
    """The message with these words as the model saw it last; `others`: and what came before it."""
    for request in reversed(outside.requests()):
        items = request["event"]["response"]["input"]
        said = [text_of(item) for item in items if item.get("role") == "user"]
        if said and words in said[-1]:
            return "\n".join(said) if others else said[-1]
    raise AssertionError(f"nobody asked {words!r}")


def text_of(item: dict[str, Any]) -> str:
    return "".join(part.get("text", "") for part in item["content"])
