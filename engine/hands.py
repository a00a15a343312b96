"""Human hands: who takes a conversation over, and until when; then its persona answers again.

What it writes for others, whoever calls it has delivered.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from conversation.ending import Effect, Forward, HandBack, TakeOver
from conversation.people import WROTE_STOP, returned
from conversation.sentences import LEFT_OPEN, NOBODY_CAME
from knowledge.clock import Clock
from knowledge.phrases import Phrase, phrase, spoken
from models import audit, hands, hands_overdue, outbox, restaurants
from models.bubbles import Bubble
from models.database.engine import Database
from models.database.statements import Connection
from models.diners import Known
from models.hands_overdue import Chat, Overdue, Unheard
from models.templates import STAFF_CALLED
from models.turns import Claimed
from personas import colleagues
from personas.colleagues import one_line, quoted
from personas.effects import CallStaff, Notice
from telemetry.logs import log
from telemetry.masking import masked
from telemetry.metrics import Metrics

# How long a called person may take to come, before the persona says that nobody did.
COMES_WITHIN = timedelta(minutes=10)
SWEPT_AT_ONCE = 100
MOST_QUOTED = 100  # characters


class Taken(NamedTuple):
    """The turn that keeps a person's words, and the diners for whom something was written."""

    turn_id: int
    written: list[int]


class Hands:
    """`lasts`: how long after their last word a person has a diner.

    `is_left`: whether the staff alone answers a diner, so that nothing is said to them without it;
    `is_unlisted`: whether it does so without a draft.
    """

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        clock: Clock,
        *,
        lasts: timedelta,
        is_left: Callable[[Known], bool],
        is_unlisted: Callable[[Known], bool],
    ) -> None:
        self.is_unlisted = is_unlisted
        self._database = database
        self._metrics = metrics
        self._clock = clock
        self._lasts = lasts
        self._is_left = is_left

    def apply(
        self,
        connection: Connection,
        turn: Claimed,
        effect: Forward | TakeOver | HandBack,
        now: datetime,
    ) -> list[int]:
        """Within the transaction that closes the turn. The diners for whom something was written.

        What tells of a diner is erased with their own turn.
        """
        match effect:
            case Forward():
                if not hands.is_held(connection, turn.diner.id):  # handed back this very moment
                    hands.let_wait(connection, turn.id)
                    return []
                return write(connection, effect.notices, turn.id, now)
            case TakeOver():
                return self._take_over(connection, turn, effect, now)
            case HandBack():
                by = turn.diner.address if effect.by == "staff" else None
                return self.hand_back(connection, effect, number=turn.diner.number, by=by, now=now)

    def call(self, connection: Connection, diner_id: int, now: datetime) -> None:
        """This diner waits for a person from now on, for as long as one may take to come."""
        until = now + min(self._lasts, COMES_WITHIN)
        hands.call(connection, diner_id, now=now, until=until)

    def _take_over(
        self, connection: Connection, turn: Claimed, effect: TakeOver, now: datetime
    ) -> list[int]:
        taken = self.take_over(connection, effect, number=turn.diner.number, now=now)
        if taken is None:
            gone = phrase(
                "{number} has asked to be forgotten meanwhile: nothing was sent to them.",
                turn.diner.language,
                number=effect.diner_id,
            )
            return write(connection, [Notice(turn.diner.id, gone)], turn.id, now)
        return taken.written

    def take_over(
        self,
        connection: Connection,
        effect: TakeOver,
        *,
        number: str,
        now: datetime,
        at_console: bool = False,
    ) -> Taken | None:
        """From a chat or at the console. `number`: the restaurant's.

        None, and nothing is written, where the diner is gone.
        """
        turn_id = hands.take(
            connection,
            effect.diner_id,
            effect.bubbles,
            by=effect.by,
            now=now,
            until=now + self._lasts,
            at_console=at_console,
        )
        if turn_id is None:
            return None
        what = "conversation.answered" if effect.bubbles else "conversation.taken"
        note_change(connection, what, effect.diner_id, number=number, by=effect.by, now=now)
        notices = write(connection, effect.notices, turn_id, now)
        return Taken(turn_id, [effect.diner_id, *notices])

    def hand_back(
        self,
        connection: Connection,
        effect: HandBack,
        *,
        number: str,
        by: str | None,
        now: datetime,
    ) -> list[int]:
        """`by`: the address of whoever of the staff does so. The diners that are written to.

        What nobody answered meanwhile the persona does, as soon as a process looks.
        """
        if effect.by == "nobody":
            hands_overdue.ask_in_vain(connection, effect.diner_id, now)
        was_held = hands.hand_back(connection, effect.diner_id)
        if was_held and by:
            hands_overdue.pass_on(connection, effect.diner_id, now)
            what = "conversation.handed_back"
            note_change(connection, what, effect.diner_id, number=number, by=by, now=now)
        return write(connection, effect.notices, None, now)

    def tell(self, effects: Iterable[Effect], caller: int = 0) -> None:
        """The log, once it is written. `caller`: whose turn it was."""
        for effect in effects:
            match effect:
                case CallStaff(notices):
                    self._note("called", diner=caller, staff=len(notices))
                case TakeOver(diner_id):
                    self._note("taken", diner=diner_id, by=masked(effect.by))
                case HandBack(diner_id, by):
                    self._note("returned", diner=diner_id, by=by)

    def hand_back_overdue(self) -> list[int]:
        """The diners whom a person had for long enough, or to whom none came, and whoever had them.

        Raises DatabaseUnavailableError.
        """
        now = self._clock.steady()
        with self._database.alone() as connection:
            found = hands_overdue.overdue(connection, now, SWEPT_AT_ONCE)
            chats = [
                hands_overdue.chats_of(connection, each) if each.in_hands_of else []
                for each in found
            ]
        overdue = zip(found, chats, strict=True)
        return [diner_id for each in overdue for diner_id in self._hand_back(*each, now)]

    def _hand_back(self, overdue: Overdue, chats: list[Chat], now: datetime) -> Sequence[int]:
        diner = overdue.diner
        is_left, is_unlisted = self._is_left(diner), self.is_unlisted(diner)
        notices = [
            Notice(chat.diner_id, returned(diner.id, _language(chat), is_unlisted=is_unlisted))
            for chat in chats
        ]
        came = overdue.in_hands_of is not None
        text = phrase(LEFT_OPEN if came else NOBODY_CAME, spoken(diner.language, overdue.locale))
        if is_left and not came:  # whom else would hear of it?
            notices = self._nobody_came(diner)
        with self._database.connection() as connection:
            if not hands_overdue.hand_back_overdue(connection, diner.id, now):
                return ()
            if not came:
                hands_overdue.ask_in_vain(connection, diner.id, now)
            written = write(connection, notices, None, now)
            is_open = not came or hands_overdue.is_unanswered(connection, diner.id, now)
            if is_open and not is_left:
                written += _say(connection, diner.id, text, now)
        by = "time" if came else "nobody"
        self._note("returned", diner=diner.id, by=by)
        return written

    def _nobody_came(self, diner: Known) -> list[Notice]:
        """To all who may have been called."""
        with self._database.transaction() as session:
            restaurant = restaurants.by_number(session, diner.number)
        if restaurant is None:
            return []
        reached = colleagues.reached(
            self._database, restaurant, self._clock.now(), but=(diner.id,), purpose=STAFF_CALLED
        )
        return [
            Notice(each.diner_id, colleagues.in_vain(diner, each.language), STAFF_CALLED)
            for each in reached
        ]

    def _note(self, what: str, **fields: object) -> None:
        self._metrics.hands.labels(what).inc()
        log.info(f"hands.{what}", **fields)


