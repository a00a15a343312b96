"""One message's last step: posted to Twilio with all that it has, or in words alone.

It stores nothing, and repeats nothing that may have been taken.
"""

from engine.contents import Contents
from engine.leases import Leases
from models.bubbles import Bubble
from models.outbox import Outgoing
from telemetry.logs import log
from whatsapp import errors
from whatsapp.choices import in_words
from whatsapp.errors import Action
from whatsapp.host import SendError
from whatsapp.outbound import TwilioDoor

# Twilio does not know the content (any more), or not in this account.
NO_SUCH_CONTENT = frozenset({21655, 92006})
OF_THIS_MESSAGE = frozenset({Action.PLAIN, Action.GIVE_UP})


class Posting:
    def __init__(self, door: TwilioDoor, contents: Contents, leases: Leases) -> None:
        self._door = door
        self._contents = contents
        self._leases = leases

    def content_of(self, bubble: Bubble) -> str | None:
        """What is to be made at Twilio before it is posted. Raises DatabaseUnavailableError."""
        return self._contents.sid_of(bubble) if bubble.choices else None

    def post(self, outgoing: Outgoing, content_sid: str | None, callback: str) -> str:
        """Returns its SID. Raises SendError."""
        bubble = outgoing.bubble
        try:
            return self._post(outgoing, bubble, content_sid, callback)
        except SendError as error:
            plain = in_words(bubble)
            # What was refused was not taken. Whom it can't reach, words don't either.
            is_of_this = error.permanent and errors.action(error.code) in OF_THIS_MESSAGE
            may_change = is_of_this and plain.text and plain != bubble and not bubble.template
            if not (may_change and self._leases.may_send(outgoing.lease)):
                raise
            log.warning("outbox.in_words", code=error.code, detail=str(error))
            if content_sid is not None and error.code in NO_SUCH_CONTENT:
                self._contents.forget(content_sid)
        return self._post(outgoing, plain, None, callback)

    def _post(
        self, outgoing: Outgoing, bubble: Bubble, content_sid: str | None, callback: str
    ) -> str:
        return self._door.send(
            to=outgoing.address,
            from_=outgoing.number,
            bubble=bubble,
            status_callback=callback,
            content_sid=content_sid,
        )
