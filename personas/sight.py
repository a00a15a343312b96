"""What of conversations somebody's rights let them read: no result of a tool that is not theirs."""

from collections.abc import Mapping

from models.console.sight import EVERYTHING, Sight
from personas.persona import Persona
from personas.rights import Right


def sight_of(rights: frozenset[Right], personas: Mapping[str, Persona]) -> Sight:
    """`personas`: the catalogue's.

    A persona that has such a tool tells of its results long after it called it.
    """
    closed = [
        (key, tool)
        for key, persona in personas.items()
        for tool in persona.tools
        if not tool.is_open_to(rights)
    ]
    if not closed:
        return EVERYTHING
    tools = {tool.name for persona in personas.values() for tool in persona.tools}
    return Sight(
        tools=frozenset(tools - {tool.name for _, tool in closed}),
        personas=frozenset(personas.keys() - {key for key, _ in closed}),
    )
