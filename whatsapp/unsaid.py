"""What a diner does to a message rather than with one: reacts to it, edits it, takes it back.

Twilio documents no form of an edit or of a deletion: the kinds are those of Meta's Cloud API and
their kin, and the message that it is about is found by how its field's name ends.
"""

import re
from collections.abc import Mapping

from knowledge.notes import DELETED, EDITED, line
from models.inbox import REACTION

# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
REACTIONS = frozenset({"reaction", "reactions"})
EDITS = frozenset({"edit", "edited", "message_edit", "message_edited"})
DELETIONS = frozenset(
    {"revoke", "revoked", "delete", "deleted"}
    | {"message_revoke", "message_revoked", "message_delete", "message_deleted"}
)
MOST_EMOJI = 40  # characters
_OWN = frozenset({"messagesid", "smsmessagesid"})
_SID = re.compile("[A-Za-z0-9]{1,64}")


def told(form: Mapping[str, str], kind: str, words: str) -> str | None:
    """The message as the model reads it; None for one that says something of its own.

    `kind`: MessageType, in lower case.
    """
    if kind in REACTIONS:
        return _reaction(form)
    if kind in DELETIONS:
        return DELETED
    if kind in EDITS:  # one without words took a caption away
        return words if words.startswith("/") else "\n".join(filter(None, (words, EDITED)))
    return None


def is_about_another(kind: str) -> bool:
    """Whether it is nothing without the message that it is about."""
    return kind in REACTIONS or kind in DELETIONS


def about(form: Mapping[str, str]) -> str | None:
    """The SID of the message that this one answers, edits or takes back."""
    for name, value in form.items():
        lowered = name.lower()
        is_others = lowered.endswith("messagesid") and lowered not in _OWN
        if is_others and _SID.fullmatch(value.strip()):
            return value.strip()
    return None


def _reaction(form: Mapping[str, str]) -> str:
    names = ("Body", "ReactionEmoji", "Emoji", "Reaction")
    emoji = next((said for name in names if (said := line(form.get(name, ""), MOST_EMOJI))), "")
    return f"{REACTION}{emoji}]" if emoji else f"{REACTION}no more]"
