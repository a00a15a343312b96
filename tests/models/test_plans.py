"""How the databases carry out what is sent for every message, and by a purge: by an index.

That holds however much is stored. The statements are heard as the service sends them, with their
parameters, on tables that hold a year; with `-s` the plans are printed.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
from sqlalchemy import Engine, delete, event, insert, update

from models import (
    attachments,
    call_turns,
    calls,
    calls_held,
    dead_letters,
    diners,
    drafts,
    drafts_waiting,
    erasure,
    hands,
    hands_overdue,
    history,
    inbox,
    kept,
    lateness,
    menu_changes,
    offers,
    pictures_sent,
    purging,
    quotes,
    receipts,
    restaurants,
    sending,
    staff,
    turns,
    unattended,
    undelivered,
)
from models.bubbles import Bubble
from models.console import attention
from models.database.engine import Database
from models.database.opening import driver_url
from models.diets import Diet, KeptDiet
from models.diners import Diner
from models.inbox import WRITTEN, Medium, Message
from models.menu_changes import Change, DishChange, MenuChange
from models.tokens import NO_TOKENS
from models.tool_calls import Call, Missed, bound
from models.turns import DRAFTED, FAILED, Claimed, Result, Turn
from tests.benchmarks.aged import fill
from tests.engine.world import RESTAURANT
from tests.models.desk import ALICE, BOB, CHARLIE, KIGALI, LEASE_S, Desk, moment

Node = dict[str, Any]  # of PostgreSQL's plan
Parameters = Mapping[str, Any] | tuple[Any, ...]

ROWS = 45_000
DINERS = [f"whatsapp:+2507890{number:05}" for number in range(3_000)]
# Their tables grow for as long as the restaurant lives.
LARGE = {"diners", "messages", "turns", "outbox", "menu_changes", "tool_calls"}
# They hold only what is under way, which is little: to walk one whole is to walk a short list; and
# what went wrong, for the console.
PARTIAL = {
    *("uq_turns_running", "ix_outbox_unfinished", "ix_diners_forgotten", "ix_diners_in_hands"),
    *("ix_turns_given_up", "ix_turns_drafted", "ix_outbox_failed", "ix_diners_asked_in_vain"),
}
# All that a diner ever wrote or got: only for who erases it, looks for a lost part among it, or
# takes the diner over.
ALL_OF_A_DINERS = {"ix_messages_diner_id", "ix_outbox_diner_id_state"}
ERASES_OR_LOOKS = (
    "DELETE",
    "SELECT count",
    "SELECT messages.sid",
    "UPDATE messages SET text",  # what is taken back, with its edits, and then what quotes it
    f"SELECT {', '.join(f'messages.{each.key}' for each in WRITTEN)} \nFROM messages \nWHERE",
    "SELECT messages.text \nFROM messages \nWHERE messages.diner_id",
    "SELECT diners.id \nFROM diners \nWHERE diners.id >",
    "SELECT diners.number, ",  # what it took, counted before it is erased
)
# The sweep's look at all that waits, and the health page's.
OF_ALL_THAT_WAIT = ("GROUP BY", " AS moment, ", "WHERE diners.is_forgotten AND NOT")
LOOKED_UP = Call("lookup_menu", "{}", "{}", 3, missed=(Missed("dish", "sushi"),))
MANY = 40  # statements, at least, that are heard


@dataclass
class Heard:
    """Every statement once, with the parameters it was first sent with."""

    statements: dict[str, Parameters] = field(default_factory=dict)

    def __call__(self, statement: str, parameters: Mapping[str, Any]) -> None:
        self.statements.setdefault(statement, dict(parameters))

    def ask(
        self, _: Any, _cursor: Any, statement: str, parameters: Parameters, *_more: object
    ) -> None:
        """What a session asks, which is heard of only where it is listened to."""
        if statement.startswith("SELECT"):
            self.statements.setdefault(statement, parameters)


def use_all(desk: Desk) -> None:
    """What the service does with its tables, each thing once."""
    alice = a_busy_hour(desk)
    troubles(desk, alice)
    a_sweep(desk)
    human_hands(desk)
    a_draft(desk)
    a_call(desk)
    an_erasure(desk)


def a_busy_hour(desk: Desk) -> int:
    taken = desk.take_in("SM-in-1", "Hi")
    assert taken.turn is not None
    desk.deliver("SM-in-2", "And another")
    assert desk.take_in("SM-in-3", "By id", user_id="whatsapp:RW.alice").diner_id == taken.diner_id
    desk.absorb(taken.turn)
    files(desk, taken.turn)
    a_quote(desk, taken.turn)
    desk.history(taken.diner_id)
    _, part = desk.close(taken.turn, ["First", "Second"], [LOOKED_UP])
    assert part is not None
    desk.sent(part, "SM-out-1")
    desk.progress("SM-out-1", "delivered", part_id=part.id)
    with desk.database.connection() as connection:
        sending.hold_next(connection, part, rank=3, now=moment(0), until=moment(0))
        sending.go_on(connection, part.diner_id, part.id, moment(0))
        pictures_sent.lately(connection, diners.known(connection, part.diner_id))
    second = desk.taken(taken.diner_id)
    desk.sent(second, "SM-out-2")
    turn = desk.claimed(desk.write("/help"))
    desk.absorb(turn)
    desk.end(turn)
    desk.close(desk.claimed(desk.write("And?")), [], [LOOKED_UP])
    desk.renew(turn.lease, "sender")
    return taken.diner_id


def files(desk: Desk, turn: Claimed) -> None:
    message = replace(turn.messages[0], media=(Medium("https://api.twilio.com/", "image/jpeg"),))
    with desk.database.connection() as connection:
        inbox.keep_opened(connection, message)
        attachments.keep(connection, message.id, [b"JPEG"], moment(0))
        attachments.of_messages(connection, [message.id])
        attachments.quoted(connection, turn.diner.id, message.sid)


def troubles(desk: Desk, alice: int) -> None:
    first = desk.reply("First", diner=BOB)
    assert first is not None
    desk.try_later(first, maybe=True)
    again = desk.taken(first.diner_id)
    with desk.database.connection() as connection:
        receipts.first_unrecorded(connection, ["SM-out-1"], again.id)
    desk.fail(again, 63003)
    lost = desk.claimed(desk.write("One", diner=BOB), "dead")
    desk.claimed(lost.diner.id, "heir", at=LEASE_S)
    assert desk.claim(lost.diner.id, at=2 * LEASE_S, may_run_alone=lambda: False) is None
    desk.hand_back("heir", at=LEASE_S)
    with desk.database.connection() as connection:
        turns.release(connection, lost, moment(LEASE_S))
        turns.end(connection, lost, Result(FAILED, None, ""), moment(LEASE_S))
        history.of_message(connection, lost.messages[0].id)
        history.of_sid(connection, lost.messages[0].sid)
        quoting = replace(lost.messages[0], quoted_sid="SM-out-1")
        offers.offered(connection, lost.diner, quoting)
        offers.name_of(connection, lost.diner, 1)
        diners.find(connection, channel=diners.WHATSAPP, address=ALICE, number=KIGALI)
        kept.set_persona(connection, alice, "cfo")
        kept.change_diet(connection, alice, lambda _: KeptDiet(Diet(frozenset({"nuts"}))))
        kept.set_language(connection, alice, "fr", is_chosen=False)
        kept.reset_conversation(connection, alice, 1)


def a_quote(desk: Desk, turn: Claimed) -> None:
    with desk.database.connection() as connection:
        quotes.find(connection, turn.diner.id, "SM1")
        inbox.keep_text(connection, turn.messages[0])
        quotes.answers(connection, turn.diner.id, "SM1")
        quotes.take_back(connection, turn.diner.id, "SM1", "")


def a_sweep(desk: Desk) -> None:
    with desk.database.connection() as connection:
        unattended.waiting_diners(connection, 500)
        unattended.expired_diners(connection, moment(LEASE_S), 500)
        unattended.due_diners(connection, moment(LEASE_S), 500)
        lateness.ages(connection, moment(LEASE_S))


def human_hands(desk: Desk) -> None:
    turn = desk.claimed(desk.write("A person, please", diner=CHARLIE), "waiter's")
    with desk.database.connection() as connection:
        hands.call(connection, turn.diner.id, now=moment(0), until=moment(0))
        hands.take(
            connection, turn.diner.id, [Bubble("Yes?")], by=BOB, now=moment(0), until=moment(0)
        )
        hands.holder(connection, turn.diner.id)
        hands.is_held(connection, turn.diner.id)
        hands.lock_turns(connection, turn.diner.id, turn.diner.id + 1)
        hands.let_wait(connection, -1)
        hands_overdue.unheard(connection, 1)
        (overdue,) = hands_overdue.overdue(connection, moment(LEASE_S), 500)
        hands_overdue.chats_of(connection, overdue)
        hands_overdue.is_unanswered(connection, turn.diner.id, moment(0))
        hands_overdue.pass_on(connection, turn.diner.id, moment(0))
        hands_overdue.ask_in_vain(connection, turn.diner.id, moment(0))
        hands.say(connection, turn.diner.id, "Hello", moment(0))
        assert hands_overdue.hand_back_overdue(connection, turn.diner.id, moment(LEASE_S))
        hands.hand_back(connection, turn.diner.id)


def a_draft(desk: Desk) -> None:
    turn = desk.claimed(desk.write("Fish?", diner=CHARLIE), "drafter")
    with desk.database.connection() as connection:
        turns.end(connection, turn, Result(DRAFTED, "waiter", ""), moment(1))
        drafts.write(connection, turn, "Tilapia.", [Bubble("Tilapia.")], moment(1))
        drafts.drop(connection, turn.id, number=KIGALI, by=BOB, now=moment(1))
        drafts.send(connection, turn.id, number=KIGALI, by=BOB, now=moment(1))
        drafts.settle(connection, turn.diner.id, drafts.ANSWERED, now=moment(1))


def the_staffs_commands(desk: Desk) -> None:
    desk.write("Good morning", diner=BOB)
    with desk.database.transaction() as session:
        kigali = restaurants.by_number(session, KIGALI)
        assert kigali is not None
        member = staff.Colleague(BOB, "Bob", frozenset({"owner"}))
        chats = staff.chats(session, kigali, [member])
        hands.by_addresses(session, kigali, [ALICE, CHARLIE])
        hands.by_id(session, kigali, chats[BOB].diner_id)
        hands.held_by(session, kigali, BOB)
        drafts_waiting.waiting(session, kigali)
        drafts_waiting.waiting(session, kigali, chats[BOB].diner_id)
        history.last_words(session, chats[BOB].diner_id, 10)
        attention.marks(session, kigali, moment(LEASE_S))
        dead_letters.unanswered(session, kigali.number, 200)
        undelivered.undelivered(session, kigali.number, 200)
    price = DishChange(1, "Tilapia", Decimal(1), Decimal(2))
    eighty_six = DishChange(1, "Tilapia", None, moment(0))
    with desk.database.connection() as connection:
        for change in (
            Change(kigali, "price", (price,)),
            Change(kigali, "86", (eighty_six,)),
        ):
            menu_changes.make(connection, change, str, made_by=BOB, now=moment(0))
    with desk.database.transaction() as session:
        last = menu_changes.last_made(session, kigali, [BOB, CHARLIE], moment(0))
    assert last is not None
    assert last.dishes == (eighty_six,)
    with desk.database.connection() as connection:
        menu_changes.undo(connection, last, str, now=moment(0))


def fill_menu_changes(database: Database) -> None:
    """A restaurant with a year of them."""
    with database.transaction() as session:
        restaurant_id = restaurants.store(session, RESTAURANT | {"number": KIGALI})
        row = {"restaurant_id": restaurant_id, "kind": "86", "dishes": [], "made_at": moment(-1)}
        session.execute(insert(MenuChange), [row | {"made_by": each} for each in DINERS])


def a_call(desk: Desk) -> None:
    """By who is forgotten next."""
    alice = desk.arrive(ALICE)
    given: dict[str, Any] = {
        "diner_id": alice,
        "number": KIGALI,
        "way": "phone",
        "process": "web 1",
    }
    held: dict[str, Any] = {"process": "web 1", "now": moment(0), "until": moment(LEASE_S)}
    with desk.database.connection() as connection:
        lines: dict[str, Any] = {"most": 9, "most_of_theirs": 9, "now": moment(0)}
        for is_anonymous in (True, False):
            call_id = calls.ring(
                connection, sid="CA1", token="1", is_anonymous=is_anonymous, **lines, **given
            )
        assert call_id is not None
        assert calls.take(connection, sid="CA1", token="1", stream_sid="MZ1", **held)
        call_turns.write(
            connection,
            call_id,
            before=0,
            texts=("Hello?",),
            reply="Yes.",
            persona="waiter",
            tokens=NO_TOKENS,
            calls=bound([LOOKED_UP]),
            now=moment(0),
        )
        calls_held.renew(connection, [call_id], **held)
        calls_held.ringing_here(connection, ["CA1"], process="web 1", now=moment(0))
        calls.end(connection, "CA1", "hung_up", seconds=3, now=moment(0))
        calls.keep_billed(connection, "CA1", 4)
        calls_held.sweep(connection, moment(0))


def an_erasure(desk: Desk) -> None:
    turn = desk.claimed(desk.write("/forget"))
    erasure.forget(desk.database, turn, moment(0))
    with desk.database.connection() as connection:
        erasure.begin_forgetting(connection, turn, moment(0))
        erasure.forgotten_diners(connection)
        erasure.finish_forgetting(connection, turn.diner.id)
    purging.purge(desk.database, moment(0) - timedelta(days=3650), sleep=lambda _: None)
    old = moment(0) - timedelta(days=3649)
    with desk.database.transaction() as session:
        session.execute(update(Turn).where(Turn.id < 20).values(ended_at=old))
        session.execute(update(Diner).where(Diner.id < 5).values(last_message_at=old))
        session.execute(delete(Turn).where(Turn.diner_id == 1))
        session.execute(delete(Message).where(Message.diner_id == 1))
    purging.purge(desk.database, moment(0) - timedelta(days=3640), sleep=lambda _: None)
    purging.purge_files(desk.database, moment(0))


def hear_all(url: str) -> dict[str, Parameters]:
    """What is sent when all is used once, on tables that hold a year."""
    fill(url, DINERS, ROWS)
    heard = Heard()
    database = Database(url, watch=heard)
    fill_menu_changes(database)
    desk = Desk(database, lease_s=0)  # what is lost is so at once, by any clock
    use_all(desk)
    event.listen(Engine, "before_cursor_execute", heard.ask)
    the_staffs_commands(desk)
    event.remove(Engine, "before_cursor_execute", heard.ask)
    database.close()
    assert len(heard.statements) > MANY
    return heard.statements


def test_on_sqlite_every_statement_finds_its_rows_by_an_index(sqlite_url: str) -> None:
    heard = hear_all(sqlite_url)
    scans = {}
    with closing(sqlite3.connect(str(driver_url(sqlite_url).database))) as connection:
        for statement, parameters in heard.items():
            steps = [
                row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
            print(f"\n{statement}\n  " + "\n  ".join(steps))
            if found := [step for step in steps if is_scan(step) or is_too_wide(statement, step)]:
                scans[statement] = found
    assert scans == {}


def is_scan(step: str) -> bool:
    """Of a step of SQLite's plan: whether it walks a large table, or an index of all of it."""
    words = step.split()
    if step.endswith("(channel=?)"):  # of a few channels
        return True
    return words[0] == "SCAN" and words[1].removesuffix("_1") in LARGE and words[-1] not in PARTIAL


