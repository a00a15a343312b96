"""What a tool may have take effect: values, which the turn's ending carries to its closing.

A tool changes nothing by itself. The effects of all its turn's calls are applied in the transaction
that closes the turn, or not at all: a turn that is run again has them once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from knowledge.phrases import Phrase
from knowledge.wishes import Wishes
from models import diets
from models.bubbles import Choices
from models.diets import NO_DIET, NOTHING_KEPT, Diet, KeptDiet
from models.diners import Known
from models.templates import STAFF_NOTICE


@dataclass(frozen=True, slots=True)
class SwitchTo:
    """The diner talks to this persona from now on."""

    persona: str
    holds_without_answer: ClassVar[bool] = False
    is_once_a_turn: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class RememberDiet:
    """This is kept with the diner, after what is taken back of what was."""

    added: KeptDiet = NOTHING_KEPT
    forgotten: Diet = NO_DIET
    # Health does not wait until the model is well again.
    holds_without_answer: ClassVar[bool] = True
    is_once_a_turn: ClassVar[bool] = False

    def changed(self, kept: KeptDiet) -> KeptDiet:
        return kept.minus(self.forgotten).keeping(self.added)


@dataclass(frozen=True, slots=True)
class Notice:
    """Words to somebody of the staff, in the chat that they have with us as a diner.

    `purpose`: which template says it where their 24 hours are over, as `models.templates` has them.
    """

    diner_id: int
    text: Phrase
    purpose: str | None = STAFF_NOTICE


@dataclass(frozen=True, slots=True)
class CallStaff:
    """The conversation is in human hands from now on, and the staff is told so."""

    notices: tuple[Notice, ...]
    # Who was called reads it whether the model is well or not.
    holds_without_answer: ClassVar[bool] = True
    is_once_a_turn: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class CalledInVain:
    """The diner asked for a person, and nobody could be called: the console says so."""

    holds_without_answer: ClassVar[bool] = True
    is_once_a_turn: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class OfferChoices:
    """These stand below the answer, for the diner to tap; the last ones count.

    `excluded`: what the diner must not have, as far as it was known when they were looked at.
    """

    choices: Choices
    excluded: Wishes
    holds_without_answer: ClassVar[bool] = False
    is_once_a_turn: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class SendAfterCall:
    """The caller gets this on WhatsApp once the call is over."""

    text: str
    holds_without_answer: ClassVar[bool] = True
    is_once_a_turn: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class PutThrough:
    """The caller is to be put through to the restaurant's own telephone."""

    holds_without_answer: ClassVar[bool] = True
    is_once_a_turn: ClassVar[bool] = True


# Of a call: no turn's closing knows them.
IN_CALL = (SendAfterCall, PutThrough)
# `holds_without_answer`: whether it takes effect too where the turn ends in an apology.
# `is_once_a_turn`: the first one counts, and a model that wants another is told so.
ToolEffect = (
    SwitchTo | RememberDiet | CallStaff | CalledInVain | OfferChoices | SendAfterCall | PutThrough
)


def remembering(diner: Known, effects: Iterable[ToolEffect]) -> Known:
    """The diner as the turn with these effects leaves them."""
    for effect in effects:
        if isinstance(effect, RememberDiet):
            kept = effect.changed(diets.read(diner.diet))
            diner = replace(diner, diet=diets.written(kept))
    return diner
