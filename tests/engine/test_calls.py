"""Which calls are taken, and what is kept of them at their end."""

import pytest
from sqlalchemy import delete

from conversation.call.records import Exchange, Over
from engine.picking_up import Connect, Dial, Play, Reject
from models import diets
from models.diets import Diet, KeptDiet
from models.diners import Diner
from personas.effects import RememberDiet
from tests.engine.clock import WAIT_S, soon
from tests.engine.switchboard import AGES, FISH, PHONE, PLAIN, PUBLIC, Switchboard, sets, writes
from tests.engine.world import ALICE, KIGALI, House
from whatsapp.ringing import CallStatus


def test_a_call_that_rings_is_made_live_before_its_stream_comes(board: Switchboard) -> None:
    connect = board.rings()
    assert isinstance(connect, Connect)
    assert len(connect.token) > 40
    assert connect.parameters == {"address": ALICE}
    (talk,) = board.talks
    assert talk.did == ["open"]
    assert talk.ringing.diner.address == ALICE
    assert talk.ringing.restaurant.slug == "kigali"


def test_its_stream_takes_it_once(board: Switchboard) -> None:
    connect = board.rings("CA1")
    assert board.calls.take("guessed", "CA1", "MZ1") is None
    assert board.calls.take(connect.token, "CA1", "MZ1") is not None
    assert board.calls.take(connect.token, "CA1", "MZ1") is None
    assert board.rows == [("live", None)]
    assert len(board.talks) == 1


def test_what_is_said_is_kept_and_the_end_too(board: Switchboard) -> None:
    run = board.runs()
    talk = board.talks[0]
    talk.ringing.records.on_exchange(FISH)
    board.house.clock.passes(42)
    talk.over = Over("silence", first_sound_s=0.4, barge_ins=2, reopened=1)
    talk.ends.set()
    run.join(WAIT_S)
    assert soon(board.is_over)
    assert (board.row().why, board.row().seconds) == ("silence", 42)
    assert [each.reply for each in board.house.turns()] == ["Tilapia."]
    house = board.house
    assert soon(lambda: house.figure("call_first_sound_seconds_count") == 1)  # the last of them
    assert house.count("calls", outcome="silence") == 1
    assert house.count("call_barge_ins") == 2
    assert house.count("call_reopenings") == 1
    assert house.figure("calls_now") == 0


def test_an_allergy_is_kept_while_the_call_goes_on(board: Switchboard) -> None:
    board.takes()
    nuts = RememberDiet(KeptDiet(own=Diet(allergens=frozenset({"nuts"}))))
    board.talks[0].ringing.records.on_health(nuts)
    house = board.house
    assert soon(
        lambda: [diets.read(each.diet).own.allergens for each in house.diners()] == [{"nuts"}]
    )
    assert (house.turns(), board.rows) == ([], [("live", None)])


def test_what_is_told_behind_the_end_is_not_kept(board: Switchboard) -> None:
    run = board.runs()
    board.talks[0].ends.set()
    run.join(WAIT_S)
    board.talks[0].ringing.records.on_exchange(FISH)
    board.talks[0].ringing.records.on_end(Over("silence"))
    assert soon(board.is_over)
    board.calls.stop(WAIT_S)
    assert board.house.turns() == []
    assert board.house.count("calls", outcome="silence") == 0


def test_a_call_that_breaks_is_over(board: Switchboard) -> None:
    run = board.runs()
    board.talks[0].is_broken = True
    board.talks[0].ends.set()
    run.join(WAIT_S)
    assert soon(board.is_over)
    assert board.rows == [("over", "broken")]


def test_what_was_said_while_the_database_was_away_is_kept_once_it_is_back(
    sqlite_board: Switchboard,
) -> None:
    board = sqlite_board
    board.takes()
    board.house.database.away_for = 3
    board.talks[0].ringing.records.on_exchange(FISH)
    assert soon(board.house.turns)


def test_a_known_diner_who_rings_is_the_same_and_no_window_opens(board: Switchboard) -> None:
    alice = writes(board.house, persona="cfo", last_message_at=board.house.clock.now() - AGES)
    board.rings(from_name="A B")
    (diner,) = board.house.diners()
    assert diner.id == alice.id
    assert diner.last_message_at == board.house.clock.now() - AGES
    assert board.talks[0].ringing.diner.persona == "cfo"
    assert not board.talks[0].ringing.may_write


