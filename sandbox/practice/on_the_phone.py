"""What the practice model says in a call beside what it says in writing: what it is told to, word
for word, what goes out afterwards, and what becomes of a call for a person. Pure.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.practice.turn import Turn

AFTERWARDS = "send_on_whatsapp"  # a tool that only calls have
MOST = 1_000  # characters, as it says
ON_ITS_WAY = "You'll find it on WhatsApp after our call."
NOT_WRITTEN = (
    "I can't write to this number; write to us on WhatsApp, and you'll get an answer there."
)
NOTHING_TO_SEND = "What may I send you on WhatsApp: our address, or something from our menu?"
_OF_SENDING = (ON_ITS_WAY, NOT_WRITTEN, NOTHING_TO_SEND)
PUT_THROUGH = "I'm putting you through to my colleagues; one moment."
WRITES_AFTER = "I've called a colleague, who will write to you on WhatsApp."

LISTED = 3  # dishes
LONG = 200  # characters of a line

_MORE = re.compile(r"…and (?P<count>\d+) more\.")
_SENTENCE_ENDS = re.compile(r"(?<=[a-z)%\d][.!?])\s+(?=[A-ZÀ-Ž])")
_READ_ALONE = ("_Checked on",)
_EXACTLY = re.compile(r"\Asay exactly these words\b[^:\n]*+:\s*+(?P<words>.+)", re.I | re.S)
_IN_WRITING = re.compile(
    r"\b(?:send|text|write|message)\b.*"
    r"\b(?:whatsapp|message|in writing|it|that|this|address|menu)\b",
    re.IGNORECASE,
)
_OF_KEY = re.compile(r"pressed 0 to reach a person\b[^{]*(?P<output>\{.*\})\Z")
_PLACE = re.compile(r"\b(?:address|way|location|where|map)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?m)^- (?P<told>Address: .+)$")
# Of what is said in writing, what is said otherwise to who calls.
_SPOKEN = {
    " (write */me* to see or erase it)": "",
    "thank you for writing to": "thank you for calling",
    "Write me another word for it, or /waiter for the menu.": "Tell me another word for it.",
    "Write me another word": "Tell me another word",
}


def told_to_say(instructions: str) -> str | None:
    """What instructions for one response alone are to have said; None for any others."""
    found = _EXACTLY.match(instructions.lstrip())
    return found["words"].strip() if found else None


def reply(turn: Turn, message: str) -> str | None:
    """None for what is answered as in writing. Raises CallNeeded for a tool's result."""
    if not turn.offers(AFTERWARDS) or not _IN_WRITING.search(message):
        return None
    address = _ADDRESS.search(turn.instructions)
    text = address["told"] if address and _PLACE.search(message) else turn.last_reply
    if not text or text in _OF_SENDING:
        return NOTHING_TO_SEND
    noted = turn.ask(AFTERWARDS, text=text[:MOST])
    return NOT_WRITTEN if "error" in noted else ON_ITS_WAY


def in_speech(turn: Turn, text: str) -> str:
    """An answer as it is said in a call, where nobody listens to lists; unchanged in writing."""
    if not turn.offers(AFTERWARDS):
        return text
    for written, spoken in _SPOKEN.items():
        text = text.replace(written, spoken)
    lines = [line for line in text.split("\n") if not line.startswith(_READ_ALONE)]
    if turn.offers("check_tax_rule"):
        lines = [_brief(line) for line in lines]
    return "\n".join(_a_few(lines))


def _a_few(lines: list[str]) -> list[str]:
    """The first of a list's dishes, and how many more there are."""
    listed = [line for line in lines if line.startswith("- ")]
    left_out = listed[LISTED:]
    if not left_out:
        return lines
    more = next((found for line in lines if (found := _MORE.fullmatch(line))), None)
    count = len(left_out) + (int(more["count"]) if more else 0)
    kept = [line for line in lines if line not in left_out and not _MORE.fullmatch(line)]
    kept.insert(kept.index(listed[LISTED - 1]) + 1, f"…and {count} more.")
    return kept


def _brief(line: str) -> str:
    """The sentences of a long one that are heard in a few breaths; the first in any case."""
    ends = [found.end() for found in _SENTENCE_ENDS.finditer(line) if found.end() <= LONG]
    first = _SENTENCE_ENDS.search(line)
    if len(line) <= LONG or first is None:
        return line
    return line[: ends[-1] if ends else first.end()].rstrip()


def of_key(told: str) -> dict[str, Any] | None:
    """What came of a call for a person by the telephone's key 0; None where none is told."""
    found = _OF_KEY.search(told)
    try:
        came = json.loads(found["output"]) if found else None
    except ValueError:
        return None
    return came if isinstance(came, dict) else None


def called(result: Mapping[str, Any]) -> str | None:
    """What is said of a call for a person that was heard; None where it is as in writing."""
    note = str(result.get("note", ""))
    if "put through" in note:
        return PUT_THROUGH
    return WRITES_AFTER if "on WhatsApp" in note else None
