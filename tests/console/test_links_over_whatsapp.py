"""A link that is asked for on the page and comes to one's own chat, and to nobody else's eyes."""

from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from engine.sign_in_links import GOOD_FOR, PATH
from handlers.limits import LINK_BY_ADDRESS, SIGN_IN_BY_ACCOUNT
from models import audit, quotes
from models.console_links import LASTS
from models.diners import WINDOW, Diner
from models.outbox import SIGN_IN, Part
from tests.console.world import GRACE, JEAN, NOBODY, VALLETTA, House, opened
from tests.engine.clock import ManualClock
from tests.models.desk import KIGALI, Desk, moment


def writes(house: House, address: str, number: str = KIGALI, at: float = 0) -> int:
    return Desk(house.database).arrive(address, number=number, at=at)


def asked(house: House, number: str) -> str:
    guest = house.guest()
    guest.get("/sign-in")
    answer = guest.post("/sign-in/link", number=number)
    assert answer.status_code == 200
    assert house.links.finish(10)
    main = answer.text.partition("<main")[2].partition("</main>")[0]  # around it, tokens differ
    return main.replace(number.removeprefix("whatsapp:"), "NUMBER")


def sent(house: House) -> list[Part]:
    with house.database.transaction() as session:
        return list(session.scalars(select(Part).order_by(Part.id)))


def test_it_comes_to_ones_own_chat_and_signs_in(any_house: House) -> None:
    diner_id = writes(any_house, JEAN)
    asked(any_house, JEAN)
    (part,) = sent(any_house)
    assert (part.diner_id, part.turn_id) == (diner_id, None)
    assert (part.extra or {})["purpose"] == SIGN_IN
    assert any_house.delivered == [diner_id]
    link = next(line for line in part.body.splitlines() if PATH in line)
    guest = any_house.guest()
    assert guest.follow(link).status_code == 303
    assert "Jean" in guest.get("/me").text


def test_it_comes_to_the_chat_that_was_written_in_last(house: House) -> None:
    kigali = writes(house, GRACE, at=60)
    valletta = writes(house, GRACE, str(VALLETTA["number"]), at=120)
    asked(house, GRACE)
    writes(house, GRACE, at=180)
    asked(house, GRACE)
    assert [part.diner_id for part in sent(house)] == [valletta, kigali]


def test_whoever_asks_for_whomever_reads_the_same(house: House) -> None:
    writes(house, JEAN)
    writes(house, NOBODY)
    told = {asked(house, number) for number in (JEAN, GRACE, NOBODY)}
    assert len(told) == 1
    assert len(sent(house)) == 1


def test_who_wrote_nothing_for_a_day_is_sent_nothing(house: House) -> None:
    writes(house, JEAN)
    house.clock.passes(WINDOW.total_seconds())
    assert "Write any message" in asked(house, JEAN)
    assert sent(house) == []


def test_who_opted_out_is_sent_nothing(house: House) -> None:
    diner_id = writes(house, JEAN)
    with house.database.transaction() as session:
        gone = update(Diner).where(Diner.id == diner_id).values(opted_out_at=moment(1))
        session.execute(gone)
    asked(house, JEAN)
    assert sent(house) == []


def test_it_is_in_their_language(house: House) -> None:
    diner_id = writes(house, JEAN)
    with house.database.transaction() as session:
        session.execute(update(Diner).where(Diner.id == diner_id).values(language="fr"))
    asked(house, JEAN)
    assert sent(house)[0].body.startswith("Ce lien vous connecte")


def strangers_ask(house: House, number: str) -> None:
    """From two addresses, as often as each may and once more."""
    for came_from in ("192.0.2.10", "192.0.2.11"):
        stranger = house.guest(came_from)
        stranger.get("/sign-in")
        codes = [
            stranger.post("/sign-in/link", number=number).status_code
            for _ in range(LINK_BY_ADDRESS.most + 1)
        ]
        assert codes == [200] * LINK_BY_ADDRESS.most + [429]
    assert house.links.finish(10)


def link_in(part: Part) -> str:
    return next(line for line in part.body.splitlines() if PATH in line)


def test_whom_strangers_ask_links_for_still_comes_in_and_is_sent_one(any_house: House) -> None:
    writes(any_house, JEAN)
    for nth in range(SIGN_IN_BY_ACCOUNT.most + 1):
        any_house.guest(f"198.51.100.{nth}").by_password(JEAN, "guess")
    strangers_ask(any_house, JEAN)
    told = asked(any_house, JEAN)
    assert "waits there" in told
    (part,) = sent(any_house)
    assert any_house.guest().follow(link_in(part)).status_code == 303


def test_another_link_is_sent_once_the_last_is_used_lost_or_soon_over(any_house: House) -> None:
    writes(any_house, JEAN)
    asked(any_house, JEAN)
    any_house.guest().follow(link_in(sent(any_house)[0]))
    asked(any_house, JEAN)
    asked(any_house, JEAN)
    assert len(sent(any_house)) == 2
    with any_house.database.transaction() as session:
        session.execute(update(Part).values(state="failed"))
    asked(any_house, JEAN)
    assert len(sent(any_house)) == 3
    any_house.clock.passes((LASTS - GOOD_FOR).total_seconds())
    asked(any_house, JEAN)
    assert len(sent(any_house)) == 4


def test_a_link_is_in_no_prompt_and_no_log(house: House) -> None:
    diner_id = writes(house, JEAN)
    with capture_logs() as logged:
        asked(house, JEAN)
        link = next(line for line in sent(house)[0].body.splitlines() if PATH in line)
        house.guest().follow(link)
    assert [each["event"] for each in logged] == ["console.link_sent"]
    assert link.rpartition("/")[2] not in str(logged)
    assert Desk(house.database).history(diner_id) == []
    with house.database.transaction() as session:
        session.execute(update(Part).values(sid="SM9", state="sent"))
    with house.database.alone() as connection:
        assert quotes.find(connection, diner_id, "SM9") is None


def test_what_is_sent_is_in_the_changes_however_often_it_is_asked_for(any_house: House) -> None:
    writes(any_house, JEAN)
    for number in (JEAN, JEAN, NOBODY):
        asked(any_house, number)
    with any_house.database.transaction() as session:
        told = [(each.by, each.what, each.subject) for each in audit.latest(session, 1, 9)]
    assert told == [(audit.STRANGER, "staff.link_sent", JEAN)]


def test_whoever_asks_waits_for_nothing_that_is_done_about_it(
    postgresql_url: str, clock: ManualClock
) -> None:
    with opened(postgresql_url, clock) as house:
        writes(house, JEAN)
        guest = house.guest()
        guest.get("/sign-in")
        with house.database.transaction() as session:
            session.execute(text("LOCK TABLE staff IN ACCESS EXCLUSIVE MODE"))
            assert guest.post("/sign-in/link", number=JEAN).status_code == 200
            assert sent(house) == []
        assert house.links.finish(10)
        assert len(sent(house)) == 1
