"""Every persona a diner can talk to, by its keyword: whichever the modules of this package define.

A new one is a file, or a folder, of its own here, and is named nowhere else.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

import personas
from personas.persona import Persona

FIRST = ("waiter", "cfo")  # in the help; the others follow by their names


def _defined() -> Iterator[Persona]:
    own = __name__.rpartition(".")[2]
    for module in iter_modules(personas.__path__, f"{personas.__name__}."):
        if module.name.rpartition(".")[2] != own:
            values = vars(import_module(module.name)).values()
            yield from (each for each in values if isinstance(each, Persona))


def _place(persona: Persona) -> tuple[bool, int, str]:
    is_first = persona.key in FIRST
    return (not is_first, FIRST.index(persona.key) if is_first else 0, persona.key)


PERSONAS: Mapping[str, Persona] = MappingProxyType(
    {persona.key: persona for persona in sorted(_defined(), key=_place)}
)
# The keys of those that nobody needs a right for.
FOR_EVERYONE = tuple(key for key, persona in PERSONAS.items() if persona.needs is None)
