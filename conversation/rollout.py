"""Who is answered by a persona while a restaurant tries it out, and what its staff reads instead.

Of who is not on the list, the staff is told; in shadow mode the staff gets the persona's answer, as
a draft. It changes nothing: what is to happen stands in the turn's ending.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from conversation import in_place_of_answers as notices_of
from conversation.ending import (
    Ending,
    Forget,
    Forward,
    OptOut,
    RecallDrafts,
    TellStaff,
    held,
    said,
)
from conversation.keywords import FORGET, HUMAN, LANGUAGE, ME
from conversation.opting import is_heeded, keyword_of
from conversation.sentences import Cause, apology
from knowledge.clock import Clock
from knowledge.notes import is_quiet
from knowledge.phrases import Phrase, phrase
from knowledge.places import address_of
from models import drafts_waiting, history
from models.database.engine import Database
from models.diners import API, WHATSAPP, Known
from models.inbox import REACTION, Written
from models.restaurants import Directory, Restaurant
from models.templates import STAFF_CALLED
from models.turns import Claimed
from personas import colleagues
from personas.catalogue import PERSONAS
from personas.colleagues import NOT_REACHED, Reached, who_answers
from personas.effects import CallStaff
from personas.rights import Rights
from personas.sight import sight_of
from telemetry.logs import log
from telemetry.masking import masked
from whatsapp.bubbles import fitting

# Who is not on the list is told so at most once in so long.
TOLD_AGAIN_AFTER = timedelta(hours=24)
# Everybody's at any time, as STOP and START are.
OBEYED = frozenset({FORGET, ME, LANGUAGE, HUMAN})
NOT_LISTED: Cause = "not_listed"


class Rollout:
    def __init__(
        self, database: Database, directory: Directory, rights: Rights, clock: Clock
    ) -> None:
        self._database = database
        self._directory = directory
        self._rights = rights
        self._clock = clock

    def is_left(self, turn: Claimed) -> bool:
        """Whether no persona answers this turn, for its diner is not on the list.

        Raises DatabaseUnavailableError.
        """
        if not self.is_unlisted(turn.diner):
            return False
        keyword = keyword_of(turn)
        return not (keyword and (keyword.word in OBEYED or is_heeded(keyword, turn.diner)))

    def left(self, turn: Claimed) -> Ending | None:
        """The ending of a turn that is left to the staff; None for one that a persona answers.

        Raises DatabaseUnavailableError.
        """
        if not self.is_left(turn):
            return None
        if all(is_quiet(each.text) for each in turn.messages):
            return held()
        since = self._clock.now() - TOLD_AGAIN_AFTER
        with self._database.alone() as connection:
            is_told = history.was_told(connection, turn.diner.id, NOT_LISTED, since)
        ending = replace(held(), cause=NOT_LISTED)
        return ending if is_told else self._told(ending, turn)

    def is_shadowed(self, diner: Known) -> bool:
        """Whether what a persona answers this diner goes to the staff.

        Raises DatabaseUnavailableError.
        """
        restaurant = self._directory.by_number(diner.number)
        if restaurant is None or not restaurant.is_shadowed or diner.channel == API:
            return False
        return not self._is_ours(diner, restaurant)

    def is_unlisted(self, diner: Known) -> bool:
        """Whether no persona answers this diner, not even in a draft.

        Raises DatabaseUnavailableError.
        """
        restaurant = self._directory.by_number(diner.number)
        if restaurant is None or not restaurant.is_limited or diner.channel == API:
            return False
        listed = {each.address for each in restaurant.allowed}
        return listed.isdisjoint(diner.addresses) and not self._is_ours(diner, restaurant)

    def is_the_staffs(self, diner: Known) -> bool:
        """Whether the staff alone answers this diner, with or without a draft.

        Raises DatabaseUnavailableError.
        """
        return self.is_unlisted(diner) or self.is_shadowed(diner)

    def instead(self, turn: Claimed, messages: Sequence[Written], ending: Ending) -> Ending:
        """In shadow mode, a draft in the answer's place; else the ending as it is.

        What a keyword is answered goes to its diner. A draft that waits for who wrote again is
        called back. Raises DatabaseUnavailableError.
        """
        return self._recalling(turn, messages, self._instead(turn, messages, ending))

    def _instead(self, turn: Claimed, messages: Sequence[Written], ending: Ending) -> Ending:
        is_a_keywords = keyword_of(turn) and ending.persona is None and ending.cause is None
        if not ending.bubbles or is_a_keywords or ending.cause == NOT_LISTED:
            return ending
        if not self.is_shadowed(turn.diner):
            return ending
        if ending.is_held:  # no machine says that nobody came
            return replace(ending, bubbles=())
        if any(isinstance(each, CallStaff) for each in ending.effects):
            return replace(ending, bubbles=(), is_held=True)  # who was called answers in person
        if ending.cause:
            told = self._readers(turn.diner, "no answer", persona=ending.persona)
            notices = tuple(notices_of.no_answer(turn.diner, messages, each) for each in told)
            return replace(ending, bubbles=(), effects=(*ending.effects, TellStaff(notices)))
        kept, _ = fitting(ending.bubbles)
        told = self._readers(turn.diner, "draft", persona=ending.persona)
        notices = tuple(
            part for each in told for part in notices_of.draft(turn.diner, messages, kept, each)
        )
        effects = (*ending.effects, TellStaff(notices))
        return replace(ending, bubbles=kept, effects=effects, is_drafted=True)

    def _recalling(self, turn: Claimed, messages: Sequence[Written], ending: Ending) -> Ending:
        """It can't be sent by now, whatever this comes to: the staff is told, if by nothing else.

        Who is answered in its place is asked nothing more for.
        """
        diner = turn.diner
        is_answered = ending.is_drafted or (ending.bubbles and ending.persona)
        is_over = any(isinstance(each, OptOut | Forget) for each in ending.effects)
        if is_answered or is_over or diner.is_in_hands or diner.channel != WHATSAPP:
            return ending
        restaurant = self._directory.by_number(diner.number)
        if restaurant is None or all(each.text.startswith(REACTION) for each in messages):
            return ending
        with self._database.transaction() as session:
            waiting = drafts_waiting.waiting(session, restaurant, diner.id)
        if not waiting:
            return ending
        effects = (*ending.effects, RecallDrafts())
        if not any(isinstance(each, TellStaff | CallStaff | Forward) for each in ending.effects):
            told = self._readers(diner, "overtaken", persona=waiting[-1].persona)
            notices = tuple(notices_of.overtaken(diner, messages, each) for each in told)
            effects = (*effects, TellStaff(notices))
        return replace(ending, effects=effects)

    def silenced(self, turn: Claimed, ending: Ending) -> Ending:
        """As `instead`, of a turn that is given up: nobody is told, since that may be what fails.

        Raises DatabaseUnavailableError.
        """
        return replace(ending, bubbles=()) if self.is_shadowed(turn.diner) else ending

    def _is_ours(self, diner: Known, restaurant: Restaurant) -> bool:
        """Of the staff in any role, or named for this restaurant's books."""
        named = self._rights.books.addresses_of(restaurant)
        return bool(self._rights.roster.roles_of(diner, restaurant)) or not set(named).isdisjoint(
            diner.addresses
        )

    def _told(self, ending: Ending, turn: Claimed) -> Ending:
        diner = turn.diner
        restaurant = self._restaurant(diner)
        if not who_answers(self._rights.roster.of(restaurant)):
            where = phrase(
                "You find us at {address}.", diner.language, address=address_of(restaurant)
            )
            nobody = Phrase(f"{apology('disabled', diner.language)} {where}")
            log.warning("rollout.nobody", diner=masked(diner.address), why=colleagues.NO_STAFF)
            return replace(ending, bubbles=said(nobody))
        told = self._readers(diner, "not on the list", purpose=STAFF_CALLED)
        notices = tuple(notices_of.not_listed(diner, turn.messages, each) for each in told)
        sentence = said(apology(NOT_LISTED, diner.language))
        return replace(ending, bubbles=sentence, effects=(TellStaff(notices),))

    def _readers(
        self, diner: Known, what: str, *, persona: str | None = None, purpose: str | None = None
    ) -> list[Reached]:
        """Those who may read what this persona says, and what is said to it."""
        restaurant = self._restaurant(diner)
        reached = colleagues.reached(
            self._database, restaurant, self._clock.now(), but=(diner.id,), purpose=purpose
        )
        rights = [self._rights.of_colleague(each.colleague, restaurant) for each in reached]
        found = [
            each
            for each, theirs in zip(reached, rights, strict=True)
            if sight_of(theirs, PERSONAS).has_persona(persona)
        ]
        if not found:
            why = str(NOT_REACHED)
            log.warning("rollout.nobody", diner=masked(diner.address), what=what, why=why)
        return found

    def _restaurant(self, diner: Known) -> Restaurant:
        found = self._directory.by_number(diner.number)
        assert found is not None, "only a restaurant is rolled out"
        return found
