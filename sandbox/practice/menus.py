"""How the practice waiter writes what the menu tools found, in WhatsApp's formatting."""

from collections.abc import Callable
from typing import Any

from sandbox.practice.words import quote, sentence

MAX_ITEMS = 5
# Questions that the waiter ends with, and knows again when the answer is "yes".
ASK_PAIRING = "Would you like to know what goes well with it?"
ASK_MENU = "Shall I show you a taste of the menu?"
ASK_WHICH = "Which one sounds good to you?"
ASK_UPSELL = "Would you like that with it?"
CONFIRM = "Please confirm with the kitchen if it matters to your health."

Item = dict[str, Any]


def item_line(item: Item) -> str:
    price = f" – {item['price']}" if item.get("price") else ""
    return f"*{item['name']}*{price}"


def with_allergens(item: Item) -> str:
    contains = ", ".join(item.get("allergens", ()))
    said = f"contains {contains}" if contains else "lists no allergens"
    if perhaps := ", ".join(item.get("may_contain", ())):
        said = f"{said}, may contain {perhaps}"
    if fit := ", ".join(item.get("dietary", ())):
        said = f"{said}, and is marked {fit}"
    return f"{item_line(item)} {said}."


def list_of(result: dict[str, Any], line: Callable[[Item], str] = item_line) -> str:
    """Up to five items, each on its line, and how many more there are."""
    shown = result["items"][:MAX_ITEMS]
    lines = [f"- {line(item)}" for item in shown]
    if (more := result.get("found", 0) - len(shown)) > 0:
        lines.append(f"…and {more} more.")
    return "\n".join(lines)


def one_item(item: Item) -> str:
    """An item with its description and what it is fit for."""
    lines = [item_line(item), sentence(item.get("description", ""))]
    if dietary := ", ".join(item.get("dietary", ())):
        lines.append(f"_{dietary}_")
    return "\n".join(line for line in lines if line)


def not_now(result: dict[str, Any]) -> str:
    """What was asked for and can't be had at this hour, and why."""
    away = [f"*{item['name']}*, {item['why']}" for item in result.get("unavailable", ())]
    return f"Not just now: {'; '.join(away[:MAX_ITEMS])}." if away else ""


def ask_kitchen(result: dict[str, Any]) -> str:
    """What is left out, as the menu does not say whether it is free of what must not be in it."""
    # In no bold: that is for what is offered.
    unsaid = ", ".join(result.get("not_stated", ())[:MAX_ITEMS])
    if not unsaid:
        return ""
    about = must_not_have(result) or "what you can't have"
    return f"Of these our menu doesn't say enough about {about}, please ask the kitchen: {unsaid}."


def must_not_have(result: dict[str, Any]) -> str:
    """The allergens and words that the search kept out: "nuts or milk"."""
    understood = result.get("understood", {})
    return " or ".join(understood.get("excluded_allergens", ()) or understood.get("avoided", ()))


def nothing_found(result: dict[str, Any], asked: str) -> str:
    if "error" in result:
        why = str(result["error"]).rstrip(".")
        return (
            f"I'm sorry, I can't read our menu just now ({why})."
            " Could you ask me again in a moment?"
        )
    if apart := " ".join(filter(None, (not_now(result), ask_kitchen(result)))):
        return f"I'm sorry, I have nothing to offer you for {quote(asked)}. {apart} {ASK_MENU}"
    if "wishes" in result.get("note", ""):
        if about := must_not_have(result):
            why = f"nothing we have for {quote(asked)} fits what you told me about {about}"
            return f"I'm sorry, {why}. {ASK_MENU}"
        return f"I'm sorry, we have nothing that is all of {quote(asked)}. {ASK_MENU}"
    if unknown := " and ".join(map(quote, result.get("not_understood", ()))):
        return f"I'm sorry, I don't know what {unknown} is. Could you say it in other words?"
    return f"I'm sorry, {quote(asked)} is not on our menu. {ASK_MENU}"
