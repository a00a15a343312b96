"""The forms that Twilio posts about a call: the webhook's, the status callback's, a stream's.

Pure. https://www.twilio.com/docs/voice/twiml#request-parameters
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from sandbox.twilio.voice.call import Call
from sandbox.twilio.webhooks import API_VERSION

SCHEME = "whatsapp:"
# By the first digits, longest first: enough for those whom the stand-in plays.
COUNTRIES = {"250": "RW", "356": "MT", "254": "KE", "44": "GB", "33": "FR", "49": "DE", "1": "US"}


def call_fields(call: Call, account_sid: str) -> dict[str, str]:
    """What every request about a call tells of it."""
    known = {
        "CallSid": call.sid,
        "AccountSid": account_sid,
        "From": call.from_,
        "To": call.to,
        "CallStatus": call.status,
        "ApiVersion": API_VERSION,
        "Direction": "inbound",
        "Caller": call.from_,
        "Called": call.to,
    }
    if call.from_.startswith(SCHEME):
        return known
    places = {
        "FromCountry": country_of(call.from_),
        "ToCountry": country_of(call.to),
        "CallerCountry": country_of(call.from_),
        "CalledCountry": country_of(call.to),
    }
    # Twilio names them where it doesn't know them, too.
    unknown = {
        f"{side}{what}": ""
        for side in ("From", "To", "Caller", "Called")
        for what in ("City", "State", "Zip")
    }
    return {**known, **places, **unknown}


def status_fields(call: Call, account_sid: str, now: float) -> dict[str, str]:
    """At the end of a call; `now` in epoch seconds."""
    seconds = round(call.seconds)
    return {
        **call_fields(call, account_sid),
        "CallDuration": str(seconds),
        # Minutes, begun ones too.
        "Duration": str(-(-seconds // 60)),
        "Timestamp": format_datetime(datetime.fromtimestamp(now, UTC)),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": "0",
    }


def stream_fields(
    call: Call,
    account_sid: str,
    stream: tuple[str, str],
    event: str,
    now: float,
    more: Mapping[str, str],
) -> dict[str, str]:
    """`stream`: its SID and its name."""
    sid, name = stream
    return {
        "AccountSid": account_sid,
        "CallSid": call.sid,
        "StreamSid": sid,
        "StreamName": name or sid,
        "StreamEvent": event,
        "Timestamp": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
        **more,
    }


def country_of(number: str) -> str:
    digits = number.removeprefix("+")
    return next((name for code, name in COUNTRIES.items() if digits.startswith(code)), "")
