"""The JSON that the phone and the control send: read strictly, and refused in a sentence."""

from typing import Any

from flask import Response, jsonify, request


class RefusedError(Exception):
    """A request that cannot be: answered with its text and 400."""


def json_object() -> dict[str, Any]:
    """The request's body.

    It must say that it is JSON: so no page of another site can send one unasked.
    """
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise RefusedError("the body must be a JSON object, sent as application/json")
    return body


def text_of(body: dict[str, Any], name: str, default: str | None = None) -> str:
    """A text field of a JSON body."""
    text = body.get(name, default)
    if not isinstance(text, str):
        raise RefusedError(f"{name} must be a text")
    # Half a character, as JSON can write it, fits into no form and no database.
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise RefusedError(f"{name} must be valid Unicode")
    return text


def refusal(error: RefusedError) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400
