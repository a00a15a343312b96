"""The staff's `/send`: which draft goes out, and why none does.

It changes nothing: what is to happen stands in the turn's ending.
"""

from datetime import timedelta

from conversation.ending import Ending, SendDraft, said
from conversation.naming import Named
from conversation.running import Running
from knowledge.named_dishes import listed
from knowledge.phrases import later, phrase
from models import drafts_waiting, inbox, menu_changes
from models.database.engine import Database
from models.restaurants import Restaurant
from personas.catalogue import PERSONAS
from personas.sight import sight_of

# A draft that came so lately in another one's place may not have been read yet.
READ_WITHIN = timedelta(seconds=20)
# Nothing is sent of what they had not written when it was made.
OVERTAKEN = later(
    "{number} has written again since that answer was made: nothing was sent. Write */to {number}*"
    " and your words."
)


def send(database: Database, named: Named, running: Running, restaurant: Restaurant) -> Ending:
    """What became of it is told once it is known, so that two don't both read that they did.

    Raises DatabaseUnavailableError.
    """
    chat, member = named.chat, running.turn.diner
    with database.transaction() as session:
        waiting = drafts_waiting.waiting(session, restaurant, chat.id)
        asked_at = inbox.received_at(session, running.turn.messages[0].id)
        draft = waiting[-1] if waiting else None
        since = draft.begun_at if draft else asked_at
        names = menu_changes.changed_since(session, restaurant.id, since)
    changed = listed(draft.words, names) if draft else ""
    if draft is None:
        told = later("No answer waits for {number}. Write */to {number}* and your words.")
    elif not sight_of(running.rights, PERSONAS).has_persona(draft.persona):
        told = later("The answer that waits for {number} is not for your role to read or send.")
    elif draft.is_overtaken:
        told = OVERTAKEN
    elif draft.is_news(asked_at, READ_WITHIN) and not named.is_meant:
        told = later(
            "{number} wrote again, and there is a new answer: read it first. Nothing was sent."
            " /send {number}! sends it."
        )
    elif changed and not named.is_meant:
        told = later(
            "The menu has changed since that answer was made: {dishes}. Nothing was sent."
            " /send {number}! sends it as it is."
        )
    else:
        send = SendDraft(chat.id, draft.turn_id, member.addresses[0])
        return Ending((), None, effects=(send,))
    return Ending(said(phrase(told, member.language, number=chat.id, dishes=changed)), None)
