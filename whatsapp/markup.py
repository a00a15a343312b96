"""Markdown, which models write by habit, as WhatsApp's own formatting.

https://faq.whatsapp.com/539178204879377
"""

import re
from collections.abc import Callable

Rule = tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]]

# What no rule may change: a block of code, a span of code, a link.
_KEPT = r"(?P<kept>```.*?```|`[^`\n]+`|https?://\S+)"


def to_whatsapp(text: str) -> str:
    """`text` with Markdown's bold, headings, links and bullets in WhatsApp's form.

    Code, bare links and all else are as they were.
    """
    for mark, pattern, replace in _RULES:
        if mark in text:  # most texts have none, and a rule reads all of a text to find nothing
            text = pattern.sub(replace, text)
    return text.strip()


def _keeping(replace: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    return lambda match: match[0] if match["kept"] else replace(match)


def _link(match: re.Match[str]) -> str:
    words, link = match["words"], match["link"]
    return link if words == link else f"{words}: {link}"


def _heading(match: re.Match[str]) -> str:
    # A heading is bold as a whole: bold within it would end that.
    words = match["words"].replace("*", "").strip()
    return f"*{words}*" if words else match[0]


def _rule(mark: str, pattern: str, replace: Callable[[re.Match[str]], str]) -> Rule:
    """`mark` is in everything that the pattern finds."""
    # The rule comes first where both begin at the same place: `**` before a link belongs
    # to the words around it.
    return mark, re.compile(f"{pattern}|{_KEPT}", re.MULTILINE | re.DOTALL), _keeping(replace)


_WORDS = r"(?P<words>[^\s{0}](?:[^\n{0}]*[^\s{0}])?)"
_RULES = [
    # [words](link), ![words](link), [words](link "title")
    _rule(
        "](",
        r'!?\[(?P<words>[^\[\]\n]+)\]\((?P<link>https?://[^\s)]+)(?:[ \t]+"[^"\n]*")?\)',
        _link,
    ),
    _rule("***", r"\*\*\*" + _WORDS.format("*") + r"\*\*\*", lambda match: f"*_{match['words']}_*"),
    _rule(
        "**",
        r"\*\*(?P<words>[^\s*](?:(?:(?!\*\*)[^\n])*[^\s*])?)\*\*",
        lambda match: f"*{match['words']}*",
    ),
    _rule(
        "__", r"(?<!\w)__" + _WORDS.format("_") + r"__(?!\w)", lambda match: f"*{match['words']}*"
    ),
    _rule("~~", r"~~" + _WORDS.format("~") + r"~~", lambda match: f"~{match['words']}~"),
    _rule("#", r"^#{1,6}[ \t]+(?P<words>[^\n]+?)[ \t]*#*$", _heading),
    _rule("*", r"^(?P<indent>[ \t]*)\*[ \t]+(?=\S)", lambda match: f"{match['indent']}- "),
]
