"""Where people answer in a persona's place: the staff's words for it, and what the staff is told.

It changes nothing: what is to happen stands in the turn's ending. Which conversation is meant is
`conversation.naming`'s.
"""

from collections.abc import Sequence
from dataclasses import replace

from conversation.ending import Ending, Forward, HandBack, TakeOver, held, said
from conversation.keywords import DONE, HUMAN, TAKE, TO, Keyword
from conversation.naming import NO_FILES, Named, Naming, NotNamedError
from conversation.running import Running
from conversation.sentences import CALLED, NOBODY_CAME
from knowledge.clock import Clock
from models import hands
from models.database.engine import Database
from models.diners import Known
from models.hands import Conversation
from models.inbox import Written
from models.outbox import Bubble
from models.restaurants import Restaurant
from personas import colleagues
from personas.colleagues import NobodyError, Reached, quoted, who
from personas.effects import Notice
from telemetry.logs import log
from telemetry.masking import masked
from whatsapp.split import MAX_UNITS, split, units

LAST_WORDS = 3
WORDS = (HUMAN, TO, TAKE, DONE)

IS_CALLED = "A colleague has been called already, and will write to you here."
WENT_NOWHERE = "(This went to none of those you have: {}. */to {}* and your words do.)"
HANDED_BACK = "is with the waiter again"
GIVES_BACK = (
    "What they write comes to you from now on. Answer always with */to {0}* and your words;"
    " */done {0}* gives them back to the waiter."
)


def returned(diner_id: int) -> str:
    """What whoever had a diner is told when the time for it is over."""
    return f"*{diner_id}* {HANDED_BACK}: there was no word from you for a while."


