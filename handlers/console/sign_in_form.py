"""The page on which one signs in: the number that was typed, and what was wrong with it."""

import math

from flask import Response, render_template, request

from setting_values import whatsapp_address

NO_NUMBER = "That is no WhatsApp number with its country code, such as +250 788 123 456."
TOO_OFTEN = "That was tried too often. Wait {minutes} minutes, then try again."
OR_BY_LINK = " A link still lets you in."


def form(fault: str = "", field: str = "", status: int = 200) -> Response:
    """`fault`: what is wrong, in a sentence; with which field, or with all of it."""
    page = render_template(
        "sign_in.html",
        fault=fault,
        wrong=field,
        number=request.form.get("number", ""),
        back=request.values.get("back", ""),
        is_over="over" in request.values,
    )
    return Response(page, status)


def typed_address() -> str | None:
    """The number that was typed; None where it is none."""
    try:
        return whatsapp_address(request.form.get("number", ""))
    except ValueError:
        return None


def too_often(wait_s: float, else_: str = "") -> Response:
    """What is answered where there were too many tries, whoever is meant.

    `else_`: what they can do now.
    """
    answer = form(TOO_OFTEN.format(minutes=math.ceil(wait_s / 60)) + else_, status=429)
    answer.headers["Retry-After"] = str(math.ceil(wait_s))
    return answer
