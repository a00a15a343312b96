"""Hosts of the internet that somebody else named: called by the very address that was looked at.

No such name leads into a network of ours. What is fetched, and what of it is believed, is said
elsewhere.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from functools import cache
from urllib.parse import SplitResult, urlsplit

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from telemetry.logs import log
from whatsapp.pool import pool_for

HTTPS_PORT = 443
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], list[str]]


class PrivateAddressError(Exception):
    """A name leads to somewhere that is not the internet."""


class Internet:
    """`proxy_of`: of a host's URL, the proxy that opens a tunnel there, or None.

    `resolve`: the addresses of a host. `context`: what a host has to show over TLS.
    """

    def __init__(
        self,
        proxy_of: Callable[[str], str | None],
        resolve: Resolve | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._proxy_of = proxy_of
        self._resolve = resolve or _addresses
        self._context = context

    @property
    def context(self) -> ssl.SSLContext:
        return self._context or _authorities()

    def pool(self, parts: SplitResult) -> HTTPConnectionPool:
        """Connections to a host over https. Raises PrivateAddressError, and OSError for no host."""
        url = f"https://{parts.netloc}"
        if proxy := self._proxy_of(url):
            # The proxy looks the name up, and is trusted with it.
            return pool_for(url, proxy, self.context)
        host = parts.hostname or ""
        port = parts.port or HTTPS_PORT
        addresses = self._resolve(host, port)
        if not addresses:
            raise OSError(f"{host} has no address")
        if not all(_is_of_the_internet(each) for each in addresses):
            log.warning("internet.private_address", host=host)
            raise PrivateAddressError
        return HTTPSConnectionPool(
            min(addresses, key=lambda each: ":" in each),  # many machines have no IPv6
            port,
            ssl_context=self.context,
            server_hostname=host,
            assert_hostname=host,
        )


def parsed(url: str) -> SplitResult:
    """Raises ValueError where another library might read another host out of it."""
    parts = urlsplit(url)
    _ = parts.port
    if "@" in parts.netloc or not url.isascii() or re.search(r"[\\\s]", url):
        raise ValueError("not a plain address")
    return parts


@cache
def _authorities() -> ssl.SSLContext:
    """All that are known vouch for a host. To read them takes 20 ms of the processor: once."""
    return ssl.create_default_context(cafile=certifi.where())


def _is_of_the_internet(address: str) -> bool:
    """Also of an IPv4 address that an IPv6 one leads to."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner and not inner.is_global:
            return False
    return ip.is_global and not ip.is_multicast


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a name that can't be one
        raise OSError(f"{host} is no host") from error
    return [str(each[4][0]) for each in found]
