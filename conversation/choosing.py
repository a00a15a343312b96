"""What a diner chose by its place: "2" below a message that offered something is its second choice.

A tap says by itself what it means (`knowledge.choosing`), and needs nothing of this.
"""

from collections.abc import Sequence
from dataclasses import replace

from conversation import keywords
from knowledge.choosing import LAST, chosen, place_in
from knowledge.notes import notes_of, own_words
from models import inbox, offers
from models.database.engine import Database
from models.diners import WHATSAPP, Known
from models.inbox import Written
from models.outbox import Choices


def as_chosen(
    database: Database, messages: Sequence[Written], diner: Known, *, is_alone: bool
) -> list[Written]:
    """The messages, a bare place in words of what was offered there, which is stored.

    It is looked up for such messages alone: those that name no place cost nothing. `is_alone`: one
    is all of its turn. Raises DatabaseUnavailableError.
    """
    return [_as_chosen(database, each, diner, is_alone=is_alone) for each in messages]


def _as_chosen(database: Database, message: Written, diner: Known, *, is_alone: bool) -> Written:
    place = place_in(own_words(message.text)) if diner.channel == WHATSAPP else None
    if place is None:
        return message
    with database.alone() as connection:
        offered = offers.offered(connection, diner, message)
    said = _said(offered, place)
    if said is None:
        return message
    keyword = keywords.parse(said)
    if keyword is None:
        told = replace(message, text="\n".join([said, *notes_of(message.text)]))
        with database.alone() as connection:
            inbox.keep_text(connection, told)
        return told
    # A keyword is a turn of its own; among other words or files it stays the number that it was.
    if keyword.word in keywords.FOR_GOOD or not is_alone or message.media:
        return message
    return replace(message, text=said, is_keyword=True)


def _said(offered: Choices | None, place: int) -> str | None:
    options = offered.options if offered else ()
    if (place != LAST and place > len(options)) or not options:
        return None
    option = options[place if place == LAST else place - 1]
    return chosen(option.id, option.title)
