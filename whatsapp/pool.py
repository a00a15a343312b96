"""Kept connections to one host, through a proxy or directly. It knows no requests."""

import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import certifi
from urllib3 import HTTPConnectionPool, ProxyManager, Retry, connection_from_url, make_headers

POOLED_CONNECTIONS = 100
NO_RETRIES = Retry(False)  # a request's errors come as they are


def pool_for(
    url: str, proxy: str | None, context: ssl.SSLContext | None = None
) -> HTTPConnectionPool:
    """Connections for many greenlets, which never wait for one another.

    `context`: what the host has to show over TLS, if it was made before.
    """
    settings: dict[str, Any] = {"maxsize": POOLED_CONNECTIONS}
    if urlsplit(url).scheme == "https":
        # One for all connections, since it takes milliseconds to make.
        settings["ssl_context"] = context or ssl.create_default_context(cafile=certifi.where())
    if proxy is None:
        return connection_from_url(url, **settings)
    manager = ProxyManager(proxy, proxy_headers=_authorization(proxy), **settings)
    return manager.connection_from_url(url)


def _authorization(proxy: str) -> Mapping[str, str]:
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    given = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return make_headers(proxy_basic_auth=given)
