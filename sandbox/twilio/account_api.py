"""The account's own resources as twilio's client meets them: its state, balance, usage, numbers.

It checks and renders; what the account has is `account.py`'s.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request

from sandbox.twilio.account import MessagingService, PhoneNumber, Sender
from sandbox.twilio.apps_api import CALLS, changes_of
from sandbox.twilio.errors import TwilioError, refuse_others, render_error
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.paging import integer
from sandbox.twilio.webhooks import API_VERSION

MESSAGING_URL = "https://messaging.twilio.com"
SENDERS_URL = f"{MESSAGING_URL}/v2/Channels/Senders"
SERVICES_URL = f"{MESSAGING_URL}/v1/Services"
PAGE_SIZE, MOST_ON_PAGE = 20, 1000
WEBHOOK = (
    "callback_url",
    "callback_method",
    "fallback_url",
    "fallback_method",
    "status_callback_url",
    "status_callback_method",
)
Listed = TypeVar("Listed", Sender, MessagingService)
METHODS = frozenset({"POST", "PUT"})
OF_NUMBERS = {
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsApplicationSid": "sms_application_sid",
    "VoiceApplicationSid": "voice_application_sid",
    **CALLS,
}


class AccountApi:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._account = exchange.account

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio_account", __name__)
        account = f"/{API_VERSION}/Accounts/<account>"
        numbers = f"{account}/IncomingPhoneNumbers"
        views: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", f"{account}.json", self.fetch_account),
            ("GET", f"{account}/Balance.json", self.fetch_balance),
            ("GET", f"{account}/Usage/Records/ThisMonth.json", self.list_usage),
            ("GET", f"{numbers}.json", self.list_numbers),
            ("GET", f"{numbers}/<sid>.json", self.fetch_number),
            ("POST", f"{numbers}/<sid>.json", self.update_number),
            ("GET", "/v2/Channels/Senders", self.list_senders),
            ("GET", "/v2/Channels/Senders/<sid>", self.fetch_sender),
            ("POST", "/v2/Channels/Senders/<sid>", self.update_sender),
            ("GET", "/v1/Services", self.list_services),
            ("GET", "/v1/Services/<sid>/ChannelSenders", self.list_senders_of_service),
        ]
        for method, path, view in views:
            routes.add_url_rule(path, endpoint=view.__name__, view_func=view, methods=[method])
        routes.url_value_preprocessor(_set_account_aside)
        routes.before_request(self._authenticate)
        routes.register_error_handler(TwilioError, render_error)
        return routes

    def fetch_account(self) -> Response:
        sid = self._exchange.account_sid
        return jsonify(
            {
                "sid": sid,
                "friendly_name": "Sandbox",
                "status": self._account.status,
                "type": self._account.type,
                "owner_account_sid": sid,
                "uri": f"/{API_VERSION}/Accounts/{sid}.json",
            }
        )

    def fetch_balance(self) -> Response:
        if self._account.balance is None:
            raise _not_found()
        sid = self._exchange.account_sid
        told = {"account_sid": sid, "balance": self._account.balance, "currency": "USD"}
        return jsonify(told)

    def list_usage(self) -> Response:
        category = request.args.get("Category", "totalprice")
        today = datetime.fromtimestamp(self._exchange.now(), UTC).date()
        record = {
            "account_sid": self._exchange.account_sid,
            "api_version": API_VERSION,
            "category": category,
            "description": category,
            "count": self._account.spent,
            "count_unit": "usd",
            "usage": self._account.spent,
            "usage_unit": "usd",
            "price": self._account.spent,
            "price_unit": "usd",
            "start_date": today.replace(day=1).isoformat(),
            "end_date": today.isoformat(),
        }
        records = [record] if category == "totalprice" else []
        return jsonify({"usage_records": records, **_one_page(len(records))})

    def list_numbers(self) -> Response:
        wanted = request.args.get("PhoneNumber", "")
        found = [each for each in self._account.phone_numbers() if wanted in ("", each.number)]
        told = [self._number(each) for each in found]
        return jsonify({"incoming_phone_numbers": told, **_one_page(len(told))})

    def fetch_number(self, sid: str) -> Response:
        return jsonify(self._number(self._number_of(sid)))

    def update_number(self, sid: str) -> Response:
        known = self._number_of(sid)
        changes = changes_of(request.form, OF_NUMBERS)
        return jsonify(self._number(self._account.change_number(known.number, **changes)))

    def list_senders(self) -> Response:
        if request.args.get("Channel") != "whatsapp":
            raise TwilioError(400, 20001, "Channel is required: whatsapp")
        return jsonify(_page(self._account.senders(), "senders", _sender, SENDERS_URL))

    def fetch_sender(self, sid: str) -> Response:
        return jsonify(_sender(self._sender_of(sid)))

    def update_sender(self, sid: str) -> tuple[Response, int]:
        """As with Twilio, what is told is taken, and carried out by and by."""
        known = self._sender_of(sid)
        body = request.get_json(silent=True)
        webhook = (body or {}).get("webhook") or {}
        if not isinstance(webhook, dict) or not set(webhook) <= set(WEBHOOK):
            raise TwilioError(400, 20001, f"Invalid webhook: its fields are {', '.join(WEBHOOK)}")
        for name in ("callback_method", "fallback_method"):
            if webhook.get(name) not in {None, *METHODS}:
                raise TwilioError(400, 20001, f"Invalid {name}: it must be POST or PUT")
        changes = {name: value or "" for name, value in webhook.items()}
        configuration = (body or {}).get("configuration") or {}
        if "voice_application_sid" in configuration:
            changes["voice_application_sid"] = configuration["voice_application_sid"] or ""
        changed = self._account.change(known.address, **changes)
        return jsonify(_sender(changed) | {"status": "ONLINE:UPDATING"}), 202

    def list_services(self) -> Response:
        return jsonify(_page(self._account.services(), "services", self._service, SERVICES_URL))

    def list_senders_of_service(self, sid: str) -> Response:
        found = (each for each in self._account.services() if each.sid == sid)
        if (service := next(found, None)) is None:
            raise _not_found()
        members = [each for each in self._account.senders() if each.service == service.name]
        url = f"{SERVICES_URL}/{sid}/ChannelSenders"
        return jsonify(_page(members, "senders", partial(self._channel_sender, sid), url))

    def _authenticate(self) -> None:
        refuse_others(request, self._exchange, g.account)

    def _sender_of(self, sid: str) -> Sender:
        found = (each for each in self._account.senders() if each.sid == sid)
        if (sender := next(found, None)) is None:
            raise _not_found()
        return sender

    def _number_of(self, sid: str) -> PhoneNumber:
        found = (each for each in self._account.phone_numbers() if each.sid == sid)
        if (number := next(found, None)) is None:
            raise _not_found()
        return number

    def _service(self, known: MessagingService) -> dict[str, object]:
        return {
            "account_sid": self._exchange.account_sid,
            "fallback_method": "POST",
            "fallback_url": known.fallback_url or None,
            "friendly_name": known.name,
            "inbound_method": known.inbound_method,
            "inbound_request_url": known.inbound_request_url or None,
            "sid": known.sid,
            "status_callback": None,
            "url": f"{SERVICES_URL}/{known.sid}",
            "use_inbound_webhook_on_number": known.defers,
        }

    def _channel_sender(self, service_sid: str, known: Sender) -> dict[str, object]:
        return {
            "account_sid": self._exchange.account_sid,
            "messaging_service_sid": service_sid,
            "sender": known.address,
            "sender_type": "WhatsApp",
            "sid": known.sid,
            "url": f"{SERVICES_URL}/{service_sid}/ChannelSenders/{known.sid}",
        }

    def _number(self, known: PhoneNumber) -> dict[str, object]:
        account_sid = self._exchange.account_sid
        uri = f"/{API_VERSION}/Accounts/{account_sid}/IncomingPhoneNumbers/{known.sid}.json"
        return {
            "account_sid": account_sid,
            "api_version": API_VERSION,
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "friendly_name": known.number,
            "phone_number": known.number,
            "sid": known.sid,
            "sms_application_sid": known.sms_application_sid,
            "sms_fallback_method": "POST",
            "sms_fallback_url": "",
            "sms_method": known.sms_method,
            "sms_url": known.sms_url,
            "status": "in-use",
            "status_callback": known.status_callback,
            "status_callback_method": known.status_callback_method,
            "voice_application_sid": known.voice_application_sid,
            "voice_method": known.voice_method,
            "voice_url": known.voice_url or None,
            "uri": uri,
        }


def _sender(known: Sender) -> dict[str, object]:
    url = f"{SENDERS_URL}/{known.sid}"
    reason = {
        "code": known.offline_code,
        "message": known.offline_message,
        "more_info": f"https://www.twilio.com/docs/api/errors/{known.offline_code}",
    }
    return {
        "sid": known.sid,
        "status": known.status,
        "sender_id": known.address,
        "configuration": {
            "waba_id": "102290129340398",
            "verification_method": None,
            "verification_code": None,
            "voice_application_sid": known.voice_application_sid or None,
            "account_type": None,
        },
        "webhook": {name: getattr(known, name) or None for name in WEBHOOK},
        "profile": None,
        "compliance": None,
        "properties": {
            "quality_rating": known.quality_rating,
            "messaging_limit": known.messaging_limit,
        },
        "offline_reasons": [reason] if known.offline_code else None,
        "url": url,
    }


def _one_page(count: int) -> dict[str, object]:
    return {
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": max(count - 1, 0),
        "uri": request.full_path.rstrip("?"),
        "first_page_uri": request.path,
        "previous_page_uri": None,
        "next_page_uri": None,
    }


def _page(
    listed: Sequence[Listed], name: str, told: Callable[[Listed], object], url: str
) -> dict[str, object]:
    """The page that was asked for, as Twilio's newer APIs tell one."""
    size = min(max(integer("PageSize", PAGE_SIZE), 1), MOST_ON_PAGE)
    page = integer("Page", 0)
    first = page * size

    def at(place: int) -> str:
        return f"{url}?{urlencode({**request.args, 'PageSize': size, 'Page': place})}"

    meta = {
        "page": page,
        "page_size": size,
        "first_page_url": at(0),
        "previous_page_url": at(page - 1) if page else None,
        "url": at(page),
        "next_page_url": at(page + 1) if first + size < len(listed) else None,
        "key": name,
    }
    return {name: [told(each) for each in listed[first : first + size]], "meta": meta}


def _not_found() -> TwilioError:
    return TwilioError(404, message=f"The requested resource {request.path} was not found")


def _set_account_aside(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.account = values.pop("account", None) if values else None
