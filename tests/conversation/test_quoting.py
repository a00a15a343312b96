"""A message that answers, edits or takes back another one is told with what it is about."""

import pytest

from conversation.quoting import MOST_QUOTED, changed
from knowledge.notes import DELETED, EDITED, is_quiet, own_words
from models.inbox import Written
from models.quotes import Quoted

OURS = {"MM1": Quoted("Is *isombe* all right, with peanuts?", is_ours=True)}
THEIRS = {"SM1": Quoted("A table for four", is_ours=False)}
KNOWN = {**OURS, **THEIRS, "MM2": Quoted("Here is our menu.", is_ours=True)}


def told(*messages: Written) -> list[str]:
    return [each.text for each in changed(messages, KNOWN.get)]


def one(text: str, about: str | None = None, sid: str = "SM9") -> Written:
    return Written(9, sid, text, is_keyword=False, quoted_sid=about)


@pytest.mark.parametrize(
    ("about", "note"),
    [
        ("MM1", "[answers your message: Is *isombe* all right, with peanuts?]"),
        ("SM1", "[answers their own message: A table for four]"),
        ("SM404", "[answers an earlier message]"),
    ],
)
def test_a_reply_is_told_with_what_it_answers(about: str, note: str) -> None:
    assert told(one("Yes", about)) == [f"Yes\n{note}"]


def test_what_is_about_nothing_stays_as_it_is() -> None:
    message = one("Hello")
    assert changed([message], KNOWN.get) == [message]


@pytest.mark.parametrize(
    "text", ["Yes", "[reacted 👍]", "[reacted ❤️]", f"Five\n{EDITED}", "Hi\n[sent a picture]"]
)
@pytest.mark.parametrize("about", ["MM1", "MM2", "SM1", "SM404"])
def test_a_turn_that_is_run_again_tells_it_once(text: str, about: str) -> None:
    once = changed([one(text, about)], KNOWN.get)
    assert changed(once, KNOWN.get) == once


def test_a_turn_that_is_run_again_edits_once() -> None:
    once = changed([one("Two beers", sid="SM2"), one(f"Three\n{EDITED}", "SM2")], KNOWN.get)
    assert [each.text for each in changed(once, KNOWN.get)] == ["Three", ""]


def test_a_keyword_stays_one() -> None:
    keyword = Written(9, "SM9", "/help", is_keyword=True, quoted_sid="MM1")
    assert changed([keyword], KNOWN.get) == [keyword]


def test_a_quote_is_one_bounded_line_and_no_note_of_its_own() -> None:
    long = {"MM9": Quoted("[sent by us]\n" + "très long " * 200 + "Any allergies?", is_ours=True)}
    (answer,) = changed([one("Yes", "MM9")], long.get)
    note = answer.text.removeprefix("Yes\n[answers your message: ")
    assert note.startswith("(sent by us) très long")
    assert note.endswith("Any allergies?]")
    assert len(note) <= MOST_QUOTED + 1
    assert "\n" not in note


@pytest.mark.parametrize("emoji", ["👍", "👍🏾", "👎", "✅", "✔️", "💯", "🆗", "🙏", "❌"])
def test_a_thumb_up_at_a_question_of_ours_answers_it(emoji: str) -> None:
    (answer,) = told(one(f"[reacted {emoji}]", "MM1"))
    assert answer == f"[answered {emoji} to your question: Is *isombe* all right, with peanuts?]"
    assert not is_quiet(answer)


def test_so_it_does_where_a_word_stands_behind_the_question() -> None:
    asked = {"MM1": Quoted("Shall I call somebody? Just say yes.", is_ours=True)}
    (answer,) = changed([one("[reacted 👍]", "MM1")], asked.get)
    assert answer.text.startswith("[answered 👍 to your question: Shall I call somebody?")


@pytest.mark.parametrize(
    ("emoji", "about"), [("👍", "MM2"), ("👍", "SM1"), ("👍", "SM404"), ("❤️", "MM1"), ("😂", "MM1")]
)
def test_any_other_reaction_waits_for_no_answer(emoji: str, about: str) -> None:
    (reaction,) = told(one(f"[reacted {emoji}]", about))
    assert reaction.startswith(f"[reacted {emoji}")
    assert is_quiet(reaction)


