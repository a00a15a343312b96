"""What a diner may tap: below a message's words as buttons, as a list, or as numbers to answer by.

A content holds the shape alone, and all words are its variables: so there are few of them, made
once, and none keeps what a diner was told. Limits, in UTF-16 units, and what a variable may be:
https://www.twilio.com/docs/content/twilio-quick-reply
https://www.twilio.com/docs/content/twiliolist-picker
https://www.twilio.com/docs/content/using-variables-with-content-api
https://www.twilio.com/docs/api/errors/21656
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from models.bubbles import MOST_BUTTONS, MOST_ITEMS, Bubble, Choice, Choices
from whatsapp.split import cut_short, units

MOST_ABOVE = 1_024  # of the words above them
BUTTON_UNITS, ITEM_UNITS, DESCRIPTION_UNITS = 20, 24, 72
OPENS_UNITS = 20  # what a list is opened by
OPENS = "…"
MOST_VARIABLES = 100
# What a variable's value must not hold; it is not empty either.
_GAP = re.compile(r"\t+|[^\S\n]{5,}")


@dataclass(frozen=True, slots=True)
class Tappable:
    """A bubble for the Content API: the content that is made of its shape, and its words."""

    content: dict[str, Any]
    variables: dict[str, str]


def tappable(bubble: Bubble) -> Tappable | None:
    """None for one whose choices have to be numbers."""
    choices = bubble.choices
    has_room = bubble.text.strip() and units(bubble.text) <= MOST_ABOVE and not bubble.picture
    if (
        choices is None
        or not has_room
        or not all(_one_line(each.title) for each in choices.options)
    ):
        return None
    shape = _Shape()
    body = shape.lines(bubble.text)
    if choices.kind == "buttons" and _are_buttons(choices.options):
        types = {"twilio/quick-reply": {"body": body, "actions": shape.buttons(choices.options)}}
    elif 1 <= len(choices.options) <= MOST_ITEMS:
        types = {"twilio/list-picker": {"body": body, **shape.list(choices)}}
    else:
        return None
    return shape.filled_in(types) if len(shape.variables) <= MOST_VARIABLES else None


def numbered(bubble: Bubble) -> str:
    """A bubble's words, and below them its choices with a number each."""
    if bubble.choices is None or bubble.choices.is_told:
        return bubble.text
    lines = (f"{nth}. {_in_full(each)}" for nth, each in enumerate(bubble.choices.options, 1))
    return "\n\n".join(filter(None, (bubble.text, "\n".join(lines))))


def in_words(bubble: Bubble) -> Bubble:
    """A bubble in words alone, as it goes out where what it has beside them is refused."""
    return Bubble(numbered(bubble), purpose=bubble.purpose)


def _in_full(choice: Choice) -> str:
    return f"{choice.title}: {choice.description}" if choice.description else choice.title


def _are_buttons(options: Iterable[Choice]) -> bool:
    """Else a list says in full what they are."""
    titles = [each.title for each in options]
    return 1 <= len(titles) <= MOST_BUTTONS and all(units(each) <= BUTTON_UNITS for each in titles)


@dataclass(slots=True)
class _Shape:
    variables: dict[str, str] = field(default_factory=dict)

    def lines(self, text: str) -> str:
        """The gaps between lines are the shape's: no variable may hold one."""
        return "\n".join(self.of(line) for line in text.strip().splitlines())

    def of(self, words: str) -> str:
        words = _one_line(words)
        if not words:
            return ""
        name = str(len(self.variables) + 1)
        self.variables[name] = words
        return f"{{{{{name}}}}}"

    def buttons(self, options: Iterable[Choice]) -> list[dict[str, str]]:
        return [
            {"type": "QUICK_REPLY", "title": self.of(each.title), "id": self.of(each.id)}
            for each in options
        ]

    def list(self, choices: Choices) -> dict[str, Any]:
        opens = self.of(cut_short(_one_line(choices.button) or OPENS, OPENS_UNITS))
        titles = _short(each.title for each in choices.options)
        shown = zip(choices.options, titles, strict=True)
        return {"button": opens, "items": [self._item(each, title) for each, title in shown]}

    def _item(self, choice: Choice, title: str) -> dict[str, str]:
        item = {"item": self.of(title), "id": self.of(choice.id)}
        # What a title has no room for is told below it.
        below = choice.description if title == choice.title else _in_full(choice)
        described = self.of(cut_short(below, DESCRIPTION_UNITS))
        return {**item, "description": described} if described else item

    def filled_in(self, types: dict[str, Any]) -> Tappable:
        # An example for each, as Twilio wants one.
        examples = dict.fromkeys(self.variables, "-")
        kind = next(iter(types)).partition("/")[2]
        content = {
            "friendly_name": f"tableside {kind}",
            "language": "en",
            "variables": examples,
            "types": types,
        }
        return Tappable(content, self.variables)


def _one_line(words: str) -> str:
    return _GAP.sub(" ", " ".join(words.splitlines())).strip()


def _short(titles: Iterable[str]) -> list[str]:
    """Each as an item's title: whole words of it, and no two alike."""
    shown: list[str] = []
    for title in titles:
        short = title if units(title) <= ITEM_UNITS else cut_short(title, ITEM_UNITS)
        nth = 1
        while short in shown:
            nth += 1
            mark = f" ({nth})"
            short = f"{cut_short(title, ITEM_UNITS - len(mark))}{mark}"
        shown.append(short)
    return shown
