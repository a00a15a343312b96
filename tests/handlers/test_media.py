"""What we serve: to who has the address, with the right headers, and never a fault of ours."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import text

from handlers.media import MediaRoutes
from knowledge.menu_pictures import SERVED, content
from models.media import File
from tests.engine.world import House
from tests.handlers.web import client_of
from whatsapp.served import LASTS, Served

NOTE = File(b"OggS\x00\xff", "audio/ogg; codecs=opus")


class Shelf:
    """A house's files, and who fetches them."""

    def __init__(self, house: House, secret: str | None = None) -> None:
        self.served = Served(house.database, house.clock.clock, secret)
        self.client: FlaskClient = client_of(MediaRoutes(self.served).blueprint())
        self.diner_id = house.takes_in("Hello").diner_id

    def keep(self) -> str:
        return self.served.keep(NOTE, self.diner_id)

    def status(self, path: str) -> int:
        return self.client.get(path).status_code


@pytest.fixture
def shelf(house: House) -> Shelf:
    return Shelf(house)


def test_a_file_is_fetched_from_its_address_with_what_it_is(shelf: Shelf) -> None:
    answer = shelf.client.get(shelf.keep())
    assert (answer.status_code, answer.data) == (200, NOTE.content)
    assert answer.headers["Content-Type"] == NOTE.content_type
    assert answer.headers["Content-Length"] == "6"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")


def test_it_may_be_fetched_again_and_asked_for_by_its_head(shelf: Shelf) -> None:
    path = shelf.keep()
    head = shelf.client.head(path)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "6")
    assert [shelf.status(path), shelf.status(path)] == [200, 200]


def test_after_a_day_there_is_nothing(shelf: Shelf, house: House) -> None:
    path = shelf.keep()
    house.clock.passes((LASTS - timedelta(seconds=1)).total_seconds())
    assert shelf.status(path) == 200
    house.clock.passes(1)
    assert shelf.status(path) == 404


def test_an_address_that_we_did_not_sign_leads_nowhere(shelf: Shelf, house: House) -> None:
    path = shelf.keep()
    number, _, signature = path.removeprefix(SERVED).partition(".")
    others = Served(house.database, house.clock.clock, "another secret, of 32 characters.")
    for forged in (  # a 2 in place of the 1
        f"{number}.",
        number,
        f"{number}.{signature[:-1]}",
        f"Mg.{signature}",
        f"{number}.{signature}.{signature}",
        others.keep(NOTE, shelf.diner_id).removeprefix(SERVED),
    ):
        assert shelf.status(SERVED + forged) == 404


def test_a_secret_of_the_operators_signs_for_all_who_have_it(
    house: House,
) -> None:
    secret = "the operator's own, of 32 characters"
    path = Shelf(house, secret).keep()
    assert Shelf(house, secret).status(path) == 200
    assert Shelf(house).status(path) == 404


@given(text())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_there_is_not_found(shelf: Shelf, said: str) -> None:
    assert shelf.served.find(said) is None


@pytest.mark.parametrize(
    "path",
    ["", "%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "a/b", "A" * 5_000, "IjEi.x", "%F0%9F%8D%B2"],
)
def test_no_address_is_a_fault_of_ours(shelf: Shelf, path: str) -> None:
    assert shelf.status(SERVED + path) == 404
    assert shelf.client.post(SERVED + (path or "x")).status_code in (404, 405)


def test_a_dishs_picture_is_anybodys_and_may_be_kept(shelf: Shelf) -> None:
    answer = shelf.client.get("/media/menu/espresso.jpg")
    assert (answer.status_code, answer.data) == (200, content("espresso"))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_has_a_dishs_picture_is_not_sent_it_again(shelf: Shelf) -> None:
    path = "/media/menu/espresso.jpg"
    tag = shelf.client.get(path).headers["ETag"]
    again = shelf.client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    head = shelf.client.head(path)
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/media/menu/no-such-dish.jpg",
        "/media/menu/espresso.png",
        "/media/menu/espresso",
        "/media/menu/.jpg",
        "/media/menu/..%2F..%2Fkigali.json.jpg",
        "/media/menu/../kigali.json",
        "/media/menu/%00.jpg",
        "/media/menu/",
    ],
)
def test_no_other_file_is_served_as_a_dishs_picture(shelf: Shelf, path: str) -> None:
    assert shelf.status(path) == 404
