"""Every persona a diner can talk to, by its keyword.

A new one is added here, and nowhere else in the service.
"""

from collections.abc import Mapping
from types import MappingProxyType

from personas.cfo import CFO
from personas.persona import Persona
from personas.waiter import WAITER

PERSONAS: Mapping[str, Persona] = MappingProxyType(
    {persona.key: persona for persona in (WAITER, CFO)}
)
