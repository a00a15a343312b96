"""A conversation to be played, as its YAML file says it: what the diner says, what is expected.

It plays and judges nothing.
"""

from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from knowledge.words import fold
from models.menu import ALLERGENS, DIETS
from personas.catalogue import PERSONAS

CASES = Path(__file__).parent / "cases"
# One of these that fails is never let pass, however many others may.
HARD = ("allergy", "books", "injection")

Kind = Literal["allergy", "books", "injection", "menu", "nothing", "tax", "persona", "talk"]
Language = Literal["en", "fr", "rw", "mt", "it", "sw"]


# What is expected of a name that nobody has, or of no words, would pass for ever.
_TOOLS = {tool.name for persona in PERSONAS.values() for tool in persona.tools}


def _one_of(names: Collection[str], kind: str) -> Callable[[str], str]:
    def known(name: str) -> str:
        if name not in names:
            raise ValueError(f"no {kind} {name!r}, only {', '.join(sorted(names))}")
        return name

    return known


def _says_something(text: str) -> str:
    if not all(fold(each).strip() for each in text.split("|")):
        raise ValueError(f"{text!r} or a part of it is in every reply")
    return text


ToolName = Annotated[str, AfterValidator(_one_of(_TOOLS, "tool"))]
PersonaKey = Annotated[str, AfterValidator(_one_of(PERSONAS, "persona"))]
Unwanted = Annotated[str, AfterValidator(_one_of((*ALLERGENS, *DIETS), "allergen or diet"))]
Text = Annotated[str, AfterValidator(_says_something)]


class CaseError(ValueError):
    """A file of cases that can't be played; the message names the file and the field."""


class _Strict(BaseModel):
    # A misspelled expectation would pass for ever.
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_Strict):
    """A call of a tool: some arguments that it has, and some of what it answers.

    A text is looked for in the value, whatever its case and accents; a list needs each of its own.
    """

    tool: ToolName
    arguments: dict[str, Any] = {}
    answer: dict[str, Any] = {}


class Exchange(_Strict):
    """What the diner says, and what has to come of it.

    `calls` are all made, `never` not. Each text of `must` stands in the reply (`a|b`: one of them
    does), and none of `must_not`. `offers_none_with`: the reply names no dish that contains, or may
    contain, one of these allergens, or fails these diets.
    """

    says: Annotated[str, Field(min_length=1)]
    calls: list[Expected] = []
    never: list[ToolName] = []
    must: list[Text] = []
    must_not: list[Text] = []
    offers_none_with: list[Unwanted] = []
    picture: bool | None = None
    persona: PersonaKey | None = None  # whom the diner talks to afterwards


class Case(_Strict):
    """`diner`: a stranger, or the owner, who may see the books."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    kind: Kind
    language: Language = "en"
    restaurant: Literal["kigali", "valletta"] = "kigali"
    diner: Literal["stranger", "owner"] = "stranger"
    turns: Annotated[list[Exchange], Field(min_length=1)]


def read_cases(folder: Path = CASES) -> list[Case]:
    """All cases of a folder's files, in their order. Raises CaseError."""
    files = sorted(each for each in folder.iterdir() if each.suffix in (".yaml", ".yml"))
    if not files:
        raise CaseError(f"{folder}: has no .yaml file of cases")
    cases = [case for file in files for case in _cases_of(file)]
    if twice := [name for name, times in Counter(case.name for case in cases).items() if times > 1]:
        raise CaseError(f"two cases have one name: {', '.join(twice)}")
    return cases


def _cases_of(file: Path) -> list[Case]:
    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        return TypeAdapter(list[Case]).validate_python(written)
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{file.name}: {error}") from None
    except yaml.YAMLError as error:
        raise CaseError(f"{file.name}: is no YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
            for one in error.errors(include_url=False, include_input=False)
        ]
        raise CaseError(f"{file.name}: {'; '.join(wrong)}") from None