def is_too_wide(statement: str, step: str) -> bool:
    """Whether a step goes through all of a diner's rows, or all that wait, for a few of them."""
    if statement.startswith(ERASES_OR_LOOKS) or any(each in statement for each in OF_ALL_THAT_WAIT):
        return False
    indexes = "|".join(ALL_OF_A_DINERS)
    is_all_of_a_diners = re.search(rf"({indexes}) \(diner_id ?= ?\S+\)$", step) is not None
    # Few of the outbox's parts are without a turn.
    is_all_that_wait = step.endswith("(turn_id IS NULL)") and " outbox " not in step
    return is_all_of_a_diners or is_all_that_wait


def test_on_postgresql_every_statement_finds_its_rows_by_an_index(postgresql_url: str) -> None:
    heard = hear_all(postgresql_url)
    scans = {}
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        # The plan that it keeps for all parameters, once a statement was sent a few times.
        connection.execute("SET plan_cache_mode = force_generic_plan")
        for statement in heard:
            nodes = list(plan(connection, statement))
            print(f"\n{statement}\n  " + "\n  ".join(told(node) for node in nodes))
            if found := [
                told(node) for node in nodes if walks(node) or is_too_wide(statement, told(node))
            ]:
                scans[statement] = found
    assert scans == {}


def plan(connection: psycopg.Connection[Any], statement: str) -> Iterator[Node]:
    """What it would do, told of the statement as the driver prepares it: parameters by number."""
    numbers: dict[str, int] = {}
    numbered = re.sub(
        r"%\((\w+)\)s", lambda name: f"${numbers.setdefault(name[1], len(numbers) + 1)}", statement
    )
    nothing = f"({', '.join(['NULL'] * len(numbers))})" if numbers else ""
    connection.execute(f"PREPARE sent AS {numbered}".encode())
    explained = connection.execute(
        f"EXPLAIN (FORMAT JSON) EXECUTE sent{nothing}".encode()
    ).fetchone()
    connection.execute("DEALLOCATE sent")
    assert explained is not None
    yield from nodes_of(explained[0][0]["Plan"])


def nodes_of(node: Node) -> Iterator[Node]:
    yield node
    for inner in node.get("Plans", []):
        yield from nodes_of(inner)


def told(node: Node) -> str:
    parts = (
        node["Node Type"],
        node.get("Relation Name"),
        node.get("Index Name"),
        node.get("Index Cond"),
    )
    return " ".join(str(part) for part in parts if part)


def walks(node: Node) -> bool:
    """Of a node of PostgreSQL's plan: whether it walks a large table, or an index of all of it."""
    if node["Node Type"] == "Seq Scan":
        return node["Relation Name"] in LARGE
    return "Index Name" in node and "Index Cond" not in node and node["Index Name"] not in PARTIAL
