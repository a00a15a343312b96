"""The Content API as twilio's own client meets it: contents, and WhatsApp's approval of them.

It checks and renders; what a content is and how it is filled in is `contents.py`'s.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.twilio.contents import Content, made_of
from sandbox.twilio.errors import TwilioError, render_error, require_key
from sandbox.twilio.exchange import Exchange

URL = "https://content.twilio.com/v1/Content"
PAGE_SIZE = 50
CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})


class ContentApi:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio_content", __name__, url_prefix="/v1/Content")
        views: list[tuple[str, str, Callable[..., Any]]] = [
            ("POST", "", self.create),
            ("GET", "", self.list_contents),
            ("GET", "/<sid>", self.fetch),
            ("DELETE", "/<sid>", self.delete),
            ("POST", "/<sid>/ApprovalRequests/whatsapp", self.approve),
            ("GET", "/<sid>/ApprovalRequests", self.fetch_approval),
        ]
        for method, path, view in views:
            routes.add_url_rule(path, endpoint=view.__name__, view_func=view, methods=[method])
        routes.before_request(self._authenticate)
        routes.register_error_handler(TwilioError, render_error)
        return routes

    def create(self) -> tuple[Response, int]:
        fault = self._exchange.take_fault("", of_content=True)
        if "timeout_s" in fault:
            self._exchange.pause(fault["timeout_s"])
        if "status" in fault:
            raise TwilioError(fault["status"], fault.get("code"))
        content = made_of(request.get_json(silent=True), self._exchange.now())
        self._exchange.contents.keep(content)
        return jsonify(self._resource(content)), 201

    def list_contents(self) -> Response:
        contents = self._exchange.contents.all()
        meta = {
            "page": 0,
            "page_size": max(PAGE_SIZE, len(contents)),
            "first_page_url": f"{URL}?PageSize={PAGE_SIZE}&Page=0",
            "previous_page_url": None,
            "url": f"{URL}?PageSize={PAGE_SIZE}&Page=0",
            "next_page_url": None,
            "key": "contents",
        }
        return jsonify({"contents": [self._resource(each) for each in contents], "meta": meta})

    def fetch(self, sid: str) -> Response:
        return jsonify(self._resource(self._content(sid)))

    def delete(self, sid: str) -> tuple[str, int]:
        self._content(sid)
        self._exchange.contents.drop(sid)
        return "", 204

    def approve(self, sid: str) -> tuple[Response, int]:
        content = self._content(sid)
        asked = request.get_json(silent=True)
        name, category = (asked or {}).get("name"), (asked or {}).get("category")
        if not isinstance(name, str) or not name.replace("_", "").isalnum() or not name.islower():
            raise TwilioError(400, 20001, "Invalid name: lower-case letters, digits and _")
        if category not in CATEGORIES:
            raise TwilioError(400, 20001, f"Invalid category: {category}")
        # Told by the time that one asks.
        status, reason = self._exchange.contents.verdict
        content.approval.update(
            name=name, category=category, status=status, rejection_reason=reason
        )
        return jsonify(self._approval(content) | {"status": "received"}), 201

    def fetch_approval(self, sid: str) -> Response:
        content = self._content(sid)
        told = self._approval(content) | {"type": "whatsapp"}
        owner = {"sid": sid, "account_sid": self._exchange.account_sid}
        return jsonify({**owner, "whatsapp": told, "url": f"{URL}/{sid}/ApprovalRequests"})

    def _authenticate(self) -> None:
        require_key(request, self._exchange.account_sid, self._exchange.auth_token)

    def _content(self, sid: str) -> Content:
        content = self._exchange.contents.of(sid)
        if content is None:
            raise TwilioError(404, message=f"The requested resource {request.path} was not found")
        return content

    def _resource(self, content: Content) -> dict[str, object]:
        made = datetime.fromtimestamp(content.made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        url = f"{URL}/{content.sid}"
        return {
            "sid": content.sid,
            "account_sid": self._exchange.account_sid,
            "friendly_name": content.friendly_name,
            "language": content.language,
            "variables": dict(content.variables),
            "types": dict(content.types),
            "url": url,
            "date_created": made,
            "date_updated": made,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
        }

    def _approval(self, content: Content) -> dict[str, object]:
        return {
            "name": "",
            "category": "",
            "content_type": next(iter(content.types)),
            "status": "unsubmitted",
            "rejection_reason": "",
            "allow_category_change": True,
            **content.approval,
        }
