"""How a process stops: it finishes what it can within its grace time, and hands back the rest.

Nothing is left under a lease, so that another one goes on at once.
"""

from contextlib import suppress

from conversation.sentences import apology
from engine.delivery import Delivery
from engine.leases import Leases
from engine.runner import Runner
from engine.upkeep import Upkeep
from engine.waiting import Answer, Waiting
from knowledge.clock import Clock
from models.database.engine import Database, DatabaseUnavailableError

# Of the grace time: for what a hand-back takes, also where the database has to be found again.
HAND_BACK = 1 / 8
LEAST_S = 0.2


class Stopping:
    def __init__(
        self,
        runner: Runner,
        delivery: Delivery,
        waiting: Waiting,
        upkeep: Upkeep,
        leases: Leases,
        database: Database,
        clock: Clock,
    ) -> None:
        self._runner = runner
        self._delivery = delivery
        self._waiting = waiting
        self._upkeep = upkeep
        self._leases = leases
        self._database = database
        self._clock = clock

    def stop(self, grace_s: float) -> None:
        """Take nothing new up; finish what runs and send what is written, within the grace time.

        The rest is handed back; then everything is let go of.
        """
        until = self._clock.monotonic() + grace_s
        self._database.hurry(grace_s)
        self._upkeep.rest()
        is_done = self._runner.stop(grace_s / 2)
        self._delivery.hasten()
        left_s = max(0.0, until - self._clock.monotonic() - grace_s * HAND_BACK)
        is_done = is_done and self._delivery.drain(left_s)
        self._delivery.close()
        if not is_done:
            self._leases.hand_back_all()
        self._runner.hand_back_expected()
        with suppress(DatabaseUnavailableError):  # then they run out by themselves
            self._leases.hand_back_doubtful()
        self._waiting.end_all(Answer(apology("closed"), "closed"))
        self._upkeep.end(max(LEAST_S, until - self._clock.monotonic()))
