"""Cuts what a diner said into clauses, each of which wants something or wants it not.

It decides nothing: what a clause is about is `knowledge.unwanted`'s.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from knowledge.bound import WITH
from knowledge.diners_words import ALCOHOL, PORK
from knowledge.language_tables import DIET, THING, WORD, listed
from knowledge.vocabulary import Part
from models.menu import ALLERGENS

LONGEST_ANSWER = 4  # words
MOST_PARTS = 60  # of a clause: who writes longer ones has no marks
FORWARD = ("without", "never")  # stand before what they are about
HEALTH = ("harm", "allergy")
AROUND = ("around", *HEALTH)  # stand before or after it
# What a list of unwanted things may have between them.
PASSED = frozenset(("fillers", "and", "contains", "inside", "i_am", "stop", "person", "today"))
_BULLETS = frozenset(":=•·▪◦")
SENTENCE_ENDS = frozenset(".!?;\n…")
PAUSES = frozenset(",()[]–—-|")  # a list goes on after them

CUTS = SENTENCE_ENDS | PAUSES


class Clause(NamedTuple):
    places: range
    is_sentence: bool  # begins one

    def of(self, parts: Sequence[Part], *roles: str) -> list[int]:
        return [at for at in self.places if parts[at].role in roles]


def clauses_of(parts: Sequence[Part]) -> list[Clause]:
    """Cut at marks, and before a "but" or a question unless a cue still waits for its thing."""
    cuts = [(-1, 0, True)]  # where a clause ends, where the next begins, whether with a sentence
    waits = False
    for at, part in enumerate(parts):
        mark = part.words[0] if part.role == WORD else ""
        if mark in CUTS:
            cuts.append((at, at + 1, mark in SENTENCE_ENDS))
            waits = False
        elif (part.role in ("but", "orders", "asks") and not waits) or (
            at - cuts[-1][1] >= MOST_PARTS
        ):
            cuts.append((at, at, False))
        waits = (waits or part.role in (*FORWARD, *AROUND)) and part.role != THING
    cuts.append((len(parts), len(parts), True))
    return [
        Clause(range(begin, end), is_sentence)
        for (_, begin, is_sentence), (end, _, _) in pairwise(cuts)
        if begin < end
    ]


def is_list(parts: Sequence[Part], clause: Clause) -> bool:
    """Whether it names things and says nothing of them."""
    return all(
        parts[at].role in (THING, DIET, *PASSED) or _is_bullet(parts[at]) for at in clause.places
    )


def _is_bullet(part: Part) -> bool:
    """What stands before a thing in a list: "1. milk", "• eggs"."""
    return part.role == WORD and (part.words[0] in _BULLETS or part.words[0].isdigit())


def ends_in_answer(parts: Sequence[Part], clause: Clause) -> bool:
    """ "No, thanks", and in Maltese a "le" behind the thing."""
    last = clause.places[-LONGEST_ANSWER:]
    words = tuple(word for at in last for word in parts[at].words)
    return any(words[begin:] in listed("answers") for begin in range(len(words)))


def is_listed_below(parts: Sequence[Part], clause: Clause) -> bool:
    """Whether there is nothing but things in the lines below: "no", and then "nuts"."""
    end = clause.places.stop
    if end == len(parts) or parts[end].words != ("\n",):
        return False
    # It looks no further than it must: this is asked of every clause.
    below = (parts[at] for at in range(end + 1, len(parts)) if parts[at].words != ("\n",))
    first = next(below, None)
    return first is not None and first.role == THING and all(part.role == THING for part in below)


def asked_in(clauses: Sequence[Clause], parts: Sequence[Part]) -> set[int]:
    """What it is asked of whether it is in it, allergen, pork or alcohol: "what contains nuts?"."""
    asked: set[int] = set()
    for clause in clauses:
        roles = {parts[at].role for at in clause.places}
        if roles & {*FORWARD, "around", "free"}:
            continue
        is_question = "contains" in roles or {"inside", "asks"} <= roles
        had = _had_by(parts, clause)
        things = clause.of(parts, THING) if is_question else had
        whole = [at for at in things if parts[at].meaning.is_whole]
        asked.update(whole or (at for at in things if _is_asked_after(parts[at], at in had)))
    return asked


def _had_by(parts: Sequence[Part], clause: Clause) -> list[int]:
    """Of "which desserts have nuts?" and "what contains prawns?" what stands behind the verb."""
    which = [at for at in clause.places if parts[at].words in listed("which")]
    has = [
        at
        for at in clause.places
        if (which and at > which[0] and parts[at].words in listed("has"))
        or (parts[at].role == "contains" and parts[at].words[-1] not in WITH)
    ]
    return [at for at in clause.of(parts, THING) if has and at > has[0]]


def _is_asked_after(part: Part, is_had: bool) -> bool:
    """ "What has pork in it?", but the wine of "what is in the wine?" is ordered."""
    keys = {ALCOHOL, PORK, *(ALLERGENS if is_had else ())}
    return not part.meaning.is_dish and not part.keys.isdisjoint(keys)


def asked_for(parts: Sequence[Part], clause: Clause) -> list[int]:
    """What a clause is about: of "does the fish have milk" the milk."""
    things = clause.of(parts, THING)
    has = [at for at in clause.places if parts[at].words in (("have",), ("has",))]
    inside = [at for at in things if has and at > has[0]]
    return inside if is_question(parts, clause) and inside else things


def is_no_diet(parts: Sequence[Part], at: int) -> bool:
    """ "Not vegan", and "it need not be vegan"."""
    return _no_before(parts, at) is not None


def is_denied(parts: Sequence[Part], at: int) -> bool:
    """ "I'm not vegan", and not what "is not vegan"."""
    no = _no_before(parts, at)
    behind = parts[at + 1].role if at + 1 < len(parts) else ""
    if no is None or (behind == WORD and parts[at + 1].words[0].isalnum()):  # "no vegan hater"
        return False
    is_own = any((word,) in listed("i_am") for word in parts[no].words)  # "non sono"
    return is_own or (no > 0 and parts[no - 1].role == "i_am")


def _no_before(parts: Sequence[Part], at: int) -> int | None:
    for before in range(at - 1, -1, -1):
        role = parts[before].role
        if role in (*FORWARD, "around"):
            return before
        if role not in PASSED - {"and", "i_am"}:  # "no, I'm vegan" often has no comma
            return None
    return None


def diets_told(clauses: Sequence[Clause], parts: Sequence[Part]) -> set[int]:
    """The diets that are told of a person, and not asked for: "my wife is vegan"."""
    told: set[int] = set()
    for clause in clauses:
        roles = {parts[at].role for at in clause.places}
        if roles & {"i_am", "person"} and not roles & {"orders", "asks", "today"}:
            told.update(at for at in clause.of(parts, DIET) if not is_no_diet(parts, at))
        told.update(at for at in clause.of(parts, DIET) if parts[at].words in listed("drinks_not"))
    return told


def is_question(parts: Sequence[Part], clause: Clause) -> bool:
    return [part.words for part in parts[clause.places.stop :][:1]] == [("?",)]


def is_request(parts: Sequence[Part], clause: Clause) -> bool:
    """A question or a "please": it orders rather than tells."""
    return is_please(parts, clause) or is_question(parts, clause)


def is_please(parts: Sequence[Part], clause: Clause) -> bool:
    return any(parts[at].words in listed("please") for at in clause.places)


def is_order(parts: Sequence[Part], clause: Clause, is_told: bool) -> bool:
    """ "Fish please" after an allergy that `is_told`; after an asked one "?" may end the list."""
    return is_request(parts, clause) and (is_told or not is_question(parts, clause))


def is_statement(
    parts: Sequence[Part], sentence: int, clause: Clause, cues: Collection[str]
) -> bool:
    """ "I'm allergic to nuts", and not "is it safe if I'm allergic to nuts"."""
    first = next(iter(clause.of(parts, *cues)), clause.places.stop)
    before = {part.role for part in parts[sentence:first]}
    is_plain = all(part.role in (THING, *PASSED) for part in parts[clause.places.start : first])
    is_list_told = any(parts[at].words == (":",) for at in clause.places)
    is_asking = before & {"orders", "asks", "welcome"} or is_question(parts, clause)
    return is_plain and not is_list_told and not is_asking


def is_fine(parts: Sequence[Part], clause: Clause) -> bool:
    """ "Fish is fine", and no question."""
    is_said = any(parts[at].words in listed("fine") for at in clause.places)
    is_plain = all(parts[at].role in (THING, "welcome", "fillers", "and") for at in clause.places)
    return is_said and is_plain and not is_request(parts, clause)
