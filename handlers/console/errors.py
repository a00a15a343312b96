"""What went wrong, in the console's own look; htmx gets the sentence alone, and shows it."""

from functools import partial

from flask import Flask, Response, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException, TooManyRequests

from models.database.absence import DatabaseUnavailableError, UnstorableError
from telemetry.logs import log_rationed
from telemetry.ration import Ration

RETRY_AFTER_S = 5
TOLD = {
    400: ("That did not work", "The form was not complete, or not ours. Go back and try again."),
    401: ("Not signed in", "Sign in, and try again."),
    403: ("Not yours to see", "Your role does not open this page. An owner can change that."),
    404: ("Nothing here", "There is no such page, or it is gone."),
    405: ("That did not work", "This page takes no such request."),
    413: ("Too much at once", "What was sent is too large."),
    429: ("Too often", "That was tried too often. Wait a while, then try again."),
    503: ("Not just now", "The service is busy. Try again in a moment."),
}
NOT_OURS = (
    "This form is too old",
    "It was open in another session, or for too long. Open the page again, and repeat it.",
)
AWAY = ("Not just now", "The database can't be reached. Try again in a moment: nothing was lost.")
UNSTORABLE = ("That did not work", "Something in it can't be stored, like a number too large.")
FAULT = ("Our fault", "Something broke, and it was noted. Try again, or go back.")


def register_errors(app: Flask) -> None:
    app.register_error_handler(CSRFError, lambda _: render(400, *NOT_OURS))
    app.register_error_handler(HTTPException, _render_http_error)
    app.register_error_handler(TooManyRequests, _render_too_many)
    app.register_error_handler(DatabaseUnavailableError, _render_away)
    app.register_error_handler(UnstorableError, partial(_render_unstorable, Ration()))


def render(status: int, title: str, sentence: str) -> Response:
    """An answer that is a sentence and nothing else."""
    # A page has links, which can't be made for a host that is none.
    is_nowhere = isinstance(request.routing_exception, BadHost)
    if is_nowhere or "HX-Request" in request.headers:
        answer = Response(sentence, status, mimetype="text/plain")
    else:
        page = render_template("error.html", title=title, sentence=sentence)
        answer = Response(page, status)
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _render_away(_: DatabaseUnavailableError) -> Response:
    # The page would ask the database once more who is signed in.
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    return render(503, *AWAY)


def _render_too_many(error: TooManyRequests) -> Response:
    answer = _render_http_error(error)
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _render_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    answer = render(status, *TOLD.get(status, FAULT))
    if allowed := getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(allowed)
    return answer


def _render_unstorable(ration: Ration, _: UnstorableError) -> Response:
    log_rationed("request.unstorable", ration, endpoint=request.endpoint)
    return render(400, *UNSTORABLE)
