"""The practice CFO: reads a period or a rule out of a message, asks its tools, and answers with
figures or with the source.
"""

import re
from typing import Any

from sandbox.practice.periods import has_month_without_year, period_in
from sandbox.practice.statements import statement
from sandbox.practice.turn import Turn
from sandbox.practice.words import (
    first_of,
    fold,
    is_off_trade,
    is_program_question,
    quote,
    sentence,
    small_talk,
    without_contractions,
    without_greeting,
)

MAX_RULES = 2
# In the order in which a message is searched; the names are those that `check_tax_rule` takes.
JURISDICTIONS = {
    "US GAAP": r"gaap|asc(?: ?\d+)?|fasb",
    "IFRS": r"ifrs(?: ?\d+)?|ias(?: ?\d+)?|iasb",
    "Rwanda": r"rwandan?|rra|kigali|ebm|rssb|icpar",
    "Malta": r"malta|maltese|valletta|mtca|cfr|gapsme",
    "UK": r"uk|u\.k\.|united kingdom|britain|british|england|hmrc",
    "US": r"us|u\.s\.|usa|united states|america|american|irs|federal|sarbanes|sox",
    "Canada": r"canada|canadian|cra|gst|hst|aspe",
    "EU": r"eu|europe|european|brussels",
}
# Words that in small letters are others' ("tell us"), and count only as the writer's capitals.
_IN_CAPITALS = re.compile(r"\b(?:US|U\.S\.|USA)\b")

_BOOKS = re.compile(
    r"\b(?:p ?& ?l|pnl|profits?(?: and loss)?|loss(?:es)?|revenues?|sales|turnover|income"
    r" statement|ebitda|margins?|cogs|"
    r"cost of goods|opex|operating expenses|expenses|costs?|net (?:income|profit)|financials?|the"
    r" books|our (?:numbers|"
    r"figures|results|books)|how (?:did|are|were|have) we (?:do|doing|done)|how (?:is|was)"
    r" business|performance|results)\b"
)
_RULES = re.compile(
    r"\b(?:tax\w*|vat|paye|withh\w+|cit|corporate|deduct\w*|depreciat\w*|amorti[sz]\w*|ifrs|ias|gaap|asc|gapsme|lease\w*|"
    r"audit\w*|controls?|sox|invoic\w*|ebm|receipts?|payroll|pensions?|rssb|social"
    r" security|national insurance|tips?|"
    r"tipping|gratuit\w*|inventor\w*|stock ?counts?|revenue"
    r" recognition|recogni[sz]\w*|impair\w*|goodwill|provisions?|"
    r"filing|file|deadlines?|due"
    r" dates?|gst|hst|excise|levy|levies|thresholds?|standards?|accounting|bookkeeping|records?|"
    r"capital allowances?|fiscal|regist\w+|penalt\w*|minimum wage|service charges?|going"
    r" concern|fair value|"
    r"cash ?flow statement|consolidat\w*|dividends?|rules?|law|act)\b"
)
_FOOD = re.compile(
    r"\b(?:menu|coffee|eat|drink|beer|wine|dish|brochettes?|pizza|pasta|dessert|breakfast|lunch|dinner|hungry|vegan)\b"
)
# Words of a question that say nothing of a rule.
_SCAFFOLD = frozenset(
    re.findall(
        r"\w+",
        """
        a about according an and any apply are can could do does explain for from give have how i in
        is it know like many me much my need of on our please say says should tell that the there
        these they this to treat under us vs we what whats when which with would you your
        """,
    )
)


def greet(turn: Turn) -> str:
    return (
        f"Good day, the CFO of *{turn.restaurant}* here. Ask me about our figures, or about a rule"
        " of tax or accounting."
    )


def reply(turn: Turn, message: str) -> str:
    """The answer to one message. Raises CallNeeded for a tool's result."""
    words = without_greeting(fold(message))
    if not words:
        return greet(turn)
    if talk := small_talk(words):
        return _small_talk(talk)
    if is_program_question(words):
        return (
            f"I'm a program that answers for *{turn.restaurant}* as its CFO. Which figure or which"
            " rule may I look up?"
        )
    if is_off_trade(words):
        return (
            "I keep to accounting, tax, audit and our own figures. Which of those may I help with?"
        )
    if _BOOKS.search(words) and (period_in(words) or not _RULES.search(words)):
        return _books(turn, words)
    if _RULES.search(words) or _jurisdictions(message):
        return _rules(turn, message, words)
    if period_in(words):
        return _books(turn, words)
    if _FOOD.search(words):
        way = ": write /waiter to talk to them" if "/waiter" in turn.instructions else ""
        return f"The menu is the waiter's{way}. I'm at your service for figures and rules."
    return (
        f"I'm not sure what you mean by {quote(message)}. Is it about a period's figures, or about"
        " a rule of tax or accounting?"
    )


