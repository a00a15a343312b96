"""A draft answers what its diner had written: once they write again, it is never sent.

On PostgreSQL by its own clock, as in a service.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from conversation.draft_by_phone import READ_WITHIN
from engine.drafting import Drafting
from models import arrival, rollout
from models.database.fresh import FRESH_S
from models.diners import WHATSAPP
from models.drafts import OVERTAKEN, SENT, WAITING, Draft
from models.inbox import Incoming
from realtime.client import RealtimeError
from tests.engine.clock import ManualClock, soon
from tests.engine.test_hands import asks_for_a_person, handle, says
from tests.engine.test_hands import house as house  # noqa: PLC0414 (a fixture)
from tests.engine.test_kinds import comes, takes_in
from tests.engine.test_rollout import JEAN, MARIE, drafted, hears, is_quiet, outcomes, switch
from tests.engine.test_rollout import here as place
from tests.engine.test_rollout import shadowed as shadowed  # noqa: PLC0414 (a fixture)
from tests.engine.test_rollout import waiting as waiting_in
from tests.engine.world import ALICE, KIGALI, House, opened

ALLERGIC = "No wait, I am allergic to fish, what else?"


@pytest.fixture(params=["sqlite", "postgresql"])
def any_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """On PostgreSQL the time is the server's own."""
    is_sqlite = request.param == "sqlite"
    url = request.getfixturevalue("sqlite_url" if is_sqlite else "emptied_postgresql_url")
    with opened(url, ManualClock(datetime.now(UTC)), has_clock=not is_sqlite) as house:
        yield house


def fails(house: House) -> None:
    house.model.will(RealtimeError("unreachable"))
    hears(house, ALLERGIC)
    assert "found no answer" in house.read(JEAN)[-1]


def is_limited(house: House) -> None:
    switch(house)
    hears(house, ALLERGIC)
    assert "is not on the list" in house.read(JEAN)[-1]


def wants_a_person(house: House) -> None:
    house.model.will(asks_for_a_person(), "A colleague will write to you.")
    hears(house, "I want to talk to a human")
    assert "asks for a person" in house.read(JEAN)[-1]


def calls_a_person(house: House) -> None:
    says(house, f"/human {ALLERGIC}", ALICE)


def is_answered_live(house: House) -> None:
    goes_live(house)
    assert says(house, ALLERGIC, ALICE) == "Yes."


def writes_a_keyword(house: House) -> None:
    says(house, "/me I am allergic to fish", ALICE)
    assert soon(lambda: "wrote again, so that the answer that waits" in house.read(JEAN)[-1])
    assert house.read(JEAN)[-1].splitlines()[1:] == [
        "> /me I am allergic to fish",
        f"Answer with: /to {handle(house)} your words",
    ]


def goes_live(house: House) -> None:
    at = place(house)
    with house.eye.transaction() as session:
        rollout.go_live(session, at.id, by="command line", now=house.clock.now())
    house.clock.passes(FRESH_S)


AFTERWARDS = [
    fails,
    is_limited,
    wants_a_person,
    calls_a_person,
    is_answered_live,
    writes_a_keyword,
]


@pytest.mark.parametrize("happens", AFTERWARDS)
def test_whatever_comes_of_what_they_write_then_the_old_draft_is_never_sent(
    shadowed: House, happens: Callable[[House], None]
) -> None:
    number = drafted(shadowed)
    (draft,) = waiting_in(shadowed)
    happens(shadowed)
    is_quiet(shadowed)
    was_read = shadowed.read(ALICE)
    for words in (f"/send {number}", f"/send {number}!"):
        told = says(shadowed, words, JEAN)
        assert "has written again" in told or "No answer waits" in told
    drafting = Drafting(shadowed.database, shadowed.clock.clock, shadowed.delivery.go_on)
    assert drafting.send(place(shadowed), draft, by=JEAN) in ("overtaken", "gone")
    assert drafting.send(place(shadowed), draft, by=JEAN, words="Fish!") in ("overtaken", "gone")
    is_quiet(shadowed)
    assert shadowed.read(ALICE) == was_read
    assert outcomes(shadowed) == {OVERTAKEN: 1}


