"""A bare answer to our question after allergies: "peanuts and milk" says what it does not name.

Pure: it reads words, and knows no conversation beyond the two texts it is given.
"""

import re
from functools import lru_cache

from knowledge.clauses import clauses_of, is_list
from knowledge.language_tables import THING, listed
from knowledge.vocabulary import parts_of
from knowledge.words import fold

_SENTENCE = re.compile(r"[.!?\n]")
# Behind a question's mark a picture may follow, and that mark is its end.
_BEHIND = re.compile(r"[^\w?]")
# What may be tapped below it.
_NUMBERED = re.compile(r"(?:\n\d{1,2}\. [^\n]*+)+\Z")


@lru_cache(maxsize=256)  # a turn asks several times
def as_told(answer: str, reply: str) -> str:
    """`answer` as a statement, if it only names things and `reply` ended by asking after allergies.

    Where our question names a thing itself, the answer may be about that, and stays as it is.
    """
    question_text, mark, behind = _NUMBERED.sub("", reply).rpartition("?")
    if not mark or _BEHIND.sub("", behind):
        return answer
    question = parts_of(fold(_SENTENCE.split(question_text.rstrip("?!. "))[-1]))
    roles = {part.role for part in question}
    is_open = "allergy" in roles and THING not in roles
    return f"allergies: {answer}" if is_open and _is_bare(answer) else answer


def _is_bare(answer: str) -> bool:
    parts = [part for part in parts_of(fold(answer)) if part.words not in listed("yes")]
    said = {part.words for part in parts}
    names = any(part.role == THING for part in parts)
    is_order = ("?",) in said or not said.isdisjoint(listed("please"))
    return names and not is_order and all(is_list(parts, each) for each in clauses_of(parts))
