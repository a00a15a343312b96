"""The templates that WhatsApp is asked to approve: files, what they become there, how they fill.

A file in `templates/` is named by what it is said for and its language: `late_answer.en.toml`. It
asks nobody. WhatsApp's rules:
https://www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from whatsapp.split import cut_short, units

FOLDER = Path(__file__).parent.parent / "templates"
# What they are called there, where it is something else; WhatsApp has none in Maltese.
LANGUAGES = {"en": "en", "fr": "fr", "it": "it", "rw": "rw_RW", "sw": "sw"}
MOST_BODY = 1_024  # units, filled in
MOST_WORDS = 700
SLOT = "{{1}}"
_SLOTS = re.compile(r"\{\{[^{}\n]*+\}\}")


class TemplateError(ValueError):
    """A file that WhatsApp would not approve; the message names it and says what to change."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    category: str = Field("UTILITY", pattern="^(UTILITY|MARKETING)$")
    body: str = Field(min_length=1, max_length=MOST_BODY)
    sample: str = Field("", max_length=MOST_WORDS)


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What is said for a purpose in a language. `sample` stands for the words, if it has any."""

    purpose: str
    language: str
    category: str
    body: str
    sample: str

    @property
    def digest(self) -> str:
        """What is changed is another one: WhatsApp approves a text, not a file."""
        told = "\n".join((self.category, self.body, self.sample))
        return sha256(told.encode()).hexdigest()

    @property
    def name(self) -> str:
        """WhatsApp's name for it, which one text may have."""
        return f"tableside_{self.purpose}_{self.language}_{self.digest[:8]}"

    @property
    def content(self) -> dict[str, Any]:
        """As Twilio's Content API makes it."""
        return {
            "friendly_name": self.name,
            "language": LANGUAGES[self.language],
            "variables": {"1": self.sample} if SLOT in self.body else {},
            "types": {"twilio/text": {"body": self.body}},
        }


def read(purposes: Collection[str], folder: Path = FOLDER) -> list[TemplateText]:
    """Every file's, by name. Raises TemplateError."""
    return [_read(file, purposes) for file in sorted(folder.glob("*.toml"))]


def _read(file: Path, purposes: Collection[str]) -> TemplateText:
    purpose, _, language = file.stem.partition(".")
    if purpose not in purposes:
        raise TemplateError(f"{file.name}: a template is for one of {', '.join(sorted(purposes))}.")
    if language not in LANGUAGES:
        raise TemplateError(
            f"{file.name}: WhatsApp has templates in {', '.join(sorted(LANGUAGES))} of ours."
        )
    try:
        told = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        raise TemplateError(f"{file.name}: is no UTF-8: save it with that encoding.") from None
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{file.name}: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise TemplateError(f"{file.name}: {field}: {first['msg']}.") from None
    body = told.body.strip()
    _check(file.name, body, told.sample)
    return TemplateText(purpose, language, told.category, body, told.sample.strip())


def _check(name: str, body: str, sample: str) -> None:
    slots = _SLOTS.findall(body)
    if slots not in ([], [SLOT]):
        raise TemplateError(f"{name}: body: {SLOT} may stand in it once, and nothing else may.")
    if body.startswith(SLOT) or body.endswith(SLOT):
        raise TemplateError(f"{name}: body: WhatsApp wants words before and behind {SLOT}.")
    if slots and not sample.strip():
        raise TemplateError(f"{name}: sample: WhatsApp wants to see what stands for {SLOT}.")
    if units(rendered(body, sample)) > MOST_BODY:
        raise TemplateError(f"{name}: body: {MOST_BODY} characters at most with its sample.")


def filling(body: str, words: str) -> str | None:
    """The words as they fill this body: one line, for WhatsApp takes no other, and bounded.

    None for a body that takes none.
    """
    if SLOT not in body:
        return None
    room = min(MOST_WORDS, MOST_BODY - units(body))
    return cut_short(" ".join(words.split()), room)


def rendered(body: str, words: str) -> str:
    """What the diner reads."""
    return body.replace(SLOT, words)
