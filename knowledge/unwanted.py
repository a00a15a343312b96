"""Parts a diner's words into what is wanted and what must not be in it.

It knows no menu. It fails closed: what a clause with a "no" or an allergy names is unwanted, unless
it plainly is wanted; better to leave a dish out than to offer it to who must not have it.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from knowledge.clauses import (
    AROUND,
    FORWARD,
    HEALTH,
    Clause,
    asked_in,
    clauses_of,
    ends_in_answer,
    is_list,
    is_listed_below,
    is_no_diet,
    is_somebodys_diet,
)
from knowledge.vocabulary import DIET, OWN, THING, WORD, Meaning, Part, listed
from models.menu import ALLERGENS

MOST_BACK = 20  # clauses that one is about which names nothing itself
_CUES = frozenset((*FORWARD, *AROUND, "free", OWN))
_WANTING = frozenset(("orders", "asks", "welcome"))
_LINKS = frozenset({"with", "that", "which", "contain", "containing", "made", "avec", "con"})
_WITH = frozenset({"with", "avec", "con"})
_PLEASE = frozenset({"please", "pls", "plz"})


@dataclass
class Parted:
    """The parts of a text by what the diner wants of them, in their order."""

    wanted: list[Part] = field(default_factory=list)
    unwanted: list[Part] = field(default_factory=list)
    avoided: list[Part] = field(default_factory=list)  # "without flurbs": of no list
    asked: list[Part] = field(default_factory=list)  # "what contains nuts?"
    is_lasting: bool = False


def parted(parts: Sequence[Part]) -> Parted:
    reading = _Reading(parts)
    for number in range(len(reading.clauses)):
        reading.read(number)
    return reading.result()


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
        self.is_lasting = False
        # The last clauses that name something, which a later one may be about.
        self._named: deque[Clause] = deque(maxlen=MOST_BACK)
        self._goes_on = False  # what the next clause lists is unwanted as well
        self._goes_back = False  # the cue stood behind its things
        self._waits = ""  # the role of a cue that has named nothing yet
        self._is_taken_back = False  # "not allergic", and what now follows a "but" is excepted

    def read(self, number: int) -> None:
        clause = self.clauses[number]
        marks = clause.of(self.parts, *_CUES, "not_allergic")
        is_cued = any(self.parts[at].role in _CUES for at in marks)
        if not is_cued and not ends_in_answer(self.parts, clause):
            self._go_on(clause)
            self._is_taken_back = bool(marks)
            if marks:
                self.spared.update(clause.of(self.parts, THING))
            elif clause.of(self.parts, THING):
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
            return
        if self._is_wanted(clause):
            self._goes_on = False
            return
        self.unwanted.update(things)
        self.is_lasting = self.is_lasting or self._waits in HEALTH
        self._waits = ""
        self._goes_on = True

    def _is_wanted(self, clause: Clause) -> bool:
        """Whether a clause without a cue says that its things are wanted after all."""
        roles = {self.parts[at].role for at in clause.places}
        if self._waits in HEALTH and roles & {"contains", "inside"}:
            return False
        if roles & _WANTING or self.parts[clause.places[0]].words[0] in _WITH:
            return True
        if self._waits or self._is_taken_back:
            return False
        if clause.is_sentence or self._goes_back:
            return not is_list(self.parts, clause)
        words = {word for at in clause.places for word in self.parts[at].words}
        return bool(words & _PLEASE) and WORD in roles

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
                taken.update(self._joined(at, after))
            else:
                taken.update(self._meant(number, at, before, after))
        return taken

    def _meant(self, number: int, at: int, before: list[int], after: list[int]) -> Iterable[int]:
        """What a cue is about, of what stands before and after it."""
        clause = self.clauses[number]
        bound = self._bound(at, after)
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

    def _right_before(self, number: int, at: int, before: list[int]) -> list[int]:
        """Of "latte and egg, milk and nut free" the last three; of "fish, nut free" the nuts."""
        clause = self.clauses[number]
        found: list[int] = []
        has_and = False
        for each in range(at - 1, clause.places.start - 1, -1):
            part = self.parts[each]
            is_listed = part.meaning.is_whole and not part.meaning.is_dish
            if each in before and (not found or is_listed):
                found.append(each)
            elif part.role == "and" and found:
                has_and = True
            elif part.role != "fillers":
                return found
        return found + (self._listed_before(number, at) if has_and else [])

    def _joined(self, at: int, after: list[int]) -> list[int]:
        """Of "coeliac and milk" the milk."""
        between = range(at + 1, after[0]) if after else ()
        roles = [self.parts[each].role for each in between]
        is_joined = "and" in roles and set(roles) <= {"and", "fillers"}
        return after if is_joined else []

    def _bound(self, at: int, after: list[int]) -> list[int]:
        """What stands after a cue and is meant by it."""
        bound: list[int] = []
        for each in after:
            last = bound[-1] if bound else at
            between = [self.parts[place] for place in range(last + 1, each)]
            is_next_dish = bound and last + 1 == each and self.parts[each].meaning.is_dish
            if is_next_dish and not self.parts[last].meaning.is_dish:
                continue  # "no gluten pasta" is a pasta
            if bound and between and between[0].words[0] in _WITH and self._is_harmless(last):
                break  # "no sugar with milk"
            is_joined = between and all(part.role != "fillers" for part in between)
            if bound and self._is_harmless(each) and not is_joined:
                continue  # "no nuts and a coffee"
            if not bound:
                self._drop(range(at + 1, each))
            bound.append(each)
        return bound

    def _drop(self, between: range) -> None:
        """Of "no cake that contains nuts" not the cake, of "no roasted nuts" the roasted."""
        linked = [at for at in between if self.parts[at].words[0] in _LINKS]
        begin = linked[-1] if linked else between.start
        self.dropped.update(at for at in range(begin, between.stop))

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
        return self._is_harmless(bound[0]) and between <= {"fillers"}

    def _is_harmless(self, at: int) -> bool:
        return self.parts[at].keys.isdisjoint(ALLERGENS)

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
                found.update(clause.of(self.parts, THING))
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
        is_health = clause.of(self.parts, *HEALTH) and is_taken
        is_personal = clause.of(self.parts, "never", "person") and is_taken
        is_today = clause.of(self.parts, "today")
        if is_health or clause.of(self.parts, OWN) or (is_personal and not is_today):
            self.is_lasting = True

    def result(self) -> Parted:
        found = Parted(
            avoided=[self.parts[at] for at in sorted(self.avoided)],
            is_lasting=self.is_lasting or is_somebodys_diet(self.clauses, self.parts),
        )
        asked = asked_in(self.clauses, self.parts)
        for at, part in enumerate(self.parts):
            if part.role == OWN or at in self.unwanted:
                found.unwanted.append(part)
            elif at in self.avoided:
                continue
            elif at not in self.dropped and not (part.role == DIET and is_no_diet(self.parts, at)):
                found.wanted.append(part)
            if at in self.idle:
                found.wanted.append(Part(Meaning(WORD), part.words))
            if at in asked:
                found.asked.append(part)
        return found
