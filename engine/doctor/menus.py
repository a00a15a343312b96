"""What diners are told from: restaurants, their menus with prices and allergens, their hours."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from addresses import SCHEME
from engine.doctor.finding import LIMIT_S, Finding, ok, warn, wrong
from knowledge.doubts import lacking
from models import menu, restaurants
from models.database.engine import Database
from models.menu import MenuItem
from models.restaurants import Restaurant

MOST_NAMED = 3
SEED = "Load it with its file: flask --app app seed my-restaurant.json (docs/menu.md)."
IN_MENU = "Mend it in the restaurant's file and seed it, or by menu export and menu import."


def look(database: Database, home: str) -> Iterator[Finding]:
    """`home`: TWILIO_WHATSAPP_NUMBER. Raises DatabaseUnavailableError."""
    with database.transaction(LIMIT_S) as session:
        found = [
            (each, menu.available_items(session, each.id))
            for each in restaurants.all_of_them(session)
        ]
    yield from _numbers([restaurant for restaurant, _ in found], home)
    for restaurant, dishes in found:
        yield from _menu(restaurant.name, dishes)
        yield from _hours(restaurant)


def _numbers(found: Sequence[Restaurant], home: str) -> Iterator[Finding]:
    name = "restaurants"
    if not found:
        sentence = "There is no restaurant: diners are told that nothing is set up."
        yield wrong(name, sentence, f"{SEED} --samples loads two to try out.")
        return
    names = ", ".join(each.name for each in found)
    if home in {each.number for each in found}:
        yield ok(name, f"On file: {names}.")
        return
    sentence = f"No restaurant answers on {home} (TWILIO_WHATSAPP_NUMBER); on file: {names}."
    what_to_do = "Give a restaurant that number in its file and seed it, or set the number to its."
    has_number = any(each.number.startswith(SCHEME) for each in found)
    yield (warn if has_number else wrong)(name, sentence, what_to_do)


def _menu(name: str, dishes: Sequence[MenuItem]) -> Iterator[Finding]:
    if not dishes:
        yield wrong("menu", f"{name} has no dish on its menu: there is nothing to offer.", SEED)
        return
    trouble = [*_prices(name, dishes), *_allergens(name, dishes)]
    yield from trouble
    if not trouble:
        yield ok("menu", f"{name} serves {len(dishes)}, all with prices and allergens.")


def _prices(name: str, dishes: Sequence[MenuItem]) -> Iterator[Finding]:
    free = [each.name for each in dishes if each.price <= 0]
    if free:
        yield warn("menu.prices", f"{name} has no price for {named(free)}.", IN_MENU)


def _allergens(name: str, dishes: Sequence[MenuItem]) -> Iterator[Finding]:
    silent = [each.name for each in dishes if each.free_of is None]
    if silent:
        yield warn(
            "menu.allergens",
            f"{name} does not state what {named(silent)} {'is' if len(silent) == 1 else 'are'}"
            " free of: who must not have something is not offered them.",
            "Fill in free_of in its file, with whoever cooks it (docs/menu.md).",
        )
    said = [each for dish in dishes for each in lacking(dish)]
    if said:
        more = f" ({len(said)} in all)" if len(said) > 1 else ""
        yield warn("menu.allergens", f"{name}: {said[0]}{more}.", f"{IN_MENU} seed names them all.")


def _hours(restaurant: Restaurant) -> Iterator[Finding]:
    if not has_zone(restaurant):
        yield wrong(
            "hours",
            f"{restaurant.name}'s time zone, {restaurant.timezone!r}, is none that is known here.",
            "Name one of IANA's in its file, as Africa/Kigali; if it is one, install tzdata.",
        )
        return
    if not restaurant.opening_hours:
        yield warn(
            "hours",
            f"{restaurant.name} has no opening hours: nobody is told whether it is open.",
            "Give opening_hours in its file, or: flask --app app hours import hours.xlsx.",
        )
    else:
        yield ok("hours", f"{restaurant.name} has its opening hours, in {restaurant.timezone}.")


def has_zone(restaurant: Restaurant) -> bool:
    try:
        ZoneInfo(restaurant.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