def test_who_rings_over_whatsapp_may_be_written_to(board: Switchboard) -> None:
    writes(board.house, last_message_at=board.house.clock.now() - AGES)
    board.rings(is_whatsapp=True, from_name="Alice")
    (diner,) = board.house.diners()
    assert (diner.last_message_at, diner.profile_name) == (board.house.clock.now(), "Alice")
    assert board.talks[0].ringing.may_write


def test_who_rings_over_whatsapp_can_not_be_put_through(board: Switchboard) -> None:
    sets(board.house, phone=PHONE)
    board.rings(is_whatsapp=True)
    assert board.talks[0].ringing.transfer is None


def test_a_name_that_whatsapp_tells_is_news_and_one_that_a_telephone_shows_is_not(
    board: Switchboard,
) -> None:
    board.rings("CA1", from_name="Dr. K")
    board.rings("CA1", is_whatsapp=True, from_name="Alice")
    board.rings("CA1", from_name="Anybody")
    assert [each.profile_name for each in board.house.diners()] == ["Alice"]


def test_who_is_about_to_be_forgotten_and_rings_is_not(board: Switchboard) -> None:
    writes(board.house, is_forgotten=True)
    board.rings()
    assert [each.is_forgotten for each in board.house.diners()] == [False]


def test_a_new_one_who_rings_by_telephone_may_not_be_written_to(board: Switchboard) -> None:
    board.rings(from_name="Dr. K")
    (diner,) = board.house.diners()
    assert (diner.channel, diner.address, diner.profile_name) == ("whatsapp", ALICE, "Dr. K")
    assert not board.talks[0].ringing.may_write
    writes(board.house)
    assert len(board.house.diners()) == 1


@pytest.mark.parametrize(
    ("wrote", "rings"),
    [("whatsapp:+5215512345678", "whatsapp:+525512345678"), ("whatsapp:RW.alice",) * 2],
)
def test_a_diner_is_found_by_every_name(board: Switchboard, wrote: str, rings: str) -> None:
    writes(board.house, address=wrote)
    board.rings(address=rings, is_whatsapp=True)
    assert [each.address for each in board.house.diners()] == [wrote]


def test_who_shows_no_number_is_a_diner_of_one_call(board: Switchboard) -> None:
    board.rings("CA1", address=None)
    board.rings("CA2", address=None)
    assert [(each.channel, each.address) for each in board.house.diners()] == [
        ("phone", "phone:CA1"),
        ("phone", "phone:CA2"),
    ]


def test_who_opted_out_may_call_and_is_sent_nothing(board: Switchboard) -> None:
    now = board.house.clock.now()
    writes(board.house, opted_out_at=now)
    said = len(board.house.parts())
    run = board.runs()
    board.talks[0].over = Over("hung_up", after="The menu")
    board.talks[0].ends.set()
    run.join(WAIT_S)
    assert soon(board.is_over)
    assert len(board.house.parts()) == said


def test_what_a_caller_asked_for_is_sent_once_the_call_is_over(board: Switchboard) -> None:
    writes(board.house)
    run = board.runs()
    board.talks[0].ringing.records.on_exchange(FISH)
    board.talks[0].over = Over("hung_up", after="KN 3, at the blue gate")
    board.talks[0].ends.set()
    run.join(WAIT_S)
    assert board.house.sweeps_until(lambda: len(board.house.read()) == 2)
    assert board.house.read()[1] == "KN 3, at the blue gate"
    board.house.model.will("Left of the church.")
    board.house.hears("Where is that?")
    assert board.house.sweeps_until(lambda: len(board.house.read()) == 3)
    assert board.house.model.asked[-1].ours[-2:] == ("Tilapia.", "KN 3, at the blue gate")


def test_where_the_model_is_away_the_caller_hears_so_and_reads_it_once(board: Switchboard) -> None:
    writes(board.house)
    board.is_away = True
    assert board.rings() == Play("sorry", "en")
    assert board.rings() == Play("sorry", "en")
    assert board.house.sweeps_until(lambda: len(board.house.read()) == 2)
    assert len(board.house.parts()) == 2
    assert board.talks == []


