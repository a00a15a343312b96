"""A stand-in for Twilio's REST API and WhatsApp's own, that costs next to nothing.

It takes messages in, lists those of one diner, and shows a typing indicator to nobody. It checks
nothing and sends no status callbacks: `sandbox/` does.
"""

import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable
from email.utils import formatdate
from urllib.parse import parse_qsl, urlsplit

from tests.benchmarks.wire import response

API_VERSION = "2010-04-01"
KEPT = 50  # messages of one diner

CREATED = "201 Created"
NOT_FOUND = response(
    b'{"code":20404,"message":"The requested resource was not found","status":404}', "404 Not Found"
)
TYPING = response(b'{"success":true}')


class Rest:
    """`on_reply` gets the digits of who it goes to, and the text."""

    def __init__(self, account_sid: str, on_reply: Callable[[str, str], None]) -> None:
        self._account_sid = account_sid
        self._on_reply = on_reply
        self._kept: dict[str, deque[bytes]] = defaultdict(lambda: deque(maxlen=KEPT))
        self.typing = 0

    def answer(self, request_line: bytes, head: bytes, body: bytes) -> bytes:
        """One request, answered at once."""
        method, target, _ = request_line.decode().split(" ")
        url = urlsplit(target)
        if method == "POST" and url.path.endswith("/Messages.json"):
            return self._create(dict(parse_qsl(body.decode())))
        if method == "POST" and url.path.endswith("/Typing.json"):
            self.typing += 1
            return TYPING
        if method == "GET" and url.path.endswith("/Messages.json"):
            return self._list(url.path, dict(parse_qsl(url.query)).get("To", ""))
        if method == "POST" and url.path.endswith("/messages"):
            return self._create_at_whatsapp(json.loads(body))
        return NOT_FOUND

    def forget(self) -> None:
        self._kept.clear()

    def _create(self, form: dict[str, str]) -> bytes:
        self._on_reply(digits(form["To"]), form.get("Body", ""))
        resource = self._resource(form)
        self._kept[form["To"]].append(resource)
        return response(resource, CREATED)

    def _create_at_whatsapp(self, message: dict[str, object]) -> bytes:
        """https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"""
        text = message.get("text")
        if not isinstance(text, dict):  # a typing indicator, or a message marked as read
            self.typing += 1
            return TYPING
        to = str(message.get("to") or message.get("recipient"))
        self._on_reply(digits(to), text["body"])
        contact = {"input": to, "wa_id": digits(to)}
        told = {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": f"wamid.{random.getrandbits(160):040x}"}],
        }
        return response(json.dumps(told).encode())

    def _list(self, path: str, to: str) -> bytes:
        newest_first = b",".join(reversed(self._kept[to]))
        paging = {"page": 0, "page_size": KEPT, "start": 0, "end": len(self._kept[to])}
        uris = {
            "uri": path,
            "first_page_uri": path,
            "previous_page_uri": None,
            "next_page_uri": None,
        }
        return response(
            b'{"messages":[%b],%b' % (newest_first, json.dumps(paging | uris).encode()[1:])
        )

    def _resource(self, form: dict[str, str]) -> bytes:
        sid = f"SM{random.getrandbits(128):032x}"
        uri = f"/{API_VERSION}/Accounts/{self._account_sid}/Messages/{sid}"
        now = formatdate(time.time(), usegmt=False).replace("-0000", "+0000")
        resource = {
            "account_sid": self._account_sid,
            "api_version": API_VERSION,
            "body": form.get("Body", ""),
            "date_created": now,
            "date_sent": None,
            "date_updated": now,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": form["From"],
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": form["To"],
            "uri": f"{uri}.json",
        }
        return json.dumps(resource).encode()


def digits(address: str) -> str:
    """`whatsapp:+250788000001`, `250788000001` and `RW.250788000001` (WhatsApp's) are one diner."""
    return "".join(filter(str.isdigit, address))
