"""What a diner sent is understood before anything reads it: files are opened, words are heard.

It completes messages and answers none. What it finds out is stored with the message, so a turn that
is run again has it; a message of words alone costs nothing.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from conversation.choosing import as_chosen
from conversation.opening import Opening
from conversation.quoting import with_quotes
from knowledge.clock import Clock
from models import attachments, inbox
from models.database.engine import Database
from models.diners import Known
from models.inbox import Medium, Written
from models.restaurants import Restaurant
from realtime.events import Usage
from whatsapp import enclosures
from whatsapp.enclosures import Found

# Files of one turn that are opened beside each other.
AT_ONCE = 4


def _untold(_: Usage) -> None:
    pass


class Understanding:
    """`opening`: None where no files can be had."""

    def __init__(self, database: Database, clock: Clock, opening: Opening | None = None) -> None:
        self._database = database
        self._clock = clock
        self._opening = opening

    def understood(
        self,
        messages: Sequence[Written],
        diner: Known,
        restaurant: Restaurant,
        spend: Callable[[Usage], object] = _untold,
        earlier: Sequence[Written] = (),
    ) -> list[Written]:
        """The same messages, as the model, the search and the staff are to read them.

        `earlier`: those of their turn that were understood before, which stand before them: some
        may be edited or taken back by now. It may take seconds; `spend` hears what it took of a
        model. Raises DatabaseUnavailableError.
        """
        messages = self._with_files(messages, diner, spend)
        messages = self._with_quoted_pictures(messages, diner)
        messages = as_chosen(self._database, messages, diner)
        return with_quotes(self._database, messages, diner, earlier)

    def _with_files(
        self, messages: Sequence[Written], diner: Known, spend: Callable[[Usage], object]
    ) -> list[Written]:
        if self._opening is None or not any(each.media for each in messages):
            return list(messages)
        messages = self._as_kept(messages)
        found = self._found_in(messages, diner.id)
        for _, usage in found.values():
            spend(usage)
        return [self._opened(each, found) for each in messages]

    def _with_quoted_pictures(self, messages: list[Written], diner: Known) -> list[Written]:
        """Who quotes a picture speaks of it, however long ago it was sent."""
        if not any(each.quoted_sid for each in messages):
            return messages
        with self._database.alone() as connection:
            return [
                replace(each, pictures=(*quoted, *each.pictures))
                if each.quoted_sid
                and (quoted := attachments.quoted(connection, diner.id, each.quoted_sid))
                else each
                for each in messages
            ]

    def _as_kept(self, messages: Sequence[Written]) -> list[Written]:
        """With the pictures that an earlier attempt at this turn has opened."""
        seen = [each.id for each in messages if any(medium.is_opened for medium in each.media)]
        if not seen:
            return list(messages)
        with self._database.alone() as connection:
            kept = attachments.of_messages(connection, seen)
        return [replace(each, pictures=kept.get(each.id, each.pictures)) for each in messages]

    def _found_in(
        self, messages: Sequence[Written], diner_id: int
    ) -> dict[Medium, tuple[Found, Usage]]:
        opening = self._opening
        media = [medium for each in messages for medium in each.media if not medium.is_opened]
        if opening is None or not media:
            return {}
        with ThreadPoolExecutor(min(len(media), AT_ONCE)) as threads:
            found = threads.map(lambda each: opening.open(each, diner_id), media)
            return dict(zip(media, found, strict=True))

    def _opened(self, message: Written, found: dict[Medium, tuple[Found, Usage]]) -> Written:
        """The message with what was in its files, which is stored."""
        news = {each: found[each][0] for each in message.media if each in found}
        if not news:
            return message
        opened = replace(
            message,
            text=enclosures.told(message.text, news),
            media=tuple(replace(each, is_opened=True) for each in message.media),
            pictures=tuple(each.picture for each in news.values() if each.picture is not None),
        )
        with self._database.connection() as connection:
            # Its diner may have had it erased.
            if inbox.keep_opened(connection, opened):
                now = self._clock.now()
                attachments.keep(connection, opened.id, opened.pictures, now)
        return opened
