"""Whether a request is Twilio's: its signature over the address that Twilio called and every form field.

https://www.twilio.com/docs/usage/security#validating-requests. It has no timestamp: what stops a replay is the unique MessageSid.
"""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator


def is_genuine(auth_token: str, url: str, form: Mapping[str, str], signature: str | None) -> bool:
    """`url` is the public scheme and host plus the request target as it came over the wire, never un-escaped.

    `form`: one with `getlist`, as Flask's, counts each value of a repeated field.
    """
    if not signature:
        return False
    try:
        return bool(RequestValidator(auth_token).validate(url, form, signature))
    except ValueError:
        return False  # an address that is none, as with a port beyond all ports
