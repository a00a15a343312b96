"""Whether a part may go out to its diner now, and as what: looked at right before it is sent.

Nothing goes to who opted out, or can't be reached. Outside WhatsApp's 24 hours it is a template,
where WhatsApp has approved one for what it is said for; else it ends there. It sends nothing.
"""

from dataclasses import replace

from models import templates
from models.bubbles import Bubble, Filled
from models.database.engine import Database
from models.diners import WINDOW
from models.outbox import OPTED_OUT, Outgoing
from whatsapp import errors
from whatsapp.choices import in_words
from whatsapp.host import SendError
from whatsapp.templates import filling, rendered


class Clearance:
    def __init__(self, database: Database) -> None:
        self._database = database

    def cleared(self, outgoing: Outgoing) -> Outgoing:
        """The part as it may go out. Raises SendError, with the code that Twilio has for it.

        Raises DatabaseUnavailableError.
        """
        bubble = outgoing.bubble
        if outgoing.is_opted_out and bubble.purpose != OPTED_OUT:
            raise _withheld(errors.OPTED_OUT)
        if outgoing.is_blocked:
            raise _withheld(errors.NOT_REACHED)
        if is_window_over(outgoing):
            template = self.as_template(outgoing)
            if template is None:
                raise _withheld(errors.WINDOW_OVER)
            return replace(outgoing, bubble=template)
        return replace(outgoing, bubble=in_words(bubble)) if bubble.is_plain else outgoing

    def as_template(self, outgoing: Outgoing) -> Bubble | None:
        """The part as its diner gets it outside their 24 hours; None where no template says it.

        Raises DatabaseUnavailableError.
        """
        bubble = in_words(outgoing.bubble)
        purpose = bubble.purpose or templates.LATE_ANSWER
        with self._database.alone() as connection:
            found = templates.approved(connection, purpose, outgoing.diner_id)
        if found is None:
            return None
        words = filling(found.body, bubble.text)
        if words == "":
            return None  # a picture alone says nothing there
        text = rendered(found.body, words or "")
        return Bubble(text, purpose=bubble.purpose, template=Filled(found.sid, words))


def is_window_over(outgoing: Outgoing) -> bool:
    """Whether its diner's last message is 24 hours old, or WhatsApp said so."""
    if errors.action(outgoing.code) is errors.Action.TEMPLATE:
        return True
    wrote_at = outgoing.wrote_at
    return wrote_at is not None and outgoing.claimed_at - wrote_at >= WINDOW


def _withheld(code: int) -> SendError:
    return SendError("not sent: it would be refused", permanent=True, code=code)
