"""Reads the clauses of a diner's text in their order: which of its things must not be in a dish.

It fails closed: what a clause with a "no" or an allergy names is unwanted, unless it plainly is
wanted; better to leave a dish out than to offer it to who must not have it.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from itertools import takewhile

from knowledge.bound import (
    WITH,
    bound_by,
    is_harmless,
    is_ordered,
    joined_to,
    right_before,
    spared_by,
    told_between,
    words_before,
)
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
from knowledge.diners_words import ALCOHOL, PORK, SPICY
from knowledge.language_tables import DIET, OWN, THING, WORD, listed
from knowledge.vocabulary import Part
from models.menu import ALLERGENS

MOST_BACK = 20  # clauses that one is about which names nothing itself
_CUES = frozenset((*FORWARD, *AROUND, "free", OWN))
_WANTING = frozenset(("orders", "asks", "welcome"))
_LEFT_OUT = frozenset((ALCOHOL, PORK, SPICY))
# Who has none of it has all else.
_MILD = _LEFT_OUT | {"meat", "animal", "halal"}


class Reading:
    """What of a text is unwanted, clause after clause."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.clauses = clauses_of(parts)
        self.unwanted: set[int] = set()
        self.spared: set[int] = set()  # not allergic to them
        self.idle: set[int] = set()  # cues that are about nothing
        self.avoided: set[int] = set()  # words of no list
        self.unknown: set[int] = set()  # words of no list that somebody is allergic to
        self.dropped: set[int] = set()  # words that only tell of something unwanted
        self.kept: set[int] = set()  # what somebody never has, and not what they skip today
        self.fine: set[int] = set()
        # The last clauses that name something, which a later one may be about.
        self._named: deque[Clause] = deque(maxlen=MOST_BACK)
        self._goes_on = False  # what the next clause lists is unwanted as well
        self._goes_back = False  # the cue stood behind its things
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
        if not is_cued and not ends_in_answer(self.parts, clause):
            self._go_on(clause)
            self._is_diet = bool(clause.of(self.parts, DIET)) and is_list(self.parts, clause)
            self._is_taken_back = bool(marks)
            if marks:
                things = clause.of(self.parts, THING)
                self.spared.update(spared_by(self.parts, marks[0], things))
                after_all = set(things) - self.spared
                self.unwanted |= after_all
                self.kept |= after_all
            elif is_fine(self.parts, clause):
                self.fine.update(clause.of(self.parts, THING))
            if not marks and clause.of(self.parts, THING):
                self._named.append(clause)
            return
        taken = self._taken(number, marks) if is_cued else set(clause.of(self.parts, THING))
        if not taken and not clause.of(self.parts, OWN):
            taken = self._look_back(number, marks)
            if not taken and self.avoided.isdisjoint(clause.places):
                self.idle.update(clause.of(self.parts, "without"))  # "coke zero" is a coke
                self.unknown.update(words_before(self.parts, clause.of(self.parts, "allergy")))
        elif taken:
            self._named.append(clause)
        self.unwanted |= taken
        self._note_how_long(clause, taken)

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
        if roles & _WANTING or first[0] in WITH or first in listed("something"):
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
        if clause.is_sentence or self._goes_back:
            return not is_list(self.parts, clause)
        return is_request(self.parts, clause) and WORD in roles

    def _before(self, number: int) -> Iterable[Clause]:
        return reversed(self.clauses[max(0, number - MOST_BACK) : number])

    def _taken(self, number: int, marks: list[int]) -> set[int]:
        """What the cues of a clause are about."""
        clause = self.clauses[number]
        taken: set[int] = set()
        bounds = [clause.places.start - 1, *marks, clause.places.stop]
        for left, at, right in zip(bounds, marks, bounds[2:], strict=False):
            before = [each for each in range(left + 1, at) if self._is_open(each, taken)]
            after = [each for each in range(at + 1, right) if self._is_open(each, taken)]
            role = self.parts[at].role
            if role == "not_allergic":
                self.spared.update(spared_by(self.parts, at, after))
                taken.update(each for each in after if each not in self.spared)
            elif role == "free":
                taken.update(self._right_before(number, at, before))
            elif role == OWN:
                taken.update(joined_to(self.parts, at, after))
            elif role == "allergy" and before[-1:] == [at - 1]:
                taken.update(self._right_before(number, at, before, is_any=True))
                if not is_request(self.parts, clause):  # "lactose intolerant and eggs"
                    joined = joined_to(self.parts, at, after)
                    taken.update(each for each in joined if not is_harmless(self.parts[each]))
            else:
                taken.update(self._meant(number, at, before, after))
        return taken

    def _meant(self, number: int, at: int, before: list[int], after: list[int]) -> Iterable[int]:
        """What a cue is about, of what stands before and after it."""
        clause = self.clauses[number]
        bound = bound_by(self.parts, at, after)
        self.dropped.update(told_between(self.parts, at, bound))
        self._goes_back = not bound
        if self._is_settled(clause, at, bound):
            is_nor = self._goes_on and self.parts[at].words[:1] in listed("and")
            return [*before, *bound] if is_nor else bound  # "no milk, eggs nor nuts"
        if bound:
            return [*bound, *(each for each in before if not self.parts[each].meaning.is_dish)]
        is_listed = before and is_list(self.parts, Clause(range(clause.places.start, at), False))
        return [*before, *(self._listed_before(number, at) if is_listed else ())]

    def _listed_before(self, number: int, cue: int) -> list[int]:
        """Of "milk, eggs and fish make me sick" the milk and the eggs."""
        lists = takewhile(partial(is_list, self.parts), self._before(number))
        things = (at for clause in lists for at in clause.of(self.parts, THING))
        is_told = self.parts[cue - 1].words == (":",)  # "cheese, fish: can't have"
        return [at for at in things if is_told or not self.parts[at].meaning.is_dish]

    def _is_open(self, at: int, taken: Collection[int]) -> bool:
        return self.parts[at].role == THING and at not in taken and at not in self.spared

    def _right_before(
        self, number: int, at: int, before: list[int], *, is_any: bool = False
    ) -> list[int]:
        """Of "latte and egg, milk and nut free" the last three; of "fish, nut free" the nuts."""
        clause = self.clauses[number]
        found, goes_further = right_before(self.parts, clause.places.start, at, before, is_any)
        return found + (self._listed_before(number, at) if goes_further else [])

    def _is_settled(self, clause: Clause, at: int, bound: list[int]) -> bool:
        """Whether a cue is about what follows it alone."""
        role = self.parts[at].role
        is_about_word = not bound and role in (*FORWARD, "allergy") and self._avoid(clause, at)
        if role in FORWARD and bound:
            return True
        if not bound and not is_about_word:
            return False
        is_asked = next(iter(clause.of(self.parts, *_WANTING)), at) < at
        if is_asked or not bound:
            return is_asked
        between = {self.parts[each].role for each in range(at + 1, bound[0])}
        return is_harmless(self.parts[bound[0]]) and between <= {"fillers"}

    def _avoid(self, clause: Clause, at: int) -> bool:
        """Take the word after "without" that is on no list; False if there is none."""
        following = range(at + 1, clause.places.stop)
        passed = ("fillers", "contains")
        first = next((each for each in following if self.parts[each].role not in passed), at)
        if self.parts[first].role != WORD or not self.parts[first].words[0].isalnum():
            return False
        cue = self.parts[at]
        if cue.role == "allergy" and first == at + 1 and len(cue.words) == 1:
            return False  # "a milk allergy sufferer", "allergy list"
        self.avoided.add(first)
        return True

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
        self._goes_back = True
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
