"""What the staff reads in an answer's place: what a diner wrote, and the draft, if there is one.

It decides nothing, and sends nothing: `conversation.rollout` has it told.
"""

from collections.abc import Sequence

from knowledge.phrases import Phrase, phrase
from models.bubbles import Bubble
from models.diners import Known
from models.inbox import Written
from models.templates import STAFF_CALLED, STAFF_NOTICE
from personas.colleagues import Reached, one_line, quoted, who
from personas.effects import Notice
from whatsapp.bubbles import as_sent
from whatsapp.choices import numbered
from whatsapp.split import as_messages

MOST_WORDS = 600  # characters of the diner's, above a draft


def not_listed(diner: Known, messages: Sequence[Written], reader: Reached) -> Notice:
    title = phrase(
        "{diner} is not on the list, so that nobody answers but you. They wrote:",
        reader.language,
        diner=_who(diner),
    )
    return _for_you(title, diner, messages, reader, STAFF_CALLED)


def no_answer(diner: Known, messages: Sequence[Written], reader: Reached) -> Notice:
    title = phrase(
        "{diner} wrote, and the waiter found no answer:", reader.language, diner=_who(diner)
    )
    return _for_you(title, diner, messages, reader)


def overtaken(diner: Known, messages: Sequence[Written], reader: Reached) -> Notice:
    """A draft is not sent any more, for its diner has written again."""
    title = phrase(
        "{diner} wrote again, so that the answer that waits for them can't be sent any more:",
        reader.language,
        diner=_who(diner),
    )
    return _for_you(title, diner, messages, reader)


def _for_you(
    title: str,
    diner: Known,
    messages: Sequence[Written],
    reader: Reached,
    purpose: str = STAFF_NOTICE,
) -> Notice:
    """What they wrote, for the staff alone to answer."""
    how = phrase("Answer with: /to {number} your words", reader.language, number=diner.id)
    return Notice(reader.diner_id, Phrase(f"{title}\n{_words(messages)}\n{how}"), purpose)


def draft(
    diner: Known, messages: Sequence[Written], bubbles: Sequence[Bubble], reader: Reached
) -> list[Notice]:
    language = reader.language
    would_say = "\n\n".join(numbered(each) for each in as_sent(bubbles))
    lines = [
        phrase("{diner} wrote:", language, diner=_who(diner)),
        _words(messages),
        phrase("The answer would be:", language),
        quoted(would_say),
    ]
    if any(each.picture for each in bubbles):
        lines.append(phrase("(With a picture.)", language))
    if any(each.voice for each in bubbles):
        lines.append(phrase("(As a voice note.)", language))
    lines.append(
        phrase(
            "Send it with */send {number}*, or answer with */to {number}* and your words.",
            language,
            number=diner.id,
        )
    )
    return [Notice(reader.diner_id, Phrase(each)) for each in as_messages("\n".join(lines))]


def _who(diner: Known) -> str:
    return who(diner.id, diner.profile_name, diner.address)


def _words(messages: Sequence[Written]) -> Phrase:
    words = (one_line(each.text, MOST_WORDS) for each in messages)
    return quoted("\n".join(filter(None, words))[:MOST_WORDS])
