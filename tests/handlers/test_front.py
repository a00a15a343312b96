"""The first address that is printed leads somewhere."""

from handlers.front import FrontRoutes
from tests.handlers.web import client_of


def test_where_diners_are_played_it_leads_to_the_phone() -> None:
    answer = client_of(FrontRoutes(has_phone=True).blueprint()).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/phone")


def test_elsewhere_it_says_in_two_lines_what_this_is() -> None:
    answer = client_of(FrontRoutes(has_phone=False).blueprint()).get("/")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text.startswith("Tableside")
    assert answer.text.count("\n") == 2
