"""What a diner chose: "2" below a message that offered something is its second choice.

A tap says by itself what it means (`knowledge.choosing`), but for the dish of an id.
"""

from collections.abc import Sequence
from dataclasses import replace

from conversation import keywords
from knowledge.choosing import LAST, chosen, item_in, may_be_meant, place_in, places_in, with_item
from knowledge.notes import as_typed, is_chosen, note, notes_of, own_words
from models import inbox, offers
from models.bubbles import Choice, Choices
from models.database.engine import Database
from models.diners import WHATSAPP, Known
from models.inbox import Written


def as_chosen(
    database: Database, messages: Sequence[Written], diner: Known, *, is_alone: bool
) -> list[Written]:
    """The messages, a bare place in words of what was offered there, a dish's id as its name.

    They are stored so. It is looked up for such messages alone: others cost nothing. `is_alone`:
    one is all of its turn. Raises DatabaseUnavailableError.
    """
    return [_as_chosen(database, each, diner, is_alone=is_alone) for each in messages]


def _as_chosen(database: Database, message: Written, diner: Known, *, is_alone: bool) -> Written:
    if diner.channel != WHATSAPP:
        return message
    told = _by_place(database, message, diner, is_alone=is_alone)
    if (item_id := item_in(told.text)) is not None:
        with database.alone() as connection:
            name = offers.name_of(connection, diner, item_id)
        told = replace(told, text=with_item(told.text, name))
    if told.text != message.text and not told.is_keyword:
        with database.alone() as connection:
            inbox.keep_text(connection, told)
    return told


def _by_place(database: Database, message: Written, diner: Known, *, is_alone: bool) -> Written:
    own = own_words(message.text)
    place = place_in(own)
    places = (place,) if place else places_in(own)
    if not places or is_chosen(message.text):
        return message
    with database.alone() as connection:
        offered = offers.offered(connection, diner, message)
    options = _at(offered, places)
    if not options:
        return message
    said = as_typed(", ".join(each.title for each in options))
    if len(options) == 1:
        said = chosen(options[0].id, said)
    elif any(keywords.parse(each.id) for each in options):
        return message
    keyword = keywords.parse(said)
    if keyword is None:
        by = note("chose it by its place", own)  # how many they are, if it was meant so
        return replace(message, text="\n".join([said, by, *notes_of(message.text)]))
    # A keyword is a turn of its own; among other words or files it stays the number that it was.
    if keyword.word in keywords.FOR_GOOD or not is_alone or message.media:
        return message
    return replace(message, text=said, is_keyword=True)


def _at(offered: Choices | None, places: Sequence[int]) -> list[Choice]:
    """What was offered at all of these places, if they can be meant."""
    options = offered.options if offered else ()
    if max(places) > len(options) or not options or 0 in places:
        return []
    # Of "2 people" and "4 people", "2" is the one that says so, and who reads it knows.
    if any(may_be_meant(each.id, each.title) for each in options):
        return []
    return [options[place if place == LAST else place - 1] for place in dict.fromkeys(places)]
