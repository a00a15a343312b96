"""A peer: one websocket for each message, under gunicorn's gevent worker.

The answer comes beside the 204. It stores nothing.
"""

from gevent import monkey

monkey.patch_all()

import os

import gevent
from flask import Flask, abort, request
from twilio.request_validator import RequestValidator

from tests.benchmarks.peers.realtime import ask_alone, connect
from tests.benchmarks.peers.twilio_rest import twilio_client

app = Flask(__name__)
client = twilio_client()
validator = RequestValidator(client.password)


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
    gevent.spawn(answer, form["From"], form["To"], form["Body"])
    return "", 204


def answer(diner: str, number: str, text: str) -> None:
    socket = connect()
    said = ask_alone(socket, text)
    socket.close()
    client.messages.create(to=diner, from_=number, body=said)
