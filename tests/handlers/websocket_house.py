"""One websocket, which does what each message says, for a gunicorn with our worker to serve."""

from flask import Flask, Response, request

from handlers.websocket import MAX_BYTES, Over, ServerSocket
from web_worker import WebWorker

FLOOD = "x" * (MAX_BYTES - 100)


def app(slow_client_s: float = WebWorker.patience_s) -> Flask:
    WebWorker.patience_s = slow_client_s
    made = Flask("websockets", static_folder=None)
    seen = {"open": 0, "ended": 0}

    @made.get("/stream", websocket=True)
    @made.get("/stream", endpoint="no websocket")
    def stream() -> Response:
        socket = ServerSocket.accept(
            request.environ,
            patience_s=float(request.args.get("patience_s", 5)),
            quiet_s=float(request.args.get("quiet_s", 60)),
        )
        seen["open"] += 1
        try:
            _serve(socket)
        finally:
            socket.end()
            seen["open"] -= 1
            seen["ended"] += 1
        return Over()

    @made.get("/seen")
    def tell() -> dict[str, int]:
        return seen

    return made


def _serve(socket: ServerSocket) -> None:
    while True:
        try:
            told = socket.receive(0.5)
        except TimeoutError:
            continue
        match told:
            case None:
                return
            case "close":
                socket.close(4000, "as you wish — " + "é" * 100)
            case "flood":
                for _ in range(1_000):
                    socket.send(FLOOD)
            case "fall over":
                raise RuntimeError("as told")
            case _:
                socket.send(told)
