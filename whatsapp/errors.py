"""Twilio's error codes: why each came, what somebody can do about it, and what we do.

What is done is the same whether a message was refused or was taken and did not arrive; `engine`
does it. https://www.twilio.com/docs/api/errors, and for those of WhatsApp's own
https://www.twilio.com/docs/whatsapp/api/error-code-mapping
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Action(Enum):
    """What becomes of the message, and of what comes after it."""

    AGAIN = "no fault of the message, and nobody need do anything: once more, later"
    ALARM = "no fault of the message: what is refused waits until somebody puts the sender right"
    STOP = "nothing more goes to the diner before they write again"
    OPT_OUT = "nothing more goes to the diner before they write START"
    TEMPLATE = "outside the window: a template, where there is one for what it is about"
    PLAIN = "the words alone, without what they came with; without words, nothing"
    GIVE_UP = "this one never arrives as it is; the next one may"


class Trouble(NamedTuple):
    """`remedy`: what somebody can do about it, in words."""

    action: Action
    remedy: str


def _passing(why: str) -> Trouble:
    return Trouble(Action.AGAIN, f"{why}: it passes by itself")


_KEY = "Twilio refuses the key: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
_NO_ACCOUNT = "Twilio knows no such account: check TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL"
_NOT_REACHED = "the diner can't be reached on WhatsApp: nothing goes to them before they write"
_CONTENT = "WhatsApp did not take the content: change it before you try again"
_FILE = "Twilio could not load the picture or the voice note: is PUBLIC_URL reached from outside?"
_TOO_LARGE = "the picture or the voice note is larger than WhatsApp takes"
_OF_TEMPLATE = "see flask --app app templates status, and sync them"

OPTED_OUT, NOT_REACHED, WINDOW_OVER = 21610, 63024, 63016
TROUBLES: Mapping[int, Trouble] = {
    # HTTP's, where something that is not Twilio answers in its place.
    401: Trouble(Action.ALARM, _KEY),
    403: Trouble(
        Action.GIVE_UP, "Twilio does not let this account do that: look at its state in the console"
    ),
    404: Trouble(Action.GIVE_UP, _NO_ACCOUNT),
    408: _passing("Twilio took too long"),
    429: _passing("too many requests at once"),
    11200: Trouble(Action.PLAIN, _FILE),
    11751: Trouble(Action.PLAIN, _TOO_LARGE),
    12300: Trouble(Action.PLAIN, _FILE),
    14107: _passing("too many messages at once"),
    20003: Trouble(Action.ALARM, _KEY),
    20005: Trouble(
        Action.ALARM, "the account is not active: look at its state in Twilio's console"
    ),
    20006: Trouble(
        Action.GIVE_UP,
        "Twilio denies access to the account: look at its state in Twilio's console",
    ),
    20404: Trouble(Action.GIVE_UP, _NO_ACCOUNT),
    20429: _passing("too many requests at once"),
    21211: Trouble(Action.GIVE_UP, "the diner's address is no WhatsApp number"),
    21408: Trouble(
        Action.GIVE_UP,
        "the account may not send to the diner's country: allow it in Twilio's console",
    ),
    21606: Trouble(Action.ALARM, "TWILIO_WHATSAPP_NUMBER is no number of this account"),
    21608: Trouble(
        Action.GIVE_UP,
        "a trial account sends to verified numbers only: verify the diner's, or upgrade",
    ),
    OPTED_OUT: Trouble(Action.OPT_OUT, "the diner has opted out: they must write START first"),
    21611: _passing("too many messages wait at Twilio"),
    21614: Trouble(Action.GIVE_UP, "the diner's address is no WhatsApp number"),
    21617: Trouble(Action.GIVE_UP, "the message is too long for WhatsApp"),
    21620: Trouble(Action.PLAIN, _FILE),
    21623: Trouble(Action.PLAIN, "Twilio takes 10 files in one message"),
    21655: Trouble(Action.PLAIN, "Twilio does not know the content of this ContentSid"),
    21656: Trouble(Action.PLAIN, "Twilio did not take what was to be filled in"),
    30001: _passing("too many messages wait at Twilio"),
    30002: Trouble(Action.ALARM, "Twilio has suspended the account: look at it in its console"),
    30003: Trouble(Action.GIVE_UP, "the diner can't be reached on WhatsApp"),
    30004: Trouble(Action.STOP, "the diner has blocked this number"),
    30005: Trouble(Action.STOP, _NOT_REACHED),
    30008: _passing("Twilio does not know why"),
    63001: Trouble(
        Action.ALARM, "WhatsApp refuses the sender's account: look at it in Twilio's console"
    ),
    63003: Trouble(Action.STOP, "the diner's number is not on WhatsApp"),
    63005: Trouble(Action.PLAIN, _CONTENT),
    63007: Trouble(Action.ALARM, "the number is no WhatsApp sender: check TWILIO_WHATSAPP_NUMBER"),
    63010: _passing("WhatsApp had a trouble of its own"),
    63012: _passing("WhatsApp had a trouble of its own"),
    63013: Trouble(
        Action.PLAIN,
        "WhatsApp's policy does not allow it: look at the sender in Twilio's console",
    ),
    63014: Trouble(Action.STOP, "the diner has blocked this number"),
    63015: Trouble(Action.STOP, "the sandbox: the diner must join it first, with its join code"),
    WINDOW_OVER: Trouble(Action.TEMPLATE, "the diner's 24 hours are over: they must write first"),
    63018: _passing("WhatsApp's rate for this number is used up"),
    63019: Trouble(Action.PLAIN, _FILE),
    63020: Trouble(
        Action.ALARM,
        "WhatsApp does not accept the business: look at it in Meta's business manager",
    ),
    63021: Trouble(Action.PLAIN, _CONTENT),
    63022: Trouble(Action.PLAIN, _CONTENT),
    NOT_REACHED: Trouble(Action.STOP, _NOT_REACHED),
    63027: Trouble(
        Action.GIVE_UP, f"WhatsApp has no such template in this language: {_OF_TEMPLATE}"
    ),
    63028: Trouble(Action.GIVE_UP, f"what a template is filled with does not fit: {_OF_TEMPLATE}"),
    63030: Trouble(Action.PLAIN, _CONTENT),
    63032: Trouble(
        Action.GIVE_UP,
        "WhatsApp holds messages to this diner back, for an experiment of its own",
    ),
    63034: Trouble(Action.PLAIN, _TOO_LARGE),
    63038: Trouble(
        Action.ALARM,
        "the account has sent all that it may today: look at its limit in Twilio's console",
    ),
    63040: Trouble(Action.GIVE_UP, f"WhatsApp has rejected the template: {_OF_TEMPLATE}"),
    63041: Trouble(Action.GIVE_UP, f"WhatsApp has paused the template: {_OF_TEMPLATE}"),
    63042: Trouble(Action.GIVE_UP, f"WhatsApp has disabled the template: {_OF_TEMPLATE}"),
    63049: Trouble(Action.GIVE_UP, "WhatsApp chose not to deliver it: try again later"),
    63051: Trouble(
        Action.ALARM,
        "WhatsApp has locked the business account: look at it in Meta's business manager",
    ),
    63119: _passing("Twilio's rate for this number is used up"),
}


def action(code: int | None) -> Action:
    """What is done about it; a code that nobody knows is this message's alone."""
    found = TROUBLES.get(code) if code is not None else None
    return found.action if found else Action.GIVE_UP


def passes(status: int, code: int | None) -> bool:
    """Of a message that was refused: whether it may be taken later as it is."""
    return bool({action(status), action(code)} & {Action.AGAIN, Action.ALARM})


def remedy(code: int | None, *, may_have_arrived: bool = False) -> str:
    """What somebody can do about it, in words."""
    if code is None and may_have_arrived:
        return "it may have arrived: Twilio is asked before it is sent again"
    if code is None:
        return "Twilio told no reason"
    found = TROUBLES.get(code)
    return found.remedy if found else f"see https://www.twilio.com/docs/api/errors/{code}"
