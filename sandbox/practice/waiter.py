"""The practice waiter: reads what a diner wants by rules, asks the menu tools, and answers as a
waiter would.
"""

import re

from sandbox.practice import menus
from sandbox.practice.dishes import DRINKS, wanted_dish, wanted_search, worried_about
from sandbox.practice.turn import Turn
from sandbox.practice.words import (
    first_of,
    fold,
    is_among,
    is_off_trade,
    is_program_question,
    quote,
    sentence,
    small_talk,
    without_greeting,
)

_BOOKS = re.compile(
    r"\b(?:p&l|profit|revenue|ebitda|vat|tax(?:es)?|ifrs|gaap|audit|accounting|payroll|bookkeeping)\b"
)
_HOUSE = re.compile(
    r"\b(?:opening|hours|open|close[ds]?|book(?:ing)?|reserv\w*|table for|wifi|wi-fi|address|where"
    r" are you|directions?|parking|"
    r"deliver\w*|bill|pay|card|momo|manager|complain\w*)\b"
)
_BOLD = re.compile(r"\*([^*\n]+)\*")


def greet(turn: Turn) -> str:
    return (
        f"Welcome to *{turn.restaurant}*! Are you hungry, thirsty, or both? Ask me for anything to"
        " eat or drink."
    )


def reply(turn: Turn, message: str) -> str:
    """The answer to one message. Raises CallNeeded for a tool's result."""
    words = without_greeting(fold(message))
    if not words:
        return greet(turn)
    if talk := small_talk(words):
        return _small_talk(turn, talk)
    if is_program_question(words):
        return (
            f"I'm a program that answers for *{turn.restaurant}* as its waiter. What may I find for"
            " you on our menu?"
        )
    if is_off_trade(words):
        return (
            f"I'm only the waiter of *{turn.restaurant}*, so I keep to food and drink. What may I"
            " find for you on our menu?"
        )
    if _BOOKS.search(words):
        way = ": write /cfo to talk to them" if "/cfo" in turn.instructions else ""
        return f"That is a question for our CFO{way}. What may I find for you to eat or drink?"
    if not turn.offers("lookup_menu"):
        return _unsure(message)
    if worry := worried_about(words):
        return _allergens(turn, *worry)
    if dish := wanted_dish(words):
        return _choice(turn, dish)
    if _HOUSE.search(words):
        return _house(turn, words)
    if query := wanted_search(words):
        return _search(turn, query)
    return _unsure(message)


def _house(turn: Turn, words: str) -> str:
    """Hours and address stand in the instructions; the rest is the staff's."""
    on_file = re.findall(r"^- ((Hours|Address): .+)$", turn.instructions, re.MULTILINE)
    wanted = (
        "Hours" if re.search(r"\b(?:opening|hours|open|closed?|closes)\b", words) else "Address"
    )
    for line, kind in on_file:
        if kind == wanted and re.search(
            r"\b(?:opening|hours|open|close[ds]?|address|where|directions?)\b", words
        ):
            return f"{sentence(line)} May I find you something to eat or drink?"
    return (
        "That is our staff's: they will gladly help you at the restaurant. May I find you something"
        " to eat or drink?"
    )


def _unsure(message: str) -> str:
    return (
        f"I'm not sure what you mean by {quote(message)}. Are you looking for something to eat, to"
        " drink, or a dish by its name?"
    )


def _search(turn: Turn, query: str) -> str:
    result = turn.ask("lookup_menu", query=query)
    items = menus.items_of(result)
    if result.get("error"):
        return menus.trouble(result)
    if not items:
        return menus.not_on_menu(query)
    if len(items) == 1:
        return f"{menus.one_item(items[0])}\n\n{menus.ASK_PAIRING}"
    sweet = "Something sweet goes well with it. " if "coffee" in query else ""
    return (
        "With pleasure! Here is what I'd"
        f" suggest:\n{menus.list_of(items, result.get('found'))}\n\n{sweet}{menus.ASK_WHICH}"
    )


