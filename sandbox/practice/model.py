"""The practice model's way in: who it is, its two rules for load tests, one answer to all.

Pure. "say exactly: XYZ" is answered with XYZ; "count to N" with the numbers from 1 to N,
at most 2,000.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.practice import beside, cfo, on_the_phone, waiter
from sandbox.practice.turn import UNHEARD, Call, CallNeeded, Say, Turn, heard_in, read_turn
from sandbox.practice.words import wants_a_person

MAX_COUNT = 2_000
CALLED = "I've called a colleague; they will write to you here."
NOBODY = (
    "I'm sorry, none of my colleagues can be reached here at the moment. What may I do for you?"
    "\n_On the practice phone: write /help as Jean (staff) first, then ask again._"
)
_UNHEARD = re.compile(re.escape(UNHEARD).replace(r"\{seconds\}", r"\d+"))
HARD_OF_HEARING = (
    "In practice I can't hear what people say; with an OpenAI key I can. Could you write it to me?"
)
_EXACTLY = re.compile(r"say exactly:\s*(?P<words>.+)", re.IGNORECASE | re.DOTALL)
_COUNT = re.compile(r"\bcount to (?P<last>\d{1,6})\b", re.IGNORECASE)


def answer(
    instructions: str, tools: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]
) -> Say | Call:
    """`tools` and `items` (its `input`) as in `response.create`.

    It ends: at most 3 calls a turn, none of them twice.
    """
    said = answer_in_parallel(instructions, tools, items)
    return said[0] if isinstance(said, tuple) else said


def answer_in_parallel(
    instructions: str, tools: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]
) -> Say | tuple[Call, ...]:
    """Likewise; what it needs, it may call for at once."""
    if any(tool.get("name") == "heard" for tool in tools):
        return (_written_down(items),)
    if (words := on_the_phone.told_to_say(instructions)) is not None:
        return Say(words)
    turn = read_turn(instructions, tools, items)
    if (came := on_the_phone.of_key(turn.told_last)) is not None:
        return Say(_called(came))
    try:
        replies = [_reply(turn, message) for message in turn.messages or ["Hello!"]]
    except CallNeeded as needed:
        return needed.calls
    # Two messages that get the same answer get it once.
    return Say(on_the_phone.in_speech(turn, "\n\n".join(dict.fromkeys(replies))))


def _written_down(items: Sequence[Mapping[str, Any]]) -> Call:
    """What a recording says, where it is of the practice voice; of any other, how long it is."""
    found = [heard_in(part) for item in items for part in item.get("content") or ()]
    return Call("heard", {"words": " ".join(each for each in found if each is not None)})


def _reply(turn: Turn, message: str) -> str:
    message, notes = beside.apart(message)
    turn = beside.in_context(turn, notes)
    message = beside.meant(turn, message, notes)
    if (said := beside.reply(turn, message, notes)) is not None:
        return said
    if exactly := _EXACTLY.search(message):
        return exactly["words"].strip()
    if count := _COUNT.search(message):
        return " ".join(str(each) for each in range(1, min(int(count["last"]), MAX_COUNT) + 1))
    if _UNHEARD.search(message):
        return HARD_OF_HEARING
    if not message:
        return "I can't hear or see that in practice. Could you write it to me?"
    if turn.offers("call_staff") and wants_a_person(message):
        return _called(turn.ask("call_staff", reason="in their own words"))
    if (said := on_the_phone.reply(turn, message)) is not None:
        return said
    return cfo.reply(turn, message) if _is_cfo(turn) else waiter.reply(turn, message)


def _called(came: Mapping[str, Any]) -> str:
    """What came of a call for a person, said."""
    return NOBODY if "error" in came else on_the_phone.called(came) or CALLED


def _is_cfo(turn: Turn) -> bool:
    if turn.offers("lookup_menu"):
        return False
    return turn.offers("check_tax_rule") or bool(re.search(r"\bCFO\b", turn.first_line))
