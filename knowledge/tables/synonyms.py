"""What diners call things, as a table: everywhere's words, and those of one restaurant."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from knowledge.tables import cells
from knowledge.tables.kind import Column, Kind
from knowledge.tables.menu import text_column
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
