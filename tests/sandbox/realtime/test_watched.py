"""A socket of the stand-in's that is closed while its reader watches it ends once that lets go."""

import socket

import pytest

from sandbox.realtime.watched import Watched


@pytest.fixture
def ends() -> tuple[Watched, socket.socket]:
    ours, other = socket.socketpair()
    return Watched(ours), other


def test_it_stays_open_for_who_watches_it_and_is_read_no_more(
    ends: tuple[Watched, socket.socket],
) -> None:
    watched, other = ends
    with other:
        other.sendall(b"muraho")
        watched.close()
        assert watched.fileno() >= 0
        with pytest.raises(OSError, match="Bad file descriptor"):
            watched.recv(16)
        watched.let_go()
        assert watched.fileno() == -1


def test_who_lets_go_first_leaves_the_end_to_who_closes_it(
    ends: tuple[Watched, socket.socket],
) -> None:
    watched, other = ends
    with other:
        watched.let_go()
        other.sendall(b"muraho")
        assert watched.recv(16) == b"muraho"
        watched.close()
        assert watched.fileno() == -1
        assert other.recv(16) == b""


def test_a_listener_that_is_closed_lets_nobody_in_any_more() -> None:
    listener = Watched(socket.create_server(("127.0.0.1", 0)))
    listener.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        listener.accept()
    listener.let_go()
    assert listener.fileno() == -1
