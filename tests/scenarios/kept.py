"""A connection that a proxy keeps to us, and a webhook as it travels on it."""

import socket
from http.client import HTTPResponse
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from sandbox.twilio.webhooks import inbound_fields, sign
from tests.scenarios.world import ACCOUNT_SID, ALICE, AUTH_TOKEN, KIGALI, WAIT_S, House


class Kept:
    """A proxy's connection, used blindly: whether the other end is there, a write tells."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._socket = socket.create_connection(("127.0.0.1", house.port), WAIT_S)

    def webhook(self, sid: str = "", diner: str = ALICE) -> bytes:
        """A whole request as it travels."""
        form = inbound_fields(
            ACCOUNT_SID, sid or f"SM{uuid4().hex}", diner, KIGALI, "say exactly: fine", "Guest", ()
        )
        target = f"{self._house.environment['PUBLIC_URL']}/whatsapp"
        body = urlencode(form)
        head = (
            f"POST /whatsapp HTTP/1.1\r\nHost: {urlsplit(target).netloc}\r\nX-Twilio-Signature:"
            f" {sign(AUTH_TOKEN, target, form)}\r\nContent-Type:"
            f" application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return f"{head}{body}".encode()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> tuple[int, str | None]:
        """The status, and what becomes of the connection."""
        with HTTPResponse(self._socket, method="POST") as response:
            response.begin()
            response.read()
            return response.status, response.getheader("Connection")

    def deliver(self, sid: str = "", diner: str = ALICE) -> tuple[int, str | None]:
        self.send(self.webhook(sid, diner))
        return self.answer()

    def has_ended(self) -> bool:
        return self._socket.recv(1) == b""

    def close(self) -> None:
        self._socket.close()
