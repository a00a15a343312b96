"""A peer: pywa, WhatsApp's own API, as its documentation has it: a handler that replies.

It runs under gunicorn's gevent worker. pywa acknowledges an update when its handlers are done. One
shared socket to the model, as the floor has. It stores nothing.
"""

from gevent import monkey

monkey.patch_all()

import os

import httpx
from flask import Flask
from pywa import WhatsApp, filters, types

from tests.benchmarks.peers.realtime import SharedSocket

CONNECTIONS = 200
TIMEOUT_S = 60

app = Flask(__name__)
realtime = SharedSocket()
session = httpx.Client(
    limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
    timeout=TIMEOUT_S,
)
whatsapp = WhatsApp(
    phone_id=os.environ["WHATSAPP_PHONE_ID"],
    token="token",
    session=session,
    server=app,
    webhook_endpoint="/whatsapp",
    verify_token="verify",
    app_secret=os.environ["WHATSAPP_APP_SECRET"],
)
session.base_url = httpx.URL(f"{os.environ['TWILIO_API_BASE_URL']}/v23.0")


@app.get("/healthz")
def healthz() -> dict[str, bool]:
    return {"ok": True}


@whatsapp.on_message(filters.text)
def answer(_: WhatsApp, message: types.Message) -> None:
    message.reply(realtime.ask(message.text or ""))
