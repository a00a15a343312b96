"""Formulas in LaTeX, which models fall into where they calculate, as one writes them in a chat."""

import re

# Code and addresses come first, and stay. A "$" is money, unless a command or a brace follows.
_FORMULA = re.compile(
    r"(?=[`h\\$])(?:`[^`\n]++`|https?://\S++"
    r"|\\\[(?P<display>(?:[^\n\\]++|\\[^\n\[\]()\\])++)\\\]"
    r"|\\\((?P<inline>(?:[^\n\\]++|\\[^\n\[\]()\\])++)\\\)"
    r"|\$\$(?P<block>[^$]++)\$\$"
    r"|\$(?=\S)(?P<money>[^$\n\\{]*+[\\{][^$\n]*+)(?<=\S)\$)"
)
_IS_ONE = re.compile(r"[=+*/^_{}\\×÷0-9]")
_GROUP = r"\{([^{}]*+)\}"
_WORDS = re.compile(rf"\\(?:text|mathrm|mathbf|textbf|mathit|operatorname|boxed){_GROUP}")
_FRACTION = re.compile(rf"\\[dt]?frac{_GROUP}{_GROUP}")
_COMMAND = re.compile(r"\\([A-Za-z]++|[^A-Za-z\n])")
_SIGNS = {
    **{"times": "×", "cdot": "·", "div": "÷", "pm": "±", "approx": "≈", "neq": "≠", "leq": "≤"},
    **{"le": "≤", "geq": "≥", "ge": "≥", "rightarrow": "→", "to": "→", "Rightarrow": "⇒"},
    **{"sum": "Σ", "ldots": "…", "dots": "…", "euro": "€", "pounds": "£", "quad": " "},
    **dict.fromkeys((",", ";", ":", " ", "qquad"), " "),
    **dict.fromkeys(("!", "left", "right", "displaystyle"), ""),
}


def without_formulas(text: str) -> str:
    """`text` with its formulas in plain characters. What is none stays as it is."""
    return _FORMULA.sub(_plain, text) if "\\" in text or "$" in text else text


def _plain(found: re.Match[str]) -> str:
    told = next((each for each in found.groups() if each), "")
    if not _IS_ONE.search(told):
        return found[0]  # "\[see below\]" is no formula
    told = _WORDS.sub(r"\1", told)
    told = _FRACTION.sub(lambda each: f"{_whole(each[1])} / {_whole(each[2])}", told)
    told = _COMMAND.sub(lambda each: _SIGNS.get(each[1], each[1]), told)
    return told.replace("{", "").replace("}", "").strip() or found[0]


def _whole(part: str) -> str:
    return f"({part})" if " " in part.strip() else part
