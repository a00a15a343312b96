"""Parts a diner's words into what is wanted and what must not be in it.

It knows no menu, and leaves it to `knowledge.reading` what a clause is about.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from knowledge.clauses import asked_in, diets_told, is_denied, is_no_diet, is_question
from knowledge.in_context import in_context
from knowledge.language_tables import DIET, OWN, WORD, Meaning
from knowledge.reading import Reading
from knowledge.vocabulary import Part


@dataclass
class Parted:
    """The parts of a text by what the diner wants of them, in their order."""

    wanted: list[Part] = field(default_factory=list)
    unwanted: list[Part] = field(default_factory=list)
    avoided: list[Part] = field(default_factory=list)  # "without flurbs": of no list
    unknown: list[Part] = field(default_factory=list)  # "a flurb allergy"
    asked: list[Part] = field(default_factory=list)  # "what contains nuts?"
    is_lasting: bool = False


def parted(parts: Sequence[Part]) -> Parted:
    return _result(_read(parts))


def lasting_of(parts: Sequence[Part]) -> Parted:
    """The same without what holds this once: unwanted today, or a diet that is only asked for."""
    return _lasting(_read(parts))


def allowed_of(parts: Sequence[Part]) -> list[Part]:
    """What somebody plainly may have: "not allergic to fish", "fish is fine", "I'm not vegan"."""
    reading = _read(parts)
    may = reading.spared | reading.fine
    for clause in reading.clauses:
        if not is_question(reading.parts, clause):
            may.update(at for at in clause.of(reading.parts, DIET) if is_denied(reading.parts, at))
    return [reading.parts[at] for at in sorted(may - reading.unwanted)]


def _read(parts: Sequence[Part]) -> Reading:
    reading = Reading(in_context(parts))
    for number in range(len(reading.clauses)):
        reading.read(number)
    return reading


def _result(reading: Reading, left_out: Collection[int] = ()) -> Parted:
    found = Parted(
        avoided=[reading.parts[at] for at in sorted(reading.avoided)],
        unknown=[reading.parts[at] for at in sorted(reading.unknown)],
        is_lasting=bool(reading.kept or diets_told(reading.clauses, reading.parts)),
    )
    diets = [at for at, part in enumerate(reading.parts) if part.role == DIET]
    denied = {at for at in diets if is_no_diet(reading.parts, at)}
    asked = asked_in(reading.clauses, reading.parts)
    for at, part in enumerate(reading.parts):
        if part.role == OWN or at in reading.unwanted:
            found.unwanted.append(part)
        elif at in reading.avoided or at in left_out:
            continue
        elif at not in reading.dropped and at not in denied:
            found.wanted.append(part)
        if at in reading.idle:
            found.wanted.append(Part(Meaning(WORD), part.words))
        if at in asked:
            found.asked.append(part)
    return found


def _lasting(reading: Reading) -> Parted:
    told = reading.kept | diets_told(reading.clauses, reading.parts)
    reading.unwanted &= told
    reading.avoided &= told
    asked = {at for at, part in enumerate(reading.parts) if part.role == DIET and at not in told}
    return _result(reading, left_out=asked)