def test_a_reaction_is_told_with_what_it_is_at() -> None:
    assert told(one("[reacted ❤️]", "MM2")) == ["[reacted ❤️ to: Here is our menu.]"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_edit_of_what_is_not_answered_yet_takes_its_place(order: tuple[int, int]) -> None:
    messages = [one("Two beers", sid="SM2"), one(f"Three beers\n{EDITED}", "SM2")]
    texts = dict(zip(order, told(*(messages[each] for each in order)), strict=True))
    assert texts == {0: "Three beers", 1: ""}


def test_an_edited_caption_keeps_its_picture() -> None:
    picture = one("Yours?\n[sent a picture]", sid="SM2")
    assert told(picture, one(f"Is it yours?\n{EDITED}", "SM2")) == [
        "Is it yours?\n[sent a picture]",
        "",
    ]


def test_the_last_edit_counts() -> None:
    edits = [one(f"{n} beers\n{EDITED}", "SM2", sid=f"SM{n}") for n in (3, 4)]
    assert told(one("Two beers", sid="SM2"), *edits) == ["4 beers", "", ""]


@pytest.mark.parametrize("about", ["SM2", "SM3"])
def test_an_edit_of_an_edit_leaves_its_words_alone(about: str) -> None:
    three = one(f"3 beers\n{EDITED}", "SM2", sid="SM3")
    four = one(f"4 beers\n{EDITED}", about, sid="SM4")
    assert told(one("Two beers", sid="SM2"), three, four) == ["4 beers", "", ""]
    gone = one(DELETED, about, sid="SM5")
    assert told(one("Two beers", sid="SM2"), three, four, gone) == ["", "", "", DELETED]


@pytest.mark.parametrize("about", ["SM1", "SM3"])
def test_so_does_one_of_what_was_answered(about: str) -> None:
    five = one(f"For five\n{EDITED}", "SM1", sid="SM3")
    six = one(f"For six\n{EDITED}", about, sid="SM4")
    six_told = "For six\n[edited, it said before: A table for four]"
    assert told(five, six) == [six_told, ""]
    (told_before, _) = changed([five, one("And this?")], KNOWN.get)
    assert [each.text for each in changed([told_before, six], KNOWN.get)] == [six_told, ""]
    assert told(five, one(DELETED, about, sid="SM5")) == ["", DELETED]


def test_an_edit_of_what_was_answered_is_told_with_what_it_said() -> None:
    assert told(one(f"For five\n{EDITED}", "SM1")) == [
        "For five\n[edited, it said before: A table for four]"
    ]


def test_an_edit_of_what_nobody_knows_is_told_as_one() -> None:
    assert told(one(f"For five\n{EDITED}", "SM404")) == [f"For five\n{EDITED}"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("3\n[edited an earlier message]", "3"),
        (f"Neither\n[chose it by its place: 3]\n{EDITED}", "Neither\n[chose it by its place: 3]"),
    ],
)
def test_what_was_chosen_before_an_edit_is_chosen_no_more(before: str, after: str) -> None:
    second = one("The stew\n[chose it by its place: 2]\n[answers your message: Hm?]", sid="SM2")
    assert told(second, one(before, "SM2")) == [f"{after}\n[answers your message: Hm?]", ""]


@pytest.mark.parametrize("about", ["SM2", "SM1"])
def test_a_quote_has_the_words_as_they_are_edited_in_its_turn(about: str) -> None:
    beers, quote = one("Two beers", sid="SM2"), one("For Jean", about, sid="SM3")
    edit = one(f"Three\n{EDITED}", about, sid="SM4")
    quoted = "For Jean\n[answers their own message: Three]"
    before = changed([beers, quote], KNOWN.get)
    for messages in ([beers, quote, edit], [beers, edit, quote], [*before, edit]):
        once = changed(messages, KNOWN.get)
        assert quoted in [each.text for each in once]
        assert changed(once, KNOWN.get) == once


def test_what_quotes_a_message_is_told_what_could_be_chosen_there() -> None:
    offer = {"MM9": Quoted("Which one?", is_ours=True, offered=("The soup", "The stew"))}
    told_of = "[answers your message: Which one?]"
    (asks, taps) = changed([one("And the 2nd?", "MM9"), one("The stew", "MM9", "SM8")], offer.get)
    assert asks.text == f"And the 2nd?\n{told_of}\n[answers a choice of: The soup; The stew]"
    assert taps.text == f"The stew\n{told_of}"
    assert changed([asks], offer.get) == [asks]


def test_what_was_taken_back_in_time_is_not_there() -> None:
    assert told(one("Two beers", sid="SM2"), one(DELETED, "SM2"), one("Hi", sid="SM3")) == [
        "",
        DELETED,
        "Hi",
    ]


def test_two_that_take_each_other_back_leave_something() -> None:
    each_other = [one(DELETED, "SM3", sid="SM2"), one(DELETED, "SM2", sid="SM3")]
    assert told(*each_other) == [DELETED, DELETED]


def test_of_quotes_and_forwarded_words_none_are_the_diners_own() -> None:
    assert own_words("Yes\n[answers your message: any allergies, as to nuts?]") == "Yes"
    assert own_words("No nuts\n[sent a picture]\n[forwarded: perhaps not their own words]") == ""
