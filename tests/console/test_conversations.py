"""Conversations in the console: who sees what of them, and who may answer in person."""

import re

import pytest
from sqlalchemy import select

from handlers.console.conversation import MOST_WORDS
from models import (
    call_turns,
    callers,
    calls,
    hands_overdue,
    menu_changes,
    rollout,
    staff,
    undelivered,
)
from models.bubbles import Bubble, Choice, Choices
from models.callers import Caller
from models.diners import WINDOW, Diner
from models.drafts import write as write_draft
from models.menu_changes import Change, DishChange
from models.outbox import Part
from models.tokens import NO_TOKENS
from models.tool_calls import Call
from models.turns import DEAD, DRAFTED, Turn
from tests.console.world import CAROL, GRACE, JEAN, Guest, House
from tests.models.console.world import SUSHI, World
from tests.models.desk import BOB, CHARLIE, KIGALI, Desk, moment
from whatsapp.choices import numbered

BOOKS = Call("fetch_financials", '{"period": "today"}', '{"revenue": "999123"}', 3)
KEY = "a-key-of-a-form-1234567890"
HX = {"HX-Request": "true"}


@pytest.fixture
def world(house: House) -> World:
    house.clock.passes(600)
    return World(Desk(house.database))


def say(guest: Guest, diner_id: int, words: str, draft: str = "0") -> int:
    guest.get(f"/kigali/conversations/{diner_id}")
    answer = guest.post(f"/kigali/conversations/{diner_id}/say", words=words, key=KEY, draft=draft)
    return answer.status_code


def replies(house: House, diner_id: int) -> list[str]:
    with house.database.transaction() as session:
        found = select(Turn.reply).where(Turn.diner_id == diner_id).order_by(Turn.id)
        return [each for each in session.scalars(found) if each]


def holder(house: House, diner_id: int) -> str | None:
    with house.database.transaction() as session:
        return session.scalar(select(Diner.in_hands_of).where(Diner.id == diner_id))


def page(house: House, diner_id: int, who: str = GRACE) -> str:
    return house.signed_in(who).get(f"/kigali/conversations/{diner_id}").text


def test_those_who_need_somebody_come_first_and_are_counted(house: House, world: World) -> None:
    world.talks("Fish?", "Tilapia", name="Alice")
    world.ends(world.begins("Soup?", diner=BOB, name="Bob"), state=DEAD, cause="gave_up")
    world.writes("Anybody?", diner=CHARLIE, name="Charlie")
    shown = house.signed_in().get("/kigali/conversations").text
    places = [
        shown.index(f'class="name" dir="auto">{name}<') for name in ("Charlie", "Bob", "Alice")
    ]
    assert places == sorted(places)
    assert "1 unanswered, 0 with a person, 1 went wrong" in shown
    assert "It was tried too often" in shown
    assert "+250788000001" not in shown, "lists mask numbers"
    only = house.signed_in().get("/kigali/conversations?state=failed").text
    assert ("Bob" in only, "Alice" in only) == (True, False)


def test_one_is_found_by_name_number_and_handle(house: House, world: World) -> None:
    alice = world.talks("Fish?", "Tilapia", name="<b>Alice</b> تجربة")
    world.talks("Soup?", "Yes", diner=BOB, name="Bob")
    grace = house.signed_in()
    for words in ("alice", "000 001", f"%23{alice}"):
        shown = grace.get(f"/kigali/conversations?q={words}").text
        assert ("&lt;b&gt;Alice" in shown, ">Bob<" in shown) == (True, False), words
    assert "Nobody found" in grace.get("/kigali/conversations?q=nobody").text