def _books(turn: Turn, words: str) -> str:
    if not turn.offers("fetch_financials"):
        return (
            "The books are for the owner's numbers only. A rule of tax or accounting I can look up"
            " for anyone."
        )
    if has_month_without_year(words):
        return "Of which year? For example “August 2025”."
    result = turn.ask("fetch_financials", period=period_in(words) or "last month")
    if result.get("error"):
        return (
            f"I can't give you those figures: {_politely(result['error'])} You could ask for a"
            " month, a quarter or a year."
        )
    return statement(result)


def _rules(turn: Turn, message: str, words: str) -> str:
    if not turn.offers("check_tax_rule"):
        return "I can't look rules up at the moment. Please ask me again later."
    named = _jurisdictions(message)
    topic = _topic(words)
    answers = [_rule(turn, jurisdiction, topic) for jurisdiction in (named or [_at_home(turn)])[:2]]
    answers.append("For a filing, please confirm with the authority or the auditor.")
    if not named:
        answers.append("_No country was named, so this is our own._")
    return "\n\n".join(answers)


def _rule(turn: Turn, jurisdiction: str, topic: str) -> str:
    result = turn.ask("check_tax_rule", jurisdiction=jurisdiction, topic=topic)
    if result.get("error"):
        return f"I can't look that up: {_politely(result['error'])}"
    rules = result.get("rules")
    if not isinstance(rules, list):
        rules = [result] if result.get("rule") else []
    if not rules:
        nothing = f"I have nothing on file about {quote(topic)} for {jurisdiction}"
        return f"{nothing}, and I won't quote from memory. Is there another word for it?"
    shown = [_with_source(rule) for rule in rules[:MAX_RULES] if isinstance(rule, dict)]
    return "\n\n".join(shown)


def _with_source(rule: dict[str, Any]) -> str:
    title = " – ".join(
        part for part in (first_of(rule, "jurisdiction"), first_of(rule, "topic", "title")) if part
    )
    source = ", ".join(
        part
        for part in (first_of(rule, "authority"), first_of(rule, "citation", "statute", "source"))
        if part
    )
    checked = first_of(rule, "checked_on", "checked", "date_checked", "verified_on")
    lines = [
        f"*{title}*" if title else "",
        sentence(first_of(rule, "rule", "summary", "text")),
        f"_Source: {source}_" if source else "",
        f"_Checked on {checked}_" if checked else "",
    ]
    return "\n".join(line for line in lines if line)


def _jurisdictions(message: str) -> list[str]:
    """Those that a message names, in its order."""
    words = fold(message)
    found: dict[str, int] = {}
    for name, pattern in JURISDICTIONS.items():
        match = re.search(rf"\b(?:{pattern})(?!\w)", words)
        if match and (match[0] != "us" or _IN_CAPITALS.search(message)):
            found[name] = match.start()
    if "US GAAP" in found:
        found.pop("US", None)
    return sorted(found, key=found.__getitem__)


def _at_home(turn: Turn) -> str:
    for text in (turn.first_line, turn.instructions):
        homes = {
            name: re.search(rf"\b(?:{JURISDICTIONS[name]})\b", fold(text))
            for name in ("Rwanda", "Malta")
        }
        named = [name for name, match in homes.items() if match]
        if len(named) == 1:
            return named[0]
    return "IFRS"


def _topic(words: str) -> str:
    places = "|".join(
        JURISDICTIONS[name] for name in ("Rwanda", "Malta", "UK", "US", "Canada", "EU")
    )
    kept = re.sub(
        rf"\b(?:{places})(?:'s)?(?!\w)",
        lambda found: found[0] if found[0] in _TOPICS_TOO else " ",
        words,
    )
    bare = re.sub(r"[^\w%&/' -]", " ", without_contractions(kept)).split()
    topic = " ".join(word for word in bare if word not in _SCAFFOLD)
    return topic[:200] or words[:200]


# Names of a tax that are names of a place's authority or system too.
_TOPICS_TOO = {"gst", "hst", "ebm", "rssb", "sox", "sarbanes"}


def _politely(error: object) -> str:
    return sentence(str(error)[:200])


def _small_talk(talk: str) -> str:
    return {
        "thanks": "You're welcome. I'm here for the next figure or the next rule.",
        "bye": "Goodbye, and good business!",
        "yes": "Good. Which period or which rule shall I look up?",
        "no": "Very well. I'm here when you need a figure or a rule.",
    }[talk]