def test_nor_while_nobody_has_looked_at_what_they_wrote(shadowed: House) -> None:
    number = drafted(shadowed)
    takes_in(shadowed, Body=ALLERGIC)
    assert "has written again" in says(shadowed, f"/send {number}", JEAN)
    assert outcomes(shadowed) == {OVERTAKEN: 1}


def test_nor_where_it_comes_in_at_that_very_moment(shadowed: House) -> None:
    drafted(shadowed)
    (draft,) = waiting_in(shadowed)
    drafting = Drafting(shadowed.database, shadowed.clock.clock, shadowed.delivery.go_on)
    at, now = place(shadowed), shadowed.clock.now()
    came: list[str] = []
    send = Thread(target=lambda: came.append(drafting.send(at, draft, by=JEAN)))
    with shadowed.eye.connection() as connection:
        arrival.store(
            connection,
            Incoming(channel=WHATSAPP, address=ALICE, number=KIGALI, sid="SM-now", text=ALLERGIC),
            is_keyword=False,
            notice_from="web 2",
            may_begin=False,
            lease="",
            now=now,
            until=now,
        )
        send.start()  # it waits, or comes later
    send.join()
    assert came == ["overtaken"]


def test_what_is_taken_back_takes_its_draft_along_and_the_staff_reads_so(shadowed: House) -> None:
    number = drafted(shadowed)
    sid = shadowed.messages()[-1].sid
    shadowed.intake.wake(takes_in(shadowed, "revoke", OriginalMessageSid=sid))
    assert soon(lambda: "wrote again" in shadowed.read(MARIE)[-1])
    assert "> [deleted an earlier message]" in shadowed.read(MARIE)[-1]
    assert "Fish" not in shadowed.read(MARIE)[-1]
    is_quiet(shadowed)
    assert "No answer waits" in says(shadowed, f"/send {number}", JEAN)
    assert shadowed.read(ALICE) == []


def test_a_reaction_says_nothing_and_the_draft_waits_on(shadowed: House) -> None:
    number = drafted(shadowed)
    comes(shadowed, "reaction", ALICE, Body="👍", OriginalRepliedMessageSid="SMbefore")
    is_quiet(shadowed)
    assert outcomes(shadowed) == {WAITING: 1}
    assert says(shadowed, f"/send {number}", JEAN) == f"Sent to {number}."


def test_who_read_the_old_draft_is_shown_the_new_one_first(shadowed: House) -> None:
    number = drafted(shadowed)
    drafted(shadowed, "Goat.", ALLERGIC)
    assert "there is a new answer: read it first" in says(shadowed, f"/send {number}", JEAN)
    assert shadowed.read(ALICE) == []
    assert says(shadowed, f"/send {number}!", JEAN) == f"Sent to {number}."
    assert soon(lambda: shadowed.read(ALICE) == ["Goat."])


def test_nor_is_it_sent_unread_where_one_between_them_came_to_nothing(shadowed: House) -> None:
    number = drafted(shadowed)
    fails(shadowed)
    drafted(shadowed, "Goat.", "Anything?")
    assert "there is a new answer: read it first" in says(shadowed, f"/send {number}", JEAN)


@pytest.mark.parametrize("others", [[], [ALLERGIC]])
def test_who_had_the_time_to_read_it_is_not_asked(shadowed: House, others: list[str]) -> None:
    number = drafted(shadowed)
    for words in others:
        drafted(shadowed, "Goat.", words)
    was_written(shadowed, READ_WITHIN + timedelta(seconds=1))
    assert says(shadowed, f"/send {number}", JEAN) == f"Sent to {number}."


def test_a_draft_behind_one_that_was_sent_takes_nobodys_place(shadowed: House) -> None:
    number = drafted(shadowed)
    says(shadowed, f"/send {number}", JEAN)
    drafted(shadowed, "With plantain.", "And with it?")
    assert says(shadowed, f"/send {number}", JEAN) == f"Sent to {number}."
    assert outcomes(shadowed) == {SENT: 2}


def was_written(house: House, ago: timedelta) -> None:
    """What waits was written so long before it was."""
    with house.eye.transaction() as session:
        for draft in session.query(Draft):
            draft.written_at -= ago
