"""Whose allergy it is: what a diner says of themselves, apart from what they say of others.

It reads parts, and decides nothing of what they name.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain

from knowledge.clauses import HEALTH, SENTENCE_ENDS, clauses_of
from knowledge.language_tables import NAMES, listed
from knowledge.vocabulary import Part

_TELLING = ("never", *HEALTH)


def speaks_of_others(parts: Sequence[Part]) -> bool:
    return any(_whose(part) is False for part in parts)


def of_oneself(parts: Sequence[Part]) -> list[Part]:
    """Without what is said of others: "my daughter can't have nuts and I'm allergic to fish".

    Where all that the writer says of themselves is that they are allergic, it is to what the whole
    text names.
    """
    whose = _subjects(parts)
    mixed = {
        at
        for clause in clauses_of(parts)
        if len({whose[at] for at in clause.places}) > 1
        for at in clause.places
    }
    own = [
        part
        for at, part in enumerate(parts)
        # "My son is allergic to nuts and me to fish"
        if whose[at] or (at in mixed and part.role not in NAMES)
    ]
    is_told = any(whose[at] and part.role in _TELLING for at, part in enumerate(parts))
    is_named = any(part.role in NAMES for part in own)
    is_too = any(part.words in listed("me_too") for part in parts)
    return list(parts) if is_too or (is_told and not is_named) else own


def _subjects(parts: Sequence[Part]) -> list[bool]:
    """Of each part, whether it is of the writer.

    A sentence that names nobody is: "Dinner with my parents. Nut allergy!". Unless it goes on with
    what others are said to have.
    """
    said = [_whose(part) for part in parts]
    for at, part in enumerate(parts):
        beside = (*said[max(at - 1, 0) : at], *said[at + 1 : at + 3])
        if part.words in listed("my") and False in beside:
            said[at] = None  # "my old mother", "i miei figli sono"
        elif said[at] is False and at > 1 and said[at - 2] and parts[at - 1].role == "and":
            said[at] = None  # "me and my wife"
    is_own = True
    subjects = [True] * len(parts)  # the marks between clauses stay
    is_theirs = False  # others are said to have one
    for clause in clauses_of(parts):
        told = [said[at] for at in clause.places if said[at] is not None]
        noted = _noted_behind(parts, clause.places.stop, said)
        if told or noted is not None:
            is_own = bool(told[0] if told else noted)
        elif clause.is_sentence and not is_theirs:
            is_own = False not in said[clause.places.start : _end(parts, clause.places.start)]
        for at in clause.places:
            is_own = is_own if said[at] is None else bool(said[at])
            subjects[at] = is_own
            is_theirs |= not is_own and parts[at].role in (*NAMES, *_TELLING)
    return subjects


def _end(parts: Sequence[Part], begin: int) -> int:
    marks = (at for at in range(begin, len(parts)) if parts[at].words[0] in SENTENCE_ENDS)
    return next(marks, len(parts))


def _noted_behind(parts: Sequence[Part], at: int, said: Sequence[bool | None]) -> bool | None:
    """Of "nut allergy (me)" whose it is."""
    return said[at + 1] if at + 1 < len(parts) and parts[at].words == ("(",) else None


def _whose(part: Part) -> bool | None:
    """True for the writer's, False for somebody else's; most parts say neither."""
    if part.role == "person" and part.words not in listed("here"):  # "coeliac here" is who writes
        return False
    if part.words in listed("another"):
        return False
    is_me = part.words in listed("my") or not _me().isdisjoint(part.words)
    return True if is_me else None


@cache
def _me() -> frozenset[str]:
    return frozenset(chain.from_iterable(listed("me")))
