"""twilio's client, aimed at the stand-in: all that the benchmark changes is its host and pool."""

import os
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

POOLED_CONNECTIONS = 100
TIMEOUT_S = 60


def twilio_client() -> Client:
    return Client(
        os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"], http_client=_Redirected()
    )


def aimed(url: str) -> str:
    base = urlsplit(os.environ["TWILIO_API_BASE_URL"])
    return urlunsplit(urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))


class _Redirected(TwilioHttpClient):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT_S)
        self.session.trust_env = False
        self.session.mount(
            "http://",
            HTTPAdapter(pool_connections=POOLED_CONNECTIONS, pool_maxsize=POOLED_CONNECTIONS),
        )

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        return super().request(method, aimed(url), *args, **kwargs)
