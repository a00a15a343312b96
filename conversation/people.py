"""Where people answer in a persona's place: the staff's words for it, and what the staff is told.

It changes nothing: what is to happen stands in the turn's ending. Which conversation is meant is
`conversation.naming`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from conversation import draft_by_phone
from conversation.ending import Ending, Forward, HandBack, TakeOver, held, said
from conversation.keywords import DONE, HUMAN, SEND, TAKE, TO, Keyword
from conversation.naming import NO_FILES, Named, Naming, NotNamedError
from conversation.running import Running
from conversation.sentences import CALLED, NOBODY_CAME
from conversation.unheard import unheard
from knowledge.clock import Clock
from knowledge.phrases import Phrase, later, phrase
from knowledge.places import address_of
from models import diners, hands, history
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import Known
from models.hands import Conversation, Holder
from models.inbox import Written
from models.restaurants import Restaurant
from personas import colleagues
from personas.colleagues import NobodyError, Reached, quoted, who
from personas.effects import CalledInVain, Notice
from telemetry.logs import log
from telemetry.masking import masked
from whatsapp.split import MAX_UNITS, as_messages, split, units

LAST_WORDS = 3
WORDS = (HUMAN, TO, SEND, TAKE, DONE)

IS_CALLED = later("A colleague has been called already, and will write to you here.")
# What is told to the staff of one whom they have, or were called to.
HAS_THEM = later("{name} has *{number}* now.")
WITH_THE_WAITER = later("*{number}* is with the waiter again.")
WITH_NOBODY = later(
    "*{number}* is nobody's any more: they are not on the list, so that nobody answers but the"
    " staff."
)
ASKED_FOR_THE_WAITER = later("*{number}* is with the waiter again: they asked for it.")
WROTE_STOP = later(
    "*{number}* wants no more messages from us: nothing can be sent to them until they write START."
)


def returned(diner_id: int, language: str | None, *, is_unlisted: bool) -> Phrase:
    """What whoever had a diner is told when the time for it is over."""
    is_over = later("*{number}* is with the waiter again: there was no word from you for a while.")
    return phrase(WITH_NOBODY if is_unlisted else is_over, language, number=diner_id)


class People:
    """`is_unlisted`: whether no persona answers a diner whom nobody has."""

    def __init__(
        self, database: Database, clock: Clock, is_unlisted: Callable[[Known], bool]
    ) -> None:
        self._database = database
        self._clock = clock
        self._is_unlisted = is_unlisted
        self._naming = Naming(database, clock)

    def answer(self, keyword: Keyword, running: Running, restaurant: Restaurant) -> Ending:
        """The ending of a turn with a keyword of these. Raises DatabaseUnavailableError."""
        if keyword.word == HUMAN:
            return self._call(running.turn.diner, restaurant, keyword.rest)
        member = running.turn.diner
        try:
            named = self._naming.named(keyword, member, restaurant)
        except NotNamedError as error:
            return Ending(said(error.told), None)
        if keyword.word == DONE:
            return self._hand_back(named.chat, member, restaurant)
        if keyword.word == SEND:
            return draft_by_phone.send(self._database, named, running, restaurant)
        return self._take_over(named, member, restaurant)

    def forward(
        self, diner: Known, messages: Sequence[Written], restaurant: Restaurant
    ) -> Ending | None:
        """What a diner in human hands wrote goes to whoever has them, or to all who were called.

        Who took them over at the console reads there, and on WhatsApp too where that takes it.
        Where none of these can read it, they are handed back, and told so. A recording that nobody
        heard is one for them too. None where they were handed back meanwhile.
        Raises DatabaseUnavailableError.
        """
        holder = self._holder(diner)
        if holder is None:
            return None
        found = self._reached(restaurant, but=diner.id)
        readers = _chats_of(holder.address, found)
        if not (readers or holder.is_at_console):
            readers = found
        if not (readers or holder.is_at_console):
            log.warning("hands.nobody", diner=masked(diner.address), why=colleagues.NOT_REACHED)
            back = HandBack(diner.id, "nobody", ())
            return replace(held(back), bubbles=said(phrase(NOBODY_CAME, diner.language)))
        notices = (
            Notice(each.diner_id, part)
            for each in readers
            for part in _forwarded(diner, messages, each.language)
        )
        told = unheard([each.text for each in messages], diner.language)  # the staff can't either
        return replace(held(Forward(tuple(notices))), bubbles=said(told) if told else ())

    def handed_back(self, diner: Known, restaurant: Restaurant) -> HandBack:
        """A diner in human hands turned to a persona. Raises DatabaseUnavailableError."""
        holder = self._holder(diner)
        told = self._reached(restaurant, but=diner.id)
        to = _chats_of(holder.address, told) if holder else []
        return HandBack(diner.id, "diner", _notices(to, ASKED_FOR_THE_WAITER, number=diner.id))

    def opted_out(self, diner: Known, restaurant: Restaurant) -> HandBack:
        """A diner in human hands wrote STOP: whoever has them, or was called, is told.

        Raises DatabaseUnavailableError.
        """
        holder = self._holder(diner)
        told = self._reached(restaurant, but=diner.id)
        has_come = holder is not None and holder.address is not None
        to = _chats_of(holder.address, told) if holder and has_come else told
        return HandBack(diner.id, "diner", _notices(to, WROTE_STOP, number=diner.id))

    def went_nowhere(self, member: Known, restaurant: Restaurant) -> Phrase:
        """What somebody of the staff is told who has a diner and writes to nobody; mostly nothing.

        Raises DatabaseUnavailableError.
        """
        chats = self._naming.held_by(member, restaurant)
        if not chats:
            return Phrase("")
        return phrase(
            "(This went to none of those you have: {diners}. */to {number}* and your words do.)",
            member.language,
            diners=", ".join(who(each.id, each.profile_name, each.address) for each in chats),
            number=chats[0].id,
        )

    def _call(self, diner: Known, restaurant: Restaurant, reason: str) -> Ending:
        if diner.is_in_hands:
            return Ending(said(phrase(IS_CALLED, diner.language)), None)
        try:
            called = colleagues.call(
                self._database,
                diner,
                restaurant,
                reason=reason,
                said=self._last_words(diner.id),
                now=self._clock.now(),
            )
        except NobodyError as error:
            log.warning("hands.nobody", diner=masked(diner.address), why=str(error))
            where = phrase(
                "You find us at {address}.", diner.language, address=address_of(restaurant)
            )
            told = said(Phrase(f"{error.told(diner.language)} {where}"))
            return Ending(told, None, effects=(CalledInVain(),))
        return Ending(said(phrase(CALLED, diner.language)), None, effects=(called,))

    def _take_over(self, named: Named, member: Known, restaurant: Restaurant) -> Ending:
        chat, words = named.chat, named.words
        everyone = self._reached(restaurant)
        own = next((each for each in everyone if each.diner_id == member.id), None)
        address = own.colleague.address if own else member.addresses[0]
        before = next(iter(_chats_of(chat.in_hands_of, everyone)), None)
        language = member.language
        told = [phrase("{number} is yours.", language, number=chat.id)]
        if words:
            told = [phrase("Sent to {number}.", language, number=chat.id)]
        if named.has_files:
            told.append(phrase(NO_FILES, language))
        notices: list[Notice] = []
        if chat.in_hands_of != address:
            if before:
                told.append(
                    phrase("{name} has been writing with them too.", language, name=before.name)
                )
            told.append(
                phrase(
                    "What they write comes to you from now on. Answer always with */to {number}*"
                    " and your words; */done {number}* gives them back to the waiter.",
                    language,
                    number=chat.id,
                )
            )
            name = own.name if own else masked(member.address)
            others = [each for each in everyone if each.diner_id != member.id]
            notices = [*taken_notices(chat, others, name)]
            # Who was called with all the others has read it.
            if chat.in_hands_until is None or before:
                notices += self._what_they_wrote(chat, member)
        bubbles = tuple(map(Bubble, as_messages(words))) if words else ()
        effect = TakeOver(chat.id, bubbles, address, tuple(notices))
        return Ending(said(Phrase(" ".join(told))), None, effects=(effect,))

    def _what_they_wrote(self, chat: Conversation, member: Known) -> list[Notice]:
        last = self._last_words(chat.id)
        title = phrase(
            "{diner} wrote last:",
            member.language,
            diner=who(chat.id, chat.profile_name, chat.address),
        )
        return [Notice(member.id, part) for part in _quoting(title, "\n".join(last))]

    def _hand_back(self, chat: Conversation, member: Known, restaurant: Restaurant) -> Ending:
        with self._database.alone() as connection:
            is_unlisted = self._is_unlisted(diners.known(connection, chat.id))
        effects: tuple[HandBack, ...] = ()
        told = later("{number} is with the waiter already.")
        if chat.in_hands_until is not None:
            others = self._reached(restaurant, but=member.id)
            notices = returned_notices(chat, others, is_unlisted=is_unlisted)
            effects = (HandBack(chat.id, "staff", notices),)
            told = later("{number} is with the waiter again.")
        told = WITH_NOBODY if is_unlisted else told
        return Ending(said(phrase(told, member.language, number=chat.id)), None, effects=effects)

    def _holder(self, diner: Known) -> Holder | None:
        with self._database.alone() as connection:
            return hands.holder(connection, diner.id)

    def _reached(self, restaurant: Restaurant, but: int = 0) -> list[Reached]:
        return colleagues.reached(self._database, restaurant, self._clock.now(), but=(but,))

    def _last_words(self, diner_id: int) -> list[str]:
        with self._database.transaction() as session:
            return history.last_words(session, diner_id, LAST_WORDS)


def taken_notices(chat: Conversation, others: Sequence[Reached], name: str) -> tuple[Notice, ...]:
    """Whoever had the diner before, or all who were called, read that `name` has them now.

    `others`: who can be told, without whoever that is.
    """
    before = _chats_of(chat.in_hands_of, others)
    to = before or others if chat.in_hands_until else []
    to = [each for each in to if each.diner_id != chat.id]
    return _notices(to, HAS_THEM, name=name, number=chat.id)


def returned_notices(
    chat: Conversation, others: Sequence[Reached], *, is_unlisted: bool
) -> tuple[Notice, ...]:
    """Whoever had the diner reads that a colleague has handed them back."""
    text = WITH_NOBODY if is_unlisted else WITH_THE_WAITER
    return _notices(_chats_of(chat.in_hands_of, others), text, number=chat.id)


def _chats_of(address: str | None, among: Sequence[Reached]) -> list[Reached]:
    """At most one."""
    return [each for each in among if each.colleague.address == address]


def _notices(to: Sequence[Reached], text: str, **fields: object) -> tuple[Notice, ...]:
    """The same to each, in their language."""
    return tuple(Notice(each.diner_id, phrase(text, each.language, **fields)) for each in to)


def _forwarded(diner: Known, messages: Sequence[Written], language: str) -> list[Phrase]:
    nothing = phrase("(something that can't be shown here)", language)
    words = "\n".join(each.text or nothing for each in messages)
    return _quoting(who(diner.id, diner.profile_name, diner.address), words)


def _quoting(title: str, words: str) -> list[Phrase]:
    """A diner's words as messages to the staff, each under its title."""
    room = MAX_UNITS - units(title) - len("\n")
    lines = len(words.splitlines())  # each gets longer by its mark
    parts = split(words, max(room - lines * len("> "), room // 3))
    return [Phrase(f"{title}\n{quoted(part)}") for part in parts]
