"""The promise: what was acknowledged is answered, once, in order, and no part is sent twice.

Hypothesis plays the diners, the processes with their crashes and freezes, and a Twilio that is not
always heard: it looks for a sequence that breaks the promise.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from models import outbox, receipts
from models.database.engine import Database
from models.inbox import Message
from models.outbox import FAILED, SENT, Outgoing, Part
from models.turns import RUNNING, Turn
from tests.models.desk import LEASE_S, Desk
from tests.models.outside import Delivery, Twilio, Work

DINERS = 2
PICKS = st.integers(0, 5)
WHO = st.integers(0, DINERS - 1)
# Few of them, so that a look for one part may find another part with the same words.
BODIES = st.lists(st.sampled_from(["Yes.", "No."]), min_size=1, max_size=3)
OUTCOMES = st.sampled_from(["taken", "taken", "lost", "taken, lost", "busy", "refused"])
STATUSES = st.sampled_from(["sent", "delivered", "read", "undelivered"])
PAUSE_S = 0.5
MOST_UNANSWERED = 4
FINISHING_ROUNDS = 200


class Promise(RuleBasedStateMachine):
    def __init__(self, desk: Desk, number: int) -> None:
        super().__init__()
        self.desk = desk
        self.number = number
        self.now = 0.0
        self.twilio = Twilio()
        self.diners = [desk.arrive(self._address(who)) for who in range(DINERS)]
        self.written: dict[int, list[tuple[int, str]]] = {
            diner_id: [] for diner_id in self.diners
        }  # ids and SIDs
        self.answered: dict[int, list[int]] = {diner_id: [] for diner_id in self.diners}
        self.work: list[Work] = []
        self.deliveries: list[Delivery] = []
        self.holders: dict[int, str] = {}  # who claimed a turn last, by turn
        self.gathered: set[int] = set()  # turns that took in what came later
        self.failed: set[int] = set()
        self._leases = count(1)

    @initialize(seconds=st.integers(-20, 20), bodies=BODIES)
    def begin(self, seconds: int, bodies: list[str]) -> None:
        """Twilio's clock is set, and both diners have an answer on its way."""
        self.twilio.ahead = timedelta(seconds=seconds)
        for who in range(DINERS):
            self.talk(who, bodies)

    @precondition(lambda self: len(self._unanswered()) < MOST_UNANSWERED)
    @rule(
        who=WHO,
        is_keyword=st.sampled_from([False, False, True]),
        may_begin=st.booleans(),
        again=st.none() | PICKS,
    )
    def deliver(
        self, who: int, is_keyword: bool, may_begin: bool = False, again: int | None = None
    ) -> None:
        """`may_begin`: its turn may begin with it.

        `again`: then one of this diner's messages comes a second time.
        """
        diner_id = self.diners[who]
        written = self.written[diner_id]
        sid = f"SM-in-{self.number}-{diner_id}-{len(written)}"
        is_free = len(self.answered[diner_id]) == len(written) and not self._running_turns_of(
            diner_id
        )
        text, lease = "/help" if is_keyword else "Hi", self._lease()
        taken = self.desk.take_in(
            sid, text, diner=self._address(who), lease=lease, may_begin=may_begin, at=self.now
        )
        assert taken.message_id is not None
        written.append((taken.message_id, sid))
        assert (taken.turn is not None) == (may_begin and is_free)
        if taken.turn is not None:
            self.holders[taken.turn.id] = lease
            self.work.append(Work(taken.turn, [taken.message_id], self.now + LEASE_S))
        if again is not None:
            _, sid = written[-1 - again % len(written)]
            assert self.desk.deliver(sid, "Hi", diner=self._address(who), at=self.now) is None

    @precondition(lambda self: self._unanswered())
    @rule(who=WHO)
    def claim(self, who: int) -> None:
        turn = self.desk.claim(self.diners[who], self._lease(), at=self.now)
        if turn is None:
            return
        assert turn.messages
        assert not any(message.is_keyword for message in turn.messages[1:])
        # What is asked of a keyword's persona may have an album.
        is_alone = len(turn.messages) == 1 or turn.id in self.gathered
        assert is_alone or not turn.messages[0].is_keyword
        others = [each for each in self.work if each.turn.id == turn.id]
        assert all(each.until <= self.now for each in others), "taken from a living process"
        assert self._running_turns_of(self.diners[who]) == [turn.id]
        self.holders[turn.id] = turn.lease
        self.work.append(Work(turn, [message.id for message in turn.messages], self.now + LEASE_S))

    @precondition(lambda self: self.work)
    @rule(pick=PICKS)
    def absorb(self, pick: int) -> None:
        work = self.work[pick % len(self.work)]
        before = self._messages_of(work.turn.id)
        self.desk.absorb(work.turn)
        news = [each for each in self._messages_of(work.turn.id) if each not in before]
        work.messages += news
        if news:
            self.gathered.add(work.turn.id)

    @precondition(lambda self: self.work)
    @rule(pick=PICKS, bodies=BODIES)
    def end(self, pick: int, bodies: list[str]) -> None:
        work = self.work.pop(pick % len(self.work))
        diner_id = work.turn.diner.id
        is_ours, part = self.desk.close(work.turn, bodies, lease=self._lease(), at=self.now)
        if not is_ours:
            return
        assert self.holders[work.turn.id] == work.turn.lease, "ended by a process that had lost it"
        assert work.messages == self._messages_of(work.turn.id)
        self.answered[diner_id] += work.messages
        if part:
            self.deliveries.append(Delivery(part, self.now + LEASE_S))

    @precondition(lambda self: len(self._unanswered()) < MOST_UNANSWERED)
    @rule(who=WHO, bodies=BODIES)
    def talk(self, who: int, bodies: list[str]) -> None:
        """A whole turn at once, so that there is something to send."""
        self.deliver(who, False)
        before = len(self.work)
        self.claim(who)
        if len(self.work) > before:
            self.end(before, bodies)

    @rule(who=WHO)
    def take(self, who: int) -> None:
        if part := self.desk.take(self.diners[who], self._lease(), at=self.now):
            at_work = [
                each for each in self.deliveries if each.part.id == part.id and each.sid is None
            ]
            assert all(each.until <= self.now for each in at_work), "taken from a living process"
            self.deliveries.append(Delivery(part, self.now + LEASE_S))

    @rule(who=WHO, outcome=OUTCOMES, is_told=st.booleans())
    def take_and_send(self, who: int, outcome: str, is_told: bool) -> None:
        """`is_told`: a status of the try before comes between the two."""
        before = len(self.deliveries)
        self.take(who)
        if is_told and self.twilio.taken:
            self.call_back(0, "sent")
        if len(self.deliveries) > before:
            self.send(self._unsent().index(self.deliveries[before]), outcome)

    @precondition(lambda self: self._unsent())
    @rule(pick=PICKS, outcome=OUTCOMES)
    def send(self, pick: int, outcome: str) -> None:
        delivery = self._unsent()[pick % len(self._unsent())]
        part = delivery.part
        if self.now >= delivery.until:  # a frozen process awakes: it knows that its lease ran out
            self.deliveries.remove(delivery)
            return
        delivery.sid = self._look(part)
        if delivery.sid is not None:
            return
        if outcome.startswith("taken"):
            sid = self.twilio.take(part, self.now)
            delivery.sid = sid if outcome == "taken" else None
        if outcome == "refused":
            self.desk.fail(part, 63003, at=self.now)
            self.failed.add(part.id)
        elif delivery.sid is None:
            is_maybe = outcome != "busy" or part.maybe_sent_since is not None
            self.desk.try_later(part, maybe=is_maybe, pause_s=PAUSE_S, at=self.now)
        if delivery.sid is None:
            self.deliveries.remove(delivery)

    @precondition(lambda self: self._unrecorded())
    @rule(pick=PICKS)
    def record(self, pick: int) -> None:
        delivery = self._unrecorded()[pick % len(self._unrecorded())]
        assert delivery.sid is not None
        self.desk.sent(delivery.part, delivery.sid, at=self.now)
        self.deliveries.remove(delivery)

    @precondition(lambda self: self.twilio.taken)
    @rule(pick=PICKS, status=STATUSES)
    def call_back(self, pick: int, status: str) -> None:
        message = self.twilio.taken[-1 - pick % len(self.twilio.taken)]
        self.desk.progress(message.sid, status, part_id=message.part_id, at=self.now)

    @precondition(lambda self: self.work or self.deliveries)
    @rule(pick=PICKS)
    def crash(self, pick: int) -> None:
        alive: list[object] = [*self.work, *self.deliveries]
        dead = alive[pick % len(alive)]
        self.work = [each for each in self.work if each is not dead]
        self.deliveries = [each for each in self.deliveries if each is not dead]

    @precondition(lambda self: self.work or self.deliveries)
    @rule(pick=PICKS)
    def stop(self, pick: int) -> None:
        """A process stops in good order, and hands back what it could not finish.

        What it still does is void.
        """
        held_here: list[Work | Delivery] = [*self.work, *self.deliveries]
        lease = held_here[pick % len(held_here)].lease
        self.desk.hand_back(lease, at=self.now)
        for work in self.work:
            if work.lease == lease:
                work.until = self.now
                if self.holders[work.turn.id] == lease:
                    self.holders[work.turn.id] = ""
        self.deliveries = [each for each in self.deliveries if each.lease != lease]

    @rule(seconds=st.sampled_from([PAUSE_S, 10, LEASE_S]), beats=st.booleans())
    def time_passes(self, seconds: float, beats: bool) -> None:
        """`beats`: before that, the processes renewed what they have in hand."""
        if beats:
            self._beat()
        self.now += seconds

    def _beat(self) -> None:
        held_here: list[Work | Delivery] = [*self.work, *self.deliveries]
        held = self.desk.renew(*(each.lease for each in held_here), at=self.now)
        for each in held_here:
            if each.lease in held:
                each.until = self.now + LEASE_S

    @invariant()
    def messages_are_answered_once_and_in_order(self) -> None:
        for diner_id, answered in self.answered.items():
            written = [message_id for message_id, _ in self.written[diner_id]]
            assert answered == written[: len(answered)]

    @invariant()
    def parts_are_sent_once_and_in_order(self) -> None:
        for diner_id in self.diners:
            parts = [
                message.part_id for message in self.twilio.taken if message.diner_id == diner_id
            ]
            assert parts == sorted(set(parts))

    def teardown(self) -> None:
        """All processes die; new ones go on with what is there, until the promise is kept."""
        self.work = []
        self.deliveries = []
        for _ in range(FINISHING_ROUNDS):
            self.now += LEASE_S
            self._go_on()
            if not self._is_unfinished():
                break
        for diner_id in self.diners:
            assert self.answered[diner_id] == [
                message_id for message_id, _ in self.written[diner_id]
            ]
        self.parts_are_sent_once_and_in_order()
        self._compare_with_twilio()

    def _go_on(self) -> None:
        for who in range(DINERS):
            self.claim(who)
            while self.work:
                self.end(0, ["Yes."])
            self.take(who)
            while self.deliveries:
                self.send(0, "taken")
                self.record(0)
                self.take(who)

    def _is_unfinished(self) -> bool:
        waits = select(func.count()).where(
            Message.turn_id.is_(None), Message.diner_id.in_(self.diners)
        )
        runs = select(func.count()).where(Turn.state == RUNNING, Turn.diner_id.in_(self.diners))
        sends = select(func.count()).where(outbox.IS_UNFINISHED, Part.diner_id.in_(self.diners))
        with self.desk.database.transaction() as session:
            return any(session.scalar(query) for query in (waits, runs, sends))

    def _compare_with_twilio(self) -> None:
        """Every part that did not fail went out, under the SID that is recorded with it."""
        with self.desk.database.transaction() as session:
            parts = list(session.scalars(select(Part).where(Part.diner_id.in_(self.diners))))
        taken = {message.part_id: message.sid for message in self.twilio.taken}
        assert {part.id for part in parts if part.state == FAILED} <= self.failed
        assert {part.id: part.sid for part in parts if part.state == SENT} == taken

    def _look(self, part: Outgoing) -> str | None:
        since = part.maybe_sent_since
        if since is None:
            return None
        listed = self.twilio.find(part, since)
        with self.desk.database.alone() as connection:
            return receipts.first_unrecorded(connection, listed, part.id)

    def _running_turns_of(self, diner_id: int) -> list[int]:
        with self.desk.database.transaction() as session:
            return list(
                session.scalars(
                    select(Turn.id).where(Turn.diner_id == diner_id, Turn.state == RUNNING)
                )
            )

    def _messages_of(self, turn_id: int) -> list[int]:
        with self.desk.database.transaction() as session:
            return list(
                session.scalars(
                    select(Message.id).where(Message.turn_id == turn_id).order_by(Message.id)
                )
            )

    def _unanswered(self) -> list[int]:
        return [
            message_id
            for diner_id in self.diners
            for message_id, _ in self.written[diner_id][len(self.answered[diner_id]) :]
        ]

    def _unsent(self) -> list[Delivery]:
        return [each for each in self.deliveries if each.sid is None]

    def _unrecorded(self) -> list[Delivery]:
        return [each for each in self.deliveries if each.sid is not None]

    def _address(self, who: int) -> str:
        return f"whatsapp:+250788{self.number:06d}{who}"

    def _lease(self) -> str:
        return f"lease {self.number} {next(self._leases)}"


def play(url: str, *, examples: int) -> None:
    """Each example has its own diners, on one database: none may trouble the next."""
    database = Database(url, has_clock=False)
    numbers = count(1)
    # A lambda, since Hypothesis calls it a class.
    machine: Callable[[], Promise] = lambda: Promise(Desk(database), next(numbers))  # noqa: E731
    try:
        run_state_machine_as_test(
            machine,  # type: ignore[arg-type]
            settings=settings(
                max_examples=examples,
                stateful_step_count=40,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
                # Without Phase.shrink, which takes minutes: put it in to look into a failure.
                phases=[Phase.explicit, Phase.reuse, Phase.generate],
            ),
        )
    finally:
        database.close()


def test_the_promise_is_kept_on_sqlite(sqlite_url: str) -> None:
    play(sqlite_url, examples=60)


def test_the_promise_is_kept_on_postgresql(postgresql_url: str) -> None:
    play(postgresql_url, examples=10)
