"""The practice waiter: hands a diner's words to the menu tools, and says what they found."""

import re
from difflib import get_close_matches
from typing import Any

from sandbox.practice import menus
from sandbox.practice.turn import Turn
from sandbox.practice.words import fold, quote, read, sentence, unwrapped

MOST_TO_TAP = 10
QUERY_LIMIT = 200  # characters, as `lookup_menu` says
SAYS = {
    "greeting": (
        "Welcome to *{restaurant}*! Are you hungry, thirsty, or both?"
        " Ask me for anything to eat or drink."
    ),
    "yes": "Wonderful! What would you like to eat or drink?",
    "no": "No problem! I'm here whenever you'd like something else.",
    "thanks": "You're most welcome! I'm here whenever you'd like something else.",
    "bye": "Goodbye, and thank you for writing to *{restaurant}*. See you soon!",
    "program": (
        "I'm a program that answers for *{restaurant}* as its waiter."
        " What may I find for you on our menu?"
    ),
    "off_trade": (
        "I'm only the waiter of *{restaurant}*, so I keep to food and drink."
        " What may I find for you on our menu?"
    ),
}
ASK_MORE = "May I find you something to eat or drink?"
STAFFS = "That is our staff's: they will gladly help you at the restaurant."

_BOOKS = re.compile(
    r"\b(?:p&l|profit|revenue|ebitda|vat|tax(?:es)?"
    r"|ifrs|gaap|audit|accounting|payroll|bookkeeping)\b"
)
# Hours and address stand in the instructions; the rest is the staff's.
_HOUSE = {
    "Hours": re.compile(
        r"\b(?:opening|hours|open|close[ds]?|ouvert(?:e?s?)|ferm(?:[eé]e?s?|ez)|horaires|murafunguye|murafunze"
        r"|apert[oi]|chiusi|miftu[hħ](?:in)?|mmefungua|mmefunga)\b"
    ),
    "Address": re.compile(r"\b(?:address|where are you|directions?|the way|on (?:a|the) map)\b"),
    "Staff": re.compile(
        r"\b(?:book(?:ing)?|reserv\w*|table for|wi-?fi|parking"
        r"|deliver\w*|bill|pay|card|momo|manager|complain\w*)\b"
    ),
}
# Up to the next question, or a text of nothing but beginnings would be read as often as it is long.
_A_DISH = r"(?:(?!\b(?:is|are|do|does)\b).)+?"
# "Does the isombe contain peanuts?", "is there milk in the cappuccino?", "is the tilapia halal?"
_ABOUT_A_DISH = re.compile(
    rf"\b(?:does|do|may|might) (?!you\b|we\b|i\b)(?P<subject>{_A_DISH}) (?:contain|have)\b"
    rf"|\b(?:is|are) (?:there )?{_A_DISH} in (?!\w+ (?:menu|restaurant|house)\b)(?P<holder>.+)"
    rf"|\b(?:is|are) (?P<judged>{_A_DISH}) (?:vegan|vegetarian|halal|safe|\w+[ -]free)\b"
    r"|\bingredients (?:of|in) (?P<made>.+)"
)
# "Pancakes tomorrow morning", "rabbit for Sunday lunch"
_ANOTHER_TIME = re.compile(
    r"\b(?:(?:for|on) )?(?P<at>(?:(?:breakfast|lunch|dinner) )?"
    r"(?:tomorrow|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"(?: (?:morning|evening|breakfast|lunch|dinner|night))?)\b"
)
_HEALTH = re.compile(
    r"\b(?:allerg\w*|\w*intoleran\w*|coeliac|celiac|contain\w*"
    r"|(?:can't|cannot|can not) (?:eat|have|drink)"
    r"|(?:i'm|i am|(?:my|our) \w+ is) (?:vegan|vegetarian|pescatarian|halal))\b"
)
# "I'm allergic to nuts and milk", "my daughter can't have dairy", "I am vegan"
_STATED = re.compile(
    r"\b(?:i(?:'m| am)?|(?P<other>(?:my|our) \w+(?: is)?|(?:he|she)(?:'s| is)?)) "
    r"(?:(?P<diet>vegan|vegetarian|pescatarian|halal|coeliac|celiac)\b"
    r"|(?:allergic to|(?:can't|cannot|can not) (?:eat|have)) (?P<things>[^.!?;:]{1,60})"
    r"|ha(?:ve|s) an? (?P<named>[^.!?;:]{1,30}) allergy\b)"
)
_LISTED = re.compile(r",|\band\b|\bor\b")
_CHOOSES = re.compile(
    r"\b(?:i(?:'d| would) (?:like|love|take|have)"
    r"|i(?:'ll| will) (?:have|take|try|go (?:for|with))"
    r"|i(?:'m| am) having"
    r"|i (?:want|take|choose)"
    r"|(?:can|could|may) (?:i|we) (?:please )?(?:have|get|order|take)"
    r"|give me|bring me|let me have|order"
    r"|(?:goes?|pairs?|drinks?|wine|beer|suggest|recommend|eat)\b[^?.]*\bwith) (?P<dish>.+)"
)
# "Show me a picture of the brochette", "une photo du tilapia", "ifoto y'isombe"
_TO_SEE = re.compile(
    r"\b(?:(?:pictures?|photos?|pics?|images?|foto|immagini?|ritratt|ifoto|picha)\b"
    r"(?: (?:of|du|de la|de l'|des|de|di|del|della|dei|tal|ta'|ya|y')(?=[ \w']))?"
    r"|(?:what (?:does|do|is|are)|how (?:does|do)) (?P<subject>[^?.!]{1,80}) look(?: like)?\b)"
)
_ON_A_MAP = re.compile(r"^- On a map: (https://[^\s]+?)\.(?:\s|$)", re.MULTILINE)
_BOLD = re.compile(r"\*([^*\n]+)\*")


