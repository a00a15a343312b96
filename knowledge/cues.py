"""What the cues of a clause are about: each "no", each allergy, of the things beside it.

It knows the clauses before one, of which a cue may mean the things, and leaves it to
`knowledge.reading` what clauses without a cue go on with.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from itertools import takewhile

from knowledge.bound import bound_by, is_harmless, joined_to, right_before, spared_by, told_between
from knowledge.clauses import FORWARD, Clause, is_list, is_request
from knowledge.language_tables import OWN, THING, WORD, listed
from knowledge.vocabulary import Part

MOST_BACK = 20  # clauses that one is about which names nothing itself
WANTING = frozenset(("orders", "asks", "welcome"))


class Cues:
    def __init__(self, parts: Sequence[Part], clauses: Sequence[Clause]) -> None:
        self._parts = parts
        self._clauses = clauses
        self.spared: set[int] = set()  # not allergic to them
        self.avoided: set[int] = set()  # words of no list
        self.dropped: set[int] = set()  # words that only tell of something unwanted
        self.goes_back = False  # the last cue stood behind its things

    def taken(self, number: int, marks: list[int], *, goes_on: bool) -> set[int]:
        """What the cues of a clause are about. `goes_on`: it goes on with what is unwanted."""
        clause = self._clauses[number]
        taken: set[int] = set()
        bounds = [clause.places.start - 1, *marks, clause.places.stop]
        for left, at, right in zip(bounds, marks, bounds[2:], strict=False):
            before = [each for each in range(left + 1, at) if self._is_open(each, taken)]
            after = [each for each in range(at + 1, right) if self._is_open(each, taken)]
            role = self._parts[at].role
            if role == "not_allergic":
                self.spared.update(spared_by(self._parts, at, after))
                taken.update(each for each in after if each not in self.spared)
            elif role == "free":
                taken.update(self._right_before(number, at, before))
            elif role == OWN:
                taken.update(joined_to(self._parts, at, after))
            elif role == "allergy" and before[-1:] == [at - 1]:
                taken.update(self._right_before(number, at, before, is_any=True))
                if not is_request(self._parts, clause):  # "lactose intolerant and eggs"
                    joined = joined_to(self._parts, at, after)
                    taken.update(each for each in joined if not is_harmless(self._parts[each]))
            else:
                taken.update(self._meant(number, at, before, after, goes_on))
        return taken

    def _meant(
        self, number: int, at: int, before: list[int], after: list[int], goes_on: bool
    ) -> Iterable[int]:
        """What a cue is about, of what stands before and after it."""
        clause = self._clauses[number]
        bound = bound_by(self._parts, at, after)
        self.dropped.update(told_between(self._parts, at, bound))
        self.goes_back = not bound
        if self._is_settled(clause, at, bound):
            is_nor = goes_on and self._parts[at].words[:1] in listed("and")
            return [*before, *bound] if is_nor else bound  # "no milk, eggs nor nuts"
        if bound:
            return [*bound, *(each for each in before if not self._parts[each].meaning.is_dish)]
        is_listed = before and is_list(self._parts, Clause(range(clause.places.start, at), False))
        return [*before, *(self._listed_before(number, at) if is_listed else ())]

    def _listed_before(self, number: int, cue: int) -> list[int]:
        """Of "milk, eggs and fish make me sick" the milk and the eggs."""
        lists = takewhile(partial(is_list, self._parts), self._before(number))
        things = (at for clause in lists for at in clause.of(self._parts, THING))
        is_told = self._parts[cue - 1].words == (":",)  # "cheese, fish: can't have"
        return [at for at in things if is_told or not self._parts[at].meaning.is_dish]

    def _before(self, number: int) -> Iterable[Clause]:
        return reversed(self._clauses[max(0, number - MOST_BACK) : number])

    def _is_open(self, at: int, taken: Collection[int]) -> bool:
        return self._parts[at].role == THING and at not in taken and at not in self.spared

    def _right_before(
        self, number: int, at: int, before: list[int], *, is_any: bool = False
    ) -> list[int]:
        """Of "latte and egg, milk and nut free" the last three; of "fish, nut free" the nuts."""
        clause = self._clauses[number]
        found, goes_further = right_before(self._parts, clause.places.start, at, before, is_any)
        return found + (self._listed_before(number, at) if goes_further else [])

    def _is_settled(self, clause: Clause, at: int, bound: list[int]) -> bool:
        """Whether a cue is about what follows it alone."""
        role = self._parts[at].role
        is_about_word = not bound and role in (*FORWARD, "allergy") and self._avoid(clause, at)
        if role in FORWARD and bound:
            return True
        if not bound and not is_about_word:
            return False
        is_asked = next(iter(clause.of(self._parts, *WANTING)), at) < at
        if is_asked or not bound:
            return is_asked
        between = {self._parts[each].role for each in range(at + 1, bound[0])}
        return is_harmless(self._parts[bound[0]]) and between <= {"fillers"}

    def _avoid(self, clause: Clause, at: int) -> bool:
        """Take the word after "without" that is on no list; False if there is none."""
        following = range(at + 1, clause.places.stop)
        passed = ("fillers", "contains")
        first = next((each for each in following if self._parts[each].role not in passed), at)
        if self._parts[first].role != WORD or not self._parts[first].words[0].isalnum():
            return False
        cue = self._parts[at]
        if cue.role == "allergy" and first == at + 1 and len(cue.words) == 1:
            return False  # "a milk allergy sufferer", "allergy list"
        self.avoided.add(first)
        return True