@pytest.mark.parametrize(
    ("digits", "who", "is_found"),
    [
        ("788000001", JEAN, True),
        ("788000001", CAROL, False),
        ("0001", CAROL, False),
        ("000", CAROL, False),
        ("%2B250", CAROL, False),
        ("001", CAROL, True),  # what the list shows
    ],
)
def test_no_more_of_a_number_is_found_than_one_may_see(
    house: House, world: World, digits: str, who: str, is_found: bool
) -> None:
    world.talks("Fish?", "Tilapia", name="Alice")
    shown = house.signed_in(who).get(f"/kigali/conversations?q={digits}").text
    assert (">Alice<" in shown) == is_found


def test_pages_follow_each_other_and_a_forged_one_is_not_there(house: House, world: World) -> None:
    for nth in range(32):
        world.talks("Hi", "Hello", diner=f"whatsapp:+2507890{nth:05}", name=f"Guest {nth}", at=nth)
    grace = house.signed_in()
    first = grace.get("/kigali/conversations").text
    (older,) = re.findall(r'href="/console(/kigali/conversations\?after=[^"]+)"', first)
    second = grace.get(older).text
    assert (first.count("talk-row"), second.count("talk-row")) == (30, 2)
    assert "sse-connect" not in second
    assert grace.get("/kigali/conversations?after=1.2.x").status_code == 404


def test_a_conversation_shows_what_was_said_looked_up_and_delivered(
    house: House, world: World
) -> None:
    alice = world.talks("Sushi <b>?</b>", "We have none.", calls=[SUSHI])
    shown = page(house, alice)
    for words in (
        "Sushi &lt;b&gt;?&lt;/b&gt;",
        "We have none.",
        "lookup menu",
        "not on the menu",
        "Delivered",
        "Waiter",
        "May be written to until",
        "+250788000001",
    ):
        assert words in shown, words


def test_what_did_not_arrive_says_why_in_words(house: House, world: World) -> None:
    part = world.ends(world.begins("Fish?"), "Tilapia")
    assert part is not None
    world.desk.fail(part, 63024)
    shown = page(house, part.diner_id)
    assert "Did not arrive" in shown
    assert "can&#39;t be reached on WhatsApp" in shown
    assert "63024" in shown


def test_what_was_withdrawn_is_not_said_to_be_tried_again(house: House, world: World) -> None:
    part = world.ends(world.begins("Fish?"), "Tilapia")
    assert part is not None
    world.desk.fail(part, 63016)
    with house.database.transaction() as session:
        assert undelivered.drop(session, [part.id], None) == [part.id]
    shown = page(house, part.diner_id)
    assert ("Withdrawn, never sent" in shown, "tried again" in shown) == (True, False)


def test_words_look_as_whatsapp_shows_them(house: House, world: World) -> None:
    said = "*Fish* is _fresh_, ~cold~ and `a<b`\n> Grilled?\n5*3*2 of snake_case_words"
    alice = world.talks("*Fish?*", said)
    shown = page(house, alice)
    for words in (
        "<strong>Fish</strong> is <em>fresh</em>, <s>cold</s> and <code>a&lt;b</code>\n",
        '<span class="quoted">Grilled?</span>\n5*3*2 of snake_case_words',
    ):
        assert words in shown, words
    listed = house.signed_in().get("/kigali/conversations").text
    assert "Fish is fresh, cold and a&lt;b Grilled? 5*3*2 of snake_case_words" in listed


def test_a_long_preview_ends_with_a_word(house: House, world: World) -> None:
    world.talks("Fish?", "Tilapia with plantains " * 40)
    listed = house.signed_in().get("/kigali/conversations").text
    assert re.search(r"(Tilapia with plantains ){3,}[^<]*(Tilapia|with|plantains)…\s*<", listed)


def test_who_asks_for_a_person_in_vain_is_unanswered_and_says_why(
    house: House, world: World
) -> None:
    alice = world.talks("A person, please", "Nobody is here")
    with house.database.connection() as connection:
        hands_overdue.ask_in_vain(connection, alice, house.clock.now())
    listed = house.signed_in().get("/kigali/conversations?state=unanswered").text
    assert "1 unanswered" in listed
    for shown in (listed, page(house, alice)):
        assert "Asked for a person in vain" in shown


