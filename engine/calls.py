"""Which calls are taken, by whom, and how all of them end: what Twilio is to do, in values.

What is talked of in one is `conversation.call`'s.
"""

from collections.abc import Callable
from functools import partial

from conversation.call.records import Live, Ringing
from conversation.rollout import Rollout
from engine.budget import Budget
from engine.call_messages import CallMessages
from engine.call_records import CallRecords, CallWriter
from engine.call_tokens import CallTokens
from engine.call_turns import CallTurns
from engine.calls_here import LEASE, CallsHere, Held
from engine.picking_up import Connect, Dial, PickedUp, Play, Reject
from knowledge.clock import Clock
from knowledge.phrases import spoken
from models import callers, calls, diners
from models.callers import Caller
from models.calls import CallerMovedError, TakenCall
from models.database.engine import Database, DatabaseUnavailableError
from models.diners import Known
from models.restaurants import Directory, Restaurant
from telemetry.logs import log
from telemetry.metrics import Metrics
from whatsapp.ringing import CallStatus, Ring

# At once, of one diner: as where a call that was cut is not known to be over yet.
MOST_OF_A_DINER = 2
# Of all lines, at once, for those who show no number together: any of them may be the same one.
ANONYMOUS = 1 / 4
# Of the grace time: for what calls tell at their end.
WRITES = 1 / 4
# It rings meanwhile: whoever would talk to nobody is told so in place of a greeting.
REACHED_WITHIN_S = 1.0


