"""The pictures of dishes: ours by their names, others by asking their hosts as for an answer."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from engine.doctor.finding import LIMIT_S, Finding, ok, warn
from engine.doctor.menus import named
from knowledge.menu_pictures import can_be_sent, is_ours
from models import menu, restaurants
from models.database.engine import Database

# Each takes 3 s at most, and all are asked for at once.
MOST = 48
NAME = "pictures"
LOAD = (
    "Let image_url in the restaurant's file lead to a JPEG or PNG of 5 MB at most, over https at a"
    " public address, or leave it empty: then answers about the dish go without."
)


def look(database: Database, fault_of: Callable[[str], str]) -> Iterator[Finding]:
    """`fault_of`: what is wrong with a picture of somebody's, "": nothing.

    Raises DatabaseUnavailableError.
    """
    with database.transaction(LIMIT_S) as session:
        shown = {
            dish.image_url: f"{dish.name} ({restaurant.name})"
            for restaurant in restaurants.all_of_them(session)
            for dish in menu.available_items(session, restaurant.id)
            if dish.image_url
        }
    faults = {url: NOT_SENT for url in shown if not can_be_sent(url)}
    elsewhere = [url for url in shown if url not in faults and not is_ours(url)]
    asked = elsewhere[:MOST]
    with ThreadPoolExecutor(MOST) as pool:
        told = zip(asked, pool.map(fault_of, asked), strict=True)
        faults |= {url: fault for url, fault in told if fault}
    for fault in dict.fromkeys(faults.values()):
        dishes = [shown[url] for url in faults if faults[url] == fault]
        of, do = ("picture of", "does") if len(dishes) == 1 else ("pictures of", "do")
        yield warn(NAME, f"The {of} {named(dishes)} {do} not load: {fault}.", LOAD)
    if shown and not faults:
        unseen = len(elsewhere) - len(asked)
        not_all = f"; {unseen} more were not looked at" if unseen else ""
        yield ok(NAME, f"{len(shown) - unseen} pictures of dishes load{not_all}.")


NOT_SENT = "it is neither one of ours nor an address of https"