def test_money_and_the_books_are_for_whoever_may_see_them(house: House, world: World) -> None:
    alice = world.talks("Revenue?", "It was 999123.", calls=[BOOKS], persona="cfo")
    assert "999123" in page(house, alice, GRACE)
    assert "tokens" in page(house, alice, GRACE)
    for who in (JEAN, CAROL):
        shown = page(house, alice, who)
        assert ("999123" in shown, "tokens" in shown, "$" in shown) == (False, False, False)
        assert "for whoever may see the books" in shown


def test_who_reads_only_has_no_button_and_no_whole_number(house: House, world: World) -> None:
    alice = world.talks("Fish?", "Tilapia")
    shown = page(house, alice, CAROL)
    main = shown.partition("<main")[2].partition("</main>")[0]
    assert ("hx-post" in main, "<form" in main, "+250788000001" in main) == (False,) * 3


def test_who_of_the_staff_wrote_is_named_and_who_has_left_by_no_whole_number(
    house: House, world: World
) -> None:
    alice = world.talks("Fish?", "Tilapia")
    assert say(house.signed_in(GRACE), alice, "Grace here.") == 303
    jean = house.signed_in(JEAN)
    jean.get(f"/kigali/conversations/{alice}")
    assert jean.post(f"/kigali/conversations/{alice}/take").status_code == 303
    shown = page(house, alice)
    assert ("Grace wrote" in shown, "Taken over by Jean" in shown) == (True, True)
    with house.database.transaction() as session:
        staff.rename(session, 1, GRACE, "")
        staff.remove(session, 1, JEAN)
    shown = page(house, alice)
    assert ("+250***011 wrote" in shown, "Taken over by +250***012" in shown) == (True, True)


def test_another_restaurants_conversation_is_not_there(house: House, world: World) -> None:
    alice = world.talks("Fish?", "Tilapia")
    grace = house.signed_in()
    assert grace.get(f"/valletta/conversations/{alice}").status_code == 404
    assert grace.get("/kigali/conversations/99999999999").status_code == 404
    grace.get("/me")
    at = f"/valletta/conversations/{alice}/take"
    assert grace.post(at, HX).status_code == 409
    assert holder(house, alice) is None


def test_whoever_writes_has_the_conversation_and_two_presses_say_it_once(
    house: House, world: World
) -> None:
    alice = world.talks("Fish?", "Tilapia")
    jean = house.signed_in(JEAN)
    assert [say(jean, alice, "Jean here.") for _ in range(2)] == [303, 303]
    assert replies(house, alice) == ["Tilapia", "Jean here."]
    assert holder(house, alice) == JEAN
    assert alice in house.delivered
    assert "Jean has them until" in page(house, alice)
    fresh = jean.post(f"/kigali/conversations/{alice}/hand-back", HX)
    assert (fresh.status_code, "Waiter answers" in fresh.text) == (200, True)
    assert holder(house, alice) is None


@pytest.mark.parametrize(
    ("words", "says"),
    [("  \n ", "Write something"), ("x" * (MOST_WORDS + 1), "characters at most")],
)
def test_what_can_not_be_said_comes_back_with_the_reason(
    house: House, world: World, words: str, says: str
) -> None:
    alice = world.talks("Fish?", "Tilapia")
    jean = house.signed_in(JEAN)
    jean.get("/me")
    at = f"/kigali/conversations/{alice}/say"
    for headers in ({}, HX):
        answer = jean.post(at, headers, words=words, key=KEY)
        assert (answer.status_code, says in answer.text) == (400, True)
        assert re.search(r'id="words"[^<]* autofocus', answer.text)
        assert words.strip() in answer.text
    assert jean.post(at, words="Hello", key="short").status_code == 400
    assert replies(house, alice) == ["Tilapia"]


