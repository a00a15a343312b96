"""How the practice waiter writes what the menu tools found, in WhatsApp's formatting."""

from typing import Any

from sandbox.practice.words import first_of, quote, sentence

MAX_ITEMS = 5
# Questions that the waiter ends with, and knows again when the answer is "yes".
ASK_PAIRING = "Would you like to know what goes well with it?"
ASK_MENU = "Shall I show you a taste of the menu?"
ASK_WHICH = "Which one sounds good to you?"
ASK_UPSELL = "Would you like that with it?"
CONFIRM = "Please confirm with the kitchen if it matters to your health."

Item = dict[str, Any]


def items_of(result: dict[str, Any], *names: str) -> list[Item]:
    """The list of items in a tool's result, under the first of these names that holds one."""
    for name in (*names, "items", "results", "result"):
        if isinstance(result.get(name), list):
            return [each for each in result[name] if isinstance(each, dict)]
    return []


def item_line(item: Item) -> str:
    price = first_of(item, "price", "formatted_price", "price_text")
    return f"*{name_of(item)}*" + (f" – {price}" if price else "")


def name_of(item: Item) -> str:
    return first_of(item, "name", "title") or "this one"


def list_of(items: list[Item], found: object) -> str:
    """Up to five items, each on its line, and how many more there are."""
    shown = items[:MAX_ITEMS]
    lines = [f"- {item_line(item)}" for item in shown]
    more = (found if isinstance(found, int) else len(items)) - len(shown)
    if more > 0:
        lines.append(f"…and {more} more.")
    return "\n".join(lines)


def one_item(item: Item) -> str:
    """An item with its description and what it is fit for."""
    lines = [item_line(item), sentence(first_of(item, "description"))]
    if dietary := tags(item, "dietary"):
        lines.append(f"_{dietary}_")
    return "\n".join(line for line in lines if line)


def tags(item: Item, name: str) -> str:
    value = item.get(name)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def not_on_menu(asked: str) -> str:
    return f"I'm sorry, {quote(asked)} is not on our menu. {ASK_MENU}"


def trouble(result: dict[str, Any]) -> str:
    return (
        f"I'm sorry, I can't read our menu just now ({str(result['error']).rstrip('.')}). Could you"
        " ask me again in a moment?"
    )


def allergens_of(item: Item) -> str:
    contains = tags(item, "allergens")
    said = f"contains {contains}" if contains else "lists no allergens"
    fit = f", and is marked {tags(item, 'dietary')}" if item.get("dietary") else ""
    return f"{item_line(item)} {said}{fit}."
