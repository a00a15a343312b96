"""Markdown, which models write by habit, as WhatsApp's own formatting: https://faq.whatsapp.com/539178204879377."""

import re
from collections.abc import Callable

# What no rule may change: a block of code, a span of code, a link.
_KEPT = r"(?P<kept>```.*?```|`[^`\n]+`|https?://\S+)"


def to_whatsapp(text: str) -> str:
    """`text` with Markdown's bold, headings, links and bullets in WhatsApp's form; code, links and all else as they were."""
    for pattern, replace in _RULES:
        text = pattern.sub(_keeping(replace), text)
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


def _rule(pattern: str, replace: Callable[[re.Match[str]], str]) -> tuple[re.Pattern[str], Callable[[re.Match[str]], str]]:
    # The rule comes first where both begin at the same place: `**` before a link belongs to the words around it.
    return re.compile(f"{pattern}|{_KEPT}", re.MULTILINE | re.DOTALL), replace


_WORDS = r"(?P<words>[^\s{0}](?:[^\n{0}]*[^\s{0}])?)"
_RULES = [
    # [words](link), ![words](link), [words](link "title")
    _rule(r'!?\[(?P<words>[^\[\]\n]+)\]\((?P<link>https?://[^\s)]+)(?:[ \t]+"[^"\n]*")?\)', _link),
    _rule(r"\*\*\*" + _WORDS.format("*") + r"\*\*\*", lambda match: f"*_{match['words']}_*"),
    _rule(r"\*\*(?P<words>[^\s*](?:(?:(?!\*\*)[^\n])*[^\s*])?)\*\*", lambda match: f"*{match['words']}*"),
    _rule(r"(?<!\w)__" + _WORDS.format("_") + r"__(?!\w)", lambda match: f"*{match['words']}*"),
    _rule(r"~~" + _WORDS.format("~") + r"~~", lambda match: f"~{match['words']}~"),
    _rule(r"^#{1,6}[ \t]+(?P<words>[^\n]+?)[ \t]*#*$", _heading),
    _rule(r"^(?P<indent>[ \t]*)\*[ \t]+(?=\S)", lambda match: f"{match['indent']}- "),
]
