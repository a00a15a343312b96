"""Human hands in the tables: once a person has spoken no persona does, whatever happens between.

Thousands of orders in which a turn, its delivery and a person's words may come about, each step the
service's own function; and the same side by side on PostgreSQL.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from threading import Barrier

from models import claiming, hands, outbox, receipts, sending, turn_end
from models.arrival import store
from models.bubbles import Bubble
from models.database import notices
from models.database.engine import Database, DatabaseUnavailableError
from models.database.statements import Connection
from models.diners import WHATSAPP
from models.inbox import Incoming
from models.outbox import Outgoing
from models.turns import DONE, HELD, Claimed, Result
from tests.models.desk import BOB, KIGALI, LEASE_S, Desk, moment

ORDERS = 2_500
MOST_STEPS = 10  # of each; then all that is left goes out
# What may happen next, and how often it does.
STEPS = {
    "closes": 6,
    "sends": 6,
    "speaks": 3,
    "takes_part": 2,
    "writes": 1,
    "claims": 1,
    "does_not_arrive": 1,
    "time_passes": 1,
    "calls": 1,
    "hands_back": 1,
    "nobody_comes": 1,
    "process_dies": 1,
}
AT_ONCE = 60  # on PostgreSQL
JEAN = BOB
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass
class Story:
    """One diner, two processes, and a person, in one order of many.

    Every part says who it is of and after how many hand-backs it came about: `bot 0`, `jean 0`.
    """

    connection: Connection
    chance: Random
    numbers: Iterator[int]
    now_s: float = 0.0
    diner_id: int = 0
    running: list[Claimed] = field(default_factory=list)
    sending: list[Outgoing] = field(default_factory=list)
    taken: list[tuple[int, str]] = field(default_factory=list)  # by Twilio: the part and its words
    said: list[str] = field(default_factory=list)  # by the person, in order
    under_way: set[int] = field(
        default_factory=set
    )  # parts, as the person spoke for the first time
    too_late: list[str] = field(default_factory=list)  # what went out all the same
    returns: int = 0
    spoke_in: int = -1  # after so many returns the person spoke last
    began: dict[int, int] = field(default_factory=dict)  # by turn: after how many returns
    trace: list[str] = field(default_factory=list)
    address: str = ""

    def plays(self) -> None:
        self.address = f"whatsapp:+2507{next(self.numbers):08}"
        self.writes()
        steps = self.chance.choices(
            list(STEPS), list(STEPS.values()), k=self.chance.randint(3, MOST_STEPS)
        )
        for name in steps:
            step = getattr(self, name)
            self.trace.append(step.__name__)
            step()
        self.ends()

    def writes(self) -> None:
        number = next(self.numbers)
        incoming = Incoming(WHATSAPP, self.address, KIGALI, f"SM{number}", f"message {number}")
        taken = store(
            self.connection,
            incoming,
            is_keyword=False,
            notice_from=notices.sender("web", runs_turns=True),
            may_begin=not self.trace or self.chance.random() < 0.5,
            lease=f"turn {number}",
            now=self.now,
            until=self.until,
        )
        self.diner_id = taken.diner_id
        if taken.turn:
            self._begins(taken.turn)

    def claims(self) -> None:
        turn = claiming.claim(
            self.connection,
            self.diner_id,
            lease=f"turn {next(self.numbers)}",
            now=self.now,
            until=self.until,
        )
        if turn:
            self._begins(turn)

    def closes(self) -> None:
        """A process is done with a turn that it began at some time, in human hands or not."""
        if not self.running:
            return
        turn = self.running.pop(self.chance.randrange(len(self.running)))
        words = f"bot {self.began[turn.id]}"
        bubbles = [Bubble(words)] * (0 if turn.diner.is_in_hands else self.chance.randint(1, 3))
        _, part = turn_end.write(
            self.connection,
            turn,
            Result(DONE if bubbles else HELD, "waiter", words if bubbles else ""),
            bubbles,
            lease=f"part {next(self.numbers)}",
            now=self.now,
            until=self.until,
        )
        if part:
            self.sending.append(part)

    def takes_part(self) -> None:
        part = sending.claim(
            self.connection,
            self.diner_id,
            lease=f"part {next(self.numbers)}",
            now=self.now,
            until=self.until,
        )
        if part:
            self.sending.append(part)

    def sends(self) -> None:
        """As `engine.delivery` does it, with all that may come of it."""
        if not self.sending:
            return
        part = self.sending.pop(self.chance.randrange(len(self.sending)))
        if part.maybe_sent_since is not None and self._is_out(part):
            sending.mark_sent(self.connection, part, self._sid(part), self.now)
            return
        is_first = part.maybe_sent_since is None and not part.resends
        is_ours = is_first or sending.begin_again(self.connection, part, self.now)
        if not is_ours or self.now >= part.lease_until:  # the look at the lease
            self._try_later(part, maybe=part.maybe_sent_since is not None)
            return
        outcome = self.chance.choice(["sent", "sent", "sent", "refused", "busy", "unheard", "lost"])
        if outcome in ("sent", "unheard", "lost"):
            self._goes_out(part)
        if outcome == "sent":
            sending.mark_sent(self.connection, part, self._sid(part), self.now)
        elif outcome == "busy":
            self._try_later(part, maybe=part.maybe_sent_since is not None)
        elif outcome == "unheard":
            self._try_later(part, maybe=True)
        elif outcome == "refused" and part.bubble.text.startswith("bot"):
            sending.mark_failed(self.connection, part, 63013, self.now)
        elif outcome == "refused":
            self._try_later(part, maybe=part.maybe_sent_since is not None)

    def does_not_arrive(self) -> None:
        """Twilio says of something that it took, of the bot's or not, that it goes once more."""
        if self.taken:
            part_id, text = self.chance.choice(self.taken)
            if text.startswith("bot"):
                receipts.send_once_more(self.connection, part_id, not_before=self.now, now=self.now)

    def speaks(self) -> None:
        words = f"jean {self.returns} {next(self.numbers)}"
        hands.take(
            self.connection,
            self.diner_id,
            [Bubble(words)],
            by=JEAN,
            now=self.now,
            until=self.now + HALF_AN_HOUR,
        )
        self.said.append(words)
        self.spoke_in = self.returns
        # What has left by now, or is leaving for the first time, can't be called back.
        self.under_way = {part.id for part in self.sending if part.maybe_sent_since is None}

    def calls(self) -> None:
        until = self.now + HALF_AN_HOUR
        hands.call(self.connection, self.diner_id, now=self.now, until=until)

    def hands_back(self) -> None:
        if self.chance.random() < 0.5 and hands.hand_back(self.connection, self.diner_id):
            self.returns += 1

    def nobody_comes(self) -> None:
        """Or whoever came has left something open: the diner is told."""
        if hands.hand_back(self.connection, self.diner_id):
            self.returns += 1
            words = f"bot {self.returns}"
            turn_id = hands.say(self.connection, self.diner_id, words, self.now)
            outbox.put(self.connection, self.diner_id, Bubble(words), turn_id=turn_id, now=self.now)

    def process_dies(self) -> None:
        self.running.clear()
        self.sending.clear()

    def time_passes(self) -> None:
        self.now_s += LEASE_S * self.chance.choice([0.2, 1.1])

    def ends(self) -> None:
        """All that is to go out goes out, and no more faults."""
        for _ in range(40):
            self.now_s += 1.1 * LEASE_S
            self.sending.clear()
            self.takes_part()
            if not self.sending:
                return
            (part,) = self.sending
            if part.maybe_sent_since is not None and self._is_out(part):
                sending.mark_sent(self.connection, part, self._sid(part), self.now)
                continue
            is_first = part.maybe_sent_since is None and not part.resends
            if is_first or sending.begin_again(self.connection, part, self.now):
                self._goes_out(part)
                sending.mark_sent(self.connection, part, self._sid(part), self.now)
            else:
                self._try_later(part, maybe=True)
        raise AssertionError("it never ends")

    def is_right(self) -> bool:
        """From a person's word on, nothing of a turn from before the next hand-back goes out.

        Behind it nothing at all has, and all their words have, in order, each once.
        """
        spoke_in = -1
        for _, text in self.taken:
            who, returns, *_ = text.split()
            if who == "jean":
                spoke_in = max(spoke_in, int(returns))
            elif int(returns) <= spoke_in:
                return False
        words = [text for _, text in self.taken if text.startswith("jean")]
        return words == self.said and not self.too_late

    @property
    def now(self) -> datetime:
        return moment(self.now_s)

    @property
    def until(self) -> datetime:
        return moment(self.now_s + LEASE_S)

    def _begins(self, turn: Claimed) -> None:
        self.running.append(turn)
        self.began.setdefault(turn.id, self.returns)

    def _goes_out(self, part: Outgoing) -> None:
        self.taken.append((part.id, part.bubble.text))
        who, returns, *_ = part.bubble.text.split()
        if who == "bot" and int(returns) <= self.spoke_in and part.id not in self.under_way:
            self.too_late.append(part.bubble.text)

    def _try_later(self, part: Outgoing, *, maybe: bool) -> None:
        sending.try_later(
            self.connection, part, maybe_sent=maybe, not_before=self.now, now=self.now
        )

    def _is_out(self, part: Outgoing) -> bool:
        return any(part_id == part.id for part_id, _ in self.taken)

    def _sid(self, part: Outgoing) -> str:
        return f"SMout{part.id}-{part.resends}"


