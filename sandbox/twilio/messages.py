"""What the exchange is made of: diners, messages with their media, faults, and what it tells.

Values, but for the message.
"""

import mimetypes
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict

from sandbox.twilio.webhooks import Answer, message_type

API_URL = "https://api.twilio.com"
INBOUND = "inbound"
OUTBOUND = "outbound-api"
# Kinds of what is shown on another message. Twilio documents no form of an edit or of a deletion:
# the names are those of Meta's Cloud API.
REACTION, EDIT, DELETION = "reaction", "edit", "revoke"
ABOUT_OTHERS = frozenset({REACTION, EDIT, DELETION})
# A diner who writes from a test has no name on the phone.
UNNAMED = "Guest"


@dataclass(frozen=True, slots=True)
class Diner:
    address: str
    name: str
    # Of the restaurants' staff: the phone suggests other words to them.
    is_staff: bool = False


DINERS = (
    Diner("whatsapp:+250788000001", "Alice"),
    Diner("whatsapp:+250788000002", "Bob"),
    Diner("whatsapp:+35699000003", "Carol"),
    # Nobody can have these numbers: no country has 999. `seed` puts them on the staff where all is
    # played, and models/staff.py knows them for that.
    Diner("whatsapp:+9990000001", "Jean (staff)", is_staff=True),
    Diner("whatsapp:+9990000002", "Grace (owner)", is_staff=True),
)


class Attachment(NamedTuple):
    """A file that a diner sends."""

    content_type: str
    content: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """A file of a message: a restaurant's has its content once it was loaded from `url`."""

    sid: str
    message_sid: str
    content_type: str
    url: str
    content: bytes | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """What a diner may tap; its `id` is the restaurant's own."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Below a restaurant's message: `buttons`, or a `list` that is opened by its `button`."""

    kind: str
    options: tuple[Option, ...]
    button: str = ""


@dataclass(slots=True)
class Message:
    """One message. Only the exchange changes it, under its lock.

    `status` is Twilio's for a restaurant's message (queued, sent, delivered, read, failed); for a
    diner's it is what the phone shows (sending, sent, read, failed). Moments are in epoch seconds.
    """

    sid: str
    direction: str
    from_: str
    to: str
    body: str
    created: float
    status: str
    media: tuple[Medium, ...] = ()
    history: list[tuple[str, float]] = field(default_factory=list)
    # What the webhook, or each status callback, came to.
    answers: list[Answer] = field(default_factory=list)
    error: str | None = None
    error_code: int | None = None
    revision: int = 0
    # What the diner put on it, or did to it.
    reaction: str = ""
    is_edited: bool = False
    is_deleted: bool = False
    # A restaurant's message only.
    status_callback: str | None = None
    fail_with: int | None = None
    listed_after_s: float = 0.0
    seen: bool = False
    choices: Choices | None = None
    # A diner's message only.
    profile_name: str = UNNAMED
    extra_fields: Mapping[str, str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def chat(self) -> tuple[str, str]:
        """The diner's address and the restaurant's."""
        return (self.from_, self.to) if self.direction == INBOUND else (self.to, self.from_)

    @property
    def kind(self) -> str:
        """WhatsApp's word for it: text, image, audio, sticker, ..."""
        told = self.extra_fields.get("MessageType")
        return told or message_type([medium.content_type for medium in self.media])

    @property
    def about(self) -> str | None:
        """The SID of the message that this one quotes, or changes."""
        fields = self.extra_fields
        return fields.get("OriginalRepliedMessageSid") or fields.get("OriginalMessageSid")

    def change(self, other: "Message") -> None:
        """A reaction, an edit or a deletion; an empty reaction takes back the one before."""
        if self.kind == REACTION:
            other.reaction = self.body
        elif self.kind == EDIT:
            other.body = self.body
            other.is_edited = True
        else:
            other.is_deleted = True

    @property
    def listed_at(self) -> float:
        """From when on the list of messages has it."""
        return self.created + self.listed_after_s

    @property
    def sent_at(self) -> float | None:
        """When it left: a diner's at once, a restaurant's with the status `sent`."""
        return self.created if self.direction == INBOUND else dict(self.history).get("sent")


class Fault(TypedDict, total=False):
    """What goes wrong with the next create-message call. Without `after` the message is not taken.

    `status` (and `code`): answer this error.
    `close`: end the connection without an answer.
    `timeout_s`: answer this late, or without `after` not at all.
    `after`: the message is taken first.
    `fail_with`: it is taken, and fails later with this code.
    `listed_after_s`: the list of messages has it that late.
    `count`: for so many calls (1).
    `to`: only for messages to this address.
    `content`: a call that makes a content meets it, in place of one that creates a message; of the
    others, `status`, `code`, `timeout_s` and `count` go with it.
    """

    status: int
    code: int
    close: bool
    timeout_s: float
    after: bool
    fail_with: int
    listed_after_s: float
    count: int
    to: str
    content: bool


class Receipt(NamedTuple):
    """A diner's message, and what the service answered to its webhook."""

    message: Message
    webhook: Answer


class Updates(NamedTuple):
    """What changed in a chat: ask again with the `cursor`."""

    cursor: int
    typing: bool
    messages: list[Message]
    # Whether the restaurant may write as it likes.
    is_open: bool


def take_fault(faults: list[Fault], to: str, *, of_content: bool) -> Fault:
    """The first that a call to this address meets, counted down; or an empty one."""
    for index, fault in enumerate(faults):
        if fault.get("content", False) == of_content and fault.get("to", to) == to:
            left = fault.get("count", 1) - 1
            faults[index : index + 1] = [{**fault, "count": left}] if left > 0 else []
            return fault
    return {}


def tapped(message: Message, option_id: str) -> tuple[str, dict[str, str]]:
    """What tells of a tap on a restaurant's message: the words, and the fields beside them.

    Raises ValueError where it has no such choice.
    """
    choices = message.choices
    options = choices.options if choices else ()
    option = next((each for each in options if each.id == option_id), None)
    if choices is None or option is None:
        raise ValueError(f"{message.sid} has no choice {option_id!r}")
    fields = {
        "OriginalRepliedMessageSid": message.sid,
        "OriginalRepliedMessageSender": message.from_,
    }
    if choices.kind == "buttons":
        fields |= {"MessageType": "button", "ButtonPayload": option.id, "ButtonText": option.title}
    else:
        fields |= {"MessageType": "interactive", "ListId": option.id, "ListTitle": option.title}
    return option.title, fields


def diners_medium(account_sid: str, message_sid: str, attachment: Attachment) -> Medium:
    """A file as Twilio keeps it for the account."""
    sid = "ME" + secrets.token_hex(16)
    url = f"{API_URL}/2010-04-01/Accounts/{account_sid}/Messages/{message_sid}/Media/{sid}"
    return Medium(sid, message_sid, url=url, **attachment._asdict())


def linked_medium(message_sid: str, url: str) -> Medium:
    """A file that nobody has loaded yet: what it is, its address may tell."""
    content_type = mimetypes.guess_type(url.partition("?")[0])[0] or "application/octet-stream"
    return Medium("ME" + secrets.token_hex(16), message_sid, content_type, url)
