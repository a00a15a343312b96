"""Who answers in a turn: the persona that it began with, or the one that this one hands over to.

A diner is handed over once a turn, and never to somebody whom they may not talk to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.phrases import phrase
from personas.effects import SwitchTo, ToolEffect
from personas.persona import Persona
from personas.rights import Right
from personas.tool import Tool
from personas.tools import offer_choices
from personas.tools.hand_over import hand_over_to
from personas.tools.send_on_whatsapp import sends_on_whatsapp


@dataclass(frozen=True, slots=True)
class Speaker:
    """`tools` it knows, `offered` are those that the diner may have it use.

    `announced`: what the diner reads before its words.
    """

    persona: Persona
    tools: tuple[Tool[Any], ...]
    offered: tuple[Tool[Any], ...]
    announced: str = ""


def first(persona: Persona, personas: Mapping[str, Persona], rights: frozenset[Right]) -> Speaker:
    """The persona that the diner talks to, who may hand them over."""
    others = tuple(
        other for other in personas.values() if other != persona and other.is_open_to(rights)
    )
    hand_over = (hand_over_to(others),) if others else ()
    return Speaker(persona, (*persona.tools, *hand_over), (*persona.tools_for(rights), *hand_over))


def successor(
    speaker: Speaker,
    effects: Iterable[ToolEffect],
    personas: Mapping[str, Persona],
    rights: frozenset[Right],
    language: str | None = None,
) -> Speaker:
    """Who goes on: somebody else, if a turn with these effects hands the diner over."""
    for effect in effects:
        if isinstance(effect, SwitchTo) and effect.persona != speaker.persona.key:
            persona = personas[effect.persona]
            title = phrase(persona.title, language)
            announced = phrase("_Over to the {persona}:_", language, persona=title) + "\n\n"
            return Speaker(persona, persona.tools, persona.tools_for(rights), announced)
    return speaker


def in_call(persona: Persona, personas: Mapping[str, Persona], rights: frozenset[Right]) -> Speaker:
    """The persona that a caller talks to: whoever that is may hand them over, and back.

    Nothing can be tapped in a call; what is wanted in writing is sent after it.
    """
    speaker = first(persona, personas, rights)
    sends = sends_on_whatsapp(persona.check)

    def spoken(tools: tuple[Tool[Any], ...]) -> tuple[Tool[Any], ...]:
        return (*(each for each in tools if each.name != offer_choices.NAME), sends)

    return Speaker(persona, spoken(speaker.tools), spoken(speaker.offered))


def introduced(before: Speaker) -> str:
    """What the system tells a successor."""
    return (
        f"The {before.persona.title} has just handed this diner over to you, and the diner is told"
        " so. Answer what they wrote last, without a greeting."
    )


def introduced_aloud(before: Speaker, after: Speaker) -> str:
    """The same in a call, where nobody tells the caller."""
    return (
        f"You are the {after.persona.title} from here on: the {before.persona.title} has just"
        " handed this caller over to you. Say who you are in a few words, and answer what they"
        " asked last."
    )