def note_change(
    connection: Connection, what: str, diner_id: int, *, number: str, by: str, now: datetime
) -> None:
    """Who did what with a conversation, for the audit, within the transaction that does it."""
    audit.keep(connection, at=now, restaurant=number, by=by, what=what, subject=f"#{diner_id}")


def tell_unheard(
    connection: Connection, part_id: int, error_code: int | None, now: datetime
) -> list[int]:
    """A part did not reach its diner: if a person's words are in it, whoever has the diner is told.

    Who that is, for them to be sent.
    """
    unheard = hands_overdue.unheard(connection, part_id)
    if unheard is None:
        return []
    told = [
        Notice(chat.diner_id, _unheard(unheard, error_code, _language(chat)))
        for chat in hands_overdue.chats_of(connection, unheard.chat)
    ]
    return write(connection, told, unheard.turn_id, now)


def _unheard(unheard: Unheard, error_code: int | None, language: str) -> Phrase:
    told = phrase(
        "*{number}* did not get this, WhatsApp says{code}: call them, or write when they do.",
        language,
        number=unheard.chat.diner.id,
        code=f" ({error_code})" if error_code else "",
    )
    return Phrase(f"{told}\n{quoted(one_line(unheard.words, MOST_QUOTED))}")


def _language(of: Chat) -> str:
    return spoken(of.language, of.locale)


def let_go(connection: Connection, diner_id: int, now: datetime) -> list[int]:
    """A diner who opted out is in nobody's hands any more: whoever had them is told.

    Who that is, for them to be sent.
    """
    had = hands_overdue.in_hands(connection, diner_id)
    if had is None:
        return []
    hands.hand_back(connection, diner_id)
    told = [
        Notice(chat.diner_id, phrase(WROTE_STOP, _language(chat), number=diner_id))
        for chat in hands_overdue.chats_of(connection, had)
    ]
    return write(connection, told, None, now)


def write(
    connection: Connection, notices: Iterable[Notice], turn_id: int | None, now: datetime
) -> list[int]:
    written = []
    for notice in notices:
        bubble = Bubble(notice.text, purpose=notice.purpose)
        outbox.put(connection, notice.diner_id, bubble, turn_id=turn_id, now=now)
        written.append(notice.diner_id)
    return written


def _say(connection: Connection, diner_id: int, text: Phrase, now: datetime) -> list[int]:
    """To the diner themselves, as a turn: a person who comes later goes before it."""
    turn_id = hands.say(connection, diner_id, text, now)
    return write(connection, [Notice(diner_id, text, purpose=None)], turn_id, now)
