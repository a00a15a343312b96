"""The staff who answer diners in person: who can be reached, and how they are called.

It writes nothing: whoever calls carries it in their turn's ending.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.phrases import Phrase, TellableError, later, phrase, spoken
from models import staff, templates
from models.database.engine import Database
from models.diners import WHATSAPP, Known
from models.restaurants import Restaurant
from models.staff import Colleague
from models.templates import STAFF_CALLED
from personas.effects import CallStaff, Notice
from personas.rights import RIGHTS_OF
from telemetry.masking import masked

MOST_REASON = 200  # characters
MOST_WORDS = 900  # characters of the diner's, so that a notice is one message
MOST_NAME = 40

NO_STAFF = later("No member of the staff is on file to be called here.")
NOT_REACHED = later("No member of the staff can be reached here at the moment.")
NOT_HERE = later(
    "The staff writes on WhatsApp, and can't write to whoever talks over the HTTP API."
)


class NobodyError(TellableError):
    """Nobody can be called; the message says why."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody of the staff who answers diners, the chat that they have with us, and in what."""

    colleague: Colleague
    diner_id: int
    language: str

    @property
    def name(self) -> str:
        return self.colleague.name or masked(self.colleague.address)


def who_answers(members: Sequence[Colleague]) -> list[Colleague]:
    """Those whose role allows it."""
    return [
        each for each in members if any("people" in RIGHTS_OF.get(role, ()) for role in each.roles)
    ]


def reached(
    database: Database,
    restaurant: Restaurant,
    now: datetime,
    *,
    but: Collection[int] = (),
    purpose: str | None = None,
) -> list[Reached]:
    """Those who answer diners and whom WhatsApp lets us write to, without the diners `but`.

    `purpose`: what they are told, if there may be a template for it, which they get at any time.
    Raises DatabaseUnavailableError.
    """
    with database.transaction() as session:
        members = who_answers(staff.of_restaurant(session, restaurant.id))
        chats = staff.chats(session, restaurant, members)
        template = templates.languages(session, purpose) if purpose else frozenset()
    return [
        Reached(each, chat.diner_id, spoken(chat.language, restaurant.locale))
        for each in members
        if (chat := chats.get(each.address))
        and chat.diner_id not in but
        and (chat.is_open(now) or chat.takes(template))
    ]


def call(
    database: Database,
    diner: Known,
    restaurant: Restaurant,
    *,
    reason: str,
    said: Sequence[str],
    now: datetime,
) -> CallStaff:
    """What calls the staff to this diner. Raises NobodyError and DatabaseUnavailableError."""
    if diner.channel != WHATSAPP:
        raise NobodyError(NOT_HERE)
    with database.transaction() as session:
        if not who_answers(staff.of_restaurant(session, restaurant.id)):
            raise NobodyError(NO_STAFF)
    found = reached(database, restaurant, now, but=(diner.id,), purpose=STAFF_CALLED)
    if not found:
        raise NobodyError(NOT_REACHED)
    return CallStaff(
        tuple(
            Notice(each.diner_id, _calling(diner, reason, said, each.language), STAFF_CALLED)
            for each in found
        )
    )


def _calling(diner: Known, reason: str, said: Sequence[str], language: str) -> Phrase:
    named = who(diner.id, diner.profile_name, diner.address)
    lines = [phrase("{diner} asks for a person.", language, diner=named)]
    if reason.strip():
        lines.append(phrase("Why: {reason}", language, reason=one_line(reason, MOST_REASON)))
    if words := "\n".join(said).strip():
        lines.append(quoted(words[-MOST_WORDS:]))
    lines.append(phrase("Answer with: /to {number} your words", language, number=diner.id))
    return Phrase("\n".join(lines))


def in_vain(diner: Known, language: str) -> Phrase:
    """What the staff reads of one whom they were called to, who heard of nobody."""
    named = who(diner.id, diner.profile_name, diner.address)
    title = phrase(
        "{diner} asked for a person, and nobody has come. Nothing was said to them.",
        language,
        diner=named,
    )
    how = phrase("Answer with: /to {number} your words", language, number=diner.id)
    return Phrase(f"{title}\n{how}")


def who(diner_id: int, profile_name: str | None, address: str) -> str:
    """A diner as the staff is told of them: what they are named by, and who they are."""
    name = one_line(profile_name or "", MOST_NAME)
    return f"*{diner_id}* ({name + ', ' if name else ''}{masked(address).partition(':')[2]})"


def one_line(text: str, most: int) -> str:
    """What somebody wrote, where it must not look like lines of ours."""
    seen = (each for each in text if each != "*" and unicodedata.category(each) != "Cf")
    line = " ".join("".join(seen).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def quoted(text: str) -> Phrase:
    """A diner's words, so that no line of theirs looks like one of ours."""
    return Phrase("\n".join(f"> {line}" for line in text.splitlines()))
