"""Twilio's ways in for a call: that somebody rings, how it goes on, and the websocket of its sound.

What becomes of a call is decided elsewhere; here its webhooks are verified and answered as TwiML,
and its stream is brought to the call that it belongs to.
"""

import time
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from conversation.call.sentences import Sentences
from engine.picking_up import Answered, Connect, Dial, PickedUp, PicksUp, Play, Reject
from handlers.acknowledging import KINDS_OF_CALLS, Acknowledging
from handlers.limits import CALLS_BY_CALLER, CALLS_OF_ANYBODY, UNLIMITED, Limits
from handlers.sounds import path_of
from handlers.verifying import MAX_SHOWN, Verifying
from knowledge.phrases import ENGLISH
from models.database.absence import DatabaseUnavailableError
from telemetry.logs import log, log_rationed
from telemetry.metrics import Metrics
from telemetry.ration import Ration
from whatsapp import streams, twiml
from whatsapp.inbound import BadFormError
from whatsapp.ringing import Ring, parse_call_status, parse_ring
from whatsapp.streams import BadFrameError, Connected, Started

if TYPE_CHECKING:
    from handlers.websocket import ServerSocket

AT = "/calls"
STREAM, STATUS = f"{AT}/stream", f"{AT}/status"
PARAMETER = "token"  # of the stream's
# From the handshake to the stream's start, which Twilio sends at once.
START_S = 10.0
# Of those that have not started: a handshake's signature is always the same, and each that is let
# in takes a connection's place from those who write.
MOST_STARTING = 100
# https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
DONE, NOT_ALLOWED, TRY_LATER = 1000, 1008, 1013
_TOO_MANY = "Too many streams wait for their start."
_NOBODY = "no call has this token, or it was used, or it is older than a minute"