def test_a_call_that_the_model_refuses_is_not_taken(board: Switchboard) -> None:
    writes(board.house)
    board.is_refused = True
    assert board.rings() == Play("sorry", "en")
    assert board.talks[0].did == ["open", "abandon"]
    assert board.rows == [("over", "model_away")]
    assert board.house.sweeps_until(lambda: len(board.house.read()) == 2)
    assert board.house.count("calls", outcome="model_away") == 1


@pytest.mark.parametrize(("said", "reads"), [((), 2), ((FISH,), 1)])
def test_who_heard_a_greeting_and_no_answer_reads_that_too(
    board: Switchboard, said: tuple[Exchange, ...], reads: int
) -> None:
    house = board.house
    writes(house)
    run = board.runs()
    for each in said:
        board.talks[0].ringing.records.on_exchange(each)
    board.talks[0].over = Over("model_away")
    board.talks[0].ends.set()
    run.join(WAIT_S)
    assert soon(board.is_over)
    assert soon(lambda: house.figure("calls_now") == 0)
    assert house.sweeps_until(lambda: len(house.read()) >= reads)
    assert len(house.parts()) == reads


def test_who_may_not_be_written_to_only_hears_that_the_model_is_away(board: Switchboard) -> None:
    board.is_away = True
    assert board.rings() == Play("sorry", "en")
    assert board.house.parts() == []


def test_a_caller_who_becomes_one_with_another_this_moment_is_taken_as_who_is_left(
    board: Switchboard,
) -> None:
    house = board.house
    alice = writes(house)

    def moves() -> None:
        with house.eye.transaction() as session:
            session.execute(delete(Diner).where(Diner.id == alice.id))

    board.meanwhile = [moves]
    assert isinstance(board.rings(), Connect)
    assert board.talks[0].ringing.diner.id != alice.id
    assert board.row().diner_id == board.talks[0].ringing.diner.id


def test_a_number_that_nobody_has_is_rejected(sqlite_board: Switchboard) -> None:
    assert sqlite_board.rings(number="+35699000000") == Reject()
    assert sqlite_board.house.diners() == []


def test_a_restaurant_is_rung_at_its_number_for_calls_too(board: Switchboard) -> None:
    sets(board.house, calls_number=PUBLIC)
    for number in (PUBLIC, PLAIN, KIGALI, f"whatsapp:{PUBLIC}"):
        board.rings("CA1", number=number)
    assert [each.ringing.diner.number for each in board.talks] == [KIGALI] * 4


def test_calls_that_are_switched_off_are_told_so(house: House) -> None:
    board = Switchboard(house, is_enabled=False)
    assert board.rings() == Play("not_taken", "en")
    assert house.diners() == []


def test_without_a_model_no_call_is_taken(house: House) -> None:
    assert Switchboard(house, begin=None).rings() == Play("sorry", "en")


def test_a_restaurant_that_leaves_diners_to_its_staff_has_its_telephone_ring(
    board: Switchboard,
) -> None:
    sets(board.house, is_limited=True, phone=PHONE)
    assert board.rings() == Dial(PHONE)
    assert board.rings(address=None) == Dial(PHONE)
    assert board.rings(is_whatsapp=True) == Play("not_taken", "en")
    sets(board.house, phone=None)
    assert board.rings() == Play("not_taken", "en")
    assert board.talks == []


def test_who_is_in_human_hands_is_put_through_where_that_can_be(board: Switchboard) -> None:
    writes(board.house, in_hands_until=board.house.clock.now() + AGES)
    sets(board.house, phone=PHONE)
    assert board.rings() == Dial(PHONE)
    assert isinstance(board.rings(is_whatsapp=True), Connect)


def test_a_telephone_caller_can_be_put_through(board: Switchboard) -> None:
    sets(board.house, phone=PHONE)
    board.rings("CA7")
    transfer = board.talks[0].ringing.transfer
    assert transfer is not None
    transfer()
    assert board.put_through == [("CA7", PHONE)]


def test_a_call_that_twilio_says_is_over_is_and_as_long_as_it_bills(board: Switchboard) -> None:
    run = board.runs()
    board.calls.ended(CallStatus("CA1", "completed", 61))
    run.join(WAIT_S)
    assert soon(board.is_over)
    assert (board.row().seconds, board.row().why) == (61, "hung_up")
    assert board.talks[0].did == ["open", "stop"]