class People:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._naming = Naming(database, clock)

    def answer(self, keyword: Keyword, running: Running, restaurant: Restaurant) -> Ending:
        """The ending of a turn with a keyword of these. Raises DatabaseUnavailableError."""
        if keyword.word == HUMAN:
            return self._call(running.turn.diner, restaurant, keyword.rest)
        member = running.turn.diner
        try:
            named = self._naming.named(keyword, member, restaurant)
        except NotNamedError as error:
            return Ending(said(str(error)), None)
        if keyword.word == DONE:
            return self._hand_back(named.chat, member, restaurant)
        return self._take_over(named, member, restaurant)

    def forward(
        self, diner: Known, messages: Sequence[Written], restaurant: Restaurant
    ) -> Ending | None:
        """What a diner in human hands wrote goes to whoever has them, or to all who were called.

        Where none of these can read it, they are handed back, and told so. None where they were
        handed back meanwhile. Raises DatabaseUnavailableError.
        """
        is_in_hands, holder = self._holder(diner)
        if not is_in_hands:
            return None
        found = self._reached(restaurant, but=diner.id)
        readers = [each for each in found if each.colleague.address == holder] or found
        if not readers:
            log.warning("hands.nobody", diner=masked(diner.address), why=colleagues.NOT_REACHED)
            back = HandBack(diner.id, "nobody", ())
            return replace(held(back), bubbles=said(NOBODY_CAME))
        words = "\n".join(each.text or "(something that can't be shown here)" for each in messages)
        title = who(diner.id, diner.profile_name, diner.address)
        parts = _quoting(title, words)
        notices = (Notice(each.diner_id, part) for each in readers for part in parts)
        return held(Forward(tuple(notices)))

    def handed_back(self, diner: Known, restaurant: Restaurant) -> HandBack:
        """A diner in human hands turned to a persona. Raises DatabaseUnavailableError."""
        _, holder = self._holder(diner)
        told = self._reached(restaurant, but=diner.id)
        notices = [
            Notice(each.diner_id, f"*{diner.id}* {HANDED_BACK}: they asked for it.")
            for each in told
            if each.colleague.address == holder
        ]
        return HandBack(diner.id, "diner", tuple(notices))

    def went_nowhere(self, member: Known, restaurant: Restaurant) -> str:
        """What somebody of the staff is told who has a diner and writes to nobody; mostly nothing.

        Raises DatabaseUnavailableError.
        """
        chats = self._naming.held_by(member, restaurant)
        if not chats:
            return ""
        names = ", ".join(who(each.id, each.profile_name, each.address) for each in chats)
        return WENT_NOWHERE.format(names, chats[0].id)

    def _call(self, diner: Known, restaurant: Restaurant, reason: str) -> Ending:
        if diner.is_in_hands:
            return Ending(said(IS_CALLED), None)
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
            return Ending(said(f"{error} {_where(restaurant)}"), None)
        return Ending(said(CALLED), None, effects=(called,))

    def _take_over(self, named: Named, member: Known, restaurant: Restaurant) -> Ending:
        chat, words = named.chat, named.words
        everyone = self._reached(restaurant)
        own = next((each for each in everyone if each.diner_id == member.id), None)
        address = own.colleague.address if own else member.addresses[0]
        has_it = (each for each in everyone if each.colleague.address == chat.in_hands_of)
        before = next(has_it, None)
        told = [f"Sent to {chat.id}." if words else f"{chat.id} is yours."]
        if named.has_files:
            told.append(NO_FILES)
        notices: list[Notice] = []
        if chat.in_hands_of != address:
            if before:
                told.append(f"{before.name} has been writing with them too.")
            told.append(GIVES_BACK.format(chat.id))
            name = own.name if own else masked(member.address)
            others = [before] if before else everyone if chat.in_hands_until else []
            notices = [
                Notice(each.diner_id, f"{name} has *{chat.id}* now.")
                for each in others
                if each.diner_id not in (member.id, chat.id)
            ]
            # Who was called with all the others has read it.
            if chat.in_hands_until is None or before:
                notices += self._what_they_wrote(chat, member)
        bubbles = tuple(map(Bubble, split(words)))
        effect = TakeOver(chat.id, bubbles, address, tuple(notices))
        return Ending(said(" ".join(told)), None, effects=(effect,))

    def _what_they_wrote(self, chat: Conversation, member: Known) -> list[Notice]:
        last = self._last_words(chat.id)
        title = f"{who(chat.id, chat.profile_name, chat.address)} wrote last:"
        return [Notice(member.id, part) for part in _quoting(title, "\n".join(last))]

    def _hand_back(self, chat: Conversation, member: Known, restaurant: Restaurant) -> Ending:
        if chat.in_hands_until is None:
            return Ending(said(f"{chat.id} is with the waiter already."), None)
        notices = tuple(
            Notice(each.diner_id, f"*{chat.id}* {HANDED_BACK}.")
            for each in self._reached(restaurant)
            if each.colleague.address == chat.in_hands_of and each.diner_id != member.id
        )
        effect = HandBack(chat.id, "staff", notices)
        return Ending(said(f"{chat.id} {HANDED_BACK}."), None, effects=(effect,))

    def _holder(self, diner: Known) -> tuple[bool, str | None]:
        with self._database.alone() as connection:
            return hands.holder(connection, diner.id)

    def _reached(self, restaurant: Restaurant, but: int = 0) -> list[Reached]:
        return colleagues.reached(self._database, restaurant, self._clock.now(), but=(but,))

    def _last_words(self, diner_id: int) -> list[str]:
        with self._database.transaction() as session:
            return hands.last_words(session, diner_id, LAST_WORDS)


def _quoting(title: str, words: str) -> list[str]:
    """A diner's words as messages to the staff, each under its title."""
    room = MAX_UNITS - units(title) - len("\n")
    lines = len(words.splitlines())  # each gets longer by its mark
    parts = split(words, max(room - lines * len("> "), room // 3))
    return [f"{title}\n{quoted(part)}" for part in parts]


def _where(restaurant: Restaurant) -> str:
    return f"You find us at {restaurant.address}, {restaurant.city}."
