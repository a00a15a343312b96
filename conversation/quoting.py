"""What a message is about is told behind its words: the one that it answers, edits or takes back.

It is stored so, and what was taken back is erased; a message that is about none costs nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from knowledge.notes import DELETED, EDITED, TAKEN_BACK, as_typed, line, note, notes_of, own_words
from models import attachments, forgotten, inbox, quotes
from models.database.engine import Database
from models.database.statements import Connection
from models.diners import Known
from models.inbox import Written
from models.quotes import Quoted

MOST_QUOTED = 300  # characters of the message that is quoted
MOST_READ = 8_192  # of which they are taken: more than a message has
# A reaction with one of these to a question of ours answers it; any other one needs no answer.
_YES_OR_NO = re.compile(r"\[reacted (?P<emoji>(?:👍|👎|👌|✅|✔|💯|🆗|🙏|❌|🙅|🙆)\S{0,6})\]")
# "Shall I call somebody? Just say yes."
_QUESTION = re.compile(r"\?[^?]{0,60}\Z")
_TOLD = re.compile(r"\[(?:answers|answered|edited,|reacted \S++ to:) ")
_EDIT, _CHOSEN = "\n[edited", "[chose "
_EDIT_NOTE = re.compile(r"\n\[edited[^\[\]\n]*+\]")
_ANSWERS = re.compile(r"\n\[answers (?:their own|an earlier) message[^\[\]\n]*+\](?=\n|\Z)")
_QUOTE = re.compile(
    r"^\[(answers their own message|reacted \S++|edited)"
    r"(?:: | to: |, it said before: )[^\[\]\n]*+\]$",
    re.MULTILINE,
)

Find = Callable[[str], Quoted | None]


def with_quotes(
    database: Database,
    messages: Sequence[Written],
    diner: Known,
    earlier: Sequence[Written],
    now: datetime,
) -> list[Written]:
    """The messages, each with what it is about; what was edited or taken back in time is so.

    `earlier`: those of the same turn that came before, which stand before them in what is returned.
    What is edited or taken back before it came is not heeded when it comes. Raises
    DatabaseUnavailableError.
    """
    messages = [*earlier, *messages]
    if all(each.quoted_sid is None for each in messages):
        return list(messages)
    sids = {each.quoted_sid for each in messages if each.quoted_sid}
    deleted = {each.quoted_sid for each in messages if each.text == DELETED}
    with database.alone() as connection:
        found = {sid: quotes.find(connection, diner.id, sid) for sid in sids}
    told = changed(messages, {sid: found[sid] for sid in sids - deleted}.get)
    news = [after for before, after in zip(messages, told, strict=True) if after != before]
    gone = [sid for sid in sids & deleted if found[sid]]
    late = [each.quoted_sid for each in messages if _replaces(each.text) and each.quoted_sid]
    late = [sid for sid in late if found[sid] is None]
    if news or gone or late:
        with database.connection() as connection:
            forgotten.remember(connection, late, now)
            for each in news:
                inbox.keep_text(connection, each)
                if not each.text:  # an edit brings its pictures again
                    attachments.erase(connection, each.id)
            for sid in gone:
                _take_back(connection, diner.id, sid)
    return [each for each in told if each.text]


def changed(messages: Sequence[Written], find: Find) -> list[Written]:
    """The same messages; one without text by now is none any more."""
    texts, places = _as_edited(messages)
    deleted = {each.quoted_sid for each in messages if each.text == DELETED}
    for each in messages:
        about, text = each.quoted_sid, texts[each.sid]
        if about is None or each.is_keyword or text in ("", DELETED):
            continue
        place = places.get(about, each.sid)
        words = texts[place] if place != each.sid else DELETED
        quoted = None
        if words not in ("", DELETED):  # of this turn: it may have been told of before
            text = _ANSWERS.sub("", text)
            quoted = Quoted(words, is_ours=False)
        if not _is_told(text):
            texts[each.sid] = _with_quote(text, quoted or find(about))
        elif about in deleted:
            texts[each.sid] = _without_quotes(text)
    return [replace(each, text=texts[each.sid]) for each in messages]


def _as_edited(messages: Sequence[Written]) -> tuple[dict[str, str], dict[str, str]]:
    """By SID: the texts once all edits and deletions are done, and whose text each one's is by now.

    An edit's words are in the place of what it edits.
    """
    texts = {each.sid: each.text for each in messages}
    places = {sid: sid for sid in texts}
    for each in messages:
        about, text = each.quoted_sid, each.text
        if about is None or each.is_keyword or not _replaces(text):
            continue
        is_edit = _EDIT in text
        place = places.setdefault(about, each.sid) if is_edit else places.get(about, each.sid)
        if place == each.sid or texts[place] == DELETED:
            continue
        texts[place] = _edited(texts[place], text) if is_edit else ""
        if is_edit:
            texts[each.sid] = ""
            places[each.sid] = place
    return texts, places


def _edited(before: str, edit: str) -> str:
    """The words of the edit, with what else the message holds: no choice that it was before."""
    chosen = [each for each in notes_of(edit) if each.startswith(_CHOSEN)]
    others = [each for each in notes_of(before) if not each.startswith(_CHOSEN)]
    return "\n".join([own_words(edit), *chosen, *others])


def _replaces(text: str) -> bool:
    """Whether a message stands for another one, or for nothing, in that one's place."""
    return text == DELETED or _EDIT in text


def _is_told(text: str) -> bool:
    """Whether an earlier attempt at its turn has told what it is about."""
    return any(map(_TOLD.match, notes_of(text)))


def _take_back(connection: Connection, diner_id: int, sid: str) -> None:
    """It is gone from where it stood, and from what quotes it."""
    quotes.take_back(connection, diner_id, sid, TAKEN_BACK)
    for each in quotes.answers(connection, diner_id, sid):
        text = _without_quotes(each.text)
        if text != each.text:
            inbox.keep_text(connection, replace(each, text=text))


def _without_quotes(text: str) -> str:
    """A message without the words of others of its diner's."""
    return _QUOTE.sub(r"[\1]", text)


def _shown(text: str) -> str:
    """The words of what is quoted, as the phone shows them, whatever they were before an edit.

    Of a long one its beginning, and its end, where it asks.
    """
    flat = line(_without_quotes(_EDIT_NOTE.sub("", text)), MOST_READ)
    half = MOST_QUOTED // 2 - 2
    return flat if len(flat) <= MOST_QUOTED else f"{flat[:half]} … {flat[-half:]}"


def _with_quote(text: str, quoted: Quoted | None) -> str:
    words = _shown(quoted.text) if quoted else ""
    if text.startswith("[reacted "):
        emoji = _YES_OR_NO.fullmatch(text)
        if emoji and quoted and quoted.is_ours and _QUESTION.search(quoted.text):
            return f"[answered {emoji['emoji']} to your question: {words}]"
        return f"{text[:-1]} to: {words}]" if words else text
    if text.endswith(EDITED):
        return text.replace(EDITED, f"[edited, it said before: {words}]") if words else text
    whose = "an earlier message"
    if quoted:
        whose = "your message" if quoted.is_ours else "their own message"
    told = [text, f"[answers {whose}: {words}]" if words else f"[answers {whose}]"]
    if quoted and own_words(text) not in map(as_typed, quoted.offered):
        told.append(note("answers a choice of", "; ".join(quoted.offered)))
    return "\n".join(filter(None, told))
