"""An operator's own picture is looked at before it is sent, once an hour, and safely."""

from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import SplitResult, urlsplit

import pytest
from urllib3 import HTTPConnectionPool

from tests.whatsapp.dripping import BODY, HEADERS, dripping
from whatsapp.internet import Internet, PrivateAddressError, parsed
from whatsapp.pictures import (
    HOLDS_S,
    MOST_BYTES,
    MOST_REMEMBERED,
    REFUSED_HOLDS_S,
    PictureDoor,
)

JPEG = {"Content-Type": "image/jpeg", "Content-Length": "9"}
PICTURE = b"\xff\xd8\xff\xe0 etc."
PNG = b"\x89PNG\r\n\x1a\n"


class Town:
    """A host of the internet, which answers as `at` says, by path."""

    def __init__(self) -> None:
        self.at: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self.asked: list[str] = []
        town = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                town.asked.append(self.path)
                status, headers, body = town.at.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def pool(self, parts: SplitResult) -> HTTPConnectionPool:
        if parts.hostname != "x.rw":
            raise PrivateAddressError
        return HTTPConnectionPool("127.0.0.1", self._server.server_port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.close()


def test_a_picture_loads_and_is_asked_for_once_an_hour(town: Town) -> None:
    now = [0.0]
    door = PictureDoor(town.pool, lambda: now[0])
    town.at["/a.jpg?size=1"] = (200, JPEG, PICTURE)
    assert door.loads("https://x.rw/a.jpg?size=1")
    assert door.loads("https://x.rw/a.jpg?size=1")
    assert town.asked == ["/a.jpg?size=1"]
    now[0] = HOLDS_S
    assert door.loads("https://x.rw/a.jpg?size=1")
    assert len(town.asked) == 2


def test_what_did_not_load_is_tried_again_sooner(town: Town) -> None:
    now = [0.0]
    door = PictureDoor(town.pool, lambda: now[0])
    assert not door.loads("https://x.rw/a.jpg")
    town.at["/a.jpg"] = (200, JPEG, PICTURE)
    assert not door.loads("https://x.rw/a.jpg")
    now[0] = REFUSED_HOLDS_S
    assert door.loads("https://x.rw/a.jpg")


@pytest.mark.parametrize(
    ("status", "headers", "size"),
    [
        (404, JPEG, 9),
        (500, JPEG, 9),
        (200, {"Content-Type": "text/html", "Content-Length": "9"}, 9),
        (200, {"Content-Type": "image/webp", "Content-Length": "9"}, 9),
        (200, {"Content-Type": "image/svg+xml", "Content-Length": "9"}, 9),
        (200, {"Content-Length": "9"}, 9),
        (200, {"Content-Type": "image/jpeg", "Content-Length": str(MOST_BYTES + 1)}, 0),
        (200, {"Content-Type": "image/jpeg", "Content-Length": "9" * 5_000}, 0),
        (200, {"Content-Type": "image/jpeg", "Content-Length": "0"}, 0),
        (200, {"Content-Type": "image/jpeg"}, MOST_BYTES + 1),
        (200, {"Content-Type": "image/jpeg"}, 0),
        (302, {"Location": "https://elsewhere.rw/a.jpg"}, 0),
        (302, {"Location": "http://x.rw/b.jpg"}, 0),
        (302, {"Location": "/a.jpg"}, 0),
        (302, {"Location": "https://[bad"}, 0),
        (302, {}, 0),
    ],
)
def test_what_whatsapp_would_not_take_is_left_out(
    town: Town, status: int, headers: Mapping[str, str], size: int
) -> None:
    town.at["/a.jpg"] = (status, headers, (PICTURE + bytes(size))[:size])
    town.at["/b.jpg"] = (200, JPEG, PICTURE)
    assert not PictureDoor(town.pool).loads("https://x.rw/a.jpg")


@pytest.mark.parametrize("begins", [HEADERS, BODY + PICTURE])
def test_who_drips_holds_nobody(begins: bytes) -> None:
    with dripping(begins) as url:
        port = urlsplit(url).port
        door = PictureDoor(lambda _: HTTPConnectionPool("127.0.0.1", port), total_s=0.2)
        assert not door.loads("https://x.rw/a.jpg")


@pytest.mark.parametrize(
    ("kind", "content", "loads"),
    [
        ("image/jpg", PICTURE, True),
        ("image/png", PNG, True),
        ("image/jpeg", b"<html>not found</html>", False),
        ("image/jpeg", PNG, False),
        ("image/png", PICTURE, False),
        ("image/jpeg", PICTURE[:2], False),
    ],
)
@pytest.mark.parametrize("is_told", [True, False])
def test_a_picture_begins_as_its_type_does(
    town: Town, kind: str, content: bytes, loads: bool, is_told: bool
) -> None:
    length = {"Content-Length": str(len(content))} if is_told else {}
    town.at["/a.jpg"] = (200, {"Content-Type": kind, **length}, content)
    assert PictureDoor(town.pool).loads("https://x.rw/a.jpg") is loads


def test_a_png_without_a_length_behind_a_redirect_loads(town: Town) -> None:
    town.at["/a"] = (301, {"Location": "/b.png"}, b"")
    town.at["/b.png"] = (200, {"Content-Type": "IMAGE/PNG; q=1"}, PNG + bytes(70_000))
    assert PictureDoor(town.pool).loads("https://x.rw/a")


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/a.jpg",
        "https://x.rw@10.0.0.1/a.jpg",
        "https://10.0.0.1@x.rw/a.jpg",
        "https://x.rw\\@10.0.0.1/a.jpg",
        "https://x.rw:99999/a.jpg",
        "http://x.rw/a.jpg",
        "https://",
        "/a.jpg",
        "",
    ],
)
def test_no_other_host_is_asked(town: Town, url: str) -> None:
    town.at["/a.jpg"] = (200, JPEG, PICTURE)
    assert not PictureDoor(town.pool).loads(url)
    assert town.asked == []


def test_it_remembers_so_many_and_no_more() -> None:
    def nowhere(_: SplitResult) -> HTTPConnectionPool:
        raise PrivateAddressError

    door = PictureDoor(nowhere)
    for nth in range(MOST_REMEMBERED + 5):
        door.loads(f"https://x.rw/{nth}.jpg")
    assert len(door._verdicts) == MOST_REMEMBERED


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "::1", "fc00::1", "fe80::1", "::ffff:127.0.0.1"),
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_called(address: str) -> None:
    for addresses in ([address], ["93.184.216.34", address]):
        internet = Internet(lambda _: None, lookup(addresses))
        with pytest.raises(PrivateAddressError):
            internet.pool(parsed("https://x.rw/a.jpg"))


def test_a_host_is_called_by_the_address_that_was_looked_at() -> None:
    internet = Internet(lambda _: None, lookup(["2606:4700::1", "93.184.216.34"]))
    pool = internet.pool(parsed("https://x.rw:8443/a.jpg"))
    assert (pool.host, pool.port, pool.scheme) == ("93.184.216.34", 8443, "https")


def test_a_name_without_an_address_is_no_host() -> None:
    with pytest.raises(OSError, match="no address"):
        Internet(lambda _: None, lookup([])).pool(parsed("https://x.rw/a.jpg"))


@pytest.mark.parametrize("name", ["m" * 64, "x..rw"])
def test_a_name_that_can_be_none_is_no_host(name: str) -> None:
    with pytest.raises(OSError, match="is no host"):
        Internet(lambda _: None).pool(parsed(f"https://{name}/a.jpg"))


def lookup(addresses: list[str]) -> Callable[[str, int], list[str]]:
    return lambda _host, _port: addresses
