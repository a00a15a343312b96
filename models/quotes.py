"""What a diner's message is about: the one that it answers, edits or takes back.

It is looked for among this diner's own messages and what we sent to them, and nowhere else:
whatever SID a form claims, nobody reads another diner's words, and nobody changes them.
"""

from typing import NamedTuple

from sqlalchemy import (
    JSON,
    Integer,
    String,
    Text,
    and_,
    bindparam,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)

from models import attachments
from models.bubbles import choices_of
from models.database.statements import Connection, Statement
from models.inbox import WRITTEN, Message, Written, written
from models.outbox import Part
from models.turns import Turn

_DINER_ID = bindparam("diner_id", type_=Integer)
_SID = bindparam("sid", type_=String)


class Quoted(NamedTuple):
    """`offered`: what could be chosen below it."""

    text: str
    is_ours: bool
    offered: tuple[str, ...] = ()


_FIND = Statement(
    union_all(
        select(Part.body, Part.extra, literal(1))
        # What staff is told of another diner is of that one's turn, and is erased with it.
        .join(Turn, and_(Turn.id == Part.turn_id, Turn.diner_id == Part.diner_id))
        .where(Part.sid == _SID, Part.diner_id == _DINER_ID),
        select(Message.text, null(), literal(0)).where(
            Message.sid == _SID, Message.diner_id == _DINER_ID
        ),
    )
)
# An edit of what was answered before; of what was not, the words stand where they stood.
_LAST_EDIT = Statement(
    select(Message.text)
    .where(Message.diner_id == _DINER_ID, Message.quoted_sid == _SID)
    .where(Message.text.contains("[edited, "))
    .order_by(Message.id.desc())
    .limit(1)
)


def find(connection: Connection, diner_id: int, sid: str) -> Quoted | None:
    """The message of this SID, if it is this diner's or went to them; as it was edited last."""
    row = connection.one(_FIND, diner_id=diner_id, sid=sid)
    if row is None:
        return None
    text, extra, is_ours = row
    if is_ours:
        choices = choices_of(extra)
        titles = tuple(each.title for each in choices.options) if choices else ()
        return Quoted(text, is_ours=True, offered=titles)
    edit = connection.one(_LAST_EDIT, diner_id=diner_id, sid=sid)
    return Quoted(edit[0] if edit else text, is_ours=False)


_IS_ITS_EDIT = and_(Message.quoted_sid == _SID, Message.text.contains("[edited"))
_TAKE_BACK = Statement(
    update(Message)
    .where(Message.diner_id == _DINER_ID, or_(Message.sid == _SID, _IS_ITS_EDIT))
    .values(
        text=bindparam("told", type_=Text), payload=bindparam("nothing", type_=JSON), media=null()
    )
    .returning(Message.id)
)


def take_back(connection: Connection, diner_id: int, sid: str, instead: str) -> None:
    """The diner deleted a message of theirs: `instead` stands where it was, and where its edits.

    Its pictures go.
    """
    for (message_id,) in connection.all(
        _TAKE_BACK, diner_id=diner_id, sid=sid, told=instead, nothing={}
    ):
        attachments.erase(connection, message_id)


_ANSWERS = Statement(
    select(*WRITTEN).where(Message.diner_id == _DINER_ID, Message.quoted_sid == _SID)
)


def answers(connection: Connection, diner_id: int, sid: str) -> list[Written]:
    """The diner's own messages that are about this one."""
    return [written(row) for row in connection.all(_ANSWERS, diner_id=diner_id, sid=sid)]
