"""The stand-in for OpenAI's Realtime API: a websocket server with a practice model behind it.

It sees only what the real one would, instructions, tools and input, and keeps nothing longer than a
session but its counts.
"""

import hmac
import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.sync.server import Server, ServerConnection, serve

from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.line import Line, reset
from sandbox.realtime.records import KEPT_REQUESTS, Records
from sandbox.realtime.watched import Watched

PATH = "/v1/realtime"
MODELS = "/v1/models/"
# For a client that doesn't answer a close.
CLOSE_TIMEOUT_S = 1
# What OpenAI's server closes a socket with that it should not have opened.
CLOSED_FOR_ERROR = 4000

# websockets tells every refused handshake; here that is nothing to tell.
_LOGGER = logging.getLogger("sandbox.realtime.server")


class RealtimeServer:
    """Serves from `start` to `close`.

    `behaviour` may be changed while it runs, by anyone who holds it.
    """

    def __init__(
        self,
        api_key: str,
        host: str = "127.0.0.1",
        port: int = 0,
        behaviour: Behaviour | None = None,
        clock: Callable[[], float] = time.monotonic,
        kept_requests: int = KEPT_REQUESTS,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.records = Records(clock, kept_requests)
        self._api_key = api_key
        self._clock = clock
        # Listening from here on, so the address is known: who connects before `start` waits.
        self._listener = Watched(socket.create_server((host, port), backlog=1_024))
        self._lines: set[Line] = set()
        self._server: Server | None = None
        self._acceptor: threading.Thread | None = None
        self.url = f"ws://{host}:{self._listener.getsockname()[1]}{PATH}"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Every `response.create` so far, oldest first, bounded.

        Each is `{"connection": n, "at": seconds, "event": the client's}`.
        """
        return list(self.records.requests)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Every session that hears its caller, as it is by now or was at its end; bounded.

        Each is `{"connection": n, "session": its settings, "items": its conversation,
        "truncations": what was told of each cut, "is_over": whether its socket is gone}`.
        """
        return [known() for known in tuple(self.records.calls)]

    def stats(self) -> dict[str, int]:
        return self.records.counts()

    def start(self) -> None:
        self._server = serve(
            self._welcome,
            sock=self._listener,
            compression=None,
            process_request=self._refusal,
            create_connection=self._connection_class(),
            ping_interval=None,
            close_timeout=CLOSE_TIMEOUT_S,
            max_size=None,
            logger=_LOGGER,
        )
        self._acceptor = threading.Thread(
            target=self._accept, args=(self._server,), name="sandbox-realtime", daemon=True
        )
        self._acceptor.start()

    def close(self) -> None:
        """Hang up on everyone, and wait for the last thread to end."""
        if self._server is None or self._acceptor is None:
            self._listener.close()
            self._listener.let_go()
            return
        lines = tuple(self._lines)
        for line in lines:
            line.stop()
        for line in lines:
            line.hang_up()
        self._server.shutdown()
        self._acceptor.join()

    def _accept(self, server: Server) -> None:
        server.serve_forever()
        self._listener.let_go()

    def _refusal(self, connection: ServerConnection, request: Request) -> Response | None:
        """An HTTP answer for who may not come in."""
        path = urlsplit(request.path).path
        if path.startswith(MODELS):
            return self._told(connection, request, unquote(path.removeprefix(MODELS)))
        if path != PATH:
            return self._refused(
                connection, HTTPStatus.NOT_FOUND, None, f"Invalid URL ({request.path})"
            )
        if self.behaviour.refuses_next_handshake():
            return self._refused(
                connection,
                HTTPStatus.SERVICE_UNAVAILABLE,
                "server_error",
                "The server is overloaded.",
            )
        if self.behaviour.refuse_with:
            number, _, code = self.behaviour.refuse_with.partition(" ")
            return self._refused(connection, HTTPStatus(int(number)), code, "You may not come in.")
        return self._locked_out(connection, request)

    def _locked_out(self, connection: ServerConnection, request: Request) -> Response | None:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not self.behaviour.bad_key and hmac.compare_digest(key.encode(), self._api_key.encode()):
            return None
        said = "You didn't provide an API key."
        if key:
            said = f"Incorrect API key provided: {key[:3]}***."
        return self._refused(connection, HTTPStatus.UNAUTHORIZED, "invalid_api_key", said)

    def _told(self, connection: ServerConnection, request: Request, model: str) -> Response:
        """What OpenAI tells of a model beside its websocket, its end among it."""
        if refusal := self._locked_out(connection, request):
            return refusal
        if model in self.behaviour.unknown_models:
            said = f"The model '{model}' does not exist"
            return self._refused(connection, HTTPStatus.NOT_FOUND, "model_not_found", said)
        known = {"id": model, "object": "model", "created": 1_780_000_000, "owned_by": "system"}
        known["shutdown_date"] = self.behaviour.shutdown_date or None
        return _as_json(connection.respond(HTTPStatus.OK, json.dumps(known)))

    def _refused(
        self, connection: ServerConnection, status: HTTPStatus, code: str | None, message: str
    ) -> Response:
        self.records.count("connections_refused")
        kind = "server_error" if status >= 500 else "invalid_request_error"
        body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
        return _as_json(connection.respond(status, json.dumps(body, indent=2) + "\n"))

    def _welcome(self, connection: ServerConnection) -> None:
        ordinal = self.records.opened()
        try:
            self._serve(connection, ordinal)
        finally:
            self.records.count("connections_open", -1)

    def _serve(self, connection: ServerConnection, ordinal: int) -> None:
        assert connection.request is not None
        model = parse_qs(urlsplit(connection.request.path).query).get("model", [""])[0]
        if self.behaviour.accept_and_drop:
            reset(connection)
        elif self.behaviour.close_with:
            number, _, reason = self.behaviour.close_with.partition(" ")
            connection.close(int(number), reason)
        elif "OpenAI-Beta" in connection.request.headers:
            said = (
                "The Realtime Beta API is no longer supported."
                " Please use /v1/realtime for the GA API."
            )
            _turn_out(connection, "beta_api_shape_disabled", said)
        elif not model:
            _turn_out(connection, "missing_model", "You must provide a model parameter.")
        elif model in self.behaviour.unknown_models:
            said = f"The model `{model}` does not exist or you do not have access to it."
            _turn_out(connection, "model_not_found", said)
        else:
            line = Line(connection, ordinal, model, self.behaviour, self.records, self._clock)
            self._lines.add(line)
            try:
                line.run()
            finally:
                self._lines.discard(line)

    def _connection_class(self) -> type[ServerConnection]:
        behaviour = self.behaviour

        class Protocol(ServerProtocol):
            """The library answers each ping by itself; this one can be told not to."""

            def send_frame(self, frame: Frame) -> None:
                if not (behaviour.no_pong and frame.opcode is Opcode.PONG):
                    super().send_frame(frame)

        class Connection(ServerConnection):
            def __init__(
                self, sock: socket.socket, protocol: ServerProtocol, server: Server, **times: Any
            ) -> None:
                self._watched = Watched(sock)
                super().__init__(
                    self._watched, Protocol(max_size=None, logger=protocol.logger), server, **times
                )

            def recv_events(self) -> None:
                super().recv_events()
                self._watched.let_go()

        return Connection


def _as_json(response: Response) -> Response:
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    return response


def _turn_out(connection: ServerConnection, code: str, message: str) -> None:
    connection.send(json.dumps(events.error(code, message)))
    connection.close(CLOSED_FOR_ERROR, f"invalid_request_error.{code}")