def test_outside_the_window_the_field_is_closed_and_says_why(house: House, world: World) -> None:
    alice = world.talks("Fish?", "Tilapia")
    assert "data-closed" not in page(house, alice, JEAN)
    house.clock.passes(WINDOW.total_seconds())
    shown = page(house, alice, JEAN)
    assert ("data-closed" in shown, "within 24 hours" in shown) == (True, True)
    jean = house.signed_in(JEAN)
    assert say(jean, alice, "Still there?") == 400
    taken = jean.post(f"/kigali/conversations/{alice}/take", HX)
    assert (taken.status_code, "24 hours" in taken.text) == (409, True)
    assert replies(house, alice) == ["Tilapia"]


@pytest.fixture
def drafted(world: World) -> tuple[int, int]:
    """A diner, and the turn whose answer waits as a draft."""
    turn = world.begins("Fish?")
    world.ends(turn, state=DRAFTED)
    with world.database.connection() as connection:
        write_draft(connection, turn, "Tilapia.", [Bubble("Tilapia.")], turn.lease_until)
    return turn.diner.id, turn.id


def test_a_draft_waits_on_the_page_and_is_sent_once(house: House, drafted: tuple[int, int]) -> None:
    alice, turn_id = drafted
    assert "Draft of Waiter" in page(house, alice)
    assert "Draft of Waiter" in page(house, alice, CAROL)
    assert 'hx-confirm="Drop this draft?' in page(house, alice)
    jean = house.signed_in(JEAN)
    jean.get("/me")
    at = f"/kigali/conversations/{alice}/drafts/{turn_id}/send"
    assert [jean.post(at, HX).status_code for _ in range(2)] == [200, 409]
    assert replies(house, alice) == ["Tilapia."]


def test_a_draft_is_sent_in_other_words(house: House, drafted: tuple[int, int]) -> None:
    alice, turn_id = drafted
    jean = house.signed_in(JEAN)
    form = jean.get(f"/kigali/conversations/{alice}/composer?draft={turn_id}").text
    assert ("Tilapia." in form, f'name="draft" value="{turn_id}"' in form) == (True, True)
    assert say(jean, alice, "Tilapia, grilled.", draft=str(turn_id)) == 303
    assert "Waiter, sent by Jean" in page(house, alice)
    assert say(jean, alice, "Tilapia, grilled.", draft=str(turn_id)) == 303, "as pressed twice"
    assert say(jean, alice, "Once more.", draft=str(turn_id)) == 400
    assert replies(house, alice) == ["Tilapia, grilled."]
    told = house.signed_in(GRACE).get("/kigali/audit").text
    assert f"<strong>Draft: sent, edited</strong><br>#{alice}" in told


@pytest.fixture
def offered(world: World) -> tuple[int, int]:
    """A diner, and the turn whose draft has a picture and something to tap."""
    turn = world.begins("Fish?")
    world.ends(turn, state=DRAFTED)
    choices = Choices("list", (Choice("1", "Tilapia", "RWF 9,000"), Choice("2", "Goat", "")))
    bubble = Bubble("Which?", picture="https://inzozi.example/fish.jpg", choices=choices)
    with world.database.connection() as connection:
        write_draft(connection, turn, numbered(bubble), [bubble], turn.lease_until)
    return turn.diner.id, turn.id


def test_a_draft_shows_its_picture_and_what_can_be_tapped(
    house: House, offered: tuple[int, int]
) -> None:
    (draft,) = re.findall(r'<li class="bubble out draft".*?</div>', page(house, offered[0]), re.S)
    for words in ("With a picture", "Tilapia: RWF 9,000", 'aria-label="To tap"'):
        assert words in draft, words
    assert "1. Tilapia" not in draft


def parts(house: House) -> list[tuple[str, set[str]]]:
    """What goes out: its words, and what it has beside them."""
    with house.database.transaction() as session:
        return [(each.body, set(each.extra or ())) for each in session.scalars(select(Part))]


