"""The practice CFO: hands the words to the tools, and answers with their figures or source."""

import re
from typing import Any

from sandbox.practice.statements import account_list, statement
from sandbox.practice.turn import Turn
from sandbox.practice.words import quote, read, sentence, unwrapped

MAX_RULES = 2
MAX_JURISDICTIONS = 2
TOPIC_LIMIT = 200  # characters, as `check_tax_rule` says
SAYS = {
    "greeting": (
        "Good day, the CFO of *{restaurant}* here."
        " Ask me about our figures, or about a rule of tax or accounting."
    ),
    "yes": "Good. Which period or which rule shall I look up?",
    "no": "Very well. I'm here when you need a figure or a rule.",
    "thanks": "You're welcome. I'm here for the next figure or the next rule.",
    "bye": "Goodbye, and good business!",
    "program": (
        "I'm a program that answers for *{restaurant}* as its CFO."
        " Which figure or which rule may I look up?"
    ),
    "off_trade": (
        "I keep to accounting, tax, audit and our own figures. Which of those may I help with?"
    ),
}

# Which tool a message is for. What is left of it without the books' own words names the period.
_BOOKS = re.compile(
    r"\b(?:p ?& ?l|pnl|profits?(?: and loss)?|loss(?:es)?|revenues?|sales|turnover|earn(?:ed)?"
    r"|income statement|ebitda|(?:gross |net )?margins?|cogs|cost of goods|(?:food )?costs?"
    r"|opex|(?:operating )?expenses|net (?:income|profit)|gross profit|financials?"
    r"|books|numbers|figures|results|performance"
    r"|how (?:did|are|were|have|is|was) (?:we|business)(?: (?:do|doing|done))?)\b"
)
# What the waiter is asked.
_MENU = re.compile(r"\b(?:menu|dish(?:es)?|hungry|thirsty|eat|drinks?|dessert|coffee|beer|wine)\b")
_TIME = re.compile(
    r"\b(?:20\d\d|(?:month|quarter|year|week|weekend)s?|days|yesterday|[yqmw]td|fy ?\d+"
    r"|january|february|april|june|july|august|september|october|november|december)\b"
)
_ACCOUNTS = re.compile(
    r"\b(?:(?:list|show|see|which|what|all)(?: me)?(?: are| of)?(?: the| our| my)? accounts"
    r"|chart of accounts|accounts are there)\b"
)
_BY = re.compile(r"\b(?:by|per) (?P<by>month|week|day|account)\b")
_COMPARED = re.compile(
    r"\b(?:compared? (?:it )?(?:with|to)|in comparison (?:with|to)|versus|vs\.?)(?P<other> [^?!;]*)"
)
# What people say for it, and what `fetch_financials` is sure to take for it.
_COMPARE_TO = {
    "last year": "a year earlier",
    "year before": "a year earlier",
    "last year's": "a year earlier",
    "month before": "previous",
    "week before": "previous",
    "quarter before": "previous",
    "before": "previous",
    "": "previous",
}
_RULES = re.compile(
    r"\b(?:\w*tax\w*|vat|paye|deduct\w*|depreciat\w*|recogni\w+|withh\w+|leases?|payroll"
    r"|accounting|rules?|law|rates?|standards?|filing|deadlines?|thresholds?)\b"
)
# As `check_tax_rule` takes them. In small letters "us" is another word: "tell us about tips".
_PLACE = (
    r"\b(?P<place>(?i:rwandan?|kigali|rra|malt(?:a|ese)|mtca|eu|europe(?:an)?(?: union)?"
    r"|uk|united kingdom|brit(?:ain|ish)|england|hmrc|canad(?:a|ian)|cra"
    r"|united states|american?|irs|california|texas|new york|ontario|quebec|france|germany|italy"
    r"|ireland|scotland|kenya|uganda|tanzania|japan)|USA?)(?:'s)?(?!\w)"
)
_JURISDICTION = re.compile(rf"\b(?P<standards>(?i:us gaap|gaap|asc|ifrs|ias))\b|{_PLACE}")
_TO_OPEN = re.compile(r"how to open them here: (?P<how>[^\n]+)")
# What a tool's note asks of the model itself.
_TO_US = re.compile(r": say so[^.:]*+(?=\.)|(?<=\.) Say so\.")
_HOME = re.compile(r"If no jurisdiction is named, take (?P<place>[^',.\n]+)'s")


def reply(turn: Turn, message: str) -> str:
    """The answer to one message. Raises CallNeeded for a tool's result."""
    talk, words = read(message)
    if talk:
        return SAYS[talk].format(restaurant=turn.restaurant)
    if _is_for_books(words):
        return _books(turn, words)
    if _MENU.search(words) and not _RULES.search(words):
        turn.ask("hand_over", persona="waiter", reason="something to eat or drink")
    return _rules(turn, message)


