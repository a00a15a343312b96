"""What a tool is, and how a model's call of one is answered: always with JSON.

A turn never dies of a tool, and an error tells the model nothing of the service's inside.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, reduce
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from knowledge.answered import as_told, is_left_open
from knowledge.wishes import Wishes, exclusions_in
from models import diets
from models.database.columns import storable
from models.database.engine import Database, DatabaseUnavailableError
from models.diners import Known
from models.restaurants import Restaurant
from models.tool_calls import Missed
from personas.effects import ToolEffect
from personas.rights import REFUSALS, Right
from telemetry.logs import log_defect

MOST_ERRORS = 5  # named in one answer


class Arguments(BaseModel):
    """The base of every tool's arguments. Their JSON Schema is what the model sees."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: object) -> object:
        """Models send null for what they leave out."""
        if not isinstance(given, Mapping):
            return given
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class InCall:
    """What can be done for a caller: put them through to a person, write to them after the call.

    `is_certain`: whether it is who it seems: a number that rings by telephone may be made up.
    `has_called`: whether the staff was called in it before.
    """

    puts_through: bool
    writes_after: bool
    is_certain: bool = True
    has_called: bool = False


@dataclass(frozen=True)
class ToolContext:
    """What a call of a tool is for: the diner, what they may, their restaurant and its time.

    `turn_id` and `call_id` name the call, within this attempt at the turn: one whose process died
    is run again, and the model asks anew. So a tool writes nothing. `diner` is as this turn leaves
    them so far, with the diet that was remembered in it. `said`: what they wrote in this turn,
    `earlier` and `replied`: what the history has of them and of us. `in_call`: they speak; where it
    `has_unknown_words`, they said something there that nobody has in words, or not yet.
    """

    database: Database
    restaurant: Restaurant
    diner: Known
    turn_id: int
    call_id: str
    rights: frozenset[Right]
    now: datetime
    said: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    replied: tuple[str, ...] = ()
    in_call: InCall | None = None
    has_unknown_words: bool = False

    @property
    def today(self) -> date:
        """The restaurant's date."""
        return self.now.date()

    @property
    def kept(self) -> Wishes:
        """What is kept with the diner that they, and who eats with them, must not have."""
        whole = diets.read(self.diner.diet).whole
        return Wishes(diets=whole.diets, without=whole.allergens, without_words=whole.avoid)

    @property
    def may_take_back(self) -> bool:
        """Whether what is kept of their health may be erased."""
        return self.in_call is None or self.in_call.is_certain

    @property
    def told(self) -> tuple[str, ...]:
        """Their own words of this turn; what answers our question after allergies, as stated."""
        before = ("", *self.said)
        return tuple(
            as_told(text, self.replied, (last,) if is_left_open(last) else self.earlier)
            for last, text in zip(before, self.said, strict=False)
        )

    def excluded(self) -> Wishes:
        """What no dish of a tool's answer may be against, whatever the model passes."""
        return reduce(Wishes.also, map(exclusions_in, with_all_as_one(self.told)), self.kept)


def with_all_as_one(said: Sequence[str]) -> tuple[str, ...]:
    """The texts of a turn, and all of them as one: "I'm allergic to", and then "peanuts"."""
    return (*said, "\n".join(said)) if len(said) > 1 else tuple(said)


@dataclass(frozen=True)
class Answer:
    """What a call is answered with: what the model is told, and what takes effect with the turn.

    `missed`: what of it the restaurant's own people should know to be missing. `dishes`: ids of
    those that it was about.
    """

    told: Mapping[str, object]
    effects: tuple[ToolEffect, ...] = ()
    missed: tuple[Missed, ...] = ()
    dishes: tuple[int, ...] = ()

    @property
    def is_error(self) -> bool:
        return "error" in self.told

    @cached_property
    def text(self) -> str:
        """As JSON. Raises TypeError and ValueError for what is none."""
        return json.dumps(self.told, ensure_ascii=False)


class Heard(NamedTuple):
    """What the model heard of a tool in this turn."""

    tool: str
    told: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a reply must not go out: what the system tells the model, and what goes out instead.

    That is where the model makes no better one.
    """

    correction: str
    instead: str


# What a persona looks its replies through for, with what its tools told in this turn.
Check = Callable[[str, Sequence[Heard], ToolContext], Objection | None]

Args = TypeVar("Args", bound=Arguments)


@dataclass(frozen=True)
class Tool(Generic[Args]):
    """A function that the model may call.

    `run` returns what `json.dumps` takes, or an `Answer` where something takes effect with it; a
    refusal is an `{"error": ...}` too. Who lacks the right that it `needs` is neither offered it
    nor answered.
    """

    name: str
    description: str
    arguments: type[Args]
    run: Callable[[ToolContext, Args], dict[str, object] | Answer]
    needs: Right | None = None

    def is_open_to(self, rights: frozenset[Right]) -> bool:
        return self.needs is None or self.needs in rights


def answer_call(
    tools: Sequence[Tool[Any]], name: str, arguments_json: str, context: ToolContext
) -> Answer:
    """Run the tool `name` with the model's arguments: its answer, or what is wrong with the call.

    Raises DatabaseUnavailableError, and nothing else: the turn decides whether to wait.
    """
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        open_ones = [tool.name for tool in tools if tool.is_open_to(context.rights)]
        there_are = ", ".join(open_ones) or "none"
        return _wrong(f"there is no tool of this name; the tools are: {there_are}")
    # Asked again here, whatever was offered: a model may call a tool that it was never given.
    if tool.needs is not None and not tool.is_open_to(context.rights):
        return _wrong(REFUSALS[tool.needs])
    try:
        # A tool without arguments is called with an empty string by some models.
        asked = _storable(json.loads(arguments_json or "{}"))
    except (ValueError, RecursionError):
        return _wrong("the arguments are not JSON: send one JSON object")
    try:
        arguments = tool.arguments.model_validate(asked)
    except ValidationError as error:
        return _wrong(_wrong_arguments(error))
    try:
        ran = tool.run(context, arguments)
        answer = ran if isinstance(ran, Answer) else Answer(ran)
        answer.text  # noqa: B018 (what is no JSON fails here)
    except DatabaseUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever it was, the diner still gets an answer)
        log_defect("tool.failed", error, tool=tool.name)
        return _wrong(f"{tool.name} failed; say that it cannot be looked up right now")
    return answer


def _wrong(sentence: str) -> Answer:
    return Answer({"error": sentence})


def _storable(value: object) -> object:
    """JSON's value with every text in it as a table takes it, at whatever depth."""
    match value:
        case str():
            return storable(value)
        case list():
            return [_storable(each) for each in value]
        case dict():
            return {storable(name): _storable(each) for name, each in value.items()}
    return value


def _wrong_arguments(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    sentences = []
    for one in wrong[:MOST_ERRORS]:
        place = ".".join(str(step) for step in one["loc"]) or "arguments"
        sentences.append(f"{place}: {one['msg']}")
    return "; ".join(sentences)
