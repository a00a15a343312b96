"""Markdown, which models write by habit, as WhatsApp's own formatting: https://faq.whatsapp.com/539178204879377."""

import re

_RULES = [
    (re.compile(r"\*\*(\S(?:.*?\S)?)\*\*"), r"*\1*"),  # **bold**
    (re.compile(r"__(\S(?:.*?\S)?)__"), r"_\1_"),  # __emphasis__
    (re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE), r"*\1*"),  # # heading
    (re.compile(r"!?\[([^\]\n]+)\]\((https?://[^\s)]+)\)"), r"\1: \2"),  # [text](link)
    (re.compile(r"^(\s*)[*+]\s+", re.MULTILINE), r"\1- "),  # * item
]


def to_whatsapp(text: str) -> str:
    """`text` with Markdown's bold, headings, links and bullets in WhatsApp's form; all else as it was."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text.strip()