def test_what_comes_from_one_form_is_said_to_each_whom_it_names(house: House, world: World) -> None:
    diners = [world.talks("Fish?", "Tilapia"), world.talks("Soup?", "Pumpkin", diner=BOB)]
    jean = house.signed_in(JEAN)
    for diner in diners * 2:
        assert say(jean, diner, "With you in a minute.") == 303
    said = [replies(house, each)[1:] for each in diners]
    assert said == [["With you in a minute."]] * 2


def test_other_words_are_said_once_and_nothing_else_is_tapped(
    house: House, offered: tuple[int, int]
) -> None:
    alice, turn_id = offered
    jean = house.signed_in(JEAN)
    form = jean.get(f"/kigali/conversations/{alice}/composer?draft={turn_id}").text
    assert "1. Tilapia: RWF 9,000" in form
    words = "Which?\n\n1. Tilapia: 9500\n2. Goat"
    assert say(jean, alice, words, draft=str(turn_id)) == 303
    assert parts(house) == [(words, {"picture"})]
    assert replies(house, alice) == [words]


def test_its_own_words_are_sent_as_it_was(house: House, offered: tuple[int, int]) -> None:
    alice, turn_id = offered
    words = "Which?\n\n1. Tilapia: RWF 9,000\n2. Goat"
    assert say(house.signed_in(JEAN), alice, words, draft=str(turn_id)) == 303
    assert parts(house) == [("Which?", {"picture", "choices"})]


def test_who_wrote_again_is_not_sent_what_answered_them_before(
    house: House, world: World, drafted: tuple[int, int]
) -> None:
    alice, turn_id = drafted
    world.writes("I am allergic to fish")
    shown = page(house, alice)
    assert ("can’t be sent any more" in shown, f'id="send-{turn_id}"' in shown) == (True, False)
    jean = house.signed_in(JEAN)
    jean.get("/me")
    at = f"/kigali/conversations/{alice}"
    refused = jean.post(f"{at}/drafts/{turn_id}/send", HX)
    assert (refused.status_code, "written again" in refused.text) == (409, True)
    form = jean.post(f"{at}/say", HX, words="Tilapia!", key=KEY, draft=str(turn_id))
    assert form.status_code == 400
    assert ("written again" in form.text, "Tilapia!" in form.text) == (True, True)
    assert 'name="draft"' not in form.text, "its words are a person's own by now"
    assert replies(house, alice) == []
    assert jean.post(f"{at}/drafts/{turn_id}/drop", HX).status_code == 200


def test_a_draft_says_which_of_its_dishes_have_changed_since(
    house: House, world: World, drafted: tuple[int, int]
) -> None:
    alice, _ = drafted
    assert "menu has changed" not in page(house, alice)
    for name in ("Goat", "Tilapia"):
        change = Change(world.kigali, "86", (DishChange(1, name, None, moment(0)),))
        with world.database.connection() as connection:
            menu_changes.make(connection, change, str, made_by=JEAN, now=house.clock.now())
    assert "The menu has changed since: Tilapia." in page(house, alice)


def test_what_the_cfo_would_say_is_not_a_waiters_to_send(house: House, world: World) -> None:
    turn = world.begins("What is VAT?")
    world.ends(turn, state=DRAFTED, persona="cfo")
    with world.database.connection() as connection:
        write_draft(connection, turn, "18 %.", [Bubble("18 %.")], turn.lease_until)
    at = f"/kigali/conversations/{turn.diner.id}/drafts/{turn.id}"
    jean = house.signed_in(JEAN)
    jean.get("/me")
    for action in ("send", "drop"):
        refused = jean.post(f"{at}/{action}", HX)
        assert (refused.status_code, "not for your role" in refused.text) == (409, True)
    grace = house.signed_in()
    grace.get("/me")
    assert grace.post(f"{at}/send", HX).status_code == 200


