"""Into the console and out again: by a link, by a password, and by nothing else."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from handlers.console.application import SHORTEST_PASSWORD
from handlers.limits import (
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_BY_BROWSER,
    SIGN_IN_FROM_ANYWHERE,
)
from models import audit, console_accounts, console_links, removal, restaurants, staff
from models.console_accounts import IDLE, LASTS
from models.database.engine import Database
from tests.console.world import (
    CAROL,
    GRACE,
    JEAN,
    NOBODY,
    PASSWORD,
    Guest,
    House,
    opened,
    token_of,
)
from tests.engine.clock import ManualClock
from tests.models.desk import eventually

MINUTE_S = 60
NUMBER = "+250 788 000 011"
NEW_PASSWORD = "four herons on a tin roof"


def let_in(house: House) -> list[str]:
    """Who was, in Kigali, and how."""
    with house.database.transaction() as session:
        changes = audit.latest(session, 1, 50)
    return [
        f"{each.by} {(each.after or {}).get('by')}"
        for each in changes
        if each.what == "console.signed_in"
    ]


def test_a_link_signs_in_once(any_house: House) -> None:
    link = any_house.links.make(GRACE)
    first, second = any_house.guest(), any_house.guest()
    assert first.follow(link).status_code == 303
    assert "Inzozi Kitchen" in first.get("/").text
    assert second.follow(link).status_code == 410
    assert second.get("/").status_code == 303
    assert let_in(any_house) == [f"{GRACE} link"]


def test_of_two_who_use_a_link_at_once_in_two_processes_one_gets_in(any_house: House) -> None:
    token = token_of(any_house.links.make(GRACE))
    other = Database(any_house.database.url.render_as_string(hide_password=False))

    def use(database: Database) -> str | None:
        with database.transaction() as session:
            return console_links.use(session, token, any_house.clock.now())

    with ThreadPoolExecutor(4) as at_once:
        used = list(at_once.map(use, [any_house.database, other] * 2))
    other.close()
    assert sorted(map(str, used)) == ["None", "None", "None", GRACE]


def test_a_link_that_was_only_looked_at_still_works(house: House) -> None:
    link = house.links.make(GRACE)
    previewer = house.guest()
    for _ in range(3):
        assert previewer.get(f"/link/{token_of(link)}").status_code == 200
    assert house.guest().follow(link).status_code == 303


def test_a_link_is_over_after_a_quarter_of_an_hour(house: House) -> None:
    link = house.links.make(GRACE)
    house.clock.passes(15 * MINUTE_S)
    assert house.guest().follow(link).status_code == 410


def test_a_link_of_whoever_left_meanwhile_opens_nothing(house: House) -> None:
    link = house.links.make(JEAN)
    with house.database.transaction() as session:
        staff.remove(session, 1, JEAN)
        staff.add(session, 1, JEAN, ["waiter"], None)
    assert house.guest().follow(link).status_code == 410


def test_a_password_signs_in_and_leads_back(house: House) -> None:
    house.with_password()
    guest = house.guest()
    away = guest.get("/kigali/audit?before=7")
    assert away.location == "/console/sign-in?back=/console/kigali/audit?before%3D7"
    answer = guest.by_password(NUMBER, PASSWORD, back="/console/kigali/audit?before=7")
    assert (answer.status_code, answer.location) == (303, "/console/kigali/audit?before=7")
    assert guest.get("/kigali/audit").status_code == 200
    assert let_in(house) == [f"{GRACE} password", f"{GRACE} link"]


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/\\evil.example/console/",
        "/console/\\@evil.example",
        "javascript:alert(1)",
        "/console/../phone",
        "/console/%2e%2e/%2E./phone",
        "/console/%2e%2e/%2e%2e//evil.example",
        "/console//evil.example",
        "/console/%5c@evil.example",
        "/phone",
        "",
    ],
)
def test_nobody_is_led_out_of_the_console(house: House, back: str) -> None:
    house.with_password()
    answer = house.guest().by_password(NUMBER, PASSWORD, back=back)
    assert (answer.status_code, answer.location) == (303, "/console/")


def test_a_wrong_password_and_a_stranger_read_the_same(house: House) -> None:
    house.with_password()
    wrong = house.guest().by_password(NUMBER, "not it")
    stranger = house.guest().by_password(NOBODY, "not it")
    without = house.guest().by_password(JEAN, "not it")
    assert [each.status_code for each in (wrong, stranger, without)] == [400] * 3
    assert all("belong together" in each.text for each in (wrong, stranger, without))


@pytest.fixture
def dear_house(sqlite_url: str, clock: ManualClock) -> Iterator[House]:
    """Where a password costs what it does where people sign in."""
    with opened(sqlite_url, clock, argon2={}) as house:
        yield house


def test_a_strangers_password_costs_what_a_members_does(dear_house: House) -> None:
    house = dear_house
    house.with_password()

    def cost_s(number: str) -> float:
        guest = house.guest(f"192.0.2.{len(number)}")
        guest.get("/sign-in")
        began = time.process_time()
        assert guest.by_password(number, "not it").status_code == 400
        return time.process_time() - began

    members_s = min(cost_s(NUMBER) for _ in range(3))
    assert min(cost_s(NOBODY) for _ in range(3)) > members_s / 2


@pytest.mark.parametrize("number", ["", "0788 000 011", "Grace", "+250 788"])
def test_what_is_no_number_is_named(house: House, number: str) -> None:
    answer = house.guest().by_password(number, PASSWORD)
    assert (answer.status_code, "country code" in answer.text) == (400, True)


def guesses(house: House, network: str, tries: int, number: str = NUMBER) -> int:
    """How the last of them was answered."""
    guest = house.guest(network)
    return [guest.by_password(number, f"guess {nth}").status_code for nth in range(tries)][-1]


def test_who_guesses_at_somebody_elses_account_keeps_nobody_but_themselves_out(
    house: House,
) -> None:
    house.with_password()
    assert guesses(house, "192.0.2.66", SIGN_IN_BY_ACCOUNT.most + 1) == 429
    late = house.guest("192.0.2.66").by_password(NUMBER, PASSWORD)
    assert (late.status_code, "A link still lets you in" in late.text) == (429, True)
    assert int(late.headers["Retry-After"]) > MINUTE_S
    assert house.guest("192.0.2.1").by_password(NUMBER, PASSWORD).status_code == 303


def test_guesses_from_everywhere_keep_nobody_out_of_a_browser_that_they_know(house: House) -> None:
    own = house.with_password()
    own.post("/sign-out")
    for nth in range(SIGN_IN_FROM_ANYWHERE.most // SIGN_IN_BY_ACCOUNT.most):
        assert guesses(house, f"198.51.100.{nth}", SIGN_IN_BY_ACCOUNT.most) == 400
    assert house.guest("192.0.2.9").by_password(NUMBER, PASSWORD).status_code == 429
    own.get("/sign-in")
    assert own.by_password(NUMBER, PASSWORD).status_code == 303
    assert house.signed_in(GRACE).get("/").status_code == 200


def test_who_has_a_browser_that_is_known_guesses_no_more_often_than_others(house: House) -> None:
    own = house.with_password()
    own.post("/sign-out")
    own.get("/sign-in")
    tried = [
        own.by_password(NUMBER, f"guess {nth}").status_code
        for nth in range(SIGN_IN_BY_BROWSER.most + 1)
    ]
    assert (set(tried[:-1]), tried[-1]) == ({400}, 429)


def test_owners_read_once_that_somebody_guesses(any_house: House) -> None:
    for network, number in (("66", GRACE), ("67", GRACE), ("68", NOBODY), ("69", JEAN)):
        tries = SIGN_IN_BY_ACCOUNT.most + 2
        assert guesses(any_house, f"192.0.2.{network}", tries, number) == 429
    assert eventually(lambda: len(any_house.changes()) == 2)  # one after the other
    with any_house.database.transaction() as session:
        told = [(each.by, each.what, each.subject) for each in audit.latest(session, 1, 9)]
    what = "console.passwords_guessed"
    assert told == [(audit.STRANGER, what, whose) for whose in (JEAN, GRACE)]


def test_one_address_tries_so_many_accounts(house: House) -> None:
    guest = house.guest()
    tried = [
        guest.by_password(f"+25078811{nth:04}", "guess").status_code
        for nth in range(SIGN_IN_BY_ADDRESS.most + 1)
    ]
    assert (set(tried[:-1]), tried[-1]) == ({400}, 429)


def test_what_stood_in_the_browser_before_is_gone_once_somebody_signed_in(house: House) -> None:
    guest = house.guest()
    guest.get("/sign-in")
    planted, token = guest.cookie().value, guest.token
    guest.follow(house.links.make(GRACE))
    guest.get("/me")
    assert guest.cookie().value != planted
    assert guest.token != token


def test_what_a_link_vouched_for_is_over_once_somebody_else_signs_in(house: House) -> None:
    house.with_password(GRACE)
    guest = house.signed_in(JEAN)
    assert "Your password of now" not in guest.get("/me").text
    assert guest.by_password(NUMBER, PASSWORD).status_code == 303
    assert "Your password of now" in guest.get("/me").text


def test_a_session_ends_after_half_a_day_of_quiet_and_after_a_week_whatever_comes(
    any_house: House,
) -> None:
    quiet, busy = any_house.signed_in(), any_house.signed_in()
    any_house.clock.passes(IDLE.total_seconds())
    assert busy.get("/me").status_code == 200
    any_house.clock.passes(1)
    assert [guest.get("/me").status_code for guest in (quiet, busy)] == [303, 200]
    for _ in range(int(LASTS / IDLE) - 1):
        any_house.clock.passes(IDLE.total_seconds() - 1)
        assert busy.get("/me").status_code == 200
    any_house.clock.passes(IDLE.total_seconds() - 1)
    assert busy.get("/me").status_code == 303


def test_who_signs_out_is_out_also_by_the_cookie_that_was(house: House) -> None:
    guest = house.signed_in()
    guest.get("/me")
    kept = guest.cookie().value
    assert guest.post("/sign-out").status_code == 303
    assert "You are signed out." in guest.get("/sign-in").text
    assert house.changes() == ["console.signed_out", "console.signed_in"]
    assert house.guest().with_cookie(kept).get("/me").status_code == 303


def test_who_is_off_the_staff_is_out_at_once_and_their_password_is_gone(house: House) -> None:
    guest = house.with_password(JEAN)
    assert guest.get("/me").status_code == 200
    with house.database.transaction() as session:
        staff.remove(session, 1, JEAN)
    assert guest.get("/me").status_code == 303
    assert house.guest().by_password(JEAN, PASSWORD).status_code == 400
    with house.database.transaction() as session:
        assert console_accounts.password_of(session, JEAN) is None


def test_with_a_restaurant_goes_the_way_in_of_who_worked_there_alone(any_house: House) -> None:
    guest, at_both = any_house.with_password(JEAN), any_house.with_password(GRACE)
    link = any_house.links.make(JEAN)
    with any_house.database.transaction() as session:
        valletta = restaurants.all_of_them(session)[1]
        removal.remove(session, "kigali")
        staff.add(session, valletta.id, JEAN, ["kitchen"], None)
    assert [each.get("/me").status_code for each in (guest, at_both)] == [303, 200]
    assert any_house.guest().by_password(JEAN, PASSWORD).status_code == 400
    assert any_house.guest().follow(link).status_code == 410
    assert any_house.guest().by_password(GRACE, PASSWORD).status_code == 303


def test_a_session_forged_with_another_key_is_nobodys(house: House, sqlite_url: str) -> None:
    other = House(sqlite_url, house.clock, secret="another key of sixteen")
    stranger = other.signed_in()
    stranger.get("/me")
    forged = stranger.cookie().value
    other.database.close()
    assert house.guest().with_cookie(forged).get("/me").status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/me/password", "/sign-in/link"])
def test_a_form_without_its_token_is_refused(house: House, path: str) -> None:
    guest = house.signed_in()
    guest.token = ""
    answer = guest.post(path, number=NUMBER)
    assert (answer.status_code, "This form is too old" in answer.text) == (400, True)


def test_the_cookie_is_the_consoles_alone(house: House) -> None:
    guest = house.guest()
    guest.get(f"/link/{token_of(house.links.make(GRACE))}")
    link = f"/link/{token_of(house.links.make(GRACE))}"
    guest.get(link)
    cookies = guest.post(link).headers.getlist("Set-Cookie")
    assert len(cookies) == 2  # the session's, and by what the browser is known
    for told in cookies:
        for part in ("HttpOnly", "Path=/console", "SameSite=Lax", "Secure"):
            assert part in told
        assert "Expires=" in told or "Max-Age=" in told


def test_a_password_is_set_and_changed_and_every_other_session_ends(any_house: House) -> None:
    own, elsewhere = any_house.signed_in(), any_house.signed_in()
    own.get("/me")
    assert own.post("/me/password", new=PASSWORD, again=PASSWORD).status_code == 303
    assert elsewhere.get("/me").status_code == 303
    assert own.get("/me").status_code == 200
    new = NEW_PASSWORD
    own.get("/me")
    assert "password of now" in own.post("/me/password", new=new, again=new, old="no").text
    changed = own.post("/me/password", new=new, again=new, old=PASSWORD)
    assert changed.status_code == 303
    assert any_house.guest().by_password(NUMBER, PASSWORD).status_code == 400
    assert any_house.guest().by_password(NUMBER, new).status_code == 303


def test_a_new_password_shuts_out_who_shared_the_browsers_cookie_and_who_has_a_link(
    any_house: House,
) -> None:
    link = any_house.links.make(GRACE)
    own = any_house.signed_in()
    own.get("/me")
    thief = any_house.guest().with_cookie(own.cookie().value)
    thief.get("/me")
    assert own.post("/me/password", new=PASSWORD, again=PASSWORD).status_code == 303
    again = thief.post("/me/password", new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert again.location == "/console/sign-in?over=1"
    assert [each.get("/me").status_code for each in (thief, own)] == [303, 200]
    assert "Your password of now" in own.get("/me").text
    assert any_house.guest().follow(link).status_code == 410
    assert any_house.guest().by_password(NUMBER, PASSWORD).status_code == 303


def test_of_two_who_set_a_password_by_one_cookie_at_once_one_does(any_house: House) -> None:
    own = any_house.signed_in()
    own.get("/me")
    thief = any_house.guest().with_cookie(own.cookie().value)
    thief.get("/me")

    def set_theirs(guest: Guest, new: str) -> str | None:
        return guest.post("/me/password", new=new, again=new).location

    passwords = (PASSWORD, NEW_PASSWORD)
    with ThreadPoolExecutor(2) as at_once:
        led_to = list(at_once.map(set_theirs, (own, thief), passwords))
    assert sorted(map(str, led_to)) == ["/console/me", "/console/sign-in?over=1"]
    kept = passwords[led_to.index("/console/me")]
    assert any_house.guest().by_password(NUMBER, kept).status_code == 303


def test_who_forgot_theirs_sets_one_after_a_link_and_not_a_quarter_of_an_hour_later(
    house: House,
) -> None:
    house.with_password()
    guest = house.signed_in()
    assert "Your password of now" not in guest.get("/me").text
    house.clock.passes(15 * MINUTE_S)
    assert "Your password of now" in guest.get("/me").text
    new = NEW_PASSWORD
    assert guest.post("/me/password", new=new, again=new).status_code == 400


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("x" * (SHORTEST_PASSWORD - 1), "12 characters"),
        ("passwordpassword", "guess"),
        ("123456789012", "commonly used"),
        ("+250788000011", "guessed too soon"),
        ("0788000011 0788000011", "guess"),
        ("+250788000011!", "guessed too soon"),
        ("Inzozi Kitchen", "guessed too soon"),
        ("inzozikitchen2026", "guessed too soon"),
        ("Kigali2026!!", "guessed too soon"),
        ("Grace Grace Grace", "guess"),
        ("tableside tableside", "guess"),
        ("x" * 73, "guess"),
        ("kigali heron" * 11, "128 characters at most"),
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(house: House, new: str, says: str) -> None:
    guest = house.signed_in()
    guest.get("/me")
    answer = guest.post("/me/password", new=new, again=new)
    assert (answer.status_code, says in answer.text) == (400, True)


def test_two_that_differ_are_refused(house: House) -> None:
    guest = house.signed_in()
    guest.get("/me")
    answer = guest.post("/me/password", new=PASSWORD, again=PASSWORD + "!")
    assert (answer.status_code, "not the same" in answer.text) == (400, True)


def test_a_long_password_is_taken_as_it_is(house: House) -> None:
    guest = house.signed_in(CAROL)
    guest.get("/me")
    long = "a heron and a kettle " * 5
    assert guest.post("/me/password", new=long, again=long).status_code == 303
    assert house.guest().by_password(CAROL, long).status_code == 303


def test_what_is_kept_of_a_password_is_argon2_and_of_a_session_its_hash(
    dear_house: House,
) -> None:
    house = dear_house
    guest = house.with_password()
    with house.database.transaction() as session:
        stored = console_accounts.password_of(session, GRACE)
        (own,) = console_accounts.sessions_of(session, GRACE, house.clock.now())
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert own.token_hash not in guest.cookie().value


def test_one_browser_is_signed_out_from_another_and_nobody_elses(house: House) -> None:
    own, elsewhere, jean = house.signed_in(), house.signed_in(), house.signed_in(JEAN)
    with house.database.transaction() as session:
        now = house.clock.now()
        of_grace = [each.id for each in console_accounts.sessions_of(session, GRACE, now)]
        (of_jean,) = (each.id for each in console_accounts.sessions_of(session, JEAN, now))
    own.get("/me")
    assert own.post(f"/me/sessions/{of_jean}/end").status_code == 404
    assert own.post(f"/me/sessions/{max(of_grace)}/end").status_code == 303
    assert [each.get("/me").status_code for each in (own, elsewhere, jean)] == [200, 303, 200]


def test_all_others_are_signed_out_at_once(house: House) -> None:
    own, *others = (house.signed_in() for _ in range(3))
    own.get("/me")
    assert own.post("/me/sessions/end").status_code == 303
    assert [each.get("/me").status_code for each in (own, *others)] == [200, 303, 303]
    assert house.changes()[0] == "console.other_sessions_ended"


def test_one_person_has_one_account_by_either_spelling_of_their_number(house: House) -> None:
    mexican, as_shown = "whatsapp:+525512345678", "whatsapp:+5215512345678"
    with house.database.transaction() as session:
        first = restaurants.all_of_them(session)[0]
        staff.add(session, first.id, as_shown, ["waiter"], "Lupe")
    house.with_password(as_shown)
    for number in (mexican, as_shown):
        assert house.guest().by_password(number, PASSWORD).status_code == 303


def test_when_somebody_was_here_is_told_by_a_clock_that_is_named(house: House) -> None:
    page = house.signed_in(JEAN).get("/me").text
    seen = re.search(r"Last seen <time[^>]*>\d+ \w+ \d+, \d\d:\d\d, (\w+) time</time>", page)
    assert seen
    assert seen[1] == "Kigali"
