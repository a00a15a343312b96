"""Who is answered by a persona while a restaurant tries it out, and what its staff reads instead.

Of who is not on the list, the staff is told; in shadow mode the staff gets the persona's answer, as
a draft. It changes nothing: what is to happen stands in the turn's ending.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from conversation.ending import Ending, TellStaff, held, said
from conversation.keywords import FORGET, HUMAN, LANGUAGE, ME
from conversation.opting import is_heeded, keyword_of
from conversation.sentences import Cause, apology
from knowledge.clock import Clock
from knowledge.notes import is_quiet
from knowledge.phrases import Phrase, phrase
from knowledge.places import address_of
from models import history
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import WHATSAPP, Known
from models.inbox import Written
from models.restaurants import Directory, Restaurant
from models.templates import STAFF_CALLED
from models.turns import Claimed
from personas import colleagues
from personas.colleagues import NOT_REACHED, Reached, one_line, quoted, who, who_answers
from personas.effects import CallStaff, Notice
from personas.rights import Rights
from telemetry.logs import log
from telemetry.masking import masked
from whatsapp.bubbles import as_sent, fitting
from whatsapp.choices import numbered
from whatsapp.split import as_messages

# Who is not on the list is told so at most once in so long.
TOLD_AGAIN_AFTER = timedelta(hours=24)
# Everybody's at any time, as STOP and START are.
OBEYED = frozenset({FORGET, ME, LANGUAGE, HUMAN})
NOT_LISTED: Cause = "not_listed"
MOST_WORDS = 600  # characters of the diner's, above a draft


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
        if not self._is_unlisted(turn.diner):
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
        if restaurant is None or not restaurant.is_shadowed or diner.channel != WHATSAPP:
            return False
        return not self._is_ours(diner, restaurant)

    def is_the_staffs(self, diner: Known) -> bool:
        """Whether the staff alone answers this diner, with or without a draft.

        Raises DatabaseUnavailableError.
        """
        return self._is_unlisted(diner) or self.is_shadowed(diner)

    def instead(self, turn: Claimed, messages: Sequence[Written], ending: Ending) -> Ending:
        """In shadow mode, a draft in the answer's place; else the ending as it is.

        What a keyword is answered goes to its diner. Raises DatabaseUnavailableError.
        """
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
            told = self._readers(turn.diner, "no answer")
            notices = tuple(_no_answer(turn.diner, messages, each) for each in told)
            return replace(ending, bubbles=(), effects=(*ending.effects, TellStaff(notices)))
        kept, _ = fitting(ending.bubbles)
        told = self._readers(turn.diner, "draft")
        notices = tuple(part for each in told for part in _draft(turn.diner, messages, kept, each))
        effects = (*ending.effects, TellStaff(notices))
        return replace(ending, bubbles=kept, effects=effects, is_drafted=True)

    def silenced(self, turn: Claimed, ending: Ending) -> Ending:
        """As `instead`, of a turn that is given up: nobody is told, since that may be what fails.

        Raises DatabaseUnavailableError.
        """
        return replace(ending, bubbles=()) if self.is_shadowed(turn.diner) else ending

    def _is_unlisted(self, diner: Known) -> bool:
        restaurant = self._directory.by_number(diner.number)
        if restaurant is None or not restaurant.is_limited or diner.channel != WHATSAPP:
            return False
        listed = {each.address for each in restaurant.allowed}
        return listed.isdisjoint(diner.addresses) and not self._is_ours(diner, restaurant)

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
        notices = tuple(_not_listed(diner, turn.messages, each) for each in told)
        sentence = said(apology(NOT_LISTED, diner.language))
        return replace(ending, bubbles=sentence, effects=(TellStaff(notices),))

    def _readers(self, diner: Known, what: str, purpose: str | None = None) -> list[Reached]:
        found = colleagues.reached(
            self._database,
            self._restaurant(diner),
            self._clock.now(),
            but=(diner.id,),
            purpose=purpose,
        )
        if not found:
            why = str(NOT_REACHED)
            log.warning("rollout.nobody", diner=masked(diner.address), what=what, why=why)
        return found

    def _restaurant(self, diner: Known) -> Restaurant:
        found = self._directory.by_number(diner.number)
        assert found is not None, "only a restaurant is rolled out"
        return found


def _not_listed(diner: Known, messages: Sequence[Written], reader: Reached) -> Notice:
    language = reader.language
    title = phrase(
        "{diner} is not on the list, so that nobody answers but you. They wrote:",
        language,
        diner=_who(diner),
    )
    how = phrase("Answer with: /to {number} your words", language, number=diner.id)
    text = Phrase(f"{title}\n{_words(messages)}\n{how}")
    return Notice(reader.diner_id, text, STAFF_CALLED)


def _no_answer(diner: Known, messages: Sequence[Written], reader: Reached) -> Notice:
    language = reader.language
    title = phrase("{diner} wrote, and the waiter found no answer:", language, diner=_who(diner))
    how = phrase("Answer with: /to {number} your words", language, number=diner.id)
    return Notice(reader.diner_id, Phrase(f"{title}\n{_words(messages)}\n{how}"))


def _draft(
    diner: Known, messages: Sequence[Written], bubbles: Sequence[Bubble], reader: Reached
) -> list[Notice]:
    language = reader.language
    would_say = "\n\n".join(numbered(each) for each in as_sent(bubbles))
    lines = [
        phrase("{diner} wrote:", language, diner=_who(diner)),
        _words(messages),
        phrase("The answer would be:", language),
        quoted(would_say),
    ]
    if any(each.picture for each in bubbles):
        lines.append(phrase("(With a picture.)", language))
    if any(each.voice for each in bubbles):
        lines.append(phrase("(As a voice note.)", language))
    lines.append(
        phrase(
            "Send it with */send {number}*, or answer with */to {number}* and your words.",
            language,
            number=diner.id,
        )
    )
    return [Notice(reader.diner_id, Phrase(each)) for each in as_messages("\n".join(lines))]


def _who(diner: Known) -> str:
    return who(diner.id, diner.profile_name, diner.address)


def _words(messages: Sequence[Written]) -> Phrase:
    words = (one_line(each.text, MOST_WORDS) for each in messages)
    return quoted("\n".join(filter(None, words))[:MOST_WORDS])
