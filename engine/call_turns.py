"""What is said in a call is kept as turns, exchange by exchange, each in one transaction.

So what is written later knows of it. Nothing is sent to the caller by it.
"""

from collections.abc import Sequence

from conversation.call.records import Exchange
from engine import effects
from engine.hands import Hands
from knowledge.clock import Clock
from models import call_turns, counted, tool_calls
from models import kept as kept_of_diner
from models.database.engine import Database
from personas.effects import RememberDiet


class CallTurns:
    def __init__(self, database: Database, hands: Hands, clock: Clock) -> None:
        self._database = database
        self._hands = hands
        self._clock = clock

    def keep(
        self, call_id: int, number: str, exchange: Exchange, *, before: int = 0
    ) -> Sequence[int]:
        """The diners for whom something was written, for it to be sent.

        `number`: the restaurant's. `before`: the places that the exchanges before it took.
        Of a call that was erased, only what it took is counted. To try it again is safe.
        Raises DatabaseUnavailableError.
        """
        now = self._clock.steady()
        bound = tool_calls.bound(exchange.calls)
        others: list[int] = []
        with self._database.connection() as connection:
            kept = call_turns.write(
                connection,
                call_id,
                before=before,
                texts=exchange.texts,
                reply=exchange.reply,
                persona=exchange.persona,
                tokens=exchange.tokens,
                calls=bound,
                began_at=exchange.began_at,
                now=now,
            )
            if kept is None:
                if call_turns.is_erased(connection, call_id):
                    persona, tokens = exchange.persona, exchange.tokens
                    counted.keep_lost(connection, number, persona, tokens, now)
                return ()
            for effect in exchange.effects:
                others += effects.apply(
                    connection, self._hands, effect, kept.diner_id, kept.turn_id, now
                )
            if exchange.language is not None:
                kept_of_diner.set_language(
                    connection, kept.diner_id, exchange.language, is_chosen=False
                )
        self._hands.tell(exchange.effects, kept.diner_id)
        return others

    def remember(self, call_id: int, said: RememberDiet) -> None:
        """What a caller must not eat is kept before their exchange is: this process may die in it.

        Nothing of a call that was erased. To try it again is safe.
        Raises DatabaseUnavailableError.
        """
        with self._database.connection() as connection:
            diner_id = call_turns.lock_diner(connection, call_id)
            if diner_id is not None:
                effects.remember(connection, said, diner_id)
