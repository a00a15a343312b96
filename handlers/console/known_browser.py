"""Browsers that somebody has signed in with: what strangers guess keeps nobody out of their own.

A cookie tells them, OWASP's "device cookie". It signs nobody in: tries from there are counted by
it, and not with everybody else's.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from secrets import token_hex

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from handlers.console.mounted import AT
from models.console_accounts import hash_of

COOKIE = "console_known"
LASTS_S = 180 * 24 * 3600
MOST = 8  # accounts of one browser, as of a restaurant's laptop


def id_of(account: str) -> str | None:
    """By what this browser's tries are counted; None where it never got into the account."""
    return _known().get(_named(account))


def remember(account: str) -> None:
    """With the answer to this request. A copy of what the cookie was before counts apart."""
    others = [each for each in _known().items() if each[0] != _named(account)]
    known = dict([(_named(account), token_hex(8)), *others][:MOST])

    @after_this_request
    def keep(answer: Response) -> Response:
        answer.set_cookie(
            COOKIE,
            _signing().dumps(known),
            max_age=LASTS_S,
            path=AT,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return answer


def _known() -> dict[str, str]:
    """By account, the latest first."""
    try:
        return dict(_signing().loads(request.cookies.get(COOKIE, "")))
    except BadSignature:
        return {}


def _named(account: str) -> str:
    """The number itself is nobody's to read who borrows the browser."""
    return hash_of(account)[:16]


def _signing() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known browser")