def reply(turn: Turn, message: str) -> str:
    """The answer to one message. Raises CallNeeded for a tool's result."""
    talk, words = read(message)
    if talk:
        return _taken_up(turn, talk) or SAYS[talk].format(restaurant=turn.restaurant)
    if _BOOKS.search(words):
        turn.ask("hand_over", persona="cfo", reason="tax, accounting or the books")
        way = ": write /cfo to talk to them" if "/cfo" in turn.instructions else ""
        return f"That is a question for our CFO{way}. {ASK_MORE}"
    if wanted := next((what for what, asked in _HOUSE.items() if asked.search(words)), None):
        on_file = re.search(rf"^- ({wanted}: .+)$", turn.instructions, re.MULTILINE)
        link = _ON_A_MAP.search(turn.instructions) if wanted == "Address" else None
        told = [sentence(on_file[1]) if on_file else STAFFS, link[1] if link else "", ASK_MORE]
        return " ".join(filter(None, told))
    if not turn.offers("lookup_menu"):
        return f"I'm not sure what you mean by {quote(message)}. What may I do for you?"
    if dish := _dish_asked_about(turn, words):
        return _what_is_in(turn, dish)
    if _TO_SEE.search(words):
        return _shown(turn, words)
    if _HEALTH.search(words):
        noted = _remembered(turn, words)
        return noted + _search(turn, unwrapped(words), careful=True)
    if choice := _CHOOSES.search(words):
        return _search(turn, unwrapped(choice["dish"]), chosen=True)
    # Our greeting asks who is thirsty; to the menu that is no word for a drink.
    return _search(turn, unwrapped(words.replace("thirsty", "drink")))


def _taken_up(turn: Turn, talk: str) -> str | None:
    """What "yes" and "no" mean to the question that we ended with."""
    last = turn.last_reply
    named = _BOLD.findall(last)
    match talk:
        case "no" if menus.ASK_UPSELL in last and named:
            return f"No problem! *{named[0]}* on its own is lovely, too."
        case "yes" if menus.ASK_UPSELL in last and named[1:]:
            return (
                f"Lovely: *{named[0]}* with *{named[1]}*."
                " Our staff will take that order at your table. Anything else I can find for you?"
            )
        case "yes" if menus.ASK_PAIRING in last and named:
            return _search(turn, fold(named[0]), chosen=True)
        case "yes" if menus.ASK_MENU in last:
            return _search(turn, "menu")
        case "yes" if menus.ASK_WHICH in last and named:
            choices = ", ".join(f"*{each}*" for each in named)
            return f"Wonderful! Which one shall it be: {choices}?"
    return None


def _dish_asked_about(turn: Turn, words: str) -> str | None:
    """The dish of a question for what is in it; "it" is the one that we named last."""
    if not (found := _ABOUT_A_DISH.search(words)):
        return None
    dish = next(each for each in found.groups() if each).strip(" ?!.,")
    named = _BOLD.search(turn.last_reply)
    return fold(named[1]) if named and dish in {"it", "this", "that"} else unwrapped(dish)


def _what_is_in(turn: Turn, dish: str) -> str:
    result = _look_up(turn, dish)
    if not (items := result.get("items")):
        return menus.nothing_found(result, dish)
    made_of = sentence(items[0].get("description", ""))
    said = (menus.with_allergens(items[0]), made_of, menus.CONFIRM)
    return f"By our menu, {' '.join(each for each in said if each)}"


