"""What a tool is, and how a model's call of one is answered: always with JSON, whatever the model
asked and whatever went wrong.

A turn never dies of a tool, and an error tells the model nothing of the service's inside.
"""

import json
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from models.database.engine import Database, DatabaseUnavailableError
from models.restaurants import Restaurant

log = logging.getLogger(__name__)

MOST_ERRORS = 5  # named in one answer


class Arguments(BaseModel):
    """The base of every tool's arguments. Their JSON Schema is what the model sees."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True)
class ToolContext:
    """What a tool may read: the restaurant the diner writes to, today's date there, and whether
    this diner may see the books.
    """

    database: Database
    restaurant: Restaurant
    may_see_books: bool
    today: date


Args = TypeVar("Args", bound=Arguments)


@dataclass(frozen=True)
class Tool(Generic[Args]):
    """A function that the model may call.

    `run` returns what `json.dumps` takes; a refusal is an `{"error": ...}` too.
    """

    name: str
    description: str
    arguments: type[Args]
    run: Callable[[ToolContext, Args], dict[str, object]]

    def definition(self) -> Mapping[str, object]:
        """The tool as the Realtime API wants it in `tools`: made once, the same for every turn."""
        return self._definition

    @cached_property
    def _definition(self) -> dict[str, object]:
        schema = _without_titles(self.arguments.model_json_schema())
        schema.pop("description", None)  # the class's docstring is for who reads the code
        return {
            "type": "function",
            "name": self.name,
            "description": self.description,
            "parameters": schema,
        }


def answer_call(
    tools: Sequence[Tool[Any]], name: str, arguments_json: str, context: ToolContext
) -> str:
    """Run the tool `name` with the model's arguments; the answer, or what is wrong with the call,
    as JSON text.

    Raises DatabaseUnavailableError, and nothing else: to wait for the database is the turn's to
    decide.
    """
    return json.dumps(_answer(tools, name, arguments_json, context), ensure_ascii=False)


def _answer(
    tools: Sequence[Tool[Any]], name: str, arguments_json: str, context: ToolContext
) -> dict[str, object]:
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        return {
            "error": (
                "there is no tool of this name; the tools are:"
                f" {', '.join(tool.name for tool in tools) or 'none'}"
            )
        }
    try:
        # A tool without arguments is called with an empty string by some models.
        arguments = tool.arguments.model_validate_json(arguments_json or "{}")
    except ValidationError as error:
        return {"error": _wrong_arguments(error)}
    try:
        return tool.run(context, arguments)
    except DatabaseUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a tool does, the diner still gets an answer
        # The frames say where, and neither they nor the class carry a diner's words, as an
        # exception's message may.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("tool.failed tool=%s error=%s\n%s", tool.name, type(error).__name__, where)  # noqa: TRY400
        return {"error": f"{tool.name} failed; say that it cannot be looked up right now"}


def _wrong_arguments(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[
        :MOST_ERRORS
    ]
    if first[0]["type"] == "json_invalid":
        return "the arguments are not JSON: send one JSON object"
    return "; ".join(
        f"{'.'.join(str(step) for step in one['loc']) or 'arguments'}: {one['msg']}"
        for one in first
    )


def _without_titles(schema: Any) -> Any:
    """The schema without the titles that pydantic makes of the names; a property that is called
    "title" is no such text.
    """
    if isinstance(schema, list):
        return [_without_titles(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
