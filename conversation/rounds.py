"""One turn's rounds: the model's reply, its tools' results, and who answers in the end.

It gathers what was asked so far. How the model is asked for one reply is `asking`'s to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversation import prompt, speakers
from conversation.calling import so_far
from conversation.cutting import whole_part
from conversation.running import Running
from conversation.sentences import Cause
from conversation.speakers import Speaker
from models.database.columns import storable
from personas.effects import OfferChoices
from personas.persona import Persona
from personas.tool import Objection, Tool, ToolContext
from personas.tools import offer_choices
from realtime import request
from realtime.client import Delta
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from realtime.request import Request

MAX_ROUNDS = 6
MAX_CALLS = 16  # of one round: what a model asks for beyond, it may ask for in the next


class NoAnswerError(Exception):
    """The model answered, and none of it is for the diner; `kind` says why."""

    def __init__(self, kind: Cause) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(slots=True)
class Rounds:
    """`ask` gives the reply to a request, and that request with what the diner wrote meanwhile.

    `call` gives what a tool answers, as JSON. `speaker` is whoever answers by now.
    """

    running: Running
    context: ToolContext
    personas: Mapping[str, Persona]
    speaker: Speaker
    asked: Request
    ask: Callable[[Request], tuple[Request, Reply]]
    call: Callable[[Sequence[Tool[Any]], FunctionCall], str]
    beside: str = ""  # what was said beside a call
    was_corrected: bool = False

    def answer(self) -> str:
        """What the diner gets to read of the speaker. Raises RealtimeError and NoAnswerError."""
        for nth in range(1, MAX_ROUNDS + 1):
            reply = self._ask(nth)
            words = _fit_to_read(reply)
            if reply.calls:
                self.beside = words or self.beside
                self._run_calls(reply)
                if not (words and self._has_offered(reply)):
                    continue
            if not words:
                raise NoAnswerError("failed")
            if (objection := self._objection(words)) is None:
                return words
            if self.was_corrected or nth == MAX_ROUNDS:
                return objection.instead
            self._correct(words, objection)
        if not self.beside:
            raise NoAnswerError("too_many_rounds")
        # Better than an apology.
        objection = self._objection(self.beside)
        return objection.instead if objection else self.beside

    def _ask(self, nth: int) -> Reply:
        asked = self.asked.labelled(turn=str(self.running.turn.id), round=str(nth))
        if nth == MAX_ROUNDS:
            asked = asked.without_calls()
        self.asked, reply = self.ask(asked)
        return reply

    def _run_calls(self, reply: Reply) -> None:
        """One of them may hand the diner over to another speaker."""
        for call in reply.calls[:MAX_CALLS]:
            output = self.call(self.speaker.tools, call)
            self.asked = self.asked.with_items(
                request.call_made(call), request.call_answered(call.call_id, output)
            )
        if reply.text and not self._has_offered(reply):
            self.running.pass_on(Delta("", again=True))
        before = self.speaker
        self.speaker = speakers.successor(
            before,
            self.running.effects,
            self.personas,
            self.context.rights,
            self.context.diner.language,
        )
        if self.speaker is not before:
            self.beside = ""  # another one's, as is what it offered
            self._withdraw_offers()
            self.asked = prompt.handed_over(self.asked, self.speaker, before, self.context)
            self.running.pass_on(Delta(self.speaker.announced))

    def _has_offered(self, reply: Reply) -> bool:
        """Whether its words are the answer, to which it gave choices: no round more is needed."""
        last = self.running.told[-1].told
        return _only_offers(reply) and "error" not in last and not reply.is_cut_off

    def _objection(self, words: str) -> Objection | None:
        """What the speaker's persona has against a reply, once it has looked it through."""
        check = self.speaker.persona.check
        if check is None:
            return None
        objection = check(words, self.running.told, so_far(self.running, self.context))
        if objection:
            self._withdraw_offers()  # they belong to what does not go out
        return objection

    def _withdraw_offers(self) -> None:
        effects = self.running.effects
        effects[:] = [each for each in effects if not isinstance(each, OfferChoices)]

    def _correct(self, words: str, objection: Objection) -> None:
        self.was_corrected = True
        self.running.void()
        self.asked = self.asked.with_items(
            request.said_by_us(words), request.said_by_system(objection.correction)
        )


def _only_offers(reply: Reply) -> bool:
    return bool(reply.calls) and all(call.name == offer_choices.NAME for call in reply.calls)


def _fit_to_read(reply: Reply) -> str:
    """What of a reply's text a diner may read, if anything.

    What stands beside a call that was cut off only announces what that would have found.
    Raises NoAnswerError for what a filter cut.
    """
    if reply.is_filtered:
        raise NoAnswerError("filtered")
    if reply.has_broken_call and not reply.calls:
        return ""
    text = storable(reply.text)
    return (whole_part(text) if reply.is_cut_off else text).strip()