class Calls:
    """`most`: how many may be under way at once, in all processes; `is_enabled`: else none.

    `begin` makes a call that may be taken, and is None where there is no model; `is_away`: whether
    the model is. `put_through(sid, phone)` has a caller put through to a telephone, or raises
    SendError. `go_on` lets what was written for a diner be sent.
    """

    def __init__(
        self,
        database: Database,
        directory: Directory,
        rollout: Rollout,
        budget: Budget,
        turns: CallTurns,
        tokens: CallTokens,
        metrics: Metrics,
        clock: Clock,
        *,
        process: str,
        most: int,
        is_enabled: bool,
        begin: Callable[[Ringing], Live] | None,
        is_away: Callable[[], bool],
        put_through: Callable[[str, str], None],
        go_on: Callable[[int], object],
    ) -> None:
        self._database = database
        self._directory = directory
        self._rollout = rollout
        self._budget = budget
        self._tokens = tokens
        self._metrics = metrics
        self._clock = clock
        self._most = most
        self._is_enabled = is_enabled
        self._begin = begin
        self._is_away = is_away
        self._put_through = put_through
        self._go_on = go_on
        self._messages = CallMessages(database, clock)
        self.here = CallsHere(database, metrics, clock, process)
        self._writer = CallWriter(
            turns,
            self._messages,
            metrics,
            clock,
            go_on=go_on,
            kept=self._look_at_budget,
            ended=self.here.ends,
            at_once=max(1, most),
        )

    def start(self) -> None:
        """Hold what is taken, and end what nobody holds, from now on."""
        if self._is_enabled:
            self.here.start()

    def ring(self, ring: Ring) -> PickedUp:
        """What is to become of a call that rings. Raises DatabaseUnavailableError."""
        try:
            return self._picked_up(ring)
        except CallerMovedError:
            return self._picked_up(ring)

    def _picked_up(self, ring: Ring) -> PickedUp:
        """Raises CallerMovedError, once in a blue moon: then who calls is another diner."""
        restaurant = self._directory.rung(ring.number)
        if restaurant is None:
            return self._refused("no_restaurant", Reject())
        if not self._is_enabled:
            return self._refused("disabled", Play("not_taken", spoken(None, restaurant.locale)))
        diner = self._caller(ring, restaurant)
        language = spoken(diner.language, restaurant.locale)
        if people := self._to_people(ring, diner, restaurant, language):
            return people
        if cause := self._budget.spent(diner):
            return self._refused(cause, Play("sorry", language))
        if self._begin is None or self.here.is_stopping or self._is_away():
            return self._away(diner, language)
        return self._rung(ring, diner, restaurant, language)

    def _caller(self, ring: Ring, restaurant: Restaurant) -> Known:
        number = restaurant.number
        caller = Caller(ring.sid, ring.address, number, ring.is_whatsapp, ring.from_name)
        with self._database.connection() as connection:
            return callers.upsert(connection, caller, self._clock.steady())

    def _to_people(
        self, ring: Ring, diner: Known, restaurant: Restaurant, language: str
    ) -> PickedUp | None:
        """Where people answer this diner, and no persona; None where one does.

        In human hands, a persona takes a call that can't be put through: somebody has to.
        """
        is_left = self._rollout.is_the_staffs(diner)
        if not (is_left or diner.is_in_hands):
            return None
        if restaurant.phone and not ring.is_whatsapp:
            return self._refused("put_through", Dial(restaurant.phone))
        return self._refused("left_to_staff", Play("not_taken", language)) if is_left else None

    def _rung(self, ring: Ring, diner: Known, restaurant: Restaurant, language: str) -> PickedUp:
        token = self._tokens.of(ring.sid)
        with self._database.connection() as connection:
            call_id = calls.ring(
                connection,
                sid=ring.sid,
                diner_id=diner.id,
                number=restaurant.number,
                way="whatsapp" if ring.is_whatsapp else "phone",
                token=token,
                process=self.here.process,
                most=self._most,
                most_of_theirs=self._most_of(diner),
                is_anonymous=diner.channel == diners.PHONE,
                now=self._clock.steady(),
            )
            is_known = call_id is None and calls.is_here(connection, ring.sid)
        if is_known:  # its webhook came once more, and it is under way, or over
            return self._refused("again", Reject())
        if call_id is None:
            self._tell(diner, language)
            return self._refused("busy", Play("busy", language))
        held = self._held(call_id, ring.sid, diner, restaurant, is_whatsapp=ring.is_whatsapp)
        self.here.rings(held)
        held.live.open()
        log.info(
            "call.rang", diner=diner.id, restaurant=restaurant.slug, is_whatsapp=ring.is_whatsapp
        )
        if not held.live.is_reached(REACHED_WITHIN_S):
            self.here.gives_up(ring.sid, "model away")
            with self._database.connection() as connection:
                calls.give_up(connection, ring.sid, "model_away", self._clock.steady())
            return self._away(diner, language)
        return Connect(token, {"address": diner.address})

    def _most_of(self, diner: Known) -> int:
        if diner.channel == diners.PHONE:
            return max(MOST_OF_A_DINER, round(self._most * ANONYMOUS))
        return MOST_OF_A_DINER

    def take(self, token: str, call_sid: str, stream_sid: str) -> Held | None:
        """The call whose stream has come with its token, to be run; None for any other.

        Raises DatabaseUnavailableError.
        """
        with self.here.taking() as may_be_taken:
            return self._taken(token, call_sid, stream_sid) if may_be_taken else None

    def _taken(self, token: str, call_sid: str, stream_sid: str) -> Held | None:
        now = self._clock.steady()
        with self._database.alone() as connection:
            taken = calls.take(
                connection,
                sid=call_sid,
                token=token,
                stream_sid=stream_sid,
                process=self.here.process,
                now=now,
                until=now + LEASE,
            )
        if taken is None:
            log.warning("call.no_token")
            return None
        held = self.here.answers(call_sid) or self._anew(call_sid, taken)
        if held is None:
            with self._database.alone() as connection:
                calls.end(connection, call_sid, "broken", seconds=0, now=now)
            return None
        self.here.begins(held)
        log.info("call.began", diner=taken.diner_id)
        return held

    def _anew(self, sid: str, taken: TakenCall) -> Held | None:
        """It rang at another process, which gives it up; None where nobody can take it here."""
        restaurant = self._directory.by_number(taken.number)
        if restaurant is None or self._begin is None:
            return None
        with self._database.alone() as connection:
            diner = diners.known(connection, taken.diner_id)
        is_whatsapp = taken.way == "whatsapp"
        held = self._held(taken.id, sid, diner, restaurant, is_whatsapp=is_whatsapp)
        held.live.open()
        return held

    def ended(self, status: CallStatus) -> None:
        """Twilio tells how far a call has come. Raises DatabaseUnavailableError."""
        if not status.is_over:
            return
        # With the database away, too.
        self.here.gives_up(status.sid, "hung up")
        self.here.hangs_up(status.sid)
        now = self._clock.steady()
        with self._database.connection() as connection:
            was_ringing = calls.give_up(connection, status.sid, "hung_up", now)
            if status.duration_s:
                calls.keep_billed(connection, status.sid, status.duration_s)
        if was_ringing:
            self._metrics.calls.labels("not_taken").inc()

    def stop(self, grace_s: float) -> None:
        """Take no more; say goodbye in those that there are, and write what they tell."""
        until = self._clock.monotonic() + grace_s
        self.here.stop(grace_s * (1 - WRITES))
        if unwritten := self._writer.finish(max(0.0, until - self._clock.monotonic())):
            log.warning("calls.unwritten", calls=unwritten)
        self.here.end(max(0.1, until - self._clock.monotonic()))

    def _look_at_budget(self, records: CallRecords) -> None:
        """What a call takes is counted with each of its exchanges."""
        if records.is_over:
            return
        try:
            cause = self._budget.spent(records.diner)
        except DatabaseUnavailableError:
            return  # the next exchange asks again
        if cause:
            log.info("call.budget_spent", diner=records.diner.id, why=cause)
            self.here.cuts_short(records, "budget")

    def _held(
        self, call_id: int, sid: str, diner: Known, restaurant: Restaurant, *, is_whatsapp: bool
    ) -> Held:
        assert self._begin is not None, "without a model no call is taken"
        language = spoken(diner.language, restaurant.locale)
        records = self._writer.begin(call_id, sid, diner, language)
        phone = None if is_whatsapp else restaurant.phone
        ringing = Ringing(
            sid,
            diner,
            restaurant,
            is_whatsapp,
            records,
            partial(self._put_through, sid, phone) if phone else None,
            self._messages.may_write(diner),
        )
        return Held(records, self._begin(ringing), self._clock.monotonic())

    def _away(self, diner: Known, language: str) -> PickedUp:
        self._tell(diner, language)
        return self._refused("model_away", Play("sorry", language))

    def _tell(self, diner: Known, language: str) -> None:
        if self._messages.missed(diner, language):
            self._go_on(diner.id)

    def _refused(self, why: str, picked_up: PickedUp) -> PickedUp:
        self._metrics.calls.labels(why).inc()
        log.info("call.not_taken", why=why)
        return picked_up
