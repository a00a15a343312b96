"""All calls of an account: they are placed, found, led elsewhere, paced and ended here.

One thread a call leads it, and one for all hears and says what is due, 50 times a second.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from sandbox.twilio.account import Account as TwilioAccount
from sandbox.twilio.voice.call import Call
from sandbox.twilio.voice.caller import Caller
from sandbox.twilio.voice.conductor import Account, Conductor, Routes
from sandbox.twilio.voice.frames import FRAME_S
from sandbox.twilio.voice.verbs import Document, Hangup
from sandbox.twilio.webhooks import WEBHOOK_TIMEOUT_S, Webhooks

MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Led:
    call: Call
    conductor: Conductor
    thread: threading.Thread


@dataclass(slots=True)
class Calls:
    """Any method may be called from any thread.

    `people`: what those do who are dialled, by number: "busy", "no-answer", "failed", or they
    answer.
    """

    account_sid: str
    auth_token: str
    routes: Routes
    # What was ordered of one number, in place of `routes`.
    ordered: Callable[[str], Routes | None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    people: dict[str, str] = field(default_factory=dict)
    pace: float = 1.0  # of calls that are told no other, as `Call` has it
    _led: dict[str, _Led] = field(default_factory=dict)
    _webhooks: Webhooks = field(init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _pacer: threading.Thread | None = None
    _is_closed: bool = False

    def __post_init__(self) -> None:
        self._webhooks = Webhooks(self.auth_token)

    def place(self, from_: str, to: str, pace: float | None = None) -> Caller:
        """Somebody rings: `from_` and `to` are numbers or `whatsapp:` addresses."""
        sid = f"CA{secrets.token_hex(16)}"
        pace = self.pace if pace is None else pace
        call = Call(sid, from_, to, clock=self.clock, created=self.now(), pace=pace)
        account = Account(self.account_sid, self.auth_token, self._webhooks, self.now, self.people)
        conductor = Conductor(call, account, self.ordered(to) or self.routes)
        thread = threading.Thread(target=conductor.conduct, name=f"sandbox-{sid[:8]}", daemon=True)
        with self._changed:
            if self._is_closed:
                raise RuntimeError("these calls are closed")
            self._forget()
            self._led[sid] = _Led(call, conductor, thread)
            self._start_pacing()
            self._changed.notify_all()
        thread.start()
        return Caller(call)

    def find(self, sid: str) -> Call | None:
        with self._changed:
            led = self._led.get(sid)
        return led.call if led else None

    def caller(self, sid: str) -> Caller | None:
        call = self.find(sid)
        return Caller(call) if call else None

    def all(self) -> list[Call]:
        """Oldest first."""
        with self._changed:
            return [led.call for led in self._led.values()]

    def redirect(self, call: Call, document: Document) -> None:
        """As the REST API orders: it goes on with this."""
        if not any(document.verbs):
            document = Document((Hangup(),))
        call.order(document)

    def fetch(self, call: Call, method: str, url: str) -> Document | None:
        """What a call is to go on with, from an address of the service's."""
        with self._changed:
            conductor = self._led[call.sid].conductor
        return conductor.fetched(method, url)

    def close(self) -> None:
        """Hang up on everyone, and wait for the last thread to end."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            led = list(self._led.values())
        for each in led:
            each.call.end()
        for each in led:
            each.thread.join(timeout=WEBHOOK_TIMEOUT_S)
        if self._pacer is not None:
            self._pacer.join()
        self._webhooks.close()

    def _forget(self) -> None:
        """A call's sound is half a megabyte a minute: the oldest that are over are let go."""
        settled = [sid for sid, led in self._led.items() if led.call.is_settled]
        for sid in settled[: max(0, len(self._led) - MOST_KEPT)]:
            del self._led[sid]

    def _start_pacing(self) -> None:
        if self._pacer is None:
            self._pacer = threading.Thread(target=self._pace, name="sandbox-pacer", daemon=True)
            self._pacer.start()

    def _pace(self) -> None:
        at = self.clock()
        while True:
            with self._changed:
                while not (self._is_closed or (live := self._live())):
                    self._changed.wait()
                    at = self.clock()
                if self._is_closed:
                    return
            for call in live:
                call.tick()
            # What was missed is made up for by the calls themselves.
            at = max(at + FRAME_S, self.clock() - FRAME_S)
            time.sleep(max(0.0, at - self.clock()))

    def _live(self) -> list[Call]:
        return [led.call for led in self._led.values() if not led.call.is_over]


def routes_beside(webhook_url: str) -> Routes:
    """A service has its calls beside its messages: /calls where these are at /whatsapp."""
    voice_url = urljoin(webhook_url, "calls")
    return Routes(voice_url, f"{voice_url}/status")


def routes_of(account: TwilioAccount, number: str) -> Routes | None:
    """As the number or its TwiML app has them."""
    found = account.voice_of(number)
    if found is None or not found.voice_url:
        return None
    return Routes(found.voice_url, found.status_callback, found.voice_method)