def _choice(turn: Turn, dish: str) -> str:
    result = turn.ask("lookup_menu", query=dish)
    items = menus.items_of(result)
    if result.get("error"):
        return menus.trouble(result)
    if not items:
        return menus.not_on_menu(dish)
    named = [item for item in items if _is_named(menus.name_of(item), dish)]
    if not named and len(items) > 1:
        return (
            "We have a few that fit"
            f" {quote(dish)}:\n{menus.list_of(items, result.get('found'))}\n\n{menus.ASK_WHICH}"
        )
    return _with_pairing(turn, (named or items)[0])


def _is_named(name: str, dish: str) -> bool:
    """Whether the diner named this dish, rather than its kind: "a coffee" names none of five
    coffees.
    """
    said = frozenset(re.findall(r"[^\W\d_]+", fold(name)))
    asked = [
        word
        for word in re.findall(r"[^\W\d_]{3,}", dish)
        if word not in {"the", "and", "with", "please"}
    ]
    return (
        bool(asked)
        and all(is_among(word, said) for word in asked)
        and (len(asked) > 1 or asked[0] not in DRINKS)
    )


def _with_pairing(turn: Turn, item: menus.Item) -> str:
    opening = f"Great choice! {menus.one_item(item)}"
    item_id = item.get("item_id", item.get("id"))
    if item_id is None or not turn.offers("recommend_pairing"):
        return f"{opening}\n\nAnything else I can find for you?"
    pairings = menus.items_of(
        turn.ask("recommend_pairing", item_id=item_id), "pairings", "recommendations"
    )
    if not pairings:
        return f"{opening}\n\nAnything else I can find for you?"
    best = pairings[0]
    partner = best["item"] if isinstance(best.get("item"), dict) else best
    upsell = sentence(first_of(best, "upsell", "upsell_text", "text", "reason"))
    return (
        f"{opening}\n\nIt goes well with {menus.item_line(partner)}. {upsell}".rstrip()
        + f" {menus.ASK_UPSELL}"
    )


def _allergens(turn: Turn, dish: str, worry: str) -> str:
    result = turn.ask("lookup_menu", query=dish or f"without {worry}")
    items = menus.items_of(result)
    if result.get("error"):
        return menus.trouble(result)
    if not items:
        return menus.not_on_menu(dish or f"without {worry}")
    if dish:
        return f"By our menu, {menus.allergens_of(items[0])} {menus.CONFIRM}"
    suggestions = menus.list_of(items, result.get("found"))
    return (
        f"By our menu, these should be fine without {worry}:\n{suggestions}\n\n{menus.CONFIRM}"
        f" {menus.ASK_WHICH}"
    )


def _small_talk(turn: Turn, talk: str) -> str:
    last, names = turn.last_reply, _BOLD.findall(turn.last_reply)
    match talk:
        case "thanks":
            return "You're most welcome! I'm here whenever you'd like something else."
        case "bye":
            return f"Goodbye, and thank you for writing to *{turn.restaurant}*. See you soon!"
        case "no":
            alone = (
                f"*{names[0]}* on its own is lovely, too. "
                if menus.ASK_UPSELL in last and names
                else ""
            )
            return f"No problem! {alone}I'm here whenever you'd like something else."
    if menus.ASK_UPSELL in last and len(names) > 1:
        both = f"*{names[0]}* with *{names[1]}*"
        return (
            f"Lovely: {both}. Our staff will take that order at your table. Anything else I can"
            " find for you?"
        )
    if menus.ASK_PAIRING in last and names and turn.offers("lookup_menu"):
        return _choice(turn, fold(names[0]))
    if menus.ASK_MENU in last and turn.offers("lookup_menu"):
        return _search(turn, "menu")
    if menus.ASK_WHICH in last and names:
        return f"Wonderful! Which one shall it be: {', '.join(f'*{name}*' for name in names)}?"
    return "Wonderful! What would you like to eat or drink?"
