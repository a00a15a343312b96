"""TwiML apps as twilio's client meets them: made, told, and pointed elsewhere.

It checks and renders; what the account has is `account.py`'s.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from sandbox.twilio.account import TwimlApp, as_told
from sandbox.twilio.errors import TwilioError, refuse_others, render_error
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.paging import integer
from sandbox.twilio.webhooks import API_VERSION

CALLS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
}
OF_APPS = {"FriendlyName": "friendly_name", **CALLS}
PAGE_SIZE = 50


class AppsApi:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._account = exchange.account

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio_apps", __name__)
        apps = f"/{API_VERSION}/Accounts/<account>/Applications"
        routes.add_url_rule(f"{apps}.json", view_func=self.list_apps, methods=["GET"])
        routes.add_url_rule(f"{apps}.json", view_func=self.make_app, methods=["POST"])
        routes.add_url_rule(f"{apps}/<sid>.json", view_func=self.update_app, methods=["POST"])
        routes.url_value_preprocessor(_set_account_aside)
        routes.before_request(self._authenticate)
        routes.register_error_handler(TwilioError, render_error)
        return routes

    def list_apps(self) -> Response:
        """A page of them; the next one's address stands in it."""
        size, page = max(integer("PageSize", PAGE_SIZE), 1), integer("Page", 0)
        wanted = request.args.get("FriendlyName", "")
        found = [each for each in self._account.apps() if wanted in ("", each.friendly_name)]
        rest = found[page * size :]
        following = f"{request.path}?PageSize={size}&Page={page + 1}" if len(rest) > size else None
        told = {"applications": [self._app(each) for each in rest[:size]], "page": page}
        return jsonify(told | {"page_size": size, "next_page_uri": following})

    def make_app(self) -> tuple[Response, int]:
        return jsonify(self._app(self._account.make_app(**changes_of(request.form, OF_APPS)))), 201

    def update_app(self, sid: str) -> Response:
        try:
            changed = self._account.change_app(sid, **changes_of(request.form, OF_APPS))
        except KeyError:
            said = f"The requested resource {request.path} was not found"
            raise TwilioError(404, message=said) from None
        return jsonify(self._app(changed))

    def _app(self, known: TwimlApp) -> dict[str, Any]:
        account_sid = self._exchange.account_sid
        uri = f"/{API_VERSION}/Accounts/{account_sid}/Applications/{known.sid}.json"
        told = {name: value or None for name, value in as_told(known).items()}
        return {"account_sid": account_sid, "api_version": API_VERSION, "uri": uri, **told}

    def _authenticate(self) -> None:
        refuse_others(request, self._exchange, g.account)


def changes_of(form: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """What a form tells of these, by our names. Raises TwilioError for another method."""
    changes = {name: form[told] for told, name in names.items() if told in form}
    for told, name in names.items():
        if told.endswith("Method") and changes.get(name, "POST") not in {"GET", "POST"}:
            raise TwilioError(400, 20001, f"Invalid {told}: it must be GET or POST")
    return changes


def _set_account_aside(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.account = values.pop("account", None) if values else None
