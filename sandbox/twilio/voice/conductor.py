"""Who leads a call: fetches its TwiML, carries it out verb by verb, tells its end.

One thread a call. What happens meanwhile, the caller's and the REST API's, comes by the call.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sandbox.twilio.voice.call import COMPLETED, IN_PROGRESS, Call, Dialled
from sandbox.twilio.voice.forms import SCHEME, call_fields, status_fields, stream_fields
from sandbox.twilio.voice.sounds import SoundError, load_sound, said
from sandbox.twilio.voice.stream import Stream
from sandbox.twilio.voice.twiml import DIAL_BAD_NUMBER, is_number, parse
from sandbox.twilio.voice.verbs import (
    Complaint,
    Connect,
    Dial,
    Document,
    Hangup,
    Pause,
    Play,
    Redirect,
    Reject,
    Say,
    Verb,
)
from sandbox.twilio.webhooks import HTTP_FAILURE, Webhooks

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
BAD_TYPE = 12300
MOST_DOCUMENTS = 100  # one that redirects to itself ends somewhere
LONGEST_CALL_S = 4 * 3600.0
# What a person does who is dialled, but for answering.
OUTCOMES = ("busy", "no-answer", "failed")


@dataclass(frozen=True, slots=True)
class Routes:
    """Where a number's calls are posted, and where their end is told: nowhere, if empty."""

    voice_url: str
    status_url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Account:
    """`people`: what who is dialled does, by number; who is not in it answers."""

    sid: str
    auth_token: str
    webhooks: Webhooks
    now: Callable[[], float]
    people: Mapping[str, str]


