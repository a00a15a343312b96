"""What TwiML comes to: its verbs as values, and what is wrong with a document."""

from collections.abc import Mapping
from dataclasses import dataclass

PARSE_FAILURE = 12100


@dataclass(frozen=True, slots=True)
class Complaint:
    """What Twilio's debugger would show: its code, and a sentence."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class Play:
    url: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    reason: str = "rejected"


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Connect:
    """A two-way stream: the call is its until our side closes it."""

    url: str
    name: str
    parameters: Mapping[str, str]
    status_callback: str = ""
    action: str = ""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Dial:
    """`targets`: (kind, address) pairs that ring at once; "number" is the plain telephone."""

    targets: tuple[tuple[str, str], ...]
    caller_id: str = ""
    timeout_s: float = 30.0
    action: str = ""
    method: str = "POST"


Verb = Say | Play | Pause | Hangup | Reject | Redirect | Connect | Dial


@dataclass(frozen=True, slots=True)
class Document:
    """Its verbs in their order, as far as they can be carried out, and what is wrong with it."""

    verbs: tuple[Verb, ...]
    complaints: tuple[Complaint, ...] = ()

    @property
    def is_broken(self) -> bool:
        return any(each.code == PARSE_FAILURE for each in self.complaints)
