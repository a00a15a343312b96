"""The world in small: Twilio's REST API with the phone, and the Realtime API, on loopback ports.

It stands for the outside, so it knows nothing of the service but the webhook's address and whoever
tells it the restaurants.
"""

import secrets
from collections.abc import Callable, Sequence
from threading import Lock, Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.realtime.control import create_realtime_control
from sandbox.realtime.server import RealtimeServer
from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web

LOOPBACK = "127.0.0.1"


class Sandbox:
    """Both addresses are bound here and now: who connects before `start` waits for it.

    `numbers` tells (WhatsApp address, restaurant's name) pairs, and is asked when somebody wants to
    see or to write to one. Ports of 0 are the system's choice; credentials can be made up.
    """

    def __init__(
        self,
        numbers: Callable[[], Sequence[tuple[str, str]]],
        *,
        webhook_url: str,
        port: int = 0,
        realtime_port: int = 0,
        account_sid: str | None = None,
        auth_token: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self.account_sid = account_sid or f"AC{secrets.token_hex(16)}"
        # Of several, the first is for the REST API, and signs.
        self.auth_token = (auth_token or secrets.token_hex(16)).partition(",")[0]
        self.api_key = api_key or f"sk-sandbox-{secrets.token_hex(16)}"
        self.exchange = Exchange(self.account_sid, self.auth_token, webhook_url, numbers)
        self._realtime = RealtimeServer(self.api_key, LOOPBACK, realtime_port)
        web = create_web(self.exchange)
        web.register_blueprint(create_realtime_control(self._realtime))
        self._web = make_server(LOOPBACK, port, web, threaded=True, request_handler=_QuietHandler)
        self._lock = Lock()
        self._web_thread = Thread(target=self._web.serve_forever, name="sandbox-web", daemon=True)
        self.twilio_url = f"http://{LOOPBACK}:{self._web.server_port}"
        self.realtime_url = self._realtime.url

    def start(self) -> None:
        """Serve from now on; a second call does nothing."""
        with self._lock:
            if self._web_thread.ident is None:
                self._realtime.start()
                self._web_thread.start()

    def close(self) -> None:
        """End what runs and give both ports back, whether or not it was started."""
        self.exchange.close()
        self._realtime.close()
        if self._web_thread.ident is not None:
            self._web.shutdown()
            self._web_thread.join()
        self._web.server_close()


class _QuietHandler(WSGIRequestHandler):
    """Request lines hold addresses: none of them is logged."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
