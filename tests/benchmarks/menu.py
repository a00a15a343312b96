"""What `lookup_menu` finds for labelled questions in six languages, of both sample menus.

Half of the questions are for tuning, by a hash of their words; the others are only counted, never
looked at. So what is said of those holds for questions that nobody has seen.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import process_time

from knowledge.files import read_restaurant
from knowledge.menu_search import search_menu
from knowledge.seed import SAMPLE_FILES
from models.menu import MenuItem

QUESTIONS = Path(__file__).parent / "menu_questions.jsonl"
CUT = 5  # of what is found, so many are looked at
SHOWN = 8  # and so many the model gets to see: none of them may be forbidden
LANGUAGES = ("en", "fr", "it", "mt", "rw", "sw")


@dataclass(frozen=True)
class Question:
    """`relevant` and `forbidden` are slugs; none relevant and `negative`: nothing fits."""

    restaurant: str
    query: str
    lang: str
    kind: str
    relevant: frozenset[str]
    forbidden: frozenset[str]

    @property
    def is_for_tuning(self) -> bool:
        words = f"{self.restaurant}\n{self.query}".encode()
        return hashlib.sha256(words).digest()[0] % 2 == 0

    @property
    def is_of_nothing(self) -> bool:
        return self.kind == "negative" and not self.relevant


@dataclass(frozen=True)
class Asked:
    """What one question got."""

    question: Question
    found: tuple[str, ...]
    took_s: float

    @property
    def recall(self) -> float:
        relevant = self.question.relevant
        return len(relevant.intersection(self.found[:CUT])) / min(CUT, len(relevant))

    @property
    def is_first_right(self) -> bool:
        return bool(self.found) and self.found[0] in self.question.relevant

    @property
    def has_forbidden(self) -> bool:
        return not self.question.forbidden.isdisjoint(self.found[:SHOWN])


@dataclass(frozen=True)
class Score:
    """Means over questions: None where there are none of the kind."""

    questions: int
    recall: float | None
    precision: float | None
    forbidden: int
    empty: float | None


@cache
def questions() -> tuple[Question, ...]:
    lines = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return tuple(
        Question(
            line["restaurant"],
            line["query"],
            line["lang"],
            line["kind"],
            frozenset(line["relevant"]),
            frozenset(line["forbidden"]),
        )
        for line in lines
    )


def asked(some: Iterable[Question]) -> list[Asked]:
    return [_asked(question) for question in some]


def score(some: Sequence[Asked]) -> Score:
    labelled = [each for each in some if each.question.relevant]
    of_nothing = [each for each in some if each.question.is_of_nothing]
    return Score(
        len(some),
        _mean([each.recall for each in labelled]),
        _mean([each.is_first_right for each in labelled]),
        sum(each.has_forbidden for each in some),
        _mean([not each.found for each in of_nothing]),
    )


def run() -> None:
    every = asked(questions())
    tuned = [each for each in every if each.question.is_for_tuning]
    unseen = [each for each in every if not each.question.is_for_tuning]
    print(f"{len(every)} questions; recall at {CUT}, precision at 1, questions that got what is")
    print("forbidden, and how many of those that nothing fits got nothing.\n")
    print(f"{'':14}{'tuned on':>36}{'unseen':>44}")
    print(f"{'':14}" + f"{'n':>8}{'recall':>9}{'first':>9}{'forb.':>9}{'empty':>9}" * 2)
    print(_line("all", tuned, unseen))
    for language in LANGUAGES:
        print(_line(language, *(_where(half, lang=language) for half in (tuned, unseen))))
    for kind in sorted({each.question.kind for each in every}):
        print(_line(kind, *(_where(half, kind=kind) for half in (tuned, unseen))))
    took = sorted(each.took_s * 1000 for each in every)
    print(f"\na search: median {took[len(took) // 2]:.1f} ms, at most {took[-1]:.1f} ms")


@cache
def _menu(restaurant: str) -> tuple[MenuItem, ...]:
    (file,) = [file for file in SAMPLE_FILES if file.stem == restaurant]
    dishes = read_restaurant(file).menu
    return tuple(
        MenuItem(id=number, restaurant_id=1, **dish.model_dump())
        for number, dish in enumerate(dishes, 1)
    )


def _asked(question: Question) -> Asked:
    menu = _menu(question.restaurant)
    began = process_time()
    found = search_menu(menu, question.query)
    return Asked(question, tuple(item.slug for item in found.items), process_time() - began)


def _where(some: Iterable[Asked], **fields: str) -> list[Asked]:
    return [
        each
        for each in some
        if all(getattr(each.question, name) == value for name, value in fields.items())
    ]


def _line(name: str, *halves: Sequence[Asked]) -> str:
    return f"{name:14}" + "".join(_cells(score(half)) for half in halves)


def _cells(score: Score) -> str:
    recall, precision, empty = (
        "-" if share is None else f"{share:.3f}"
        for share in (score.recall, score.precision, score.empty)
    )
    return f"{score.questions:8}{recall:>9}{precision:>9}{score.forbidden:9}{empty:>9}"


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
