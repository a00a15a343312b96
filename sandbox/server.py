"""The world in small, running: Twilio's REST API with the phone, and the Realtime API, each on a
loopback port.

It stands for the outside, so it knows nothing of the service but the webhook's address.
"""

import secrets
from collections.abc import Callable, Sequence
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.realtime.control import create_realtime_control
from sandbox.realtime.server import RealtimeServer
from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web

LOOPBACK = "127.0.0.1"


class Sandbox:
    """`numbers`: (WhatsApp address, restaurant's name) pairs. Ports of 0 are the system's choice;
    credentials can be made up.

    Nothing is bound before `start`; the exchange, and so the phone, is there at once.
    """

    def __init__(
        self,
        numbers: Sequence[tuple[str, str]] = (),
        *,
        webhook_url: str = "",
        port: int = 0,
        realtime_port: int = 0,
        account_sid: str | None = None,
        auth_token: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self.account_sid = account_sid or f"AC{secrets.token_hex(16)}"
        self.auth_token = auth_token or secrets.token_hex(16)
        self.api_key = api_key or f"sk-sandbox-{secrets.token_hex(16)}"
        self.exchange = Exchange(self.account_sid, self.auth_token, webhook_url, numbers)
        self._ports = port, realtime_port
        self._closers: list[Callable[[], None]] = [self.exchange.close]
        self.twilio_url = self.realtime_url = ""

    def start(self) -> None:
        """Bind both ports and serve; then the two addresses are known."""
        port, realtime_port = self._ports
        realtime = RealtimeServer(self.api_key, LOOPBACK, realtime_port)
        realtime.start()
        web = create_web(self.exchange)
        web.register_blueprint(create_realtime_control(realtime))
        server = make_server(LOOPBACK, port, web, threaded=True, request_handler=_QuietHandler)
        thread = Thread(target=server.serve_forever, name="sandbox-web", daemon=True)
        thread.start()
        self._closers += [realtime.close, server.shutdown, thread.join, server.server_close]
        self.twilio_url = f"http://{LOOPBACK}:{server.server_port}"
        self.realtime_url = realtime.url

    def close(self) -> None:
        for close in self._closers:
            close()


class _QuietHandler(WSGIRequestHandler):
    """Request lines hold addresses: none of them is logged."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
