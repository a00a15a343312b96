"""How a call that may be taken becomes a live one: who answers it, what they know, what they say.

It reads the database once, and opens nothing.
"""

from collections.abc import Callable, Mapping

from conversation.call.actions import Opening
from conversation.call.limits import CallLimits
from conversation.call.lines import Line
from conversation.call.live import LiveCall
from conversation.call.records import Ringing
from conversation.call.sentences import Sentences
from conversation.call.talk import Parties, Talk
from conversation.calling import Calling
from conversation.turn import HISTORY_TURNS
from knowledge.clock import Clock
from models import history
from models.database.engine import Database
from models.history import Exchange
from personas.persona import Persona
from personas.rights import Rights
from personas.tool import InCall


class Beginning:
    """`model`: the one that answers, by its name."""

    def __init__(
        self,
        database: Database,
        personas: Mapping[str, Persona],
        rights: Rights,
        calling: Calling,
        sentences: Sentences,
        make_line: Callable[[], Line],
        clock: Clock,
        *,
        default_persona: str,
        model: str,
        limits: CallLimits | None = None,
    ) -> None:
        self._database = database
        self._personas = personas
        self._rights = rights
        self._calling = calling
        self._sentences = sentences
        self._make_line = make_line
        self._clock = clock
        self._default_persona = default_persona
        self._model = model
        self._limits = limits or CallLimits()

    def begin(self, ringing: Ringing) -> LiveCall:
        """Raises DatabaseUnavailableError."""
        diner, restaurant = ringing.diner, ringing.restaurant
        # What a telephone network shows as somebody's number may be made up.
        rights = self._rights.of(diner, restaurant) if ringing.is_whatsapp else frozenset()
        there_are = {key: one for key, one in self._personas.items() if one.is_open_to(rights)}
        key = diner.persona if diner.persona in there_are else None
        persona = there_are[key or self._default_persona]
        past: list[Exchange] = []
        if ringing.is_whatsapp or not _keeps_secrets(persona):
            with self._database.alone() as connection:
                past = history.exchanges(connection, diner, persona.key, HISTORY_TURNS)
        can = InCall(
            puts_through=ringing.transfer is not None,
            is_certain=ringing.is_whatsapp,
            writes_after=ringing.may_write,
        )
        parties = Parties(
            ringing,
            self._database,
            self._calling,
            there_are,
            rights,
            past,
            can,
            self._clock,
            self._model,
            self._sentences.of,
        )
        talk = Talk(parties, persona, self._limits)
        spoken = talk.sentences()
        greeting = spoken["hello_again" if past else "hello"]
        opening = Opening(talk.setup(), greeting, spoken, talk.items())
        return LiveCall(ringing, talk, opening, self._make_line, self._clock, self._limits)


def _keeps_secrets(persona: Persona) -> bool:
    """Whether what it said before may hold what only some may know."""
    return any(tool.needs is not None for tool in persona.tools)
