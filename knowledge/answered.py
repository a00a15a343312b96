"""A bare answer to our question after allergies: "peanuts and milk" says what it does not name.

Pure: it reads words, and knows no conversation beyond the texts it is given.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from knowledge.clauses import HEALTH, PASSED, PAUSES, clauses_of
from knowledge.language_tables import DIET, NAMES, OWN, THING, WORD, listed
from knowledge.notes import is_chosen, notes_of, own_words
from knowledge.vocabulary import Part, may_have, parts_of
from knowledge.whose import speaks_of_others
from knowledge.words import fold, words_of

CUT = "…"  # ends what somebody did not hear the end of
LONGEST = 200  # characters of a bare answer
YES, LONGEST_YES = "yes", 30
_SENTENCE = re.compile(r"(?P<words>[^.!?\n]+)(?P<mark>[.!?\n]*)")
# What may be tapped below a question; a quote has it in one line.
_NUMBERED = re.compile(r"(?:\s\d{1,2}\. [^\n?]*+)+\Z")
_QUESTION = re.compile(
    r"\A\[(?:answers your message|answered (?P<how>\S+) to your question): (.*)\]"
)
# A dish that was tapped is ordered.
_ANSWERS_NOTHING = ("[answers their own message", "[chose menu item", "[chose a dish")
_EDITED = "[edited, "
_A_YES = ("👍", "👌", "✅", "🙆", "✔", "💯", "🆗", "🙏")
_NAMES = frozenset(NAMES)
_CUES = frozenset(("never", *HEALTH))


def as_told(text: str, replied: Sequence[str], earlier: Sequence[str] = ()) -> str:
    """A message's own words, as a statement if they are no more than an answer after allergies.

    They answer what they quote, else the last of what we `replied`; an edited one may answer what
    was asked before that. `earlier`: what the diner wrote before, as the "yes" before "Which ones?"
    What they left open there, they go on with: "I'm allergic to", said in two breaths.
    """
    words = own_words(text)
    before = own_words(earlier[-1])[-LONGEST:] if earlier else ""
    if before and is_left_open(before):
        return f"{before} {words}"
    if len(words) > LONGEST:
        return words
    asked = [each for each in replied if each][-1:]
    if before and asked and _is_yes(fold(before)) and _asks_which(asked[0]):
        asked = [each for each in replied if each][-2:-1]
    elif before and asked and _tells_of_one(before) and _names_it(words, asked[0]):
        return f"{before} {words}"
    for note in notes_of(text):
        if question := _QUESTION.fullmatch(note):
            asked = [question[2]]
            if question["how"]:
                words = YES if question["how"].startswith(_A_YES) else ""
        elif note.startswith(_ANSWERS_NOTHING):
            return words
        elif note.startswith(_EDITED):
            asked = [each for each in replied if each][-2:]
    is_tap = is_chosen(text)
    told = (_stated(words, each, is_tap=is_tap) for each in reversed(asked))
    return next(filter(None, told), words)


@lru_cache(maxsize=256)  # a turn asks several times
def _stated(answer: str, reply: str, *, is_tap: bool) -> str | None:
    """What is stated by this answer to this reply; None where that is no more than its words."""
    folded = fold(answer)
    is_yes = _is_yes(folded)
    if not is_yes and not may_have(folded, _NAMES):
        return None  # as most
    question = _question_in(reply, is_tap=is_tap)
    if question is None:
        return None
    named = _names_in(question) if is_yes else _named_by(parts_of(folded))
    if not named or (is_yes and len(named) > 1):
        return None
    is_theirs = speaks_of_others(question)
    things = _called(part for part in named if part.role == THING)
    diets = _called(part for part in named if part.role != THING)
    allergic = f"one of us is allergic to {things}" if is_theirs else f"allergies: {things}"
    are = f"one of us is {diets}" if is_theirs else f"i am {diets}"
    return "\n".join([*([allergic] if things else ()), *([are] if diets else ())])


@lru_cache(maxsize=256)
def is_left_open(before: str) -> bool:
    """Whether it ends where what somebody can't have is still to be named."""
    folded = fold(before)
    if not may_have(folded, _CUES):
        return False  # as most
    parts = parts_of(folded)
    while parts and not parts[-1].words[0].isalnum() and parts[-1].words != ("?",):
        parts = parts[:-1]
    behind = list(takewhile(lambda part: part.role == "fillers", reversed(parts)))
    cue = parts[-1 - len(behind)] if len(behind) < len(parts) else None
    if cue is None or cue.role not in _CUES:
        return False
    # "I'm allergic" is whole, and "allergic to" is not.
    return bool(behind) or cue.role == "never" or _is_filler(cue.words[-1])


def _is_filler(word: str) -> bool:
    return all(part.role == "fillers" for part in parts_of(word))


def _tells_of_one(before: str) -> bool:
    """ "I have an allergy" """
    folded = fold(before)
    if not may_have(folded, _CUES):
        return False  # as most
    parts = parts_of(folded)
    return any(part.role in _CUES for part in parts) and not _names_in(parts)


