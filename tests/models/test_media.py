"""Files that we serve for a while: found until they expire, erased with their diner."""

from datetime import timedelta

from sqlalchemy import func, select

from models import erasure, identities, media, purging
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import WHATSAPP
from models.erasure import BATCH
from models.inbox import Incoming
from models.media import File, Media
from models.secrets_of_ours import signing_key
from tests.models.desk import ALICE, BOB, KIGALI, Desk, moment

ALICES_ID = "whatsapp:RW.alice"
NOTE = File(b"OggS\x00\xff", "audio/ogg; codecs=opus")


def kept(desk: Desk, diner_id: int, *, until: float = 60) -> int:
    with desk.database.connection() as connection:
        return media.keep(connection, NOTE, diner_id, moment(until))


def found(desk: Desk, media_id: int, *, at: float = 0) -> File | None:
    with desk.database.alone() as connection:
        return media.find(connection, media_id, moment(at))


def count(desk: Desk) -> int:
    with desk.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(Media)) or 0


def test_a_file_is_found_until_it_expires(desk: Desk) -> None:
    media_id = kept(desk, desk.arrive())
    assert found(desk, media_id, at=59) == NOTE
    assert found(desk, media_id, at=60) is None
    assert found(desk, media_id + 1) is None


def test_what_has_expired_is_let_go_a_few_at_a_time(desk: Desk) -> None:
    diner_id = desk.arrive()
    for _ in range(BATCH + 1):
        kept(desk, diner_id)
    last = kept(desk, diner_id, until=120)
    pauses: list[float] = []
    purging.purge_files(desk.database, moment(60), pauses.append)
    assert (count(desk), len(pauses)) == (1, 3)
    assert found(desk, last) == NOTE


def test_an_id_is_never_given_again(desk: Desk) -> None:
    first = kept(desk, desk.arrive())
    purging.purge_files(desk.database, moment(60))
    assert kept(desk, desk.arrive(BOB)) > first


def test_who_is_forgotten_leaves_no_file_and_others_keep_theirs(desk: Desk) -> None:
    kept(desk, desk.arrive())
    bobs = kept(desk, desk.arrive(BOB))
    turn = desk.claimed(desk.write("/forget"))
    with desk.database.connection() as connection:
        erasure.begin_forgetting(connection, turn, moment(0))
    assert count(desk) == 1
    assert found(desk, bobs) == NOTE


def test_what_is_still_to_go_out_keeps_its_file_until_it_is_out(desk: Desk) -> None:
    theirs = kept(desk, desk.arrive())
    part = desk.reply(Bubble("The soup is hot.", voice="/media/MQ.signed"))
    assert part is not None
    turn = desk.claimed(desk.write("/forget"))
    with desk.database.connection() as connection:
        erasure.begin_forgetting(connection, turn, moment(0))
    assert found(desk, theirs) == NOTE
    assert desk.end(turn, persona=None)
    desk.sent(part, "SM1")
    with desk.database.connection() as connection:
        erasure.finish_forgetting(connection, turn.diner.id)
    assert count(desk) == 0


def test_who_is_purged_takes_their_files_along(desk: Desk) -> None:
    kept(desk, desk.arrive(), until=10**9)
    purging.purge(desk.database, moment(0) + timedelta(days=1), sleep=lambda _: None)
    assert count(desk) == 0


def test_two_who_turn_out_to_be_one_keep_their_files(desk: Desk) -> None:
    theirs = kept(desk, desk.arrive(ALICES_ID))
    alice = desk.arrive(ALICE)
    incoming = Incoming(WHATSAPP, ALICE, KIGALI, "SM-1", "Hi", user_id=ALICES_ID)
    identities.unite(desk.database, alice, incoming)
    assert found(desk, theirs) == NOTE


def test_all_processes_sign_with_the_key_that_the_first_one_made(
    desk: Desk,
) -> None:
    other = Database(desk.database.url.render_as_string(hide_password=False))
    assert signing_key(desk.database) == signing_key(other) == signing_key(desk.database)
    assert len(signing_key(other)) >= 32
    other.close()
