"""Reads the clauses of a diner's text in their order: which of its things must not be in a dish.

It fails closed: what a clause with a "no" or an allergy names is unwanted, unless it plainly is
wanted; better to leave a dish out than to offer it to who must not have it.
"""

from collections import deque
from collections.abc import Iterable, Sequence

from knowledge.bound import WITH, is_harmless, is_ordered, spared_by, words_before
from knowledge.clauses import (
    AROUND,
    FORWARD,
    HEALTH,
    PASSED,
    Clause,
    asked_for,
    clauses_of,
    ends_in_answer,
    is_fine,
    is_list,
    is_listed_below,
    is_order,
    is_please,
    is_question,
    is_request,
    is_statement,
)
from knowledge.cues import MOST_BACK, WANTING, Cues
from knowledge.diners_words import ALCOHOL, PORK, SPICY
from knowledge.language_tables import DIET, OWN, THING, WORD, listed
from knowledge.vocabulary import Part
from models.menu import ALLERGENS

_CUES = frozenset((*FORWARD, *AROUND, "free", OWN))
_LEFT_OUT = frozenset((ALCOHOL, PORK, SPICY))
# Who has none of it has all else.
_MILD = _LEFT_OUT | {"meat", "animal", "halal"}


class Reading:
    """What of a text is unwanted, clause after clause."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.clauses = clauses_of(parts)
        self._cues = Cues(parts, self.clauses)
        self.spared = self._cues.spared
        self.avoided = self._cues.avoided
        self.dropped = self._cues.dropped
        self.unwanted: set[int] = set()
        self.idle: set[int] = set()  # cues that are about nothing
        self.unknown: set[int] = set()  # words of no list that somebody is allergic to
        self.kept: set[int] = set()  # what somebody never has, and not what they skip today
        self.fine: set[int] = set()
        # The last clauses that name something, which a later one may be about.
        self._named: deque[Clause] = deque(maxlen=MOST_BACK)
        self._goes_on = False  # what the next clause lists is unwanted as well
        self._lasts = False  # what the next clause lists is somebody's as well
        self._is_told = False  # a statement, and a question that follows asks for something
        self._sentence = 0  # where it begins
        self._waits = ""  # the role of a cue that has named nothing yet
        self._is_plain = False  # no more than a "no" and its things, this once
        self._is_diet = False  # the last clause named one, and nothing else
        self._last: frozenset[str] = frozenset()  # the keys that were unwanted last
        self._is_taken_back = False  # "not allergic", and what now follows a "but" is excepted

    def read(self, number: int) -> None:
        clause = self.clauses[number]
        if clause.is_sentence:
            self._sentence = clause.places.start
        marks = clause.of(self.parts, *_CUES, "not_allergic")
        is_cued = any(self.parts[at].role in _CUES for at in marks)
        if is_cued or ends_in_answer(self.parts, clause):
            self._read_cued(number, marks, is_cued=is_cued)
        else:
            self._go_on(clause)
            self._read_plain(clause, marks)

    def _read_cued(self, number: int, marks: list[int], *, is_cued: bool) -> None:
        clause = self.clauses[number]
        if is_cued:
            taken = self._cues.taken(number, marks, goes_on=self._goes_on)
        else:
            taken = set(clause.of(self.parts, THING))
        if not taken and not clause.of(self.parts, OWN):
            taken = self._look_back(number, marks)
            if not taken and self.avoided.isdisjoint(clause.places):
                self.idle.update(clause.of(self.parts, "without"))  # "coke zero" is a coke
                self.unknown.update(words_before(self.parts, clause.of(self.parts, "allergy")))
        elif taken:
            self._named.append(clause)
        self.unwanted |= taken
        self._note_how_long(clause, taken)

    def _read_plain(self, clause: Clause, marks: list[int]) -> None:
        """A clause without a cue; `marks`: each "not allergic" of it."""
        things = clause.of(self.parts, THING)
        self._is_diet = bool(clause.of(self.parts, DIET)) and is_list(self.parts, clause)
        self._is_taken_back = bool(marks)
        if marks:
            self.spared.update(spared_by(self.parts, marks[0], things))
            after_all = set(things) - self.spared
            self.unwanted |= after_all
            self.kept |= after_all
            return
        if is_fine(self.parts, clause):
            self.fine.update(things)
        if things:
            self._named.append(clause)

    def _go_on(self, clause: Clause) -> None:
        things = [at for at in clause.of(self.parts, THING) if self._goes_with_last(at, clause)]
        is_excepted = self._is_taken_back and self.parts[clause.places[0]].role == "but"
        is_open = self._goes_on or self._waits or is_excepted or self._is_added(clause)
        if not things or not is_open:
            self._goes_on = self._goes_on and is_list(self.parts, clause)
            if self._goes_on and self._lasts and not is_order(self.parts, clause, self._is_told):
                self.kept.update(clause.places)  # "allergic to nuts, vegan"
            return
        if self._is_wanted(clause):
            self._goes_on = False
            return
        self.unwanted.update(things)
        self._last |= self._keys_of(things)
        self._is_plain = False
        is_more = (
            self._lasts
            and is_list(self.parts, clause)
            and not is_order(self.parts, clause, self._is_told)
        )
        self._lasts = self._waits in HEALTH or is_more
        if self._lasts:
            self.kept.update(clause.places)
        self._waits = ""
        self._goes_on = True

    def _is_added(self, clause: Clause) -> bool:
        """ "Vegan, also nuts"."""
        is_also = self._is_diet and self.parts[clause.places[0]].role == "and"
        return is_also and is_list(self.parts, clause) and not is_request(self.parts, clause)

    def _goes_with_last(self, at: int, clause: Clause) -> bool:
        """ "No milk, eggs", but a coffee behind "no milk", and a meat dish behind "no pork"."""
        part = self.parts[at]
        if self._waits or self._is_taken_back or not is_harmless(part) or part.keys & _LEFT_OUT:
            return True
        is_and = self.parts[clause.places[0]].role == "and"
        is_of_kind = self._lasts or is_and or self._last.isdisjoint(ALLERGENS)
        return is_of_kind and not self._last <= _MILD

    def _is_wanted(self, clause: Clause) -> bool:
        """Whether a clause without a cue says that its things are wanted after all."""
        roles = {self.parts[at].role for at in clause.places}
        if self._waits in HEALTH and roles & {"contains", "inside"}:
            return False
        first = self.parts[clause.places[0]].words
        if roles & WANTING or first[0] in WITH or first in listed("something"):
            return True
        if self._waits or self._is_taken_back:
            return False
        if self._is_plain and "and" not in roles and is_please(self.parts, clause):
            # "No nuts, fish please", but "no nuts, eggs please".
            return all(is_ordered(self.parts[at]) for at in clause.of(self.parts, THING))
        if self._is_told and is_question(self.parts, clause):
            return True
        if self._is_told and clause.is_sentence and is_request(self.parts, clause):
            return True
        if clause.is_sentence or self._cues.goes_back:
            return not is_list(self.parts, clause)
        return is_request(self.parts, clause) and WORD in roles

    def _look_back(self, number: int, marks: list[int]) -> set[int]:
        """What was named before a clause that names nothing: "Is there milk in it? Allergic!"."""
        roles = {self.parts[at].role for at in marks}
        is_health = bool(roles & set(HEALTH))
        found: set[int] = set()
        for clause in reversed(self._named):
            if found and not is_health and not is_list(self.parts, clause):
                break
            if not clause.of(self.parts, "orders"):
                found.update(asked_for(self.parts, clause))
            elif not found:
                break
        is_about_word = not self.avoided.isdisjoint(self.clauses[number].places)
        clause = self.clauses[number]
        is_answer = ends_in_answer(self.parts, clause) and not is_listed_below(self.parts, clause)
        if not found and not is_about_word and not is_answer:
            self._waits = next((role for role in HEALTH if role in roles), "around")
        self._cues.goes_back = True
        return found

    def _keys_of(self, places: Iterable[int]) -> frozenset[str]:
        return frozenset(key for at in places for key in self.parts[at].keys)

    def _note_how_long(self, clause: Clause, taken: set[int]) -> None:
        self._goes_on = bool(taken or clause.of(self.parts, OWN))
        if self._goes_on:
            self._last = self._keys_of((*taken, *clause.of(self.parts, OWN)))
        if taken:
            self._waits = ""
        is_taken = bool(taken) or not self.avoided.isdisjoint(clause.places)
        is_own = bool(clause.of(self.parts, OWN))
        is_health = is_own or bool(clause.of(self.parts, *HEALTH))
        is_personal = is_health or bool(clause.of(self.parts, "never", "person"))
        is_list_of_theirs = self._lasts and not clause.is_sentence
        is_today = bool(clause.of(self.parts, "today"))
        is_theirs = is_personal or (is_list_of_theirs and not is_request(self.parts, clause))
        self._lasts = (is_taken or is_own) and (is_health or (is_theirs and not is_today))
        if self._lasts:
            self.kept.update(taken, clause.places)
        said = {self.parts[at].role for at in clause.places}
        self._is_plain = not self._lasts and said <= {THING, *FORWARD, *PASSED}
        self._is_told = self._lasts and is_statement(self.parts, self._sentence, clause, _CUES)
