"""Only Twilio's own requests pass: the signature holds for one address and for every form field."""

from collections.abc import Mapping
from urllib.parse import urlparse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twilio.request_validator import (
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)
from werkzeug.datastructures import MultiDict

from sandbox.twilio.webhooks import sign
from whatsapp.signature import algorithm_of, as_streams, is_genuine

# https://www.twilio.com/docs/usage/security#validating-requests
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
TOKEN = "12345"
# Twilio's own validator, over MediaUrl=b, MediaUrl=a and Body=hi.
REPEATED = MultiDict([("MediaUrl", "b"), ("MediaUrl", "a"), ("Body", "hi")])
REPEATED_SIGNATURE = sign(TOKEN, URL, {"Body": "hi", "MediaUrl": "aMediaUrlb"})


def test_twilios_golden_signature_passes() -> None:
    assert is_genuine(TOKEN, URL, FORM, SIGNATURE)


@pytest.mark.parametrize(
    "signature", [None, "", "AAAA", "é", SIGNATURE.lower(), SIGNATURE[:-1], f"{SIGNATURE} "]
)
def test_a_missing_or_wrong_signature_fails(signature: str | None) -> None:
    assert not is_genuine(TOKEN, URL, FORM, signature)


def test_another_token_fails() -> None:
    assert not is_genuine("54321", URL, FORM, SIGNATURE)


@pytest.mark.parametrize(
    "url", [URL.replace("https", "http"), URL + "&c=3", "https://other.com/myapp.php?foo=1&bar=2"]
)
def test_another_address_fails(url: str) -> None:
    assert not is_genuine(TOKEN, url, FORM, SIGNATURE)


@pytest.mark.parametrize("name", FORM)
def test_every_field_counts(name: str) -> None:
    assert not is_genuine(TOKEN, URL, {**FORM, name: "0"}, SIGNATURE)
    assert not is_genuine(
        TOKEN, URL, {each: value for each, value in FORM.items() if each != name}, SIGNATURE
    )


def test_a_field_more_fails() -> None:
    assert not is_genuine(TOKEN, URL, {**FORM, "Unknown": "1"}, SIGNATURE)


def test_each_value_of_a_repeated_field_counts() -> None:
    assert is_genuine(TOKEN, URL, REPEATED, REPEATED_SIGNATURE)
    assert not is_genuine(
        TOKEN, URL, MultiDict([("MediaUrl", "b"), ("Body", "hi")]), REPEATED_SIGNATURE
    )


@pytest.mark.parametrize(
    "url", ["https://host:99999/whatsapp", "https://[host/whatsapp", "https://host:port/whatsapp"]
)
def test_an_address_that_is_none_fails(url: str) -> None:
    assert not is_genuine(TOKEN, url, FORM, SIGNATURE)


# Every kind of address, spelled in every way: with a port, a standard one, none, one beyond all
# ports, parts that are empty.
ADDRESSES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["https://", "http://", "HTTPS://", "wss://", "//", ""]),
        st.sampled_from(
            [
                "kigali.example",
                "KIGALI.example",
                "user:key@host",
                "[::1]",
                "[::1",
                "ħobż.example",
                "",
            ]
        ),
        st.sampled_from(["", ":443", ":80", ":8443", ":0", ":", ":99999", ":port"]),
        st.sampled_from(
            ["", "/", "/whatsapp", "/whatsapp;", "/a;b=c", "/%C3%A9%7B@,", "/a b", "/\ud83d"]
        ),
        st.sampled_from(
            ["", "?", "?part=7", "?a=1&a=2", "?bodySHA256=abc", "?x=[", "?url=https://a:80/"]
        ),
        st.sampled_from(["", "#", "#rc=3&rp=all"]),
    ),
)
WORDS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(["", "Body", "To", "whatsapp:+250788000001", "é", "🍞", "\ud83d", "a\nb"]),
)
FIELDS = st.lists(
    st.tuples(st.sampled_from(["Body", "To", "MediaUrl", "body", ""]) | WORDS, WORDS), max_size=6
)
SETTINGS = st.one_of(
    st.sampled_from(
        [
            *[None, "", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", "algorithm=hmac_sha256"],
            *[" algorithm = HMAC_SHA1 ,key=1", "algorithm=", "algorithm=HMAC_SHA512", "algorithm"],
        ]
    ),
    st.text(max_size=4),
)
SIGNED_OVER = st.sampled_from(["as it is", "with a port", "without a port"])


@given(
    ADDRESSES,
    FIELDS,
    st.booleans(),
    SIGNED_OVER,
    st.just("") | st.sampled_from(["=", " ", "é", "\ud83d"]),
    SETTINGS,
    st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]),
)
@example("https://kigali.example/whatsapp;", [], True, "as it is", "", None, "HMAC_SHA1")
@example("https://[::1]:8443/whatsapp", [], True, "without a port", "", None, "HMAC_SHA1")
def test_what_twilios_validator_takes_passes_and_nothing_else(
    url: str,
    fields: list[tuple[str, str]],
    repeated: bool,
    signed_over: str,
    added: str,
    settings: str | None,
    algorithm: str,
) -> None:
    form = MultiDict(fields) if repeated else dict(fields)
    signature = _signed_by_twilio(url, form, signed_over, algorithm) + added
    told = settings if algorithm_of(settings) else f"algorithm={algorithm}"  # its length tells
    passes = _passes_at_twilios(url, form, signature, told)
    assert is_genuine(TOKEN, url, form, signature, settings) == passes


