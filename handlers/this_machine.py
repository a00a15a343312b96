"""Whether a call is this machine's own: what is open without a token is open to nobody else.

A page of another site reaches the loopback address too, through the reader's own browser, and a
tunnel or a proxy on this machine brings in anybody. It knows no token.
"""

import ipaddress
import re

from flask import Request

# A proxy, a tunnel or a platform that passes a call on says so in a header with one of these
# words, as Via, X-Forwarded-Host, X-Original-Url or Cf-Ray do, or ends it with an address of its
# caller's, as True-Client-Ip and Fastly-Client-Ip do.
PASSED_ON = frozenset(
    {
        "akamai",
        "amzn",
        "appengine",
        "azure",
        "cdn",
        "cf",
        "cluster",
        "connecting",
        "envoy",
        "fastly",
        "fly",
        "forwarded",
        "ngrok",
        "original",
        "proxied",
        "proxy",
        "proxyuser",
        "real",
        "remote",
        "rewrite",
        "tailscale",
        "tunnel",
        "vercel",
        "via",
    }
)
ITS_CALLERS = frozenset({"addr", "clientip", "ip", "ips", "ipv4", "ipv6", "socketip"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@/\s]+)(:[0-9]{0,5})?", re.IGNORECASE)


def is_own(called: Request) -> bool:
    """From the loopback address and to it by name, not passed on, and of no page elsewhere."""
    return (
        is_loopback(called.remote_addr or "")
        and all(map(_is_loopback_host, _hosts(called)))
        and not any(_tells_of_a_proxy(name) for name, _ in called.headers)
        and not _is_sent_by_a_page_elsewhere(called)
    )


def is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # As a socket for both of IP's versions tells an address of the older one.
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def _hosts(called: Request) -> list[str]:
    """What the caller takes us for: a name that leads here for a moment may be anybody's."""
    hosts = [called.headers.get("Host", "")]
    target = str(called.environ.get("RAW_URI") or "")
    if target and not target.startswith(
        "/"
    ):  # a target with a host of its own outweighs the header
        hosts.append(target.partition("://")[2].partition("/")[0].partition("?")[0])
    return hosts


def _is_loopback_host(host: str) -> bool:
    found = _HOST.fullmatch(host)
    name = found[1].strip("[]").lower() if found else ""
    return name == "localhost" or is_loopback(name)


def _tells_of_a_proxy(header: str) -> bool:
    words = header.lower().split("-")
    is_another_host = "host" in words[1:]
    return is_another_host or words[-1] in ITS_CALLERS or not PASSED_ON.isdisjoint(words)


def _is_sent_by_a_page_elsewhere(called: Request) -> bool:
    """Browsers say where a page is from: https://www.w3.org/TR/fetch-metadata/"""
    origin = called.headers.get("Origin")
    if origin is not None and not _is_loopback_host(origin.partition("://")[2]):
        return True
    return called.headers.get("Sec-Fetch-Site", "none") == "cross-site"
