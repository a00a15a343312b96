"""The words that are answered without the model: `/cfo` and its like, `/help`, `/reset`, `/forget`.

They may be in any case, with spaces around.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.restaurants import Restaurant
from personas.persona import Persona

HELP, RESET, FORGET = "help", "reset", "forget"
_KEYWORD = re.compile(r"\s*/([a-z][\w-]*)(?:\s+(.*))?$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Keyword:
    """`/cfo what is VAT?`: the word, in lower case, and what stands behind it."""

    word: str
    rest: str


def parse(text: str) -> Keyword | None:
    """The keyword that a message begins with; None for ordinary words, as a path like `/a/b` is."""
    match = _KEYWORD.match(text)
    return Keyword(match[1].lower(), (match[2] or "").strip()) if match else None


def help_text(
    personas: Mapping[str, Persona], restaurant: Restaurant, unknown: str | None = None
) -> str:
    """What there is, as a WhatsApp list; `unknown` is the word that nobody knows."""
    title = f"*{restaurant.name}* on WhatsApp:"
    if unknown:
        title = f"I don't know /{unknown}. Here is what there is:"
    lines = [title]
    lines += [f"- */{persona.key}* – {persona.summary}" for persona in personas.values()]
    lines += [
        f"- */{RESET}* – forget this conversation and start afresh",
        f"- */{FORGET}* – erase everything stored about you",
        f"- */{HELP}* – this list",
    ]
    return "\n".join(lines)


RESET_TEXT = "Done: our conversation so far is forgotten. What can I do for you?"


def forgotten_text(messages: int, replies: int) -> str:
    """What `/forget` erased: the diner's messages, this last one too, and our replies to them."""
    return (
        f"Erased: {messages} of your messages, {replies} of our answers, your name"
        " and your settings. Your number goes as well, once this note has been sent."
    )
