"""How many turns a diner gets: another bot that answers within a second would never end.

Beyond it they read one honest sentence, then nothing until they write less.
"""

from collections import OrderedDict, deque
from dataclasses import replace
from datetime import timedelta

from conversation import keywords
from conversation.ending import Ending, OptIn, hushed
from conversation.opting import keyword_of
from knowledge.clock import Clock
from knowledge.opting import START, STOP
from models import diners, history, turns
from models.database.engine import Database
from models.turns import Claimed

SPAN = timedelta(minutes=1)
# With so many in a span: each erases what tells how many turns there were.
MOST_FORGETS = 3
# So many of those who asked to be forgotten are remembered for it.
MOST_FORGOTTEN = 1_000


class Share:
    """At most `per_minute` turns in any minute; 0 is no limit.

    What the operator's own channel says is not counted; the staff's own words are the runner's.
    """

    def __init__(self, database: Database, clock: Clock, per_minute: int) -> None:
        self._database = database
        self._clock = clock
        self._per_minute = per_minute
        # When a diner was forgotten lately: with them went what tells how many turns they had.
        self._forgotten: OrderedDict[int, deque[float]] = OrderedDict()

    def hush(self, turn: Claimed) -> Ending | None:
        """The ending of a turn that is more than its diner's share; None for one that is not.

        Raises DatabaseUnavailableError.
        """
        most = self._per_minute
        if not most or turn.diner.channel != diners.WHATSAPP:
            return None
        keyword = keyword_of(turn)
        word = keyword.word if keyword else None
        if word == STOP:
            return None  # everybody's right at any time, as to be forgotten is
        if word == keywords.FORGET:
            return hushed(is_told=True) if self._was_forgotten_enough(turn) else None
        # So few messages that they can't have been too many turns: nobody need be asked.
        if turn.diner.lively <= most:
            return None
        with self._database.alone() as connection:
            latest = history.latest(connection, turn, most + 1)
        if len(latest) <= most or latest[0].started_at - latest[most].started_at >= SPAN:
            return None
        is_told = any(each.state == turns.HUSHED for each in latest[1:])
        ending = hushed(turn.diner.language, is_told=is_told)
        return replace(ending, effects=(OptIn(),)) if word == START else ending

    def _was_forgotten_enough(self, turn: Claimed) -> bool:
        """Nothing is left of who was forgotten over and over, within a minute and by us alone."""
        who = hash((turn.diner.address, turn.diner.number))
        lately = self._forgotten.setdefault(who, deque(maxlen=MOST_FORGETS))
        self._forgotten.move_to_end(who)
        if len(self._forgotten) > MOST_FORGOTTEN:
            self._forgotten.popitem(last=False)
        now = self._clock.monotonic()
        is_enough = len(lately) == lately.maxlen and now - lately[0] < SPAN.total_seconds()
        lately.append(now)
        return is_enough
