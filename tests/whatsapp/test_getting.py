"""A host that somebody else named holds us for so long and no longer, however it goes about it."""

import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from threading import Event
from urllib.parse import urlsplit

import pytest
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from tests.engine.clock import soon
from tests.scenarios.world import ROOT
from tests.whatsapp.dripping import BODY, HANDSHAKE, HEADERS, LONGEST_S, dripping
from whatsapp.getting import TOO_LONG, GetError, answer_of

# Where threads are greenlets, a handshake's time begins anew with every byte.
UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
from tests.whatsapp import test_getting
test_getting.test_who_drips_a_handshake_is_hung_up_on()
test_getting.test_a_name_that_nobody_looks_up_holds_nobody()
"""


def why_not(pool_of: Callable[[object], HTTPConnectionPool]) -> str:
    getting = answer_of("https://x.rw/a", lambda _: True, pool_of, wait_s=LONGEST_S, total_s=0.2)
    try:
        with getting as response:
            while response.read1(9):
                pass
    except GetError as error:
        return str(error)
    return "nothing"


@pytest.mark.parametrize("begins", [HEADERS, BODY])
def test_who_drips_is_hung_up_on(begins: bytes) -> None:
    before = set(threading.enumerate())
    with dripping(begins) as url:
        pool = HTTPConnectionPool("127.0.0.1", urlsplit(url).port)
        assert why_not(lambda _: pool) == TOO_LONG
        assert soon(lambda: ours_since(before) == [])


def test_who_drips_a_handshake_is_hung_up_on() -> None:
    before = set(threading.enumerate())
    with dripping(HANDSHAKE) as url:
        context = ssl.create_default_context()
        pool = HTTPSConnectionPool("127.0.0.1", urlsplit(url).port, ssl_context=context)
        assert why_not(lambda _: pool) == TOO_LONG
        assert soon(lambda: ours_since(before) == [])


def test_a_name_that_nobody_looks_up_holds_nobody() -> None:
    is_found = Event()

    def pool_of(_: object) -> HTTPConnectionPool:
        is_found.wait(LONGEST_S)
        raise OSError

    assert why_not(pool_of) == TOO_LONG
    assert not is_found.is_set()
    is_found.set()


def test_so_it_is_under_gevent() -> None:
    done = subprocess.run([sys.executable, "-c", UNDER_GEVENT], cwd=ROOT, check=False)
    assert done.returncode == 0


def ours_since(before: set[threading.Thread]) -> list[threading.Thread]:
    """Who is still at it, but for the host's."""
    new = set(threading.enumerate()) - before
    return [each for each in new if "_drip" not in each.name]
