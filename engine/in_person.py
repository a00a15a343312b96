"""Somebody of the staff answers diners at the console: takes over, writes, hands back.

That is what /take, /to and /done do on WhatsApp, by the same functions; who had the diner there is
told as they would be. Their own telephone need never have written to us.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from conversation.ending import HandBack, TakeOver
from conversation.people import returned_notices, taken_notices
from engine.hands import Hands, Taken
from knowledge.clock import Clock
from models import diners, hands, said_once
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import WINDOW
from models.hands import Conversation
from models.restaurants import Restaurant
from models.staff import Colleague
from personas import colleagues
from telemetry.masking import masked
from whatsapp.split import as_messages

# `gone`: there is no such diner here any more. `too_late`: their 24 hours are over. `opted_out`:
# they want no messages. `unreachable`: WhatsApp can't reach them, or they have blocked us.
# `own`: it is this person's own chat with the restaurant.
Outcome = Literal["done", "gone", "too_late", "opted_out", "unreachable", "own"]


class InPerson:
    """`go_on`: lets a diner's parts be sent, where that is here."""

    def __init__(
        self, database: Database, hands: Hands, clock: Clock, go_on: Callable[[int], object]
    ) -> None:
        self._database = database
        self._hands = hands
        self._clock = clock
        self._go_on = go_on

    def take(self, restaurant: Restaurant, diner_id: int, member: Colleague) -> Outcome:
        """No persona answers this diner any more, from this moment on, also mid-turn.

        Raises DatabaseUnavailableError.
        """
        return self._take_over(restaurant, diner_id, member, "", None)

    def say(
        self, restaurant: Restaurant, diner_id: int, member: Colleague, words: str, *, key: str
    ) -> Outcome:
        """Write to a diner, which takes them over. `key`: the form's; its words are said once.

        Raises DatabaseUnavailableError.
        """
        own = said_once.of(key, words, diner_id)
        return self._take_over(restaurant, diner_id, member, words, own)

    def give_back(self, restaurant: Restaurant, diner_id: int, member: Colleague) -> Outcome:
        """The persona answers this diner again. Raises DatabaseUnavailableError."""
        chat = self._chat(restaurant, diner_id)
        if chat is None:
            return "gone"
        if chat.in_hands_until is None:
            return "done"
        now = self._clock.steady()
        others = self._others(restaurant, member, now)
        effect = HandBack(
            chat.id, "staff", returned_notices(chat, others, is_unlisted=self._is_unlisted(chat))
        )
        with self._database.connection() as connection:
            written = self._hands.hand_back(
                connection, effect, number=restaurant.number, by=member.address, now=now
            )
        self._wrote(effect, written)
        return "done"

    def _take_over(
        self,
        restaurant: Restaurant,
        diner_id: int,
        member: Colleague,
        words: str,
        key: str | None,
    ) -> Outcome:
        chat = self._chat(restaurant, diner_id)
        if chat is None:
            return "gone"
        now = self._clock.steady()
        if why := _why_not(chat, member, now):
            return why
        effect = self._effect(chat, restaurant, member, words, now)
        try:
            taken = self._written(effect, restaurant, now, key)
        except _SaidBeforeError:
            return "done"
        if taken is None:
            return "gone"
        self._wrote(effect, taken.written)
        return "done"

    def _written(
        self, effect: TakeOver, restaurant: Restaurant, now: datetime, key: str | None
    ) -> Taken | None:
        """Raises _SaidBeforeError, and nothing is written."""
        with self._database.connection() as connection:
            taken = self._hands.take_over(
                connection, effect, number=restaurant.number, now=now, at_console=True
            )
            # Under the diner's lock: of two that come at once, the second sees the first.
            if key and taken:
                if said_once.was_said(connection, key):
                    raise _SaidBeforeError
                said_once.keep(connection, key, taken.turn_id)
        return taken

    def _effect(
        self,
        chat: Conversation,
        restaurant: Restaurant,
        member: Colleague,
        words: str,
        now: datetime,
    ) -> TakeOver:
        bubbles = tuple(map(Bubble, as_messages(words))) if words else ()
        if chat.in_hands_of == member.address:
            return TakeOver(chat.id, bubbles, member.address, ())
        others = self._others(restaurant, member, now)
        name = member.name or masked(member.address)
        return TakeOver(chat.id, bubbles, member.address, taken_notices(chat, others, name))

    def _wrote(self, effect: TakeOver | HandBack, written: list[int]) -> None:
        self._hands.tell([effect])
        for diner_id in written:
            self._go_on(diner_id)

    def _chat(self, restaurant: Restaurant, diner_id: int) -> Conversation | None:
        with self._database.transaction() as session:
            return hands.by_id(session, restaurant, diner_id)

    def _is_unlisted(self, chat: Conversation) -> bool:
        with self._database.alone() as connection:
            diner = diners.known(connection, chat.id)
        return self._hands.is_unlisted(diner)

    def _others(
        self, restaurant: Restaurant, member: Colleague, now: datetime
    ) -> list[colleagues.Reached]:
        found = colleagues.reached(self._database, restaurant, now)
        return [each for each in found if each.colleague.address != member.address]


class _SaidBeforeError(Exception):
    """The form was sent twice."""


def _why_not(chat: Conversation, member: Colleague, now: datetime) -> Outcome | None:
    """Why nothing can be said there."""
    if chat.address in member.addresses:
        return "own"
    if chat.opted_out_at:
        return "opted_out"
    if chat.is_blocked:
        return "unreachable"
    return "too_late" if now - chat.last_message_at >= WINDOW else None
