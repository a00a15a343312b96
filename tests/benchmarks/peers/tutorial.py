"""A peer: the Flask tutorials' way, under gunicorn's threads.

The route does it all, and acknowledges when all is done. Kinder than most of them: a thread keeps
its socket to the model, where a tutorial opens one for each question. It stores nothing.
"""

import os
from threading import local

import websocket
from flask import Flask, abort, request
from twilio.request_validator import RequestValidator

from tests.benchmarks.peers.realtime import ask_alone, connect
from tests.benchmarks.peers.twilio_rest import twilio_client

app = Flask(__name__)
client = twilio_client()
validator = RequestValidator(client.password)
mine = local()


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
    said = ask_alone(socket(), form["Body"])
    client.messages.create(to=form["From"], from_=form["To"], body=said)
    return "", 204


def socket() -> websocket.WebSocket:
    if not hasattr(mine, "socket"):
        mine.socket = connect()
    kept: websocket.WebSocket = mine.socket
    return kept
