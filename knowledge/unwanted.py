"""Parts a diner's words into what is wanted and what must not be in it.

It knows no menu. It fails closed: what a clause with a "no" or an allergy names is unwanted, unless
it plainly is wanted; better to leave a dish out than to offer it to who must not have it.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from knowledge.bound import WITH, bound_by, is_harmless, joined_to, right_before, told_between
from knowledge.clauses import (
    AROUND,
    FORWARD,
    HEALTH,
    PASSED,
    Clause,
    asked_for,
    asked_in,
    clauses_of,
    diets_told,
    ends_in_answer,
    is_fine,
    is_list,
    is_listed_below,
    is_no_diet,
    is_order,
    is_please,
    is_question,
    is_request,
    is_statement,
    with_drinkers,
)
from knowledge.vocabulary import DIET, OWN, THING, WORD, Meaning, Part, listed

MOST_BACK = 20  # clauses that one is about which names nothing itself
_CUES = frozenset((*FORWARD, *AROUND, "free", OWN))
_WANTING = frozenset(("orders", "asks", "welcome"))


@dataclass
class Parted:
    """The parts of a text by what the diner wants of them, in their order."""

    wanted: list[Part] = field(default_factory=list)
    unwanted: list[Part] = field(default_factory=list)
    avoided: list[Part] = field(default_factory=list)  # "without flurbs": of no list
    asked: list[Part] = field(default_factory=list)  # "what contains nuts?"
    is_lasting: bool = False


def parted(parts: Sequence[Part]) -> Parted:
    return _read(parts).result()


def lasting_of(parts: Sequence[Part]) -> Parted:
    """The same without what is unwanted, and which diets are asked for, this once."""
    return _read(parts).lasting()


def allowed_of(parts: Sequence[Part]) -> list[Part]:
    """What somebody plainly may have: "not allergic to fish", "fish is fine"."""
    reading = _read(parts)
    allowed = (reading.spared | reading.fine) - reading.unwanted
    return [parts[at] for at in sorted(allowed)]


def _read(parts: Sequence[Part]) -> "_Reading":
    reading = _Reading(with_drinkers(parts))
    for number in range(len(reading.clauses)):
        reading.read(number)
    return reading


class _Reading:
    """What of a text is unwanted, clause after clause."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.clauses = clauses_of(parts)
        self.unwanted: set[int] = set()
        self.spared: set[int] = set()  # not allergic to them
        self.idle: set[int] = set()  # cues that are about nothing
        self.avoided: set[int] = set()  # words of no list
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
        self._is_taken_back = False  # "not allergic", and what now follows a "but" is excepted

    def read(self, number: int) -> None:
        clause = self.clauses[number]
        if clause.is_sentence:
            self._sentence = clause.places.start
        marks = clause.of(self.parts, *_CUES, "not_allergic")
        is_cued = any(self.parts[at].role in _CUES for at in marks)
        if not is_cued and not ends_in_answer(self.parts, clause):
            self._go_on(clause)
            self._is_taken_back = bool(marks)
            if marks:
                self.spared.update(clause.of(self.parts, THING))
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
        elif taken:
            self._named.append(clause)
        self.unwanted |= taken
        self._note_how_long(clause, taken)

    def _go_on(self, clause: Clause) -> None:
        things = clause.of(self.parts, THING)
        is_excepted = self._is_taken_back and self.parts[clause.places[0]].role == "but"
        is_open = self._goes_on or self._waits or is_excepted
        if not things or not is_open:
            self._goes_on = self._goes_on and is_list(self.parts, clause)
            if self._goes_on and self._lasts and not is_order(self.parts, clause, self._is_told):
                self.kept.update(clause.places)  # "allergic to nuts, vegan"
            return
        if self._is_wanted(clause):
            self._goes_on = False
            return
        self.unwanted.update(things)
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

    def _is_wanted(self, clause: Clause) -> bool:
        """Whether a clause without a cue says that its things are wanted after all."""
        roles = {self.parts[at].role for at in clause.places}
        if self._waits in HEALTH and roles & {"contains", "inside"}:
            return False
        if roles & _WANTING or self.parts[clause.places[0]].words[0] in WITH:
            return True
        if self._waits or self._is_taken_back:
            return False
        if self._is_plain and "and" not in roles and is_please(self.parts, clause):
            return True  # "no nuts, fish please"
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
                self.spared.update(after)
            elif role == "free":
                taken.update(self._right_before(number, at, before))
            elif role == OWN:
                taken.update(joined_to(self.parts, at, after))
            elif role == "allergy" and before[-1:] == [at - 1]:
                taken.update(self._right_before(number, at, before, is_any=True))
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

    def _note_how_long(self, clause: Clause, taken: set[int]) -> None:
        self._goes_on = bool(taken or clause.of(self.parts, OWN))
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

    def result(self, left_out: Collection[int] = ()) -> Parted:
        found = Parted(
            avoided=[self.parts[at] for at in sorted(self.avoided)],
            is_lasting=bool(self.kept or diets_told(self.clauses, self.parts)),
        )
        asked = asked_in(self.clauses, self.parts)
        for at, part in enumerate(self.parts):
            if part.role == OWN or at in self.unwanted:
                found.unwanted.append(part)
            elif at in self.avoided or at in left_out:
                continue
            elif at not in self.dropped and not (part.role == DIET and is_no_diet(self.parts, at)):
                found.wanted.append(part)
            if at in self.idle:
                found.wanted.append(Part(Meaning(WORD), part.words))
            if at in asked:
                found.asked.append(part)
        return found

    def lasting(self) -> Parted:
        told = self.kept | diets_told(self.clauses, self.parts)
        self.unwanted &= told
        self.avoided &= told
        asked = {at for at, part in enumerate(self.parts) if part.role == DIET and at not in told}
        return self.result(left_out=asked)
