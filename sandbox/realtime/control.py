"""The stand-in's Realtime server behind HTTP: its requests, its counts, its behaviour to change.

For tests and for whoever plays with the sandbox; the service never calls it.
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from sandbox.bodies import RefusedError, json_object, refusal, require_address
from sandbox.realtime.behaviour import BehaviourError
from sandbox.realtime.server import RealtimeServer


def create_realtime_control(server: RealtimeServer) -> Blueprint:
    """`GET stats`, `requests` and `calls`; `GET`, `POST` and `DELETE` `behaviour`.

    A `POST` has the names to change, with their values; `DELETE` goes back to the first values.
    """
    control = Blueprint("sandbox_realtime", __name__, url_prefix="/sandbox/realtime")
    control.before_request(require_address)
    control.register_error_handler(RefusedError, refusal)
    control.register_error_handler(BehaviourError, lambda error: ({"error": str(error)}, 400))

    @control.get("/stats")
    def stats() -> ResponseReturnValue:
        return dict(server.stats())

    @control.get("/requests")
    def requests() -> ResponseReturnValue:
        return {"requests": server.requests}

    @control.get("/calls")
    def calls() -> ResponseReturnValue:
        return {"calls": server.calls}

    @control.get("/behaviour")
    def behaviour() -> ResponseReturnValue:
        return server.behaviour.as_dict()

    @control.post("/behaviour")
    def change_behaviour() -> ResponseReturnValue:
        server.behaviour.apply(json_object())
        return server.behaviour.as_dict()

    @control.delete("/behaviour")
    def reset_behaviour() -> ResponseReturnValue:
        server.behaviour.reset()
        return server.behaviour.as_dict()

    return control