def test_a_dropped_draft_is_never_sent(house: House, drafted: tuple[int, int]) -> None:
    alice, turn_id = drafted
    jean = house.signed_in(JEAN)
    jean.get("/me")
    at = f"/kigali/conversations/{alice}/drafts/{turn_id}"
    assert jean.post(f"{at}/drop", HX).status_code == 200
    assert jean.post(f"{at}/send", HX).status_code == 409
    assert replies(house, alice) == []
    assert "draft.dropped" in str(house.changes())
    shown = page(house, alice)
    assert "A draft was dropped: nothing was sent" in shown
    assert "A person answers this" not in shown


def test_the_head_says_who_answers_in_shadow_mode(house: House, world: World) -> None:
    alice = world.talks("Fish?", "Tilapia")
    with house.database.transaction() as session:
        rollout.shadow(session, world.kigali.id, by=GRACE, now=moment(1))
    assert '<span class="tag good">Waiter drafts, the staff sends</span>' in page(house, alice)
    with house.database.transaction() as session:
        rollout.go_live(session, world.kigali.id, by=GRACE, now=moment(2))
    assert '<span class="tag good">Waiter answers</span>' in page(house, alice)


def calls_up(world: World, diner_id: int, *, way: calls.Way = "phone") -> int:
    """A call that was just taken."""
    with world.database.connection() as connection:
        call_id = calls.ring(
            connection,
            sid="CA1",
            diner_id=diner_id,
            number=KIGALI,
            way=way,
            token="1",
            process="web 1",
            most=9,
            most_of_theirs=9,
            is_anonymous=False,
            now=moment(60),
        )
        assert call_id is not None
        given = {"sid": "CA1", "token": "1", "stream_sid": "MZ1", "process": "web 1"}
        assert calls.take(connection, **given, now=moment(61), until=moment(91))
        call_turns.write(
            connection,
            call_id,
            before=0,
            texts=("Any fish today?",),
            reply="Tilapia, 9,000 francs.",
            persona="waiter",
            tokens=NO_TOKENS,
            calls=(),
            now=moment(65),
        )
    return call_id


def test_a_call_stands_in_the_thread_with_what_was_said_and_how_long_it_was(
    house: House, world: World
) -> None:
    alice = world.talks("Hello", "Welcome")
    calls_up(world, alice)
    assert "Call by telephone, under way" in page(house, alice)
    with world.database.connection() as connection:
        calls.end(connection, "CA1", "hung_up", seconds=125, now=moment(190))
    shown = page(house, alice)
    said = ["Welcome", "Call by telephone, 2 min 5 s", "Any fish today?", "Tilapia, 9,000 francs."]
    places = [shown.rindex(each) for each in said]
    assert places == sorted(places)
    assert shown.count("· said") == 2


def test_a_call_goes_on_with_the_waiter_whoever_has_the_conversation(
    house: House, world: World
) -> None:
    alice = world.talks("Hello", "Welcome")
    calls_up(world, alice)
    note = "Waiter is on the call"
    assert note not in page(house, alice)
    jean = house.signed_in(JEAN)
    jean.get(f"/kigali/conversations/{alice}")
    assert jean.post(f"/kigali/conversations/{alice}/take").status_code == 303
    assert note in page(house, alice)
    with world.database.connection() as connection:
        calls.end(connection, "CA1", "hung_up", seconds=125, now=moment(190))
    assert note not in page(house, alice)


def test_a_call_that_was_cut_says_so(house: House, world: World) -> None:
    alice = world.talks("Hello", "Welcome")
    calls_up(world, alice, way="whatsapp")
    with world.database.connection() as connection:
        calls.end(connection, "CA1", "model_away", seconds=9, now=moment(70))
    assert "Call over WhatsApp, 9 s, cut: the model was away" in page(house, alice)


def test_who_called_and_showed_no_number_is_shown_as_such(house: House, world: World) -> None:
    caller = Caller("CA9", None, KIGALI, is_on_whatsapp=False, name=None)
    with world.database.connection() as connection:
        known = callers.upsert(connection, caller, moment(60))
    shown = page(house, known.id)
    assert "No number shown" in shown
    assert "CA9" not in shown
