"""Which proxy stands between us and an address, as HTTPS_PROXY and NO_PROXY say.

One rule for all whom we call: the libraries read these variables by rules of their own, or not.
"""

from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]


def proxy_for(url: str) -> str | None:
    """The proxy's own address, `http://user:password@host:port`; None where it is called directly.

    What goes over TLS alone goes through a proxy, as a tunnel (CONNECT). Raises ValueError, with a
    sentence that does not show the address, when it is no proxy that can be used.
    """
    parts = urlsplit(url)
    told = getproxies_environment()
    proxy = told.get("https") or told.get("all")
    name = "HTTPS_PROXY" if told.get("https") else "ALL_PROXY"
    if not proxy or parts.scheme not in ("https", "wss"):
        return None
    if proxy_bypass_environment(parts.hostname or "", told):
        return None
    return _checked(name, proxy if "://" in proxy else f"http://{proxy}")


def _checked(name: str, proxy: str) -> str:
    try:
        parts = urlsplit(proxy)
        is_one = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise ValueError(
            f"{name}: must be http://HOST:PORT of a proxy that opens tunnels (CONNECT),"
            " with USER:PASSWORD@ before the host if it wants them. SOCKS, and TLS to the proxy"
            " itself, are not supported; NO_PROXY names hosts that are called directly"
        )
    return proxy
