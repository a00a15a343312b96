"""What nobody works on is taken up, whatever process left it, and what is old is erased."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.upkeep import PURGING
from knowledge.menu_pictures import SERVED
from models.database.engine import DatabaseUnavailableError
from models.database.notices import Notice
from models.erasure import BATCH
from models.media import File, Media
from tests.engine.clock import soon
from tests.engine.world import ALICE, BOB, CHARLIE, LEASE_S, House, opened
from whatsapp.served import Served

DAY_S = 24 * 3600.0


@pytest.fixture
def one_by_one(sqlite_url: str) -> Iterator[House]:
    """A house that answers one diner at a time, in the order in which they are woken."""
    with opened(sqlite_url, at_once=1) as house:
        yield house


def test_the_sweep_takes_up_messages_that_wait(any_house: House) -> None:
    front = any_house.beside("front", runs_turns=False)
    for diner in (ALICE, BOB):
        front.takes_in("Hello", diner)
    any_house.upkeep.sweep()
    assert soon(lambda: [any_house.read(diner) for diner in (ALICE, BOB)] == [["Yes."]] * 2)


def test_the_sweep_takes_over_a_turn_whose_process_died(any_house: House) -> None:
    any_house.beside().begins()
    any_house.clock.passes(LEASE_S)
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.read() == ["Yes."])
    assert [(turn.attempts, turn.losses) for turn in any_house.turns()] == [(1, 1)]


def test_the_sweep_takes_over_a_part_whose_process_died_and_looks_for_it(any_house: House) -> None:
    any_house.owes("Hello", "Again")
    any_house.clock.passes(LEASE_S)
    assert any_house.looks_until(lambda: any_house.read() == ["Hello", "Again"])
    assert len(any_house.twilio.looks) > 1


def test_the_sweep_leaves_alone_what_a_living_process_holds(one_by_one: House) -> None:
    one_by_one.beside().begins(diner=ALICE)
    one_by_one.owes("Hello", diner=ALICE)
    one_by_one.clock.passes(LEASE_S - 1)
    one_by_one.upkeep.sweep()
    one_by_one.hears("Hello", CHARLIE)  # behind whoever was woken before
    assert soon(lambda: one_by_one.read(CHARLIE) == ["Yes."])
    assert (len(one_by_one.model.asked), one_by_one.read(ALICE)) == (1, [])


def test_the_sweep_says_when_the_database_is_away(house: House) -> None:
    house.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        house.upkeep.sweep()


def test_a_notice_of_its_own_needs_nobody(one_by_one: House) -> None:
    taken = one_by_one.beside("front", runs_turns=False).takes_in("Hello", ALICE)
    one_by_one.upkeep.heed(Notice(one_by_one.process, False, taken.diner_id))
    one_by_one.hears("Hello", BOB)  # behind whoever was woken before
    assert soon(lambda: one_by_one.read(BOB) == ["Yes."])
    assert len(one_by_one.model.asked) == 1


@pytest.mark.parametrize("days", [29, 31])
def test_conversations_are_kept_for_their_time_and_no_longer(sqlite_url: str, days: int) -> None:
    with opened(sqlite_url, keep_for=timedelta(days=30)) as house:
        house.hears("Hello")
        assert soon(lambda: [part.state for part in house.parts()] == ["sent"])
        house.clock.passes(days * DAY_S)
        house.upkeep.purge()
        rows = (house.messages(), house.turns(), house.parts(), house.diners())
        assert [len(each) for each in rows] == [1 if days < 30 else 0] * 4


def test_what_waits_for_its_answer_is_never_purged(sqlite_url: str) -> None:
    with opened(sqlite_url, keep_for=timedelta(days=30)) as house:
        house.beside("front", runs_turns=False).takes_in("Hello")
        house.clock.passes(31 * DAY_S)
        house.upkeep.purge()
        assert [message.text for message in house.messages()] == ["Hello"]


def test_files_that_have_expired_are_let_go_however_long_the_rest_is_kept(sqlite_url: str) -> None:
    with opened(sqlite_url) as house:
        served = Served(house.database, house.clock.clock)
        diner_id = house.takes_in("Hello").diner_id
        for _ in range(BATCH + 1):
            served.keep(File(b"OggS", "audio/ogg"), diner_id)
        house.clock.passes(DAY_S)
        last = served.keep(File(b"last", "audio/ogg"), diner_id)
        house.upkeep.purge()
        with house.eye.transaction() as session:
            assert session.scalar(select(func.count()).select_from(Media)) == 1
        assert served.find(last.removeprefix(SERVED)) == File(b"last", "audio/ogg")


def test_one_process_purges_at_a_time(postgresql_url: str) -> None:
    with opened(postgresql_url, keep_for=timedelta(days=30)) as house:
        house.hears("Hello")
        assert soon(lambda: [part.state for part in house.parts()] == ["sent"])
        house.clock.passes(31 * DAY_S)
        with house.beside().database.held(PURGING) as is_ours:
            house.upkeep.purge()
            assert (is_ours, len(house.messages())) == (True, 1)
        house.upkeep.purge()
        assert house.messages() == []


def test_a_purge_ends_with_the_process(sqlite_url: str) -> None:
    with opened(sqlite_url, keep_for=timedelta(days=30)) as house:
        house.hears("Hello")
        assert soon(lambda: [part.state for part in house.parts()] == ["sent"])
        house.clock.passes(31 * DAY_S)
        house.upkeep.rest()
        house.upkeep.purge()
        assert len(house.diners()) == 1  # the next purge's
