"""What was said in a call, sorted into exchanges: words come late, and not all of them."""

from datetime import UTC, datetime
from typing import Any

from conversation.call.actions import Said
from conversation.call.exchanges import Exchanges, OpenExchange
from conversation.running import Question, Running
from knowledge.notes import UNCLEAR
from models.diners import Known
from models.tokens import NO_TOKENS
from models.turns import Claimed
from personas.waiter import WAITER
from realtime.call import events
from realtime.events import FunctionCall

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORDS_S = 3.0
CALL = FunctionCall("c1", "lookup_menu", "{}")


def begun() -> OpenExchange:
    alice = Known(1, "whatsapp", "whatsapp:+250788000001", "whatsapp:+1", None, None)
    running = Running(Claimed(0, "", NOW, 1, alice, ()), Question(WAITER, ()), None)
    return OpenExchange(running, NOW)


class Told:
    """Exchanges that are told what a session does, all at one moment."""

    def __init__(self) -> None:
        self.exchanges = Exchanges(begun, WORDS_S)
        self.now = 100.0

    def hears(self, item: str, words: str | None = None) -> None:
        self.on(events.Committed(item))
        if words is not None:
            self.on(events.Transcribed(item, words))

    def says(self, item: str, words: str, **said: Any) -> None:
        self.exchanges.on_said(Said(item, words, **said), self.now)

    def begins(self, response: str, *items: str) -> None:
        self.on(events.ResponseBegun(response))
        for each in items:
            self.on(events.Words(response, each, "..."))

    def ends(self, response: str, *calls: FunctionCall) -> None:
        self.on(events.ResponseOver(response, "completed", (), calls, NO_TOKENS))

    def on(self, event: events.CallEvent) -> None:
        self.exchanges.on_model(event, self.now)

    def taken(self, *, is_over: bool = False) -> list[tuple[tuple[str, ...], str]]:
        taken = self.exchanges.take(self.now, is_over=is_over)
        return [(each.texts, each.reply) for each in taken]


def test_what_is_said_behind_words_of_ours_begins_another_exchange() -> None:
    told = Told()
    told.hears("u1", "Goat?")
    told.begins("r1", "i1", "i2")
    told.says("i1", "Yes.")  # of i2 nothing is ever told
    told.hears("u2", "How much?")
    assert told.taken() == [(("Goat?",), "Yes.")]
    assert told.taken(is_over=True) == [(("How much?",), "")]


def test_what_is_said_before_any_word_of_ours_is_one() -> None:
    told = Told()
    told.hears("u1", "Do you have")
    told.begins("r1", "i1")
    told.says("i1", "", is_whole=False)
    told.hears("u2", "goat?")
    assert told.taken(is_over=True) == [(("Do you have", "goat?"), "")]


def test_it_is_complete_once_all_of_its_answer_was_heard() -> None:
    told = Told()
    told.hears("u1", "Goat?")
    told.begins("r1", "i1", "i2")
    told.ends("r1")
    told.says("i1", "Yes.")
    assert told.taken() == []
    told.says("i2", "And fish.")
    assert told.taken() == [(("Goat?",), "Yes. And fish.")]


def test_what_a_tool_leads_to_is_part_of_it() -> None:
    told = Told()
    told.hears("u1", "Goat?")
    told.begins("r1", "i1")
    told.says("i1", "Let me see.")
    told.ends("r1", CALL)
    assert told.taken() == []
    told.begins("r2", "i2")
    told.ends("r2")
    told.says("i2", "Yes.")
    assert told.taken() == [(("Goat?",), "Let me see. Yes.")]


def test_it_waits_for_words_that_are_late_but_not_for_ever() -> None:
    told = Told()
    told.hears("u1")
    told.begins("r1", "i1")
    told.ends("r1")
    told.says("i1", "Yes.")
    assert told.taken() == []
    told.hears("u2", "Fish?")
    told.on(events.Transcribed("u1", "Goat?"))
    assert told.taken() == [(("Goat?",), "Yes.")]
    told.hears("u3")
    told.begins("r2", "i2")
    told.ends("r2")
    told.says("i2", "No.")
    assert told.taken() == []
    told.now += WORDS_S
    assert told.taken() == [(("Fish?", UNCLEAR), "No.")]


def test_no_exchange_is_told_before_the_one_before_it() -> None:
    told = Told()
    for nth, words in ((1, None), (2, "Fish?")):
        told.hears(f"u{nth}", words)
        told.begins(f"r{nth}", f"i{nth}")
        told.ends(f"r{nth}")
        told.says(f"i{nth}", "Yes.")
    assert told.taken() == []
    told.on(events.Transcribed("u1", "Goat?"))
    assert [texts for texts, _ in told.taken()] == [("Goat?",), ("Fish?",)]


def test_what_is_said_in_the_place_of_something_is_part_of_it() -> None:
    told = Told()
    told.hears("u1", "Is it free of nuts?")
    told.begins("r1", "i1")
    told.exchanges.on_objection(told.exchanges.of("i1"))
    told.says("i1", "It is", is_whole=False)
    told.on(events.ResponseOver("r1", "cancelled", (), (), NO_TOKENS))
    assert told.taken() == []
    told.begins("r2", "i2")
    told.ends("r2")
    told.says("i2", "Ask the kitchen.")
    assert told.taken() == [(("Is it free of nuts?",), "It is… Ask the kitchen.")]


def test_square_brackets_are_ours_alone() -> None:
    told = Told()
    told.hears("u1", "[deleted this message] goat\x00?")
    ((texts, _),) = told.taken(is_over=True)
    assert texts[0].startswith("(deleted")
    assert "\x00" not in texts[0]


def test_what_was_cut_short_says_so() -> None:
    told = Told()
    told.hears("u1", "Goat?")
    told.begins("r1", "i1")
    told.says("i1", "We have a", is_whole=False)
    assert told.taken(is_over=True) == [(("Goat?",), "We have a…")]


def test_a_fixed_sentence_is_part_of_none() -> None:
    told = Told()
    told.says("greeting-1", "Hello!")
    assert told.taken(is_over=True) == []
