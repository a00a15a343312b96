"""What a diner sent is understood before anything reads it: files are opened, words are heard.

It completes messages and answers none. What it finds out is stored with the message, so a turn that
is run again has it; a message of words alone costs nothing.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Semaphore, Thread

from conversation.choosing import as_chosen
from conversation.opening import Opening
from conversation.quoting import with_quotes
from knowledge.clock import Clock
from knowledge.notes import DELETED
from models import attachments, inbox
from models.database.engine import Database
from models.diners import Known
from models.inbox import Medium, Written
from models.tokens import NO_TOKENS, Tokens
from whatsapp import enclosures
from whatsapp.enclosures import Found

# Files of one turn that are opened beside each other.
AT_ONCE = 4


@dataclass(slots=True)
class Findings:
    """What a turn's files came to, each of them opened once, and what that took of a model."""

    found: dict[Medium, Found] = field(default_factory=dict)
    tokens: Tokens = NO_TOKENS


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
        findings: Findings,
        earlier: Sequence[Written],
    ) -> list[Written]:
        """The same messages, as the model, the search and the staff are to read them.

        `findings`: of their turn so far; it adds to them. `earlier`: those of their turn that were
        understood before, which stand before them: some may be edited or taken back by now. It may
        take seconds. Raises DatabaseUnavailableError.
        """
        messages = self._with_files(messages, diner, findings)
        messages = self._with_quoted_pictures(messages, diner)
        is_alone = len(messages) == 1 and not earlier
        messages = as_chosen(self._database, messages, diner, is_alone=is_alone)
        return with_quotes(self._database, messages, diner, earlier)

    def _with_files(
        self, messages: Sequence[Written], diner: Known, findings: Findings
    ) -> list[Written]:
        if self._opening is None or not any(each.media for each in messages):
            return list(messages)
        messages = self._as_kept(messages)
        self._find_in(messages, diner.id, self._opening, findings)
        return [self._opened(each, findings.found) for each in messages]

    def _with_quoted_pictures(self, messages: list[Written], diner: Known) -> list[Written]:
        """Who quotes a picture speaks of it, however long ago it was sent."""
        if not any(each.quoted_sid for each in messages):
            return messages
        with self._database.alone() as connection:
            return [
                replace(each, pictures=(*quoted, *each.pictures))
                if each.quoted_sid
                and each.text != DELETED
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

    def _find_in(
        self, messages: Sequence[Written], diner_id: int, opening: Opening, findings: Findings
    ) -> None:
        media = [medium for each in messages for medium in each.media if not medium.is_opened]
        room = Semaphore(AT_ONCE)
        opened: dict[Medium, Future[tuple[Found, Tokens]]] = {
            each: Future() for each in media if each not in findings.found
        }

        def open_one(medium: Medium, future: Future[tuple[Found, Tokens]]) -> None:
            with room:
                try:
                    future.set_result(opening.open(medium, diner_id))
                except BaseException as error:  # noqa: BLE001 (it is raised where it is waited for)
                    future.set_exception(error)

        for each in opened.items():
            # No pool's: the process's exit would wait for what is fetched and heard by then.
            Thread(target=open_one, args=each, daemon=True).start()
        for medium, future in opened.items():
            findings.found[medium], tokens = future.result()
            findings.tokens = findings.tokens.plus(tokens)

    def _opened(self, message: Written, found: dict[Medium, Found]) -> Written:
        """The message with what was in its files, which is stored."""
        news = {each: found[each] for each in message.media if each in found}
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
