"""How the stand-in for the Realtime API behaves: its pace, its faults, its ways unlike OpenAI's.

It only holds and counts; what a fault looks like on the wire is `script.py`'s and `line.py`'s.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from math import ceil, isfinite
from typing import Any

# How deltas come: as they should, each twice, each with all before it, each second one, none.
DELTAS = ("right", "doubled", "cumulative", "lost", "none")


class BehaviourError(ValueError):
    """A name that no behaviour has, or a value that does not fit it; the message says which."""


@dataclass(eq=False)
class Behaviour:
    """Every field may change at any time, and counts for sockets that are open too.

    Times are in seconds; 0 switches off. An `int` is a number of times: each use takes one away.
    A `bool` holds until it is changed.
    """

    # Pace.
    first_event_delay_s: float = 0.0  # from a create to its `response.created`
    delta_delay_s: float = 0.0  # before each delta

    # A session that hears its caller and speaks to them, as in a telephone call.
    voice_speed: float = 5.0  # so many times faster than it is heard its sound comes; 0: at once
    first_sound_delay_s: float = 0.0  # before the first sound of each message
    chirps: bool = False  # it speaks in the practice voice, of which words are heard again
    no_interrupt: bool = False  # it speaks on, whatever `interrupt_response` says
    transcription_delay_s: float = 0.2  # from a commit to what was said in words
    fail_transcription: int = 0

    # Sockets.
    cut_every_s: float = 0.0  # each socket is reset, without a word, at this age
    session_s: float = 3_600.0  # `session_expired` and close 1001 at this age
    # This share of them gets HTTP 503, evenly spread, the first one among them.
    refuse_handshakes: float = 0.0
    # 1 refuses, 0 lets in, over and over: [1, 1, 0].
    refuse_pattern: list[int] = field(default_factory=list)
    accept_and_drop: bool = False  # the handshake succeeds, then the socket is reset
    bad_key: bool = False  # HTTP 401, whatever the key
    # The handshake is refused so: "403 unsupported_country_region_territory".
    refuse_with: str = ""
    # The handshake succeeds, then the socket is closed so: "3000 invalid_api_key".
    close_with: str = ""
    shutdown_date: str = ""  # when every model ends, "2027-01-20"; told at /v1/models/NAME
    unknown_models: list[str] = field(default_factory=list)  # `model_not_found` and close 4000
    blind_model: bool = False  # it sees no pictures, and refuses them
    older_model: bool = False  # it does not reason: `unknown_parameter` for what only those take
    no_pong: bool = False  # pings stay unanswered

    # Creates and responses that go wrong.
    refuse_create: int = 0  # an `error` event, and no response
    refuse_create_code: str = "server_error"
    silent: int = 0  # no event at all
    stall_after_deltas: int = 0  # half of the answer, then nothing more
    cut_after_deltas: int = 0  # half of the answer, then its socket is reset, without a word
    empty: int = 0  # completed, with no output
    cut_off: int = 0  # half of the answer, then incomplete for max_output_tokens
    content_filter: int = 0  # half of the answer, then incomplete for content_filter
    server_errors: int = 0  # failed with the code below
    server_error_code: str = "server_error"
    rate_limit: int = 0  # failed with rate_limit_exceeded, nothing remaining in `rate_limits`
    rate_limit_reset_s: float = 1.0  # what that event says
    insufficient_quota: bool = False  # every response fails with it

    # What it says, and what it tells of that.
    preamble: str = ""  # said in a message of its own before an answer or a call
    reasons: bool = False  # an item of its own, of type `reasoning`, comes before the others
    repeat_messages: bool = False  # the answer comes twice, as two messages
    phases: bool = False  # messages tell their `phase`: commentary, final_answer
    suffix: str = ""  # said at the end of each answer, whatever it holds
    deltas: str = "right"  # one of DELTAS; the whole is told rightly all the same
    early_deltas: bool = False  # the first events come before `response.created`
    empty_output: bool = False  # `response.done` leaves out what was said
    transcripts: bool = False  # what is said are the words of an audio
    misreads: str = ""  # said by its voice in place of what it is to say
    huge_counts: bool = False  # `usage` says more output tokens than 2^31

    # Servers that speak the protocol a little differently.
    one_at_a_time: bool = False  # a second create meets an error named in `type`, with `code` null
    echo_metadata: bool = True
    error_event_ids: bool = True  # False: an `error` does not say which event it answers
    optional_events: bool = True  # False: only created, text deltas and done
    string_status_details: bool = False  # `status_details` is a bare string
    unknown_events: bool = False  # types that nobody knows come in between
    response_cancelled_event: bool = False  # `response.cancelled` in place of `response.done`
    binary_frames: bool = False  # events come in binary frames
    binary_noise: bool = False  # binary frames that hold no event come in between

    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)
    _watchers: set[Callable[[], None]] = field(default_factory=set, init=False, repr=False)
    _handshakes: int = field(default=0, init=False, repr=False)

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if not name.startswith("_"):
            for changed in tuple(getattr(self, "_watchers", ())):
                changed()

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Set several by name, all or none. Raises BehaviourError."""
        checked = {name: _checked(name, value) for name, value in changes.items()}
        with self._lock:
            for name, value in checked.items():
                setattr(self, name, value)

    def reset(self) -> None:
        """Everything as it was at first."""
        self.apply({name: _default(name) for name in NAMES})

    def as_dict(self) -> dict[str, Any]:
        with self._lock:
            return {name: getattr(self, name) for name in NAMES}

    def take(self, name: str) -> bool:
        """Use one of a counted fault up; False when none is left."""
        with self._lock:
            left: int = getattr(self, name)
            if left > 0:
                setattr(self, name, left - 1)
            return left > 0

    def refuses_next_handshake(self) -> bool:
        with self._lock:
            before = self._handshakes
            self._handshakes += 1
            if self.refuse_pattern:
                return bool(self.refuse_pattern[before % len(self.refuse_pattern)])
            share = self.refuse_handshakes
            return _whole(share * self._handshakes) > _whole(share * before)

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` after every change, until `unwatch`."""
        self._watchers.add(changed)

    def unwatch(self, changed: Callable[[], None]) -> None:
        self._watchers.discard(changed)


# A number and words, of which a close may have 123 bytes; or one of several words.
_FORMS = {
    "deltas": re.compile("|".join(DELTAS)),
    "refuse_with": re.compile("(40[0-9]|429|50[0-4]) [ -~]{1,123}"),
    "close_with": re.compile("(100[0138]|101[1-4]|[34][0-9]{3}) [ -~]{1,123}"),
}

NAMES = tuple(each.name for each in fields(Behaviour) if not each.name.startswith("_"))
_FIELDS = {each.name: each for each in fields(Behaviour)}


def _checked(name: str, value: object) -> object:
    if name not in NAMES:
        raise BehaviourError(f"no such behaviour: {name!r}; there are {', '.join(NAMES)}")
    match _default(name):
        case bool():
            fits = isinstance(value, bool)
        case int():
            fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case float():
            fits = (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and isfinite(value)
                and value >= 0
            )
            if name == "refuse_handshakes":
                fits = fits and isinstance(value, int | float) and value <= 1
        case str():
            fits = isinstance(value, str)
            if fits and value and name in _FORMS:
                fits = bool(_FORMS[name].fullmatch(str(value)))
        case _:
            member = str if name == "unknown_models" else int
            fits = isinstance(value, list) and all(isinstance(each, member) for each in value)
    if not fits:
        raise BehaviourError(
            f"{name} does not take {value!r}; its first value is {_default(name)!r}"
        )
    return value


def _default(name: str) -> object:
    spec = _FIELDS[name]
    return spec.default_factory() if spec.default_factory is not MISSING else spec.default


def _whole(refused: float) -> int:
    # Two thirds of three are two, whatever binary fractions say.
    return ceil(round(refused, 9))
