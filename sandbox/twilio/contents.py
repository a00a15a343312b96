"""The contents of the Content API: what was made, how it is filled in, and what Twilio refuses.

It speaks no HTTP. What stands in a content as it is made is checked then, and what its variables
make of it as it is sent.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.twilio.errors import TwilioError
from sandbox.twilio.messages import Choices, Option

MOST_VARIABLES = 100
VARIABLE_LIMIT = 1600
BODY_LIMIT = 1024
MOST_ITEMS, ITEM_LIMIT, DESCRIPTION_LIMIT, ID_LIMIT, OPENS_LIMIT = 10, 24, 72, 200, 20
MOST_ACTIONS, MOST_IN_SESSION, TITLE_LIMIT = 10, 3, 20
QUICK_REPLY, LIST_PICKER = "twilio/quick-reply", "twilio/list-picker"
# WhatsApp finds it out, behind Twilio: the message fails.
INVALID_CONTENT = 63021
_PLACE = re.compile(r"\{\{\s*(\w{1,16})\s*\}\}")
# What Twilio refuses in a variable's value.
_BROKEN = re.compile(r"[\n\r\t]| {5}")


@dataclass(slots=True)
class Content:
    sid: str
    friendly_name: str
    language: str
    variables: Mapping[str, str]
    types: Mapping[str, Any]
    made: float
    approval: dict[str, Any] = field(default_factory=dict)


class Contents:
    """All contents of an account, from any thread: each step is one of a dictionary's own."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Content] = {}
        # What WhatsApp says of a template: in the sandbox nobody reads it.
        self.verdict = ("approved", "")

    def keep(self, content: Content) -> None:
        self._by_sid[content.sid] = content

    def of(self, sid: str) -> Content | None:
        return self._by_sid.get(sid)

    def drop(self, sid: str) -> None:
        self._by_sid.pop(sid, None)

    def all(self) -> list[Content]:
        """Oldest first."""
        return list(self._by_sid.values())


@dataclass(frozen=True, slots=True)
class Filled:
    """A content with its variables.

    `fail_with`: what WhatsApp says of it, where it is too much. `is_template`: it has approved it.
    """

    body: str
    choices: Choices | None = None
    fail_with: int | None = None
    is_template: bool = False


def made_of(body: object, now: float) -> Content:
    """A new content. Raises TwilioError."""
    if not isinstance(body, dict):
        raise _invalid("the body must be a JSON object")
    types, variables = body.get("types"), body.get("variables") or {}
    if not isinstance(body.get("language"), str) or not isinstance(types, dict) or not types:
        raise _invalid("language and types are required")
    if not isinstance(variables, dict) or len(variables) > MOST_VARIABLES:
        raise TwilioError(400, 92002, f"{MOST_VARIABLES} variables at most are allowed")
    for kind, made in types.items():
        _check(kind, made)
    name = str(body.get("friendly_name") or "")
    sid = f"HX{secrets.token_hex(16)}"
    return Content(sid, name, body["language"], variables, types, now)


def filled_in(content: Content, variables: str) -> Filled:
    """As it is sent with these variables, a JSON text. Raises TwilioError."""
    given = {**content.variables, **_read(variables)}
    is_template = content.approval.get("status") == "approved"
    for kind in (LIST_PICKER, QUICK_REPLY):
        if made := content.types.get(kind):
            whole = _filled(made, given)
            choices = _choices(kind, whole)
            body = whole["body"]
            fail_with = None if _fits(body, choices) else INVALID_CONTENT
            return Filled(body, choices, fail_with, is_template)
    made = next(iter(content.types.values()))
    return Filled(_filled(made, given).get("body", ""), is_template=is_template)


def _check(kind: str, made: object) -> None:
    if not isinstance(made, dict):
        raise _invalid(f"{kind} must be an object")
    if kind in (QUICK_REPLY, LIST_PICKER) and not made.get("body"):
        raise _invalid(f"{kind}: body is required")
    if kind == QUICK_REPLY:
        actions = made.get("actions")
        if not isinstance(actions, list) or not 1 <= len(actions) <= MOST_ACTIONS:
            raise _invalid(f"{kind}: 1 to {MOST_ACTIONS} actions are required")
        if not all(each.get("title") for each in actions):
            raise _invalid(f"{kind}: an action needs its title")
    if kind == LIST_PICKER:
        items = made.get("items")
        if not made.get("button"):
            raise _invalid(f"{kind}: button is required")
        if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
            raise _invalid(f"{kind}: 1 to {MOST_ITEMS} items are required")
        if not all(each.get("item") and each.get("id") for each in items):
            raise _invalid(f"{kind}: an item needs its item and its id")


def _read(variables: str) -> dict[str, str]:
    try:
        given = json.loads(variables or "{}")
    except ValueError:
        raise TwilioError(400, 21656) from None
    if not isinstance(given, dict) or not all(map(_is_value, given.values())):
        raise TwilioError(400, 21656)
    if any(len(value) > VARIABLE_LIMIT for value in given.values()):
        raise TwilioError(400, 21658)
    return given


def _is_value(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not _BROKEN.search(value)


def _filled(made: Any, given: Mapping[str, str]) -> Any:
    if isinstance(made, dict):
        return {name: _filled(value, given) for name, value in made.items()}
    if isinstance(made, list):
        return [_filled(each, given) for each in made]
    if isinstance(made, str):
        return _PLACE.sub(lambda place: given.get(place[1], place[0]), made)
    return made


def _choices(kind: str, made: Mapping[str, Any]) -> Choices:
    if kind == QUICK_REPLY:
        options = [Option(each.get("id", ""), each["title"]) for each in made["actions"]]
        return Choices("buttons", tuple(options))
    items = [
        Option(each["id"], each["item"], each.get("description", "")) for each in made["items"]
    ]
    return Choices("list", tuple(items), made["button"])


def _fits(body: str, choices: Choices) -> bool:
    is_list = choices.kind == "list"
    title = ITEM_LIMIT if is_list else TITLE_LIMIT
    titles = [option.title for option in choices.options]
    ids = [option.id for option in choices.options if option.id]
    return (
        len(body) <= BODY_LIMIT
        and len(choices.button) <= OPENS_LIMIT
        and (is_list or len(titles) <= MOST_IN_SESSION)
        and len(set(titles)) == len(titles)
        and len(set(ids)) == len(ids)
        and all(
            len(option.title) <= title
            and len(option.description) <= DESCRIPTION_LIMIT
            and len(option.id) <= ID_LIMIT
            for option in choices.options
        )
    )


def _invalid(what: str) -> TwilioError:
    return TwilioError(400, 20001, f"Invalid content: {what}")
