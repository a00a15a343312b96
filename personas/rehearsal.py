"""What the CFO adds where diners are played: who sees the books there, and how they are opened.

It is no persona, and nothing of it is ever said to a real diner.
"""

from collections.abc import Mapping
from dataclasses import replace

from knowledge.phrases import Phrase, phrase
from models.restaurants import Restaurant
from personas.persona import Persona, brief
from personas.rights import Books


def rehearsed(personas: Mapping[str, Persona], books: Books) -> dict[str, Persona]:
    """The personas of a sandbox, where `books` says to whom they are open."""
    return {
        key: _opened(persona, books) if _keeps_the_books(persona) else persona
        for key, persona in personas.items()
    }


def how_to_open(restaurant: Restaurant) -> str:
    """The two ways to put a number on the list of those who see the books."""
    return (
        f"CFO_NUMBERS=NUMBER@{restaurant.slug} in .env and a new start, or"
        f" flask --app app staff add NUMBER --role owner --restaurant {restaurant.slug}"
    )


def _keeps_the_books(persona: Persona) -> bool:
    return any(tool.needs == "books" for tool in persona.tools)


def _opened(persona: Persona, books: Books) -> Persona:
    def instructions(restaurant: Restaurant) -> str:
        if books.are_open_to_everyone(restaurant):
            return persona.instructions(restaurant)
        return brief(
            persona.instructions(restaurant),
            "This is a sandbox\n"
            "- Diners are played here. Whoever asks for the books and may not see them is told so,"
            f" and also how to open them here: {how_to_open(restaurant)}",
        )

    def greeting(restaurant: Restaurant, language: str | None = None) -> Phrase:
        if books.are_open_to_everyone(restaurant):
            how = phrase("_In this sandbox they are open to everyone._", language)
        else:
            how = phrase(
                "_In this sandbox they are opened by {ways}._",
                language,
                ways=how_to_open(restaurant),
            )
        return Phrase(f"{persona.greeting(restaurant, language)}\n{how}")

    return replace(persona, instructions=instructions, greeting=greeting)