# Twilio's own validator over the golden form, with the other hash.
SHA256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
SHA256_SIGNATURE = RequestValidator(TOKEN).compute_signature(URL, FORM, "HMAC_SHA256")


@pytest.mark.parametrize(
    "settings",
    [None, "key=1", SHA256, 'key=1; algorithm="HMAC-SHA256"', "algorithm=hmac_sha256"],
)
def test_the_newer_algorithm_passes_where_it_is_named_or_none_is(settings: str | None) -> None:
    assert is_genuine(TOKEN, URL, FORM, SHA256_SIGNATURE, settings)
    assert not is_genuine("another", URL, FORM, SHA256_SIGNATURE, settings)


def test_no_algorithm_passes_for_another() -> None:
    assert not is_genuine(TOKEN, URL, FORM, SIGNATURE, SHA256)
    assert not is_genuine(TOKEN, URL, FORM, SHA256_SIGNATURE, "key=1,algorithm=HMAC_SHA512")


@pytest.mark.parametrize(
    "secrets", [f"new,{TOKEN}", f"{TOKEN},old", f" new , {TOKEN} ,", f"a,b,{TOKEN}"]
)
def test_each_of_several_secrets_passes(secrets: str) -> None:
    assert is_genuine(secrets, URL, FORM, SIGNATURE)
    assert is_genuine(secrets, URL, FORM, SHA256_SIGNATURE, SHA256)


@pytest.mark.parametrize("secrets", ["new,old", "", ",", f"{TOKEN}old", f"{TOKEN};old"])
def test_none_of_several_other_secrets_passes(secrets: str) -> None:
    assert not is_genuine(secrets, URL, FORM, SIGNATURE)
    nobodys = RequestValidator("").compute_signature(URL, FORM)
    assert not is_genuine(secrets, URL, FORM, nobodys)


def test_either_port_of_an_address_passes() -> None:
    for url in (
        "https://kigali.example/whatsapp",
        "https://kigali.example:443/whatsapp",
        "http://kigali.example:8080/whatsapp",
    ):
        for signed_over in ("with a port", "without a port"):
            assert is_genuine(TOKEN, url, FORM, _signed_by_twilio(url, FORM, signed_over))


@pytest.mark.parametrize(
    ("public", "signed", "passes"),
    [
        ("https://kigali.example", "wss://kigali.example/calls/stream", True),
        ("https://kigali.example", "wss://kigali.example/calls/stream/", True),
        ("https://kigali.example", "wss://kigali.example:443/calls/stream", True),
        ("https://kigali.example", "wss://kigali.example:443/calls/stream/", True),
        ("https://kigali.example:8443", "wss://kigali.example:8443/calls/stream", True),
        ("https://kigali.example:8443", "wss://kigali.example/calls/stream", True),
        ("http://localhost:8787", "ws://localhost:8787/calls/stream", True),
        ("http://localhost:8787", "wss://localhost:8787/calls/stream", True),
        ("https://kigali.example", "https://kigali.example/calls/stream", False),
        ("https://kigali.example", "ws://kigali.example/calls/stream", False),
        ("https://kigali.example", "wss://kigali.example:8443/calls/stream", False),
        ("https://kigali.example", "wss://kigali.example/calls", False),
        ("https://[kigali", "wss://kigali.example/calls/stream", False),
        ("https://kigali.example:99999", "wss://kigali.example/calls/stream", False),
    ],
)
def test_a_stream_is_signed_over_its_own_address(public: str, signed: str, passes: bool) -> None:
    signature = RequestValidator(TOKEN).compute_signature(signed, {})
    spelled = as_streams(f"{public}/calls/stream")
    assert any(is_genuine(TOKEN, each, {}, signature) for each in spelled) == passes


def _signed_by_twilio(
    url: str, form: Mapping[str, str], signed_over: str, algorithm: str = "HMAC_SHA1"
) -> str:
    try:
        address = urlparse(url)
        spelling = {
            "as it is": lambda _: url,
            "with a port": add_port,
            "without a port": remove_port,
        }[signed_over](address)
        return str(RequestValidator(TOKEN).compute_signature(spelling, form, algorithm))
    except ValueError:
        return "AAAA"


def _passes_at_twilios(
    url: str, form: Mapping[str, str], signature: str, settings: str | None
) -> bool:
    algorithm = get_signature_algorithm(settings)
    try:
        return bool(RequestValidator(TOKEN).validate(url, form, signature, algorithm))
    except ValueError:
        return False