class CallsRoutes:
    """`auth_token`, `public_url`: as of WhatsApp's webhooks. `sentences`: what can be played.

    `start_s`: how long a stream may take to say whose it is; `most_starting`: how many may do so.
    """

    def __init__(
        self,
        calls: PicksUp,
        sentences: Sentences,
        *,
        auth_token: str,
        public_url: str | None,
        limits: Limits = UNLIMITED,
        metrics: Metrics | None = None,
        start_s: float = START_S,
        most_starting: int = MOST_STARTING,
    ) -> None:
        self._calls = calls
        self._sentences = sentences
        self._verifying = Verifying(auth_token, public_url, "calls")
        self._limits = limits
        self._metrics = metrics or Metrics()
        self._acknowledging = Acknowledging(self._metrics, kinds=KINDS_OF_CALLS)
        self._start_s = start_s
        self._most_starting = most_starting
        self._starting: set[ServerSocket] = set()
        self._ration = Ration()

    def blueprint(self) -> Blueprint:
        routes = Blueprint("calls", __name__)
        routes.before_request(self._verify)
        routes.register_error_handler(
            BadFormError, lambda error: (str(error), 400, {"Content-Type": "text/plain"})
        )
        for slash in ("", "/"):
            routes.add_url_rule(f"{AT}{slash}", view_func=self.ring, methods=["POST"])
            routes.add_url_rule(f"{STATUS}{slash}", view_func=self.progress, methods=["POST"])
        routes.add_url_rule(STREAM, view_func=self.stream, websocket=True)
        routes.add_url_rule(STREAM, view_func=self.no_stream)
        return routes

    def ring(self) -> Response:
        """Somebody calls: TwiML says what becomes of it."""
        try:
            with self._acknowledging.of("call"):
                return self._picked_up(parse_ring(request.form))
        except DatabaseUnavailableError:
            # Of an answer without TwiML the caller would hear that an application has failed.
            return self._answered(Play("busy", ENGLISH))

    def progress(self) -> Response:
        """A call has come further, or its stream."""
        with self._acknowledging.of("call_status"):
            status = parse_call_status(request.form)
            if status.is_over:
                self._calls.ended(status)
            elif status.status == "stream-error":
                why = request.form.get("StreamError", "")[:MAX_SHOWN]
                log.warning("call.stream_failed", sid=status.sid, why=why)
            return Response(status=204)

    def no_stream(self) -> Response:
        """What is no websocket's handshake."""
        from handlers.websocket import UpgradeRequired  # noqa: PLC0415

        raise UpgradeRequired

    def stream(self) -> Response:
        """A call's sound, from its start to its end."""
        from handlers.websocket import Over, ServerSocket  # noqa: PLC0415 (where nobody calls)

        socket = ServerSocket.accept(request.environ)
        try:
            taken = self._taken(socket)
            if taken is not None:
                call, stream_sid = taken
                call.run(socket, stream_sid)
                socket.close(DONE)
        finally:
            socket.end()
        return Over()

    def _picked_up(self, ring: Ring) -> Response:
        if self._calls_too_often(ring):
            self._metrics.calls.labels("too_often").inc()
            return self._answered(Reject())
        return self._answered(self._calls.ring(ring), ring)

    def _calls_too_often(self, ring: Ring) -> bool:
        limit, who = CALLS_OF_ANYBODY, ring.number
        if ring.address:
            limit, who = CALLS_BY_CALLER, ring.address
        return self._limits.hit(limit, who) is not None

    def _answered(self, becomes: PickedUp, ring: Ring | None = None) -> Response:
        return Response(self._as_twiml(becomes, ring), content_type=twiml.CONTENT_TYPE)

    def _as_twiml(self, becomes: PickedUp, ring: Ring | None) -> str:
        url = self._verifying.public_url()
        match becomes:
            case Connect(token, parameters):
                return twiml.connect(
                    f"ws{url.removeprefix('http')}{STREAM}",
                    {PARAMETER: token, **parameters},
                    f"{url}{STATUS}",
                )
            case Play(key, language) if self._sentences.one(key, language).sound:
                return twiml.play(f"{url}{path_of(key, language)}")
            case Dial(number):
                # Of a number of ours: of the caller's own, not every country takes it.
                return twiml.dial(number, ring.number if ring else None)
        return twiml.reject()

    def _taken(self, socket: "ServerSocket") -> tuple[Answered, str] | None:
        """The stream's call, and its SID; where it has none, it is told why, and closed."""
        self._starting.add(socket)
        try:
            with self._acknowledging.of("call_stream"):
                started = self._started(socket)
                return self._call_of(started), started.stream_sid
        except BadFrameError as error:
            log_rationed("call.stream_refused", self._ration, why=str(error))
            socket.close(NOT_ALLOWED, str(error))
        except DatabaseUnavailableError:
            socket.close(TRY_LATER, "the database is away")
        finally:
            self._starting.discard(socket)
        return None

    def _call_of(self, started: Started) -> Answered:
        """Raises BadFrameError where it is nobody's."""
        token = started.parameters.get(PARAMETER, "")
        call = self._calls.take(token, started.call_sid, started.stream_sid)
        if call is None:
            raise BadFrameError(_NOBODY)
        return call

    def _started(self, socket: "ServerSocket") -> Started:
        """What Twilio says first. Raises BadFrameError for anything else, and for nothing."""
        deadline = time.monotonic() + self._start_s
        while (left_s := deadline - time.monotonic()) > 0:
            try:
                frame = socket.receive(left_s)
            except TimeoutError:
                break
            if frame is None:
                raise BadFrameError("a stream that ended before its start")
            match streams.read(frame):
                case Started() as started:
                    return started
                case Connected() | None:
                    continue
            raise BadFrameError("a stream that begins with something else than its start")
        raise BadFrameError("a stream that does not start")

    def _check_room(self) -> None:
        """Raises ServiceUnavailable."""
        if len(self._starting) >= self._most_starting:
            log_rationed("call.stream_refused", self._ration, why=_TOO_MANY)
            raise ServiceUnavailable(_TOO_MANY)

    def _verify(self) -> None:
        self._acknowledging.begin()
        view = (request.endpoint or "").rpartition(".")[2]
        if view not in KINDS_OF_CALLS:
            return  # what is refused whoever asks
        try:
            if view == "stream":
                self._verifying.check_stream()
                self._check_room()
            else:
                self._verifying.check_form()
        except HTTPException as error:
            self._acknowledging.count_refused(error)
            raise