def _names_it(answer: str, reply: str) -> bool:
    """Whether it says what somebody has an allergy to, who has told us that they have one."""
    parts = parts_of(fold(answer))
    if _asks_which(reply) or _question_in(reply, is_tap=False) is not None:
        return bool(_names_in(parts)) and not _has(parts, "please")
    return reply.endswith(CUT) and bool(_named_by(parts))


def _called(parts: Iterable[Part]) -> str:
    return ", ".join(dict.fromkeys(" ".join(part.words) for part in parts))


def _asks_which(reply: str) -> bool:
    """ "Which ones?" """
    if not reply.rstrip().endswith("?"):
        return False
    words = words_of(reply[-LONGEST:])
    return any(words[-len(each) :] == each for each in listed("which_ones"))


def _is_yes(folded: str) -> bool:
    if len(folded) > LONGEST_YES:
        return False
    said = [part for part in parts_of(folded) if part.words[0].isalnum()]
    is_said = any(part.words in listed(YES) for part in said)
    return is_said and all(
        part.words in listed(YES) or part.role in ("fillers", "i_am") for part in said
    )


def _named_by(parts: Sequence[Part]) -> list[Part]:
    """What an answer names, if it does no more."""
    parts = [part for part in parts if part.words not in listed(YES)]
    said = {part.words for part in parts}
    is_order = ("?",) in said or not said.isdisjoint(listed("please"))
    passed = {*NAMES, *PASSED, "free"}
    is_list = all(
        parts[at].role in passed or _is_mark(parts[at])
        for clause in clauses_of(parts)
        for at in clause.places
    )
    return _names_in(parts) if is_list and not is_order else []


def _question_in(reply: str, *, is_tap: bool) -> tuple[Part, ...] | None:
    """The sentence that asks after allergies or diets, if an answer to the reply is one to it.

    Behind it there is nothing but words of no dish, or an "Or shall we go on?".
    """
    for sentence in reversed(list(_SENTENCE.finditer(_NUMBERED.sub("", reply)))):
        parts = parts_of(fold(sentence["words"]))
        is_question = "?" in sentence["mark"]
        if _asks(parts, is_question=is_question, is_tap=is_tap):
            return parts
        is_going_on = is_question and parts[:1] and parts[0].words in listed("or")
        if is_question and not is_going_on:
            return None
        if _names_in(parts) or _has(parts, "wanting"):
            return None
    return None


def _asks(parts: Sequence[Part], *, is_question: bool, is_tap: bool) -> bool:
    is_request = _has(parts, "tell")
    # "Let me know of any allergies" is said beside all else that may be answered.
    if not (is_question or (is_request and (is_tap or _has(parts, "your")))):
        return False
    if _has(parts, "wanting") and not is_request:
        return False  # "What would you like, with your allergies?"
    return _asks_after_health(parts) or _asks_who_they_are(parts)


def _asks_after_health(parts: Sequence[Part]) -> bool:
    cues = [at for at, part in enumerate(parts) if _is_of_people(part)]
    if not cues and _has(parts, "anything"):
        cues = [at for at, part in enumerate(parts) if part.role == "never" or _is_avoiding(part)]
    if not cues:
        return False
    first, last = cues[0], cues[-1]
    begin = first
    while begin and parts[begin - 1].role in NAMES:
        begin -= 1  # "a nut allergy"
    behind = parts[last + 1 :]
    named = _names_in(parts)
    is_theirs = any(part.words in listed("your") for part in (*parts[:begin][-1:], *behind[:1]))
    if is_theirs and named:
        return False  # "your nut allergy" is known
    is_list = all(part.role in (*NAMES, *PASSED, "free") or _is_mark(part) for part in behind)
    return not named or (is_list and not _names_in(parts[:begin]))


def _asks_who_they_are(parts: Sequence[Part]) -> bool:
    """ "Are you vegan?" """
    names = [at for at, part in enumerate(parts) if part.role in (DIET, OWN)]
    if not names or len(names) < len(_names_in(parts)):
        return False
    before, behind = parts[: names[0]], parts[names[0] :]
    words = [word for part in before for word in part.words]
    is_it = any(tuple(words[-len(each) :]) == each for each in listed("are_you"))
    return is_it and all(part.role in (*NAMES, *PASSED) or _is_mark(part) for part in behind)


def _is_of_people(part: Part) -> bool:
    """An allergy or a diet, and not the allergens that are in a dish."""
    words = {(word,) for word in part.words}
    is_allergy = part.role == "allergy" and words.isdisjoint(listed("in_dishes"))
    return is_allergy or not words.isdisjoint(listed("dietary"))


def _is_avoiding(part: Part) -> bool:
    return any((word,) in listed("avoiding") for word in part.words)


def _is_mark(part: Part) -> bool:
    mark = part.words[0]
    return part.role == WORD and (
        mark in PAUSES or not mark.isalnum() or part.words in listed("example")
    )


def _names_in(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.role in NAMES]


def _has(parts: Sequence[Part], name: str) -> bool:
    """Whether it has a phrase of this list."""
    words = f" {' '.join(word for part in parts for word in part.words)} "
    return any(f" {' '.join(phrase)} " in words for phrase in listed(name))
