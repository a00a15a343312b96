"""How many turns a diner gets: another bot that answers within a second would never end.

Beyond it they read one honest sentence, then nothing until they write less.
"""

from datetime import timedelta

from conversation import keywords
from conversation.ending import Ending, hushed
from models import diners, history, turns
from models.database.engine import Database
from models.turns import Claimed

SPAN = timedelta(minutes=1)


class Share:
    """At most `per_minute` turns in any minute; 0 is no limit.

    What the operator's own channel says is not counted.
    """

    def __init__(self, database: Database, per_minute: int) -> None:
        self._database = database
        self._per_minute = per_minute

    def hush(self, turn: Claimed) -> Ending | None:
        """The ending of a turn that is more than its diner's share; None for one that is not.

        Raises DatabaseUnavailableError.
        """
        most = self._per_minute
        # So few messages that they can't have been too many turns: nobody need be asked.
        if not most or turn.diner.lively <= most or turn.diner.channel != diners.WHATSAPP:
            return None
        if _asks_to_be_forgotten(turn):
            return None
        with self._database.alone() as connection:
            latest = history.latest(connection, turn, most + 1)
        if len(latest) <= most or latest[0].started_at - latest[most].started_at >= SPAN:
            return None
        return hushed(is_told=latest[1].state == turns.HUSHED)


def _asks_to_be_forgotten(turn: Claimed) -> bool:
    """That is everybody's right at any time."""
    keyword = keywords.parse(turn.messages[0].text) if turn.is_keyword else None
    return keyword is not None and keyword.word == keywords.FORGET
