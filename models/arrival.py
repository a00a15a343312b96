"""What a message writes as it arrives, in one go: its diner, itself, and the turn that it begins.

A message that has to wait (a turn runs, or others wait before it, or this process takes nothing up)
waits for `claiming.claim`. Who may begin a turn is `engine.intake`'s to say.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    String,
    Text,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)

from models import identities
from models.database import notices
from models.database.statements import Chain, Connection, Steps
from models.diners import QUIET, Diner, Known, arriving, is_this_diner
from models.forgotten import hashed, was_forgotten
from models.inbox import IS_WAITING, Incoming, Message, Written, stored
from models.turns import IS_RUNNING, Claimed, Turn, beginning
from telemetry.tracing import tracing


@dataclass(frozen=True, slots=True)
class Taken:
    """`turn` is what it began, ours to run; `message_id` is None for one that was here before.

    `to_unite`: its sender, who is to be made one diner first, see `models.identities`.
    """

    diner_id: int
    message_id: int | None
    turn: Claimed | None
    to_unite: Incoming | None = None


# It came once more: whose it was is nobody's question.
_REPLAY = Taken(0, None, None)
DINER = (
    Diner.id,
    Diner.arrivals,
    Diner.address,
    Diner.profile_name,
    Diner.persona,
    Diner.forgotten_turn_id,
    Diner.user_id,
    Diner.lively,
    Diner.diet,
    Diner.in_hands_until,
    Diner.language,
    Diner.has_chosen_language,
    Diner.opted_out_at,
)


def _build(steps: Steps, *, by_any_address: bool) -> None:
    sid = bindparam("sid", type_=String)
    may_begin: list[ColumnElement[bool]] = [bindparam("may_begin", type_=Boolean)]
    before = address = None
    if by_any_address:
        before = steps.add("before", identities.known_as())
        # A number that is another's is theirs once they are made whole.
        is_taken = identities.is_number_taken()
        own = case(
            (is_taken, bindparam("user_id", type_=String)), else_=bindparam("address", type_=String)
        )
        address = func.coalesce(before("address"), own)
        may_begin.append(func.coalesce(before("whole"), case((is_taken, 0), else_=1)) == 1)
    elif not steps.sql.is_sqlite:
        before = steps.add("before", select(Diner.id, Diner.arrivals).where(is_this_diner()))
    # One that comes once more touches nothing, nor makes a diner known: later steps have none.
    is_new = ~or_(exists().where(Message.sid == sid), was_forgotten())
    diner = steps.add("diner", arriving(steps.sql, address, is_new).returning(*DINER))
    may_begin.append(diner("id").is_not(None))
    if before is not None:
        # This statement can't see who took in a message of this diner since it began.
        may_begin.append(diner("arrivals") == func.coalesce(before("arrivals"), 0) + 1)
    others_wait = exists().where(Message.diner_id == diner("id"), IS_WAITING)
    # The unique index says so too, but only once the transaction that ends that turn is over,
    # and it may want this diner's row.
    one_runs = exists().where(Turn.diner_id == diner("id"), IS_RUNNING)
    turn = steps.add("turn", beginning(steps.sql, diner("id"), *may_begin, ~others_wait, ~one_runs))
    columns: dict[str, Any] = {
        "diner_id": diner("id"),
        "sid": sid,
        "text": bindparam("text", type_=Text),
        "is_keyword": bindparam("is_keyword", type_=Boolean),
        "payload": bindparam("payload", type_=JSON),
        "quoted_sid": bindparam("quoted_sid", type_=String),
        "media": bindparam("media", type_=JSON(none_as_null=True)),
        "received_at": steps.sql.now,
        "turn_id": turn("id"),
        "traceparent": bindparam("traceparent", type_=String),
    }
    row = steps.sql.insert(Message).from_select(
        list(columns), select(*columns.values()).where(diner("id").is_not(None))
    )
    # Who begins the turn needs nobody's help.
    notice = case((turn("id").is_(None), notices.giving(steps.sql, Message.diner_id)))
    steps.add(
        "message",
        row.on_conflict_do_nothing(index_elements=["sid"]).returning(
            Message.id, notice.label("notice")
        ),
    )


_STORE = Chain(partial(_build, by_any_address=False))
_STORE_BY_ANY_ADDRESS = Chain(partial(_build, by_any_address=True))


def store(
    connection: Connection,
    incoming: Incoming,
    *,
    is_keyword: bool,
    notice_from: str,
    may_begin: bool,
    lease: str,
    now: datetime,
    until: datetime,
) -> Taken:
    """Store a message, and begin its turn under `lease` where it may.

    It may if it `may_begin` and nothing of this diner runs or waits. Where it waits, the others get
    a notice from `notice_from`. A message of a `sid` that is here already, or was erased, changes
    nothing.
    """
    by_any_address = identities.has_others(incoming)
    traceparent = tracing.traceparent()
    reply_to = incoming.reply_to or incoming.address
    *before, diner, turn, message = connection.chain(
        _STORE_BY_ANY_ADDRESS if by_any_address else _STORE,
        **identities.names(incoming),
        reply_to=reply_to,
        profile_name=incoming.profile_name,
        sid=incoming.sid,
        sid_hash=hashed(incoming.sid),
        text=incoming.text,
        is_keyword=is_keyword,
        payload=incoming.form,
        quoted_sid=incoming.quoted_sid,
        media=stored(incoming.media),
        traceparent=traceparent,
        notice_from=notice_from,
        may_begin=may_begin,
        lease=lease,
        now=now,
        until=until,
        quiet_since=now - QUIET,
    )
    if diner is None:
        return _REPLAY
    diner_id, _, address, profile_name, persona, *more = diner
    forgotten_turn_id, user_id, lively, diet, *more = more
    in_hands_until, language, has_chosen, opted_out_at = more
    if message is None or turn is None:
        if by_any_address and before[0]:
            is_whole = before[0][-1] == 1
        else:
            is_whole = address == incoming.address
        message_id = message[0] if message else None
        return Taken(diner_id, message_id, None, None if is_whole else incoming)
    known = Known(
        diner_id,
        incoming.channel,
        address,
        incoming.number,
        profile_name,
        persona,
        forgotten_turn_id,
        user_id=user_id,
        reply_to=reply_to,
        lively=lively,
        diet=diet,
        in_hands_until=in_hands_until,
        language=language,
        has_chosen_language=bool(has_chosen),
        opted_out_at=opted_out_at,
        wrote_at=now,
    )
    written = Written(
        message[0],
        incoming.sid,
        incoming.text,
        is_keyword,
        incoming.quoted_sid,
        incoming.media,
        traceparent=traceparent,
        received_at=now,
    )
    return Taken(diner_id, written.id, Claimed(turn[0], lease, until, 1, known, (written,)))