def _is_for_books(words: str) -> bool:
    of_books = bool(_BOOKS.search(words) or _ACCOUNTS.search(words) or _COMPARED.search(words))
    of_rules = bool(_RULES.search(words))
    # "Revenue recognition" is a rule's matter, "income tax" too, but not "our tax costs in 2025".
    return (of_books and not of_rules) or (bool(_TIME.search(words)) and (of_books or not of_rules))


def _books(turn: Turn, words: str) -> str:
    if not turn.offers("fetch_financials"):
        return (
            "The books are for the owner's numbers only."
            f" A rule of tax or accounting I can look up for anyone.{_how_to_open(turn)}"
        )
    if _ACCOUNTS.search(words) and turn.offers("list_accounts"):
        return account_list(turn.ask("list_accounts"))
    arguments = _asked_of_books(words)
    result = turn.ask("fetch_financials", **arguments)
    error = str(result.get("error", ""))
    if error.startswith("period:"):
        return (
            f"Which period is {quote(arguments['period'])}? Write it as “August 2025”, “Q3 2025”,"
            " “2025”, “last month” or “year to date”, for example."
        )
    if error:
        return f"I can't give you those figures: {sentence(error)}"
    return statement(result, by_account=arguments.get("by") == "account")


def _how_to_open(turn: Turn) -> str:
    """What the instructions of a sandbox say to somebody who may not see the books."""
    found = _TO_OPEN.search(turn.instructions)
    return f"\n_In this sandbox: {sentence(found['how'])}_" if found else ""


def _asked_of_books(words: str) -> dict[str, str]:
    """The period, what it is compared with, and by what it is broken down."""
    compared = _COMPARED.search(words)
    by = _BY.search(words)
    rest = _BY.sub(" ", _COMPARED.sub(" ", words))
    period = unwrapped(_BOOKS.sub(" ", rest)).replace(" of ", " ")
    if not period:
        period = "today" if re.search(r"\btoday\b", rest) else "last month"
    arguments = {"period": " ".join(period.split())}
    if compared:
        other = unwrapped(_BY.sub(" ", _BOOKS.sub(" ", compared["other"])))
        arguments["compare_to"] = _COMPARE_TO.get(other, other)
    if by:
        arguments["by"] = by["by"]
    return arguments


def _rules(turn: Turn, message: str) -> str:
    # A place says whose rule it is, and is no topic; "IFRS 16" is both.
    topic = unwrapped(read(re.sub(_PLACE, " ", message))[1])[:TOPIC_LIMIT]
    if not topic or not turn.offers("check_tax_rule"):
        return f"What do you mean by {quote(message)}: a period's figures, or a rule?"
    named = [found["standards"] or found["place"] for found in _JURISDICTION.finditer(message)]
    home = _HOME.search(turn.instructions)
    asked = list(dict.fromkeys(named))[:MAX_JURISDICTIONS] or [home["place"] if home else "IFRS"]
    wanted = [{"jurisdiction": each, "topic": topic} for each in asked]
    results = turn.ask_all("check_tax_rule", *wanted)
    answers = [_found(*each, topic) for each in zip(results, asked, strict=True)]
    if not any(result.get("rules") for result in results):
        way = ", or /waiter for the menu" if "/waiter" in turn.instructions else ""
        return "\n\n".join((*answers, f"Write me another word for it{way}."))
    answers.append("For a filing, please confirm with the authority or the auditor.")
    if not named:
        answers.append("_No country was named, so this is our own._")
    return "\n\n".join(answers)


def _found(result: dict[str, Any], jurisdiction: str, topic: str) -> str:
    if error := result.get("error"):
        return f"I can't look that up: {sentence(str(error).removeprefix('jurisdiction: '))}"
    if not (rules := result.get("rules")):
        nearest = result.get("nearest", ())
        named = ", ".join(f"{rule['jurisdiction']} – {rule['topic']}" for rule in nearest)
        near = f" Nearest on file, and not about this: {named}." if named else ""
        return (
            f"I have nothing on file about {quote(topic)} for {jurisdiction},"
            f" and I won't quote from memory.{near}"
        )
    note = [f"_{note}_"] if (note := _TO_US.sub("", result.get("note", ""))) else []
    return "\n\n".join([*note, *(_with_source(rule) for rule in rules[:MAX_RULES])])


def _with_source(rule: dict[str, Any]) -> str:
    lines = [
        f"*{rule['jurisdiction']} – {rule['topic']}*",
        sentence(rule["rule"]),
        f"_Source: {rule['authority']}, {rule['citation']}_",
        f"_Checked on {rule['checked_on']}_",
    ]
    if rule.get("unverified"):
        lines[-1] = "_Unverified: please confirm it at the authority_"
    if why := rule.get("in_force"):
        lines.append(f"_In force: {why}_")
    return "\n".join(lines)
