"""The person on the telephone, for tests, a demonstration and the phone's page.

It speaks, presses keys, hears and hangs up; of the service it knows nothing.
"""

from sandbox.practice.speech import spoken_in_mulaw
from sandbox.twilio.voice.call import Call
from sandbox.twilio.voice.frames import BYTES_PER_S
from sandbox.twilio.voice.timeline import Timeline

WAIT_S = 30.0
KEYS = frozenset("0123456789*#")


class Caller:
    """Each wait gives whether it came to be in time."""

    def __init__(self, call: Call) -> None:
        self.call = call

    @property
    def sid(self) -> str:
        return self.call.sid

    def speak(self, sound: bytes, *, live: bool = False) -> None:
        """µ-law, said whole after what is said already; `live`: as a microphone's."""
        self.call.speak(sound, live=live)

    def say(self, words: str) -> None:
        """In the practice voice, which the practice model understands."""
        self.call.note("caller.said", {"words": words})
        self.speak(spoken_in_mulaw(words))

    def press(self, digits: str) -> None:
        """Raises ValueError for what is on no telephone."""
        if not digits or not KEYS.issuperset(digits):
            raise ValueError(f"no telephone has these keys: {digits!r}")
        self.call.press(digits)

    def hang_up(self) -> None:
        self.call.hang_up()

    def cut(self) -> None:
        """The websocket dies without a word, as a network does."""
        self.call.cut()

    def timeline(self) -> Timeline:
        return self.call.timeline()

    def wait_answered(self, timeout_s: float = WAIT_S) -> bool:
        return self.call.wait_for(lambda: self.call.answered_s is not None, timeout_s)

    def wait_connected(self, timeout_s: float = WAIT_S) -> bool:
        """Until the service's stream is there to hear what is said."""
        return self.call.wait_for(lambda: bool(self.timeline().of("stream.started")), timeout_s)

    def wait_heard(self, seconds: float = 0.02, timeout_s: float = WAIT_S) -> bool:
        """Until as much more than by now was heard."""
        wanted = self.call.heard_bytes + int(seconds * BYTES_PER_S)
        return self.call.wait_for(lambda: self.call.heard_bytes >= wanted, timeout_s)

    def wait_quiet(self, for_s: float = 0.5, timeout_s: float = WAIT_S) -> bool:
        """Until nothing was heard for so long, by our time."""
        call = self.call
        seen = (call.heard_bytes, call.now_s())

        def is_quiet() -> bool:
            nonlocal seen
            if not call.is_quiet or call.heard_bytes != seen[0]:
                seen = (call.heard_bytes, call.now_s())
            return call.now_s() - seen[1] >= for_s * call.pace

        return call.wait_for(is_quiet, timeout_s)

    def wait_spoken(self, timeout_s: float = WAIT_S) -> bool:
        """Until all that is to be said and pressed was sent."""
        return self.call.wait_for(lambda: self.call.has_spoken, timeout_s)

    def wait_ended(self, timeout_s: float = WAIT_S) -> bool:
        """Until the call is over and its status callback was answered."""
        return self.call.wait_for(lambda: self.call.is_settled, timeout_s)
