"""`hand_over`: the diner goes on with another persona, who answers in the same turn.

It opens nothing: what the other one may tell this diner, the diner's rights say.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, create_model

from personas.effects import SwitchTo
from personas.persona import Persona
from personas.tool import Answer, Arguments, Tool, ToolContext

NAME = "hand_over"


class HandOver(Arguments):
    """What every `hand_over` is called with, whoever there is to hand over to."""

    persona: str
    reason: Annotated[
        str, Field(max_length=200, description="What the diner wants of them, in a few words.")
    ] = ""


@cache
def hand_over_to(others: tuple[Persona, ...]) -> Tool[Any]:
    """The tool that hands a diner over to one of these."""
    keys = tuple(other.key for other in others)
    who = "; ".join(f"{other.key}: {other.summary}" for other in others)
    one_of_them = WithJsonSchema(
        {"type": "string", "enum": list(keys), "description": f"Who is to answer. {who}."}
    )
    persona: Any = (Annotated[Literal[keys], one_of_them], ...)
    arguments = create_model("HandOverToThem", __base__=HandOver, persona=persona)
    return Tool(
        name=NAME,
        description=(
            "Hand the diner over to a colleague, who answers what they just wrote and whatever"
            " comes next: for what is the colleague's trade."
        ),
        arguments=arguments,
        run=run,
    )


def run(_: ToolContext, arguments: HandOver) -> Answer:
    return Answer({"handed_over_to": arguments.persona}, (SwitchTo(arguments.persona),))