def test_once_a_person_has_spoken_no_persona_does_in_any_order(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    numbers = count(1)
    both_spoke = silenced = 0
    with database.connection() as connection:  # of one process, whose steps are one by one anyhow
        for seed in range(ORDERS):
            story = Story(connection, Random(seed), numbers)
            story.plays()
            assert story.is_right(), (seed, story.trace, story.taken, story.said)
            spoke = any(text.startswith("bot") for _, text in story.taken)
            both_spoke += bool(story.said) and spoke
            silenced += bool(story.said) and not spoke
    database.close()
    assert min(both_spoke, silenced) > ORDERS / 20


def test_whoever_comes_at_the_same_moment_one_of_both_is_first(postgresql_desk: Desk) -> None:
    """A turn that closes, begins, or was taken in, while somebody takes its diner over."""
    desk = postgresql_desk
    with ThreadPoolExecutor(2) as threads:
        for number in range(AT_ONCE):
            diner = f"whatsapp:+2507880{number:05}"
            taken = desk.take_in(f"SM-{number}", "Hello", diner=diner, may_begin=number % 3 > 0)
            meet = Barrier(2)
            bot = threads.submit(_answers, desk, taken.diner_id, taken.turn, meet)
            person = threads.submit(_takes_over, desk, taken.diner_id, meet)
            bot.result(30)
            person.result(30)
            read = list(_delivered(desk, taken.diner_id))
            assert read in (["Jean here."], ["Yes.", "Jean here."]), (number, read)


def _answers(desk: Desk, diner_id: int, turn: Claimed | None, meet: Barrier) -> None:
    meet.wait(10)
    turn = turn or desk.claim(diner_id)
    if turn is not None and not turn.diner.is_in_hands:
        patiently(lambda: desk.close(turn, ["Yes."]))


def _takes_over(desk: Desk, diner_id: int, meet: Barrier) -> None:
    def take() -> None:
        with desk.database.connection() as connection:
            bubbles = [Bubble("Jean here.")]
            now, until = moment(0), moment(1800)
            assert hands.take(connection, diner_id, bubbles, by=JEAN, now=now, until=until)

    meet.wait(10)
    patiently(take)


def patiently(work: Callable[[], object]) -> None:
    """As the engine does what PostgreSQL breaks off since two wait for each other."""
    try:
        work()
    except DatabaseUnavailableError:
        work()


def _delivered(desk: Desk, diner_id: int) -> Iterator[str]:
    at = float(LEASE_S)
    while part := desk.take(diner_id, at=at):
        yield part.bubble.text
        desk.sent(part, f"SMout{part.id}")