def _shown(turn: Turn, words: str) -> str:
    """The one dish that they want to see: its picture goes with what is said of it alone."""
    found = _TO_SEE.search(words)
    query = unwrapped((found and found["subject"]) or _TO_SEE.sub(" ", words))
    named = _BOLD.search(turn.last_reply)
    if named and query in {"", "it", "this", "that"}:
        query = fold(named[1])
    result = _look_up(turn, query)
    if not (items := result.get("items")):
        return menus.nothing_found(result, query)
    item = _named(items, query) or items[0]
    none = "" if item.get("image_url") else "I have no picture of it. "
    return f"{menus.one_item(item)}\n\n{none}{menus.ASK_PAIRING}"


def _remembered(turn: Turn, words: str) -> str:
    """Whose allergy or diet it is, kept; and what the diner is told of that."""
    if not (stated := _STATED.search(words)) or not turn.offers("remember_diet"):
        return ""
    for_whom = "table" if stated["other"] else "diner"
    if diet := stated["diet"]:
        kept = turn.ask("remember_diet", diets=[diet], for_whom=for_whom)
    else:
        things = [each.strip() for each in _LISTED.split(stated["things"] or stated["named"])]
        allergens = [each for each in things if each]
        kept = turn.ask("remember_diet", allergens=allergens, for_whom=for_whom)
    if "error" in kept:
        return ""
    return "I keep that in mind (write */me* to see or erase it).\n\n"


def _search(turn: Turn, query: str, *, chosen: bool = False, careful: bool = False) -> str:
    """`chosen`: it may name a dish to have. `careful`: health hangs on what is in it."""
    result = _look_up(turn, query)
    if not (items := result.get("items")):
        return menus.nothing_found(result, query)
    apart = "\n\n".join(filter(None, (menus.not_now(result), menus.ask_kitchen(result))))
    if careful:
        listed = menus.list_of(result, menus.with_allergens)
        listed = "\n\n".join(filter(None, (listed, apart)))
        return f"By our menu:\n{listed}\n\n{menus.CONFIRM} {menus.ASK_WHICH}"
    if chosen and (item := _named(items, query)):
        return _with_pairing(turn, item)
    if chosen and len(items) > 1 and _offered(turn, items):
        return f"With pleasure! {menus.ASK_WHICH}"
    if len(items) == 1:
        found = "\n\n".join(filter(None, (menus.one_item(items[0]), apart)))
        return f"{found}\n\n{menus.ASK_PAIRING}"
    sweet = "Something sweet goes well with it. " if "coffee" in query else ""
    listed = "\n\n".join(filter(None, (menus.list_of(result), apart)))
    return f"With pleasure! Here is what I'd suggest:\n{listed}\n\n{sweet}{menus.ASK_WHICH}"


def _offered(turn: Turn, items: list[menus.Item]) -> bool:
    """Whether the diner may tap one of them, in place of reading a list."""
    choices = [{"text": each["name"], "item_id": each["item_id"]} for each in items[:MOST_TO_TAP]]
    is_there = turn.offers("offer_choices")
    return is_there and "error" not in turn.ask("offer_choices", choices=choices)


def _look_up(turn: Turn, query: str) -> dict[str, Any]:
    """`at`: when the words say that it is for another time."""
    if not (found := _ANOTHER_TIME.search(query)):
        return turn.ask("lookup_menu", query=query[:QUERY_LIMIT])
    query = f"{query[: found.start()].rstrip()}{query[found.end() :]}".strip()
    return turn.ask("lookup_menu", query=query[:QUERY_LIMIT], at=found["at"])


def _named(items: list[menus.Item], dish: str) -> menus.Item | None:
    """The item that was named, rather than its kind: "a coffee" names none of five coffees."""
    if len(items) == 1:
        return items[0]
    asked = [
        word for word in re.findall(r"[^\W\d_]{3,}", fold(dish)) if word not in {"and", "with"}
    ]
    named = [item for item in items if asked and _has_all(item["name"], asked)]
    return next((item for item in named if not _has_all(item.get("category", ""), asked)), None)


def _has_all(text: str, asked: list[str]) -> bool:
    """Whether a text has all these words, spelled about right, in the singular or the plural."""
    words = [word.rstrip("s") for word in re.findall(r"[^\W\d_]+", fold(text))]
    return all(get_close_matches(word.rstrip("s"), words, n=1, cutoff=0.84) for word in asked)


def _with_pairing(turn: Turn, item: menus.Item) -> str:
    opening = f"Great choice! {menus.one_item(item)}"
    pairings = turn.ask("recommend_pairing", item_id=item["item_id"]).get("pairings")
    if not pairings:
        return f"{opening}\n\nAnything else I can find for you?"
    partner = menus.item_line(pairings[0]["item"])
    upsell = sentence(pairings[0]["upsell"])
    return f"{opening}\n\nIt goes well with {partner}. {upsell} {menus.ASK_UPSELL}"
