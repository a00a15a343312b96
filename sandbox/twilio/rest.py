"""Twilio's REST API as twilio's own client meets it: messages, media, typing, ordered faults.

It checks and renders; what a message is and what becomes of it is the exchange's.
"""

import re
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, NoReturn

from flask import Blueprint, Request, Response, g, jsonify, request

from sandbox.twilio.account import ACTIVE
from sandbox.twilio.contents import Filled, filled_in
from sandbox.twilio.errors import NOT_ACTIVE, TEXTS, TwilioError, refuse_others, render_error
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.media import MOST_FILES, NO_ADDRESS, TOO_MANY, code_units, is_address
from sandbox.twilio.messages import INBOUND, Fault, Medium, Message
from sandbox.twilio.paging import PAGE_SIZE, page_of
from sandbox.twilio.webhooks import API_VERSION

BODY_LIMIT = 1600  # UTF-16 code units


class TwilioApi:
    """The REST API of one account."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio", __name__)
        account = f"/{API_VERSION}/Accounts/<account>"
        views: list[tuple[str, str, Callable[..., Any]]] = [
            ("POST", f"{account}/Messages.json", self.create),
            ("GET", f"{account}/Messages.json", self.list_messages),
            ("GET", f"{account}/Messages/<sid>.json", self.fetch),
            ("GET", f"{account}/Messages/<sid>/Media.json", self.list_media),
            ("GET", f"{account}/Messages/<sid>/Media/<media_sid>.json", self.fetch_medium),
            ("GET", f"{account}/Messages/<sid>/Media/<media_sid>", self.redirect_to_content),
            ("POST", "/v2/Indicators/Typing.json", self.show_typing),
            ("GET", "/media-cdn/<media_sid>", self.content),
        ]
        for method, path, view in views:
            routes.add_url_rule(path, endpoint=view.__name__, view_func=view, methods=[method])
        routes.url_value_preprocessor(_set_account_aside)
        routes.before_request(self._authenticate)
        routes.after_request(self._date)
        routes.register_error_handler(TwilioError, render_error)
        return routes

    def create(self) -> tuple[Response, int]:
        fault = self._exchange.take_fault(request.form.get("To", ""))
        if not fault.get("after") and "fail_with" not in fault:
            self._suffer(fault)
        self._check_new(request)
        form = request.form
        filled = self._filled_in(form)
        message = self._exchange.send(
            form["To"],
            form["From"],
            filled.body,
            form.getlist("MediaUrl"),
            status_callback=form.get("StatusCallback"),
            fail_with=fault.get("fail_with") or filled.fail_with,
            listed_after_s=fault.get("listed_after_s", 0.0),
            choices=filled.choices,
            is_template=filled.is_template,
        )
        # Rendered first: the answer says "queued", however far the delivery is by now.
        answer = jsonify(self._resource(message) | {"status": "queued", "date_sent": None})
        if fault.get("after"):
            self._suffer(fault)
        return answer, 201

    def list_messages(self) -> Response:
        found = self._exchange.messages(request.args.get("To"), request.args.get("From"))
        now = self._exchange.now()
        page, place = page_of([each for each in found if each.listed_at <= now])
        return jsonify({"messages": [self._resource(message) for message in page], **place})

    def fetch(self, sid: str) -> Response:
        return jsonify(self._resource(self._message(sid)))

    def list_media(self, sid: str) -> Response:
        media = [self._medium_resource(medium) for medium in self._message(sid).media]
        paging = {
            "page": 0,
            "page_size": PAGE_SIZE,
            "start": 0,
            "end": max(len(media) - 1, 0),
            "next_page_uri": None,
        }
        uris = {"uri": request.path, "first_page_uri": request.path, "previous_page_uri": None}
        return jsonify({"media_list": media, **paging, **uris})

    def fetch_medium(self, sid: str, media_sid: str) -> Response:
        return jsonify(self._medium_resource(self._medium(sid, media_sid)))

    def redirect_to_content(self, sid: str, media_sid: str) -> Response:
        medium = self._medium(sid, media_sid)
        elsewhere = medium.url
        if medium.content is not None:
            elsewhere = request.host_url.rstrip("/") + self._exchange.cdn_path(medium)
        return Response(
            status=302, headers={"Location": elsewhere}, content_type=medium.content_type
        )

    def show_typing(self) -> Response:
        if request.form.get("channel", "").lower() != "whatsapp":
            raise TwilioError(400, 20001, "Invalid channel: it must be whatsapp")
        sid = request.form.get("messageId", "")
        if not self._exchange.show_typing(sid):
            raise TwilioError(404, message=f"No inbound message {sid} was found")
        return jsonify({"success": True})

    def content(self, media_sid: str) -> Response:
        medium = self._exchange.medium(media_sid)
        if medium is None or medium.content is None:
            raise TwilioError(404)
        if request.full_path != self._exchange.cdn_path(medium):
            raise TwilioError(403, 20003, "The link is not signed")
        return Response(medium.content, content_type=medium.content_type)

    def _authenticate(self) -> None:
        if request.path.startswith("/media-cdn/"):
            return
        refuse_others(request, self._exchange, g.account)
        if self._exchange.account.status != ACTIVE:
            raise TwilioError(403, NOT_ACTIVE)

    def _date(self, response: Response) -> Response:
        now = datetime.fromtimestamp(self._exchange.now(), UTC)
        response.headers["Date"] = format_datetime(now, usegmt=True)
        return response

    def _suffer(self, fault: Fault) -> None:
        if "timeout_s" in fault:
            self._exchange.pause(fault["timeout_s"])
        if "status" in fault:
            raise TwilioError(fault["status"], fault.get("code"))
        if fault.get("close") or ("timeout_s" in fault and not fault.get("after")):
            _hang_up(request)

    def _check_new(self, new: Request) -> None:
        form = new.form
        to = form.get("To", "")
        body = form.get("Body", "")
        if not to:
            raise TwilioError(400, 21604)
        if not form.get("From"):
            raise TwilioError(400, 21603)
        if not re.fullmatch(r"whatsapp:\S+", to):
            raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not self._exchange.has_number(form["From"]):
            raise TwilioError(400, 63007)
        if (to, form["From"]) in self._exchange.opted_out:
            raise TwilioError(400, 21610)
        if not (body or form.getlist("MediaUrl") or form.get("ContentSid")):
            raise TwilioError(400, 21619)
        if not all(map(is_address, form.getlist("MediaUrl"))):
            raise TwilioError(400, NO_ADDRESS)
        if len(form.getlist("MediaUrl")) > MOST_FILES:
            raise TwilioError(400, TOO_MANY)
        if code_units(body) > BODY_LIMIT:
            raise TwilioError(400, 21617)

    def _filled_in(self, form: Mapping[str, str]) -> Filled:
        """What is sent: the words, or a content with its variables."""
        sid = form.get("ContentSid")
        if not sid:
            return Filled(form.get("Body", ""))
        content = self._exchange.contents.of(sid)
        if content is None:
            raise TwilioError(400, 21655)
        return filled_in(content, form.get("ContentVariables", ""))

    def _message(self, sid: str) -> Message:
        message = self._exchange.message(sid)
        if message is None:
            raise TwilioError(404, message=f"The requested resource {request.path} was not found")
        return message

    def _medium(self, message_sid: str, media_sid: str) -> Medium:
        medium = self._exchange.medium(media_sid)
        if medium is None or medium.message_sid != message_sid:
            raise TwilioError(404, message=f"The requested resource {request.path} was not found")
        return medium

    def _resource(self, message: Message) -> dict[str, object]:
        uri = f"/{API_VERSION}/Accounts/{self._exchange.account_sid}/Messages/{message.sid}"
        return {
            "account_sid": self._exchange.account_sid,
            "api_version": API_VERSION,
            "body": message.body,
            "date_created": _rfc2822(message.created),
            "date_sent": _rfc2822(message.sent_at) if message.sent_at else None,
            "date_updated": _rfc2822(message.history[-1][1]),
            "direction": message.direction,
            "error_code": message.error_code,
            "error_message": TEXTS.get(message.error_code) if message.error_code else None,
            "from": message.from_,
            "messaging_service_sid": None,
            "num_media": str(len(message.media)),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": message.sid,
            "status": "received" if message.direction == INBOUND else message.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": message.to,
            "uri": f"{uri}.json",
        }

    def _medium_resource(self, medium: Medium) -> dict[str, object]:
        made = _rfc2822(self._message(medium.message_sid).created)
        account_uri = f"/{API_VERSION}/Accounts/{self._exchange.account_sid}"
        uri = f"{account_uri}/Messages/{medium.message_sid}/Media/{medium.sid}.json"
        owner = {
            "account_sid": self._exchange.account_sid,
            "parent_sid": medium.message_sid,
            "sid": medium.sid,
            "uri": uri,
        }
        return {
            **owner,
            "content_type": medium.content_type,
            "date_created": made,
            "date_updated": made,
        }


def _set_account_aside(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.account = values.pop("account", None) if values else None


def _hang_up(current: Request) -> NoReturn:
    for name in ("werkzeug.socket", "gunicorn.socket"):
        connection = current.environ.get(name)
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR)
            # Ends the request; nobody hears this answer any more.
            raise TwilioError(500)
    said = "This server cannot close a connection: serve the sandbox with werkzeug or gunicorn"
    raise TwilioError(503, message=said)


def _rfc2822(moment: float) -> str:
    return format_datetime(datetime.fromtimestamp(moment, UTC))
