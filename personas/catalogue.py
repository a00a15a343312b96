"""Every persona a diner can talk to, by its keyword: whichever the modules of this package define.

A new one is a file, or a folder, of its own here, and is named nowhere else.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType

import personas
from personas.persona import Persona

FIRST = ("waiter", "cfo")  # in the help; the others follow by their names


def by_key(defined: Iterable[Persona]) -> Mapping[str, Persona]:
    """Those that are `FIRST`, then the others by their names. Raises ValueError for a double."""
    found: dict[str, Persona] = {}
    for persona in sorted(defined, key=_place):
        # One that another module imports is the same one.
        if found.setdefault(persona.key, persona) is not persona:
            raise ValueError(f"two personas have the key {persona.key!r}: give one another key")
    return MappingProxyType(found)


def check_folders(package: Path) -> None:
    """Raises ValueError for a folder of Python files in which nothing would be found."""
    for folder in sorted(each for each in package.iterdir() if each.is_dir()):
        if any(folder.glob("*.py")) and not (folder / "__init__.py").exists():
            raise ValueError(
                f"{package.name}/{folder.name}: has no __init__.py: define the persona there"
            )


def _defined() -> Iterator[Persona]:
    own = __name__.rpartition(".")[2]
    for package in personas.__path__:
        check_folders(Path(package))
    for module in iter_modules(personas.__path__, f"{personas.__name__}."):
        if module.name.rpartition(".")[2] != own:
            values = vars(import_module(module.name)).values()
            yield from (each for each in values if isinstance(each, Persona))


def _place(persona: Persona) -> tuple[bool, int, str]:
    is_first = persona.key in FIRST
    return (not is_first, FIRST.index(persona.key) if is_first else 0, persona.key)


PERSONAS = by_key(_defined())
# The keys of those that nobody needs a right for.
FOR_EVERYONE = tuple(key for key, persona in PERSONAS.items() if persona.needs is None)
