"""What a turn comes to: what the diner gets to read, and what takes effect with it; values."""

from dataclasses import dataclass, replace
from typing import Literal

from conversation.sentences import Cause, apology
from knowledge.notes import is_quiet
from knowledge.phrases import Phrase
from models import turns
from models.bubbles import Bubble
from models.menu_changes import Change
from models.tokens import NO_TOKENS, Tokens
from models.tool_calls import Call
from models.turns import Claimed
from personas.effects import Notice, ToolEffect
from whatsapp.choices import numbered


@dataclass(frozen=True, slots=True)
class Reset:
    """The conversation so far is forgotten."""


@dataclass(frozen=True, slots=True)
class SpeakIn:
    """The diner reads this language from now on: what they write told it, or they chose it.

    None, chosen: what they write tells it again.
    """

    language: str | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Forget:
    """All of the diner is erased, and what they read says how much that was."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """The diner wrote STOP: nothing more is sent to them, what waits to be sent neither."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """The diner wrote START: they are written to again."""


@dataclass(frozen=True, slots=True)
class ChangeMenu:
    """Dishes are sold out, back or at another price; `made_by`: the address of who said so."""

    change: Change
    made_by: str


@dataclass(frozen=True, slots=True)
class UndoChange:
    """A change of the menu is taken back."""

    change: Change


@dataclass(frozen=True, slots=True)
class Forward:
    """What a diner in human hands wrote goes to the staff."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class TellStaff:
    """The staff is told of a diner whom no persona answers, or reads what one would answer."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class SendDraft:
    """Somebody of the staff, by their address there, has this draft sent to its diner."""

    diner_id: int
    turn_id: int  # the draft's
    by: str


@dataclass(frozen=True, slots=True)
class RecallDrafts:
    """What waits to be sent to the diner, in shadow mode, never is: they have written since."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Somebody of the staff, by their address there, has this diner now, and says this to them."""

    diner_id: int
    bubbles: tuple[Bubble, ...]
    by: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class HandBack:
    """The persona answers this diner again. `by`: who said so; nobody: none is there to answer."""

    diner_id: int
    by: Literal["staff", "diner", "nobody"]
    notices: tuple[Notice, ...]


TOO_MANY_TURNS: Cause = "too_many_turns"
# More than a diner's share: of turns, or of money.
HUSHING: frozenset[Cause] = frozenset({TOO_MANY_TURNS, "no_budget", "no_diner_budget"})
Effect = (
    ToolEffect
    | Reset
    | SpeakIn
    | Forget
    | OptOut
    | OptIn
    | ChangeMenu
    | UndoChange
    | Forward
    | TellStaff
    | SendDraft
    | RecallDrafts
    | TakeOver
    | HandBack
)


@dataclass(frozen=True, slots=True)
class Ending:
    """`persona` answered, or none did; `cause` says why there is no answer but an honest sentence.

    The effects are applied in the transaction that closes the turn, or not at all. A turn that was
    given up for good `is_dead`, one whose words a person answers `is_held`, one of
    who opted out `is_silent`. Of one that `is_drafted` the staff reads the bubbles, and no diner.
    """

    bubbles: tuple[Bubble, ...]
    persona: str | None
    cause: Cause | None = None
    effects: tuple[Effect, ...] = ()
    tokens: Tokens = NO_TOKENS
    is_dead: bool = False
    is_held: bool = False
    is_silent: bool = False
    is_drafted: bool = False
    calls: tuple[Call, ...] = ()  # of its tools

    @property
    def text(self) -> str:
        """All of its words, what may be tapped among them."""
        return "\n\n".join(filter(None, map(numbered, self.bubbles)))

    @property
    def state(self) -> str:
        if self.is_dead:
            return turns.DEAD
        if self.is_held:
            return turns.HELD
        if self.is_silent:
            return turns.SILENT
        if self.is_drafted:
            return turns.DRAFTED
        if self.cause in HUSHING:
            return turns.HUSHED
        return turns.FAILED if self.cause else turns.DONE


def said(text: Phrase, purpose: str | None = None) -> tuple[Bubble, ...]:
    """Words of ours alone, in the diner's language."""
    return (Bubble(text, purpose=purpose),)


def sorry(
    cause: Cause,
    persona: str | None,
    *,
    language: str | None = None,
    effects: tuple[Effect, ...] = (),
) -> Ending:
    """The ending of a turn that came to no answer."""
    return Ending(said(apology(cause, language)), persona, cause, effects)


def given_up(turn: Claimed) -> Ending:
    """The ending of a turn that nobody tries again, told to whoever waits for words of ours."""
    diner = turn.diner
    ending = sorry("gave_up", diner.persona, language=diner.language)
    waits = not (diner.is_in_hands or diner.is_opted_out)
    is_told = waits and not all(is_quiet(each.text) for each in turn.messages)
    return replace(ending, bubbles=ending.bubbles if is_told else (), is_dead=True)


def held(*effects: Effect) -> Ending:
    """The ending of a turn of a diner in human hands: the persona says nothing."""
    return Ending((), None, effects=effects, is_held=True)


def hushed(language: str | None = None, *, is_told: bool, cause: Cause = TOO_MANY_TURNS) -> Ending:
    """The ending of a turn that is more than the diner's share, who is told so once.

    `cause`: one of HUSHING.
    """
    bubbles = () if is_told else said(apology(cause, language))
    return Ending(bubbles, None, cause)
