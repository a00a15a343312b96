"""What the phone and the control are sent: read strictly, and refused in a sentence."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, jsonify, request

REQUEST_LIMIT = 32 * 1024 * 1024  # bytes: a diner's 16 MB file, in base64


class RefusedError(Exception):
    """A request that cannot be: answered with its text and 400."""


def json_object() -> dict[str, Any]:
    """The request's body.

    It must say that it is JSON: so no page of another site can send one unasked.
    """
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError("the body must be a JSON object, sent as application/json")
    return body


def require_address() -> None:
    """Refuse who calls this by a name that is not `localhost`.

    A page on the web may lead its own name here for a moment; an address it can't.
    """
    try:
        name = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
        if name != "localhost":
            ipaddress.ip_address(name)
    except ValueError:
        abort(403, "Call this by localhost or by an address in figures, not by a name.")


def text_of(body: dict[str, Any], name: str, default: str | None = None) -> str:
    """A text field of a JSON body."""
    text = body.get(name, default)
    if not isinstance(text, str):
        raise RefusedError(f"{name} must be a text")
    # Half a character, as JSON can write it, fits into no form and no database.
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise RefusedError(f"{name} must be valid Unicode")
    return text


def object_of(body: dict[str, Any], name: str) -> dict[str, Any]:
    """A field of a JSON body that is an object itself."""
    found = body.get(name)
    if not isinstance(found, dict):
        raise RefusedError(f"{name} must be an object")
    return found


def refusal(error: RefusedError) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400
