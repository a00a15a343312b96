"""What phrases mean beside certain others: "ni lait ni oeufs" is a "no", and "ni" alone is not.

It gives the parts of a text as they are meant, and decides nothing of what is wanted.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from knowledge.clauses import CUTS, PASSED, SENTENCE_ENDS, is_denied
from knowledge.language_tables import DIET, NAMES, OWN, THING, WORD, Meaning, listed
from knowledge.vocabulary import Part
from models.menu import ALLERGENS

MOST_BETWEEN = 4  # parts, of "ni" and "lait"
_PLAIN = (*NAMES, "allergy", "not_allergic", "over", *PASSED)
_HEADS = frozenset(":-–—=")  # what follows them is listed


def in_context(parts: Sequence[Part]) -> list[Part]:
    drinking = _with_drinkers(parts)
    headed = _with_headings(drinking)
    paired = _with_pairs(headed)
    return [part for sentence in _sentences(paired) for part in _taken_back(sentence)]


def _with_drinkers(parts: Sequence[Part]) -> list[Part]:
    """Who doesn't drink, and says not what, drinks no alcohol."""
    ends = [*(part.words[0] for part in parts[1:]), "."]
    sober = Meaning(DIET, frozenset({"no-alcohol"}))
    return [
        Part(sober, part.words) if part.words in listed("drinks_not") and end in CUTS else part
        for part, end in zip(parts, ends, strict=False)
    ]


def _with_headings(parts: Sequence[Part]) -> list[Part]:
    """ "Allergy info: nuts" has a nut allergy, "milk issues" one to milk."""
    found = list(parts)
    for at, part in enumerate(parts):
        is_head = part.words in listed("headings") and _is_headed(parts[at + 1 :])
        is_behind = at > 0 and part.words in listed("behind") and parts[at - 1].role == THING
        if is_head or is_behind:
            found[at] = Part(Meaning("allergy"), part.words[:1])
    return found


def _is_headed(following: Sequence[Part]) -> bool:
    line = list(takewhile(lambda part: part.words[0] not in SENTENCE_ENDS, following))
    heads = [at for at, part in enumerate(line) if part.words[0] in _HEADS]
    names = [at for at, part in enumerate(line) if part.role == THING]
    return bool(heads and names) and heads[0] < names[0]


def _with_pairs(parts: Sequence[Part]) -> list[Part]:
    """ "Ni lait ni oeufs": what is a small word alone is a "no" where it stands twice."""
    nor = _before_things(parts, "nor")
    neither = [at for at in _before_things(parts, "neither") if nor and at < nor[-1]]
    pairs = {*nor, *neither} if neither else set()
    without = Meaning("without")
    return [Part(without, part.words) if at in pairs else part for at, part in enumerate(parts)]


def _before_things(parts: Sequence[Part], name: str) -> list[int]:
    cues = [at for at, part in enumerate(parts) if part.words in listed(name)]
    behind = (
        next(
            (part for part in parts[at + 1 : at + 1 + MOST_BETWEEN] if part.role != "fillers"), None
        )
        for at in cues
    )
    return [at for at, part in zip(cues, behind, strict=True) if part and part.role == THING]


def _sentences(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Each with the mark that ends it."""
    sentence: list[Part] = []
    for part in parts:
        sentence.append(part)
        if part.words[0] in SENTENCE_ENDS:
            yield sentence
            sentence = []
    yield sentence


def _taken_back(sentence: list[Part]) -> Iterable[Part]:
    """ "My allergy to nuts is gone" as "not allergic to nuts", and "I'm not coeliac" so, too."""
    end = sentence[-1:] if sentence and sentence[-1].words[0] in SENTENCE_ENDS else []
    said = sentence[: len(sentence) - len(end)]
    if not any(part.words == ("?",) for part in end) and _is_over(said):
        named = [Part(Meaning(THING, part.keys), part.words) for part in said if part.role in NAMES]
        whole = Part(Meaning(THING, frozenset(ALLERGENS)), ("allergy",))
        return [Part(Meaning("not_allergic"), ("over",)), *(named or [whole]), *end]
    denied = {at for at, part in enumerate(said) if part.role == OWN and is_denied(said, at)}
    if not denied:
        return sentence
    return [
        Part(Meaning(THING, part.keys), part.words)
        if at in denied
        else Part(Meaning("not_allergic"), part.words)
        if part.role == "around"
        else part
        for at, part in enumerate(sentence)
    ]


def _is_over(said: Sequence[Part]) -> bool:
    """Whether it says of one allergy or diet, and of nothing else, that it is over."""
    over = [at for at, part in enumerate(said) if part.words in listed("over")]
    is_named = sum(part.role in ("allergy", "not_allergic", OWN, DIET) for part in said) == 1
    return bool(over) and is_named and all(_is_plain(said, at, over) for at in range(len(said)))


def _is_plain(said: Sequence[Part], at: int, over: Sequence[int]) -> bool:
    part = said[at]
    if part.role == "but" or part.words == (",",):  # "but not now"
        return at + 1 in over or (at + 2 in over and said[at + 1].role == "but")
    if part.role == WORD:
        return part.words in listed("me")
    return at in over or (part.role in _PLAIN and part.role != "person")
