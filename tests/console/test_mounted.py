"""The console is made at its first request, once, and while it can't be, a sentence says so."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from time import sleep
from typing import Any

from werkzeug.test import Client
from werkzeug.wrappers import Response

from handlers.console.mounted import AT_ONCE, Mounted
from models.database.absence import DatabaseUnavailableError
from tests.console.world import House
from tests.engine.clock import ManualClock
from tests.models.desk import eventually


def test_while_the_database_is_away_it_says_so_and_is_tried_again() -> None:
    tries: list[str] = []

    def make() -> Response:
        tries.append("made")
        if len(tries) == 1:
            raise DatabaseUnavailableError("unreachable")
        return Response("there")

    client = Client(Mounted(make))
    away = client.get("/")
    assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
    assert "database" in away.text
    assert [client.get("/").text for _ in range(2)] == ["there", "there"]
    assert len(tries) == 2


def test_of_many_first_requests_one_makes_it() -> None:
    tries: list[str] = []
    asked: list[int] = []

    def make() -> Response:
        tries.append("made")
        assert eventually(lambda: len(asked) == 4)
        return Response("there")

    mounted = Mounted(make)

    def ask(nth: int) -> str:
        asked.append(nth)
        return Client(mounted).get("/").text

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == ["there"] * 4
    assert tries == ["made"]


def test_so_many_pages_are_made_at_once_and_a_slow_body_keeps_nobody_waiting() -> None:
    here: list[str] = []
    most: list[int] = []

    def page(environ: Any, start_response: Any) -> Any:
        here.append("")
        most.append(len(here))
        sleep(0.01)
        here.pop()
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    class Slow(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert eventually(lambda: len(most) >= 20)
            return super().read(size)

    mounted = Mounted(lambda: page)

    def ask(nth: int) -> str:
        body = Slow(b"typed") if nth < AT_ONCE else BytesIO(b"typed")
        return Client(mounted).post("/", input_stream=body, content_length=5).text

    with ThreadPoolExecutor(20 + AT_ONCE) as pool:
        assert list(pool.map(ask, range(20 + AT_ONCE))) == ["typed"] * (20 + AT_ONCE)
    assert max(most) == AT_ONCE


def test_without_a_secret_key_the_databases_opens_sessions_in_every_process(
    house: House, sqlite_url: str, clock: ManualClock
) -> None:
    guest = house.signed_in()
    guest.get("/me")
    kept = guest.cookie().value
    other = House(sqlite_url, clock)
    elsewhere = other.guest()
    elsewhere._client.set_cookie("console", kept, domain="inzozi.example", path="/console")
    assert elsewhere.get("/me").status_code == 200
    other.database.close()


def test_without_its_tables_the_console_says_to_come_back(tmp_path: Path) -> None:
    house = House(f"sqlite:///{tmp_path / 'bare.db'}", ManualClock())
    assert house.guest().get("/sign-in").status_code == 503
    house.database.close()
