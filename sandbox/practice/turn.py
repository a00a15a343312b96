"""What the practice model sees of a turn: its messages, what was said before, tools' results.

A rule asks for a tool's result as if it were there; when it is not, the turn ends in that call and
begins anew with its result.
"""

import json
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.practice.speech import BYTES_PER_SAMPLE, SAMPLES_PER_S, heard

# A model that calls tools for ever would never answer.
MAX_CALLS = 3
# A person's voice, which it can't hear: what is written down says so.
UNHEARD = "(practice: a voice note of {seconds} seconds)"
_ENDS = ("assistant", "system")

_FIRST_LINE = re.compile(
    r"\b(?P<role>waiter|waitress|CFO)\s+(?:of|at|for)\s+(?P<name>[^,.\n]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: dict[str, Any]


class CallNeeded(Exception):  # noqa: N818  no error: the way a rule gets its tools' results
    def __init__(self, *calls: Call) -> None:
        super().__init__(*(call.name for call in calls))
        self.calls = calls


@dataclass(frozen=True, slots=True)
class Turn:
    instructions: str
    tools: frozenset[str]  # the names of what is offered
    messages: Sequence[str]  # the diner's, to be answered together
    last_reply: str  # ours, before these messages
    results: Mapping[str, Any]  # of this turn's calls, by `_key`
    told: str = ""  # what the system said beside the instructions
    told_last: str = ""  # of that, what nobody has said anything after

    @property
    def restaurant(self) -> str:
        """Its name, from the first line: "You are the waiter of Ikawa House, Kigali."."""
        found = _FIRST_LINE.search(self.first_line)
        return found["name"].strip() if found else "our restaurant"

    @property
    def first_line(self) -> str:
        return self.instructions.strip().partition("\n")[0]

    def offers(self, tool: str) -> bool:
        return tool in self.tools

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A tool's result; an error when it isn't offered, or when the turn has called enough.

        Raises CallNeeded until it is there.
        """
        return self.ask_all(tool, arguments)[0]

    def ask_all(self, tool: str, *each: dict[str, Any]) -> list[dict[str, Any]]:
        """The results of several calls, none of which waits for another's."""
        if not self.offers(tool):
            return [{"error": "there is no such tool"} for _ in each]
        missing = [one for one in each if self.results.get(_key(tool, one)) is None]
        if missing and (room := MAX_CALLS - len(self.results)) > 0:
            raise CallNeeded(*(Call(tool, one) for one in missing[:room]))
        return [self._result(tool, one) for one in each]

    def _result(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        result = self.results.get(_key(tool, arguments))
        if result is None:
            return {"error": "too many questions at once"}
        return result if isinstance(result, dict) else {"error": str(result)}


def read_turn(
    instructions: str, tools: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]
) -> Turn:
    """`items` is the `input` of a response: messages, function calls and their outputs."""
    start = _start_of_turn(items)
    is_told = bool(items) and items[-1].get("role") == "system"
    before = [_text(item) for item in items[:start] if item.get("role") == "assistant"]
    return Turn(
        instructions=instructions,
        tools=frozenset(str(tool.get("name")) for tool in tools),
        messages=[_text(item) for item in items[start:] if item.get("role") == "user"],
        last_reply=before[-1] if before else "",
        results=_results(items[start:]),
        told="\n".join(_text(item) for item in items if item.get("role") == "system"),
        told_last=_text(items[-1]) if is_told else "",
    )


def _start_of_turn(items: Sequence[Mapping[str, Any]]) -> int:
    """Where the last run of user messages begins; calls and outputs don't end it, a reply does.

    So does what the system says, as behind what somebody else has answered. A reply that nobody has
    answered is to be made anew.
    """
    roles = [item.get("role") for item in items]
    last = max((index for index, role in enumerate(roles) if role == "user"), default=-1)
    ends = [index for index, role in enumerate(roles[: last + 1]) if role in _ENDS]
    return max(ends, default=-1) + 1


def _results(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    calls = {item.get("call_id"): item for item in items if item.get("type") == "function_call"}
    results = {}
    for item in items:
        call = calls.get(item.get("call_id"))
        if item.get("type") == "function_call_output" and call is not None:
            arguments = _json(call.get("arguments"))
            results[_key(str(call.get("name")), arguments)] = _json(item.get("output"))
    return results


def _key(tool: str, arguments: Any) -> str:
    return f"{tool} {json.dumps(arguments, sort_keys=True)}"


def _json(text: object) -> Any:
    try:
        return json.loads(str(text))
    except ValueError:
        return str(text)


def heard_in(part: Mapping[str, Any]) -> str | None:
    """What a part of a message says, where it is sound.

    Of any voice but that of practice it is how long it lasts.
    """
    if part.get("type") != "input_audio":
        return None
    pcm = b64decode(part["audio"])
    seconds = round(len(pcm) / BYTES_PER_SAMPLE / SAMPLES_PER_S)
    said = heard(pcm)
    return UNHEARD.format(seconds=seconds) if said is None else said


def _text(item: Mapping[str, Any]) -> str:
    parts = item.get("content") or []
    said = (
        part.get("text") or part.get("transcript") or heard_in(part) or ""
        for part in parts
        if isinstance(part, Mapping)
    )
    return "".join(said).strip()
