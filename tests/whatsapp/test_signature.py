"""Only Twilio's own requests pass: the signature holds for one address and for every form field."""

import pytest
from werkzeug.datastructures import MultiDict

from sandbox.webhooks import sign
from whatsapp.signature import is_genuine

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


@pytest.mark.parametrize("signature", [None, "", "AAAA", "é", SIGNATURE.lower(), SIGNATURE[:-1], f"{SIGNATURE} "])
def test_a_missing_or_wrong_signature_fails(signature: str | None) -> None:
    assert not is_genuine(TOKEN, URL, FORM, signature)


def test_another_token_fails() -> None:
    assert not is_genuine("54321", URL, FORM, SIGNATURE)


@pytest.mark.parametrize("url", [URL.replace("https", "http"), URL + "&c=3", "https://other.com/myapp.php?foo=1&bar=2"])
def test_another_address_fails(url: str) -> None:
    assert not is_genuine(TOKEN, url, FORM, SIGNATURE)


@pytest.mark.parametrize("name", FORM)
def test_every_field_counts(name: str) -> None:
    assert not is_genuine(TOKEN, URL, {**FORM, name: "0"}, SIGNATURE)
    assert not is_genuine(TOKEN, URL, {each: value for each, value in FORM.items() if each != name}, SIGNATURE)


def test_a_field_more_fails() -> None:
    assert not is_genuine(TOKEN, URL, {**FORM, "Unknown": "1"}, SIGNATURE)


def test_each_value_of_a_repeated_field_counts() -> None:
    assert is_genuine(TOKEN, URL, REPEATED, REPEATED_SIGNATURE)
    assert not is_genuine(TOKEN, URL, MultiDict([("MediaUrl", "b"), ("Body", "hi")]), REPEATED_SIGNATURE)


@pytest.mark.parametrize("url", ["https://host:99999/whatsapp", "https://[host/whatsapp", "https://host:port/whatsapp"])
def test_an_address_that_is_none_fails(url: str) -> None:
    assert not is_genuine(TOKEN, url, FORM, SIGNATURE)
