"""The templates at Twilio kept as the files have them: made, shown to WhatsApp, and let go.

A text that was changed is a new one, and the old one is used until WhatsApp has approved that. What
may be sent when is `engine.clearance`'s.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.clock import Clock
from models import templates
from models.database.engine import Database
from models.templates import APPROVED, UNSUBMITTED, Kept
from telemetry.logs import log
from whatsapp.content import Approval, ContentDoor
from whatsapp.host import GONE, SendError
from whatsapp.templates import TemplateText

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a template stands: WhatsApp's word for it, or `missing` where it was never asked."""

    purpose: str
    language: str
    name: str
    state: str
    reason: str = ""


class Approving:
    def __init__(self, database: Database, door: ContentDoor, clock: Clock) -> None:
        self._database = database
        self._door = door
        self._clock = clock

    def sync(self, texts: Sequence[TemplateText]) -> Iterator[Standing]:
        """Have WhatsApp asked for each text, and let go of what is not among them any more.

        Doing it again changes nothing. Raises SendError and DatabaseUnavailableError.
        """
        by_text = self._by_text()
        wanted: dict[tuple[str, str], Standing] = {}
        for text in texts:
            known = by_text.pop((text.purpose, text.language, text.digest), None)
            standing = self._asked_for(text, known)
            wanted[text.purpose, text.language] = standing
            yield standing
        for kept in by_text.values():
            now = wanted.get((kept.purpose, kept.language))
            if now is None or now.state == APPROVED:
                self._let_go(kept.sid)

    def status(self, texts: Iterable[TemplateText]) -> Iterator[Standing]:
        """Where each stands now, and nothing is asked for. Raises SendError."""
        by_text = self._by_text()
        for text in texts:
            kept = by_text.get((text.purpose, text.language, text.digest))
            approval = self._refreshed(kept.sid) if kept else None
            yield _standing(text, approval or Approval(MISSING))

    def _by_text(self) -> dict[tuple[str, str, str], Kept]:
        with self._database.transaction() as session:
            every = templates.every(session)
        return {(each.purpose, each.language, each.digest): each for each in every}

    def _asked_for(self, text: TemplateText, known: Kept | None) -> Standing:
        approval = self._refreshed(known.sid) if known else None
        sid = known.sid if known and approval else self._make(text)
        if approval is None or approval.status == UNSUBMITTED:
            approval = Approval(self._door.approve(sid, name=text.name, category=text.category))
            self._note(sid, approval)
            log.info("template.submitted", name=text.name, state=approval.status)
        return _standing(text, approval)

    def _make(self, text: TemplateText) -> str:
        sid = self._door.create(text.content)
        with self._database.transaction() as session:
            templates.keep(
                session,
                Kept(sid, text.purpose, text.language, text.digest),
                name=text.name,
                body=text.body,
                now=self._clock.now(),
            )
        return sid

    def _refreshed(self, sid: str) -> Approval | None:
        """What WhatsApp says of it now; None for one that Twilio does not know any more."""
        try:
            approval = self._door.status(sid)
        except SendError as error:
            if error.code not in GONE:
                raise
            self._forget(sid)
            return None
        self._note(sid, approval)
        return approval

    def _note(self, sid: str, approval: Approval) -> None:
        with self._database.transaction() as session:
            templates.note(session, sid, approval.status, approval.reason)

    def _let_go(self, sid: str) -> None:
        self._door.delete(sid)
        self._forget(sid)

    def _forget(self, sid: str) -> None:
        with self._database.transaction() as session:
            templates.forget(session, sid)


def _standing(text: TemplateText, approval: Approval) -> Standing:
    return Standing(text.purpose, text.language, text.name, approval.status, approval.reason)
