"""What a day took is counted once, whatever of it was erased, moved on or came late."""

from datetime import timedelta

from models import counted, erasure, meter, purging, turns, undelivered
from models.meter import Use
from models.tokens import Tokens
from models.turns import Result
from tests.models.desk import ALICE, BOB, KIGALI, NOON, Desk, moment

DAY = timedelta(days=1)
SOUND = Tokens(1_000, 400, 90, audio_input=300, audio_output=50, image_input=200, audio_cached=100)


def day(desk: Desk, number: str = KIGALI) -> meter.ByPersona:
    with desk.database.connection() as connection:
        first = meter.first_ids(connection, NOON)
        last = meter.first_ids(connection, NOON + DAY + 2 * meter.SLACK)
        return meter.within(connection, number, NOON, NOON + DAY, first, last)


def answer(desk: Desk, *, diner: str = ALICE, persona: str | None = "waiter", at: float = 0) -> int:
    """A message, its turn with SOUND, and a reply that Twilio took; the diner's id."""
    turn = desk.claimed(desk.write("Hi", diner=diner, at=at), at=at)
    with desk.database.alone() as connection:
        assert turns.end(connection, turn, Result("done", persona, "Yes.", None, SOUND), moment(at))
    part = desk.say("Yes.", diner=diner, at=at)
    assert part is not None
    desk.sent(part, f"SM-out-{part.id}", at=at)
    return turn.diner.id


def test_a_day_is_counted_by_persona(desk: Desk) -> None:
    answer(desk)
    answer(desk, diner=BOB)
    answer(desk, persona="cfo")
    counted = day(desk)
    assert counted["waiter"] == Use(2, 2, 0, Tokens(*(2 * each for each in SOUND)))
    assert counted["cfo"] == Use(1, 1, 0, SOUND)
    assert counted[meter.NOBODYS] == Use(0, 0, 3)
    assert day(desk, "whatsapp:+35620000000") == {}


def test_what_failed_to_arrive_costs_nothing(desk: Desk) -> None:
    part = desk.reply("Yes.")
    assert part is not None
    desk.fail(part, 63003)
    assert day(desk)["waiter"] == Use(1, 1, 0)


def test_only_what_was_in_the_span_counts(desk: Desk) -> None:
    for hours in (-1, 0, 23.9, 24, 48):
        answer(desk, at=hours * 3600)
    assert sum(day(desk).values(), Use()) == day_of(2)


def day_of(times: int) -> Use:
    return Use(times, times, times, Tokens(*(times * each for each in SOUND)))


def test_what_was_erased_stays_counted(desk: Desk) -> None:
    for nth in range(20):
        answer(desk, diner=(ALICE, BOB)[nth % 2], at=nth * 3600)
    before = day(desk)
    turn = desk.claimed(desk.write("/forget", at=5), at=5)
    erasure.forget(desk.database, turn, moment(5))
    with desk.database.connection() as connection:
        erasure.begin_forgetting(connection, turn, moment(5))
        assert turns.end(connection, turn, Result("done", None, "Erased."), moment(5))
    purging.purge(desk.database, moment(0) + 30 * DAY, lambda _: None)
    with desk.database.connection() as connection:
        erasure.finish_forgetting(connection, turn.diner.id)
    after = day(desk)
    nobodys = after.pop(meter.NOBODYS)
    assert nobodys == before.pop(meter.NOBODYS) + Use(1, 1)  # the /forget itself
    assert after == before


def test_a_diners_own_day_is_theirs_alone(desk: Desk) -> None:
    alice = desk.known(answer(desk))
    answer(desk, diner=BOB)
    answer(desk, at=-3600)
    with desk.database.connection() as connection:
        first = meter.first_ids(connection, NOON)
        assert meter.of_diner(connection, alice, NOON, first) == day_of(1)


def of_alice(desk: Desk, diner_id: int) -> Use:
    alice = desk.known(diner_id)
    with desk.database.connection() as connection:
        return meter.of_diner(connection, alice, NOON, meter.first_ids(connection, NOON))


def test_it_goes_on_when_they_are_forgotten_and_nobody_knows_whose_it_was_a_day_later(
    desk: Desk,
) -> None:
    for at in (-3600, 0, 10):
        answer(desk, at=at)
    answer(desk, diner=BOB)
    turn = desk.claimed(desk.write("/forget", at=20), at=20)
    erasure.forget(desk.database, turn, moment(20))
    with desk.database.connection() as connection:
        erasure.begin_forgetting(connection, turn, moment(20))
        assert turns.end(connection, turn, Result("done", None, "Erased."), moment(20))
        erasure.finish_forgetting(connection, turn.diner.id)
    diner_id = answer(desk, at=30)
    assert of_alice(desk, diner_id) == day_of(3) + Use(1, 1)  # the /forget itself
    for later, whole in ((timedelta(hours=24), day_of(3) + Use(1, 1)), (2 * DAY, day_of(1))):
        with desk.database.connection() as connection:
            counted.let_go(connection, NOON + later)
        assert of_alice(desk, diner_id) == whole


def test_what_is_tried_again_later_moves_nothing_out_of_the_count(desk: Desk) -> None:
    """Where ids stopped growing with time, everything beside a retried part would vanish."""
    for nth in range(40):
        answer(desk, at=nth * 60)
    before = day(desk)
    part = desk.say("Yes.", at=10 * 60)
    assert part is not None
    desk.fail(part, 63003, at=10 * 60)
    with desk.database.transaction() as session:
        assert undelivered.retry(session) == [part.id]
    assert day(desk) == before
    assert day(desk)[meter.NOBODYS].messages_out == 40
