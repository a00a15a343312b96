"""The sandbox's web server: Twilio's REST API, the phone, and the ways to steer both stand-ins.

It puts them together, and answers for none of them.
"""

from pathlib import Path

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from sandbox.bodies import REQUEST_LIMIT, RefusedError, refusal
from sandbox.phone.backend import STATIC, Phone
from sandbox.rules import RuleBuiltLate
from sandbox.twilio.account_api import AccountApi
from sandbox.twilio.apps_api import AppsApi
from sandbox.twilio.content_api import ContentApi
from sandbox.twilio.control import Control
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.rest import TwilioApi
from sandbox.twilio.voice.control import CallsControl
from sandbox.twilio.voice.rest import CallsApi


def create_web(exchange: Exchange, static: Path = STATIC) -> Flask:
    """The whole sandbox but its Realtime API, as a WSGI application.

    Closing the exchange is its owner's.
    """
    web = Flask("sandbox", static_folder=None)
    web.url_rule_class = RuleBuiltLate
    web.config["MAX_CONTENT_LENGTH"] = REQUEST_LIMIT
    web.config["MAX_FORM_MEMORY_SIZE"] = REQUEST_LIMIT
    for part in (
        TwilioApi(exchange),
        AccountApi(exchange),
        AppsApi(exchange),
        ContentApi(exchange),
        Phone(exchange, static),
        Control(exchange),
        CallsApi(exchange),
        CallsControl(exchange),
    ):
        web.register_blueprint(part.blueprint())
    web.register_error_handler(HTTPException, _render_http_error)
    # JSON nested deeper than Python's stack.
    web.register_error_handler(
        RecursionError, lambda _: refusal(RefusedError("the body is nested too deep"))
    )
    return web


def _render_http_error(error: HTTPException) -> tuple[Response, int]:
    return jsonify({"error": error.description or error.name}), error.code or 500
