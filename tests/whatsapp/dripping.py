"""A host that answers byte by byte, and comes to no end of its headers, or whatever it begins."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

EVERY_S = 0.02
# An end for who would wait for ever: then the test fails by what it gets.
LONGEST_S = 20.0
HEADERS = b"HTTP/1.1 200 OK\r\nX: "
BODY = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"
# A record of TLS that holds a host's hello, of 16 KB.
HANDSHAKE = b"\x16\x03\x03\x3f\x00\x02\x00\x3e\xfc"


@contextmanager
def dripping(begins: bytes = HEADERS) -> Iterator[str]:
    """Its address; what it answers begins so. Nobody is held for longer than LONGEST_S."""
    is_over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads = [
            Thread(target=_drip, args=(server, begins, is_over), daemon=True) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        is_over.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def _drip(server: socket.socket, begins: bytes, is_over: Event) -> None:
    with suppress(OSError):
        connection, _ = server.accept()
        with connection:
            connection.sendall(begins)
            for _ in range(round(LONGEST_S / EVERY_S)):
                if is_over.wait(EVERY_S):
                    return
                connection.sendall(b"x")
            connection.sendall(b"\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\nfour")
