"""The service listens on IPv4 and IPv6, and says at once where it can't."""

import socket
from collections.abc import Iterator
from threading import Timer

import pytest

from listening import PortError, addresses, check_free
from tests.ports import free_port

WAIT_S = 20


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@needs_ipv6
def test_a_stand_in_is_reached_on_the_loopback_addresses_alone() -> None:
    assert addresses(8787, from_outside=False) == ["127.0.0.1:8787", "[::1]:8787"]


@needs_ipv6
def test_one_socket_hears_both_from_outside() -> None:
    both = [["[::]:8787"], ["0.0.0.0:8787", "[::]:8787"]]
    assert addresses(8787, from_outside=True) in both


def test_a_port_of_the_systems_choice_is_one_port() -> None:
    assert addresses(0, from_outside=False) == ["127.0.0.1:0"]


def test_a_free_port_is_no_hindrance() -> None:
    check_free([("127.0.0.1", free_port())])


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", pytest.param("::", marks=needs_ipv6)])
def test_a_port_that_is_taken_is_told_with_another(taken: socket.socket, host: str) -> None:
    port = port_of(taken)
    with pytest.raises(PortError, match=rf"PORT: {port} is taken .* PORT=\d+") as caught:
        check_free([(host, port)], within_s=0)
    assert "\n" not in str(caught.value)


def test_a_port_that_is_about_to_be_freed_is_waited_for(taken: socket.socket) -> None:
    Timer(0.1, taken.close).start()
    check_free([("127.0.0.1", port_of(taken))], within_s=WAIT_S)
