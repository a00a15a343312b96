"""What of a conversation whoever looks may read: tools' results, and replies, may hold the books.

Whose sight that is, `personas.sight` says by their rights.
"""

from dataclasses import dataclass

from models.outbox import SIGN_IN
from models.templates import BUDGET


@dataclass(frozen=True, slots=True)
class Sight:
    """The tools whose calls are read, and the personas whose replies; None: all of them.

    A tool that is none any more is nobody's who does not read all.
    """

    tools: frozenset[str] | None = None
    personas: frozenset[str] | None = None

    def has_persona(self, key: str | None) -> bool:
        """`key`: None for a keyword, and for what a person said."""
        return self.personas is None or key is None or key in self.personas

    def has_purpose(self, purpose: str | None) -> bool:
        """A link to sign in with is nobody's but its reader's, whatever else one may read."""
        if purpose == SIGN_IN:
            return False
        return self.tools is None or purpose != BUDGET


EVERYTHING = Sight()