class Conductor:
    def __init__(self, call: Call, account: Account, routes: Routes) -> None:
        self._call = call
        self._account = account
        self._routes = routes

    def conduct(self) -> None:
        """From the first ring to the status callback."""
        call = self._call
        document = self.fetched(self._routes.method, self._routes.voice_url)
        for _ in range(MOST_DOCUMENTS):
            if document is None or call.is_over:
                break
            document = self._performed(document)
        call.answer()
        call.end()
        if self._routes.status_url:
            fields = status_fields(call, self._account.sid, self._account.now())
            answer = self._account.webhooks.post(self._routes.status_url, fields)
            call.note("call.status_told", {"status": call.status, "answer": answer.status})
        with call.changed:
            call.is_settled = True
            call.changed.notify_all()

    def _performed(self, document: Document) -> Document | None:
        """The document to go on with; None: the call is over."""
        for verb in document.verbs:
            if not isinstance(verb, Reject):
                self._call.answer()
            following = self._do(verb)
            if self._call.is_over:
                return None
            if ordered := self._call.take_order():
                return ordered
            if following is not None:
                return following
        return None

    def _do(self, verb: Verb) -> Document | None:
        """Carry it out; what it leads to, where it leads elsewhere."""
        call = self._call
        match verb:
            case Connect():
                return self._stream(verb)
            case Play(url, loop):
                self._play(url, loop)
            case Say(text, language):
                call.note("say", {"text": text, "language": language})
                self._hear(said(text))
            case Pause(seconds):
                call.wait_for(call.is_disturbed, seconds)
            case Redirect(url, method):
                return self.fetched(method, url)
            case Dial():
                return self._dial(verb)
            case Hangup():
                call.end()
            case Reject(reason):
                call.end("busy" if reason == "busy" else "no-answer")
        return None

    def _stream(self, verb: Connect) -> Document | None:
        stream = Stream(self._call, verb, self._account.sid, self._account.auth_token)
        stream.run(partial(self._tell_of_stream, verb, stream))
        if verb.action and not self._call.is_disturbed():
            return self.fetched(verb.method, verb.action)
        return None

    def _tell_of_stream(
        self, verb: Connect, stream: Stream, event: str, more: Mapping[str, str]
    ) -> None:
        if not verb.status_callback:
            return
        fields = stream_fields(
            self._call, self._account.sid, (stream.sid, verb.name), event, self._account.now(), more
        )
        self._account.webhooks.post(verb.status_callback, fields)

    def _play(self, url: str, loop: int) -> None:
        try:
            sound = load_sound(url)
        except SoundError as error:
            self._call.complain(Complaint(error.code, str(error)))
            return
        self._call.note("play", {"url": url, "seconds": len(sound) / 8000})
        # Twilio's 0 is without an end.
        for _ in range(loop or 1000):
            if self._call.is_disturbed():
                return
            self._hear(sound)

    def _hear(self, sound: bytes) -> None:
        call = self._call
        call.play(sound)
        call.wait_for(lambda: call.is_quiet or call.is_disturbed(), LONGEST_CALL_S)

    def _dial(self, verb: Dial) -> Document | None:
        """The first who answers is it; the others were rung, and are left."""
        call = self._call
        rung = [self._ring(verb, kind, address) for kind, address in verb.targets]
        with call.changed:
            call.dialled += rung
            call.note("dial", {"to": [each.address for each in rung]})
        outcomes = [self._outcome(each) for each in rung]
        answered = next((each for each, it in zip(rung, outcomes, strict=True) if not it), None)
        if answered is None:
            result = outcomes[0] if outcomes else "failed"
            for each in rung:
                each.status = result
        else:
            result = self._put_through(answered)
        call.note("dial.ended", {"status": result})
        if not verb.action:
            return None
        # It is asked however the dialling ended; where the call was led elsewhere, for nothing.
        return self.fetched(verb.method, verb.action, {"DialCallStatus": result})

    def _ring(self, verb: Dial, kind: str, address: str) -> Dialled:
        caller_id = verb.caller_id or self._call.from_
        return Dialled(kind, address, caller_id, self._call.now_s())

    def _outcome(self, dialled: Dialled) -> str:
        """Empty where that person answers."""
        # Others tell that there is no way from WhatsApp to a telephone.
        if self._call.from_.startswith(SCHEME) and dialled.kind == "number":
            said_ = "Dial: a WhatsApp call can't be put through to a telephone number"
            self._call.complain(Complaint(DIAL_BAD_NUMBER, said_))
            return "failed"
        if dialled.kind in {"number", "whatsapp"} and not is_number(dialled.address):
            return "failed"
        outcome = self._account.people.get(dialled.address, "")
        return outcome if outcome in OUTCOMES else ""

    def _put_through(self, dialled: Dialled) -> str:
        """Until either of them has hung up."""
        call = self._call
        with call.changed:
            dialled.status = IN_PROGRESS
            call.note("dial.answered", {"by": dialled.address})
        call.wait_for(lambda: dialled.status != IN_PROGRESS or call.is_disturbed(), LONGEST_CALL_S)
        dialled.status = COMPLETED
        return COMPLETED

    def fetched(
        self, method: str, url: str, more: Mapping[str, str] | None = None
    ) -> Document | None:
        """What the service answers; None where it is no TwiML, which is complained of."""
        call = self._call
        fields = call_fields(call, self._account.sid) | dict(more or {})
        started = time.monotonic()
        page = self._account.webhooks.fetch(method, url, fields)
        seconds = round(time.monotonic() - started, 3)
        told = {"url": url, "status": page.answer.status, "seconds": seconds}
        call.note("webhook", told)
        if not page.answer.ok:
            call.complain(Complaint(page.answer.code or HTTP_FAILURE, f"HTTP: {told['status']}"))
            return None
        kind = page.content_type.partition(";")[0].strip().lower()
        # An answer without a body is a document without a verb.
        if not page.body and page.answer.status == 204:
            return Document(())
        if kind not in XML_TYPES:
            call.complain(Complaint(BAD_TYPE, f"Invalid Content-Type {kind!r}"))
            return None
        document = parse(page.body.decode(errors="replace"), url)
        with call.changed:
            call.twiml.append(page.body.decode(errors="replace"))
            for each in document.complaints:
                call.complain(each)
        return None if document.is_broken else document
