"""What a diner sent is understood before anything reads it: files are opened, words are heard.

It completes messages and answers none. What it finds out is stored with the message, so a turn that
is run again has it; a message of words alone costs nothing.
"""

from collections.abc import Sequence
from concurrent.futures import Future, as_completed
from contextvars import copy_context
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
from models.tokens import Tokens, total
from whatsapp import enclosures
from whatsapp.enclosures import Found

# Files of one turn that are opened beside each other.
AT_ONCE = 4


@dataclass(slots=True)
class Findings:
    """What a turn's files come to, each of them opened once, and what that took of a model."""

    of: dict[Medium, Future[tuple[Found, Tokens]]] = field(default_factory=dict)

    @property
    def tokens(self) -> Tokens:
        return total(each.result()[1] for each in self.of.values() if each.done())


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
        return with_quotes(self._database, messages, diner, earlier, self._clock.now())

    def _with_files(
        self, messages: Sequence[Written], diner: Known, findings: Findings
    ) -> list[Written]:
        if self._opening is None or not any(each.media for each in messages):
            return list(messages)
        messages = self._as_kept(messages)
        media = [each for message in messages for each in message.media if not each.is_opened]
        _begin(media, diner.id, self._opening, findings)
        # Each is stored as soon as its own files are there: whoever ends us, it is not heard again.
        opened: dict[int, Written] = {}
        for _ in as_completed({findings.of[each] for each in media}):
            for message in messages:
                if message.id not in opened and _is_found(message, findings):
                    opened[message.id] = self._opened(message, findings)
        return [opened.get(each.id, each) for each in messages]

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

    def _opened(self, message: Written, findings: Findings) -> Written:
        """The message with what was in its files, which is stored."""
        found = findings.of
        news = {each: found[each].result()[0] for each in message.media if each in found}
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


def _begin(media: Sequence[Medium], diner_id: int, opening: Opening, findings: Findings) -> None:
    room = Semaphore(AT_ONCE)
    begun: dict[Medium, Future[tuple[Found, Tokens]]] = {
        each: Future() for each in media if each not in findings.of
    }
    findings.of |= begun

    def open_one(medium: Medium, future: Future[tuple[Found, Tokens]]) -> None:
        with room:
            future.set_result(opening.open(medium, diner_id))

    for each in begun.items():
        # No pool's: the process's exit would wait for what is fetched and heard by then.
        # It is of the turn, in the log and in its trace.
        Thread(target=copy_context().run, args=(open_one, *each), daemon=True).start()


def _is_found(message: Written, findings: Findings) -> bool:
    found = (findings.of.get(each) for each in message.media)
    return all(each is None or each.done() for each in found)
