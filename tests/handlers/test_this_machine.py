"""What is open without a token is open to this machine alone: not by a tunnel, a name or a page."""

import pytest
from flask import Flask, request

from handlers.this_machine import is_own


def admits(
    *, host: str = "127.0.0.1:8787", peer: str = "127.0.0.1", target: str = "", **headers: str
) -> bool:
    app = Flask("inzozi", static_folder=None)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    environ = {"REMOTE_ADDR": peer, "HTTP_HOST": host} | ({"RAW_URI": target} if target else {})
    with app.test_request_context("/ai/say", headers=given, environ_overrides=environ):
        return is_own(request)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_who_calls_from_the_loopback_address_is_let_in(peer: str) -> None:
    assert admits(peer=peer)


@pytest.mark.parametrize(
    "peer", ["10.0.0.7", "192.168.1.5", "fe80::1", "::ffff:10.0.0.7", "0.0.0.0", "::", "", "unix:"]
)
def test_who_calls_from_elsewhere_is_not(peer: str) -> None:
    assert not admits(peer=peer)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8787",
        "LocalHost:8787",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.255.255.254:8787",
        "[::1]",
        "[::1]:8787",
        "[0:0:0:0:0:0:0:1]:8787",
        "[::ffff:127.0.0.1]:8787",
    ],
)
def test_a_loopback_name_is_ours(host: str) -> None:
    assert admits(host=host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8787",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:8787",
        "evil.example@localhost",
        "localhost@evil.example",
        "localhost:8787:evil",
        "localhost/evil.example",
        "localhost evil.example",
        "192.168.1.5:8787",
        "0.0.0.0:8787",
        "[::]:8787",
        "[fe80::1]:8787",
        "[::1",
        "::1",
        "2130706433",
        "0x7f000001",
        "",
        ":8787",
    ],
)
def test_any_other_name_may_be_anybodys(host: str) -> None:
    assert not admits(host=host)


@pytest.mark.parametrize(
    ("target", "is_let_in"),
    [
        ("/ai/say", True),
        ("//evil.example/ai/say", True),
        ("http://localhost:8787/ai/say", True),
        ("http://[::1]:8787/ai/say", True),
        ("http://evil.example/ai/say", False),
        ("HTTP://evil.example:8787?x", False),
        ("http://evil.example", False),
        ("http://localhost@evil.example/ai/say", False),
        ("evil.example:443", False),
    ],
)
def test_a_target_with_a_host_of_its_own_is_read(target: str, is_let_in: bool) -> None:
    assert admits(target=target) is is_let_in


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded",
        "X-Forwarded-Client-Cert",
        "X-Real-Ip",
        "X-Client-Ip",
        "Client-Ip",
        "X-Cluster-Client-Ip",
        "Cf-Connecting-Ip",
        "Cf-Connecting-Ipv6",
        "Cf-Ray",
        "Do-Connecting-Ip",
        "True-Client-Ip",
        "Fly-Client-Ip",
        "Fastly-Client-Ip",
        "Proxy-Client-Ip",
        "Wl-Proxy-Client-Ip",
        "X-ProxyUser-Ip",
        "X-Remote-Addr",
        "X-Original-Url",
        "X-Original-Host",
        "X-Host",
        "X-Rewrite-Url",
        "X-Envoy-External-Address",
        "X-Appengine-User-Ip",
        "X-Azure-ClientIP",
        "X-Azure-SocketIP",
        "X-Amzn-Trace-Id",
        "X-Amz-Cf-Id",
        "Cdn-Loop",
        "Tailscale-User-Login",
        "X-Vercel-Forwarded-For",
    ],
)
def test_what_was_passed_on_comes_from_elsewhere(header: str) -> None:
    assert not admits(**{header: "127.0.0.1"})


@pytest.mark.parametrize(
    "header",
    ["User-Agent", "Accept", "Authorization", "Cookie", "Referer", "X-Request-Id", "Traceparent"],
)
def test_what_every_client_sends_tells_nothing(header: str) -> None:
    assert admits(**{header: "curl"})


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"Origin": "http://127.0.0.1:8787", "Sec_Fetch_Site": "same-origin"}, True),
        ({"Origin": "http://localhost:8787"}, True),
        ({"Sec_Fetch_Site": "none"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://evil.example:8787", "Sec_Fetch_Site": "same-origin"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "chrome-extension://abcdef"}, False),
        ({"Sec_Fetch_Site": "cross-site"}, False),
    ],
)
def test_a_page_elsewhere_is_nobody_of_ours(headers: dict[str, str], is_let_in: bool) -> None:
    assert admits(**headers) is is_let_in
