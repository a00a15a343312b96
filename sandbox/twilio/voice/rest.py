"""Twilio's REST API of calls, as twilio's own client meets it: to look at one, end it, lead it.

It checks and renders; what becomes of a call is `calls.py`'s.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from sandbox.twilio.account import ACTIVE
from sandbox.twilio.errors import NOT_ACTIVE, TwilioError, refuse_others, render_error
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.call import Call
from sandbox.twilio.voice.twiml import parse
from sandbox.twilio.voice.verbs import Document
from sandbox.twilio.webhooks import API_VERSION

NOT_IN_PROGRESS = 21220
LONGEST_TWIML = 4_000  # characters


class CallsApi:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio_calls", __name__)
        path = f"/{API_VERSION}/Accounts/<account>/Calls/<sid>.json"
        views: list[tuple[str, Callable[..., Any]]] = [("GET", self.fetch), ("POST", self.update)]
        for method, view in views:
            routes.add_url_rule(path, endpoint=view.__name__, view_func=view, methods=[method])
        routes.url_value_preprocessor(_set_account_aside)
        routes.before_request(self._authenticate)
        routes.register_error_handler(TwilioError, render_error)
        return routes

    def fetch(self, sid: str) -> Response:
        return jsonify(self._resource(self._call(sid)))

    def update(self, sid: str) -> Response:
        call = self._call(sid)
        form = request.form
        status = form.get("Status", "")
        if status:
            if status not in {"completed", "canceled"}:
                raise TwilioError(400, 20001, f"Invalid Status: {status}")
            if call.is_over:
                raise TwilioError(
                    404, message=f"The requested resource {request.path} was not found"
                )
            call.end()
        else:
            document = self._document(call)
            if call.is_over or call.answered_s is None:
                raise TwilioError(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
            self._exchange.calls.redirect(call, document)
        return jsonify(self._resource(call))

    def _document(self, call: Call) -> Document:
        """What it is to go on with."""
        form = request.form
        if "Twiml" in form:
            if len(form["Twiml"]) > LONGEST_TWIML:
                raise TwilioError(400, 20001, "Twiml is too long")
            document = parse(form["Twiml"])
            with call.changed:
                call.twiml.append(form["Twiml"])
                for each in document.complaints:
                    call.complain(each)
            if document.is_broken:
                raise TwilioError(400, 20001, "Twiml is no document that can be parsed")
            return document
        if "Url" not in form:
            raise TwilioError(400, 20001, "Status, Url or Twiml is required")
        fetched = self._exchange.calls.fetch(call, form.get("Method", "POST"), form["Url"])
        return fetched or Document(())

    def _authenticate(self) -> None:
        refuse_others(request, self._exchange, g.account)
        if self._exchange.account.status != ACTIVE:
            raise TwilioError(403, NOT_ACTIVE)

    def _call(self, sid: str) -> Call:
        call = self._exchange.calls.find(sid)
        if call is None:
            raise TwilioError(404, message=f"The requested resource {request.path} was not found")
        return call

    def _resource(self, call: Call) -> dict[str, object]:
        account = self._exchange.account_sid
        started = call.created + (call.answered_s or 0.0)
        ended = None if call.ended_s is None else call.created + call.ended_s
        uri = f"/{API_VERSION}/Accounts/{account}/Calls/{call.sid}"
        return {
            "account_sid": account,
            "annotation": None,
            "answered_by": None,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": _rfc2822(call.created),
            "date_updated": _rfc2822(ended or started),
            "direction": "inbound",
            "duration": str(round(call.seconds)) if call.is_over else None,
            "end_time": _rfc2822(ended) if ended else None,
            "forwarded_from": None,
            "from": call.from_,
            "from_formatted": call.from_,
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": "",
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": call.sid,
            "start_time": _rfc2822(started),
            "status": call.status,
            "subresource_uris": {"streams": f"{uri}/Streams.json"},
            "to": call.to,
            "to_formatted": call.to,
            "trunk_sid": "",
            "uri": f"{uri}.json",
        }


def _set_account_aside(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.account = values.pop("account", None) if values else None


def _rfc2822(moment: float) -> str:
    return format_datetime(datetime.fromtimestamp(moment, UTC))
