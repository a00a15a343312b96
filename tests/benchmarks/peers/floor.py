"""The floor: the least code that answers a WhatsApp message through the Realtime API.

It runs under gunicorn's gevent worker: a signature check, one insert, one shared websocket, one
REST call. No persona, no history, no tool, no order, no retry.
"""

from gevent import monkey

monkey.patch_all()

import os
import sqlite3

import gevent
from flask import Flask, abort, request
from twilio.request_validator import RequestValidator

from tests.benchmarks.peers.realtime import SharedSocket
from tests.benchmarks.peers.twilio_rest import twilio_client

app = Flask(__name__)
client = twilio_client()
validator = RequestValidator(client.password)
realtime = SharedSocket()
database = sqlite3.connect(os.environ["DATABASE"], isolation_level=None, check_same_thread=False)
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA synchronous=NORMAL")
database.execute(
    "CREATE TABLE IF NOT EXISTS messages (sid TEXT PRIMARY KEY, diner TEXT, text TEXT)"
)


@app.get("/healthz")
def healthz() -> dict[str, bool]:
    return {"ok": True}


@app.post("/whatsapp")
def whatsapp() -> tuple[str, int]:
    form = request.form
    if not validator.validate(
        f"{os.environ['PUBLIC_URL']}/whatsapp", form, request.headers.get("X-Twilio-Signature", "")
    ):
        abort(403)
    row = form["MessageSid"], form["From"], form["Body"]
    database.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?)", row)
    gevent.spawn(answer, form["From"], form["To"], form["Body"])
    return "", 204


def answer(diner: str, number: str, text: str) -> None:
    said = realtime.ask(text)
    client.messages.create(to=diner, from_=number, body=said)
