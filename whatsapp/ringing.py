"""What Twilio posts of a call, parsed: that somebody rings, and how far a call has come.

It checks no signature and stores nothing. https://www.twilio.com/docs/voice/twiml#request-parameters
and for a status https://www.twilio.com/docs/voice/twiml#callstatus-values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from addresses import SCHEME, USER_ID, is_number, spelled
from models.database.columns import ADDRESS_LENGTH, MAX_INTEGER
from whatsapp.inbound import MAX_PROFILE_NAME, Address, Form, Sid, parsed
from whatsapp.senders import read_sender

# Of a caller who shows no number, those who forward a call make one of a word's letters:
# https://support.twilio.com/hc/en-us/articles/223179988
ANONYMOUS = frozenset(
    {
        "+266696687",  # ANONYMOUS
        "+7378742833",  # RESTRICTED
        "+2562533",  # BLOCKED
        "+8566696",  # UNKNOWN
        "+86282452253",  # UNAVAILABLE
        "+464",  # IMS
    }
)
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class InboundCall(Form):
    """That somebody rings. `From` is empty, or a word, of who shows no number."""

    sid: Sid = Field(alias="CallSid")
    caller: str = Field("", alias="From")
    number: Address = Field(alias="To")
    wa_id: str = Field("", alias="WaId")
    external_user_id: str = Field("", alias="ExternalUserId")
    caller_name: str = Field("", alias="CallerName")
    profile_name: str = Field("", alias="ProfileName")


class CallProgress(Form):
    """How far a call has come; or its stream, with a `StreamEvent` in the place of a status."""

    sid: Sid = Field(alias="CallSid")
    status: str = Field(alias="CallStatus", min_length=1, max_length=64)
    duration_s: Annotated[
        int,
        Field(ge=0, le=MAX_INTEGER),
        BeforeValidator(lambda value: value.strip() or 0),
        WithJsonSchema({"type": "string", "pattern": "^[0-9]{0,9}$"}),
    ] = Field(0, alias="CallDuration")


@dataclass(frozen=True, slots=True)
class Ring:
    """`address`: `whatsapp:+...`, by whichever way the diner rings, or a user's id.

    None where they show none. `number`: the one that they rang, `+...` or `whatsapp:+...`.
    """

    sid: str
    address: str | None
    number: str
    is_whatsapp: bool
    from_name: str | None


@dataclass(frozen=True, slots=True)
class CallStatus:
    """`status`: Twilio's word, as `in-progress` or `completed`, or `stream-error` of its stream."""

    sid: str
    status: str
    duration_s: int

    @property
    def is_over(self) -> bool:
        return self.status in OVER


def parse_ring(form: Mapping[str, str]) -> Ring:
    """Raises BadFormError when CallSid or To is missing or malformed."""
    call = parsed(InboundCall, form)
    shown = spelled(call.caller)
    is_whatsapp = shown.startswith(SCHEME)
    address = shown if is_whatsapp else spelled(f"{SCHEME}{shown}")
    if is_whatsapp:
        address = read_sender(shown, call.wa_id, call.external_user_id).address
    name = call.profile_name.strip() or call.caller_name.strip()
    named = name[:MAX_PROFILE_NAME] or None
    is_somebody = _is_a_number(address) or (is_whatsapp and _is_a_user(address))
    return Ring(call.sid, address if is_somebody else None, call.number, is_whatsapp, named)


def parse_call_status(form: Mapping[str, str]) -> CallStatus:
    """Raises BadFormError when CallSid or what is told of it is missing or malformed."""
    told = {**form, "CallStatus": form.get("StreamEvent") or form.get("CallStatus", "")}
    progress = parsed(CallProgress, told)
    return CallStatus(progress.sid, progress.status.lower(), progress.duration_s)


def _is_a_number(address: str) -> bool:
    return is_number(address) and address.removeprefix(SCHEME) not in ANONYMOUS


def _is_a_user(address: str) -> bool:
    """A word as `anonymous` is nobody's: all who hide behind it would be one diner."""
    of_user = USER_ID.fullmatch(address.removeprefix(SCHEME))
    return of_user is not None and len(address) <= ADDRESS_LENGTH
