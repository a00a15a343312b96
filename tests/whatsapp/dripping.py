"""A host that answers byte by byte, and never comes to an end of its headers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

EVERY_S = 0.02
# An end for who would wait for ever: then the test fails by what it gets.
LONGEST_S = 20.0


@contextmanager
def dripping() -> Iterator[str]:
    """Its address. Nobody is held for longer than LONGEST_S."""
    is_over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads = [Thread(target=_drip, args=(server, is_over), daemon=True) for _ in range(3)]
        for thread in threads:
            thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        is_over.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def _drip(server: socket.socket, is_over: Event) -> None:
    with suppress(OSError):
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(round(LONGEST_S / EVERY_S)):
                if is_over.wait(EVERY_S):
                    return
                connection.sendall(b"x")
            connection.sendall(b"\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\nfour")
