"""What diners call things, as a table: everywhere's words, and those of one restaurant."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from babel import Locale
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from knowledge.tables import cells
from knowledge.tables.kind import Column, Kind, Numbered
from knowledge.tables.menu import text_column
from knowledge.tables.wrong import Wrong
from models.synonyms import LANGUAGE, LONGEST


def _plain(word: str) -> str:
    if {",", "="} & set(word):
        raise ValueError("has no comma, and no = in it")
    return " ".join(word.split())


Word = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST), AfterValidator(_plain)]


class _Synonym(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    restaurant: str = ""
    language: Annotated[str, StringConstraints(pattern=rf"^(?:{LANGUAGE})$")]
    word: Word
    means: Annotated[list[Word], Field()] = []


def is_language(code: str) -> bool:
    """Whether it is the code of a language that there is, or the words of no language."""
    return code == "elsewhere" or code in Locale("en").languages


def _unknown(rows: Sequence[Numbered], slugs: Collection[str]) -> Iterator[Wrong]:
    for each in rows:
        slug, language = each.row["restaurant"], each.row["language"]
        if slug and slug not in slugs:
            there = ", ".join(sorted(slugs)) or "none yet"
            yield Wrong(each.line, "restaurant", f"there is no {slug!r}, only: {there}")
        if not is_language(language):
            yield Wrong(each.line, "language", f"{language!r} is no language's code, as fr or sw")


def synonyms_of(slugs: Collection[str]) -> Kind:
    """`slugs`: the restaurants that there are."""
    return replace(SYNONYMS, check=lambda rows, _there: _unknown(rows, slugs))


SYNONYMS = Kind(
    name="synonyms",
    columns=(
        text_column("restaurant"),
        text_column("language", is_needed=True),
        text_column("word", is_needed=True),
        Column("means", lambda cell, _currency: cells.words(cell), cells.of_words, is_needed=True),
    ),
    shape=_Synonym,
    key=("restaurant", "language", "word"),
)
