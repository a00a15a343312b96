"""Twilio's error codes: which pass by themselves, which wait for somebody, and what helps.

https://www.twilio.com/docs/api/errors, and for those of WhatsApp's own
https://www.twilio.com/docs/whatsapp/api/error-code-mapping
"""

from collections.abc import Mapping

# No fault of the message, and nobody need do anything. Refused with one of these it was not taken,
# and later it will be; taken and not arrived, it is worth sending once more.
PASSING: Mapping[int, str] = {
    14107: "too many messages at once",
    20429: "too many requests at once",
    21611: "too many messages wait at Twilio",
    30001: "too many messages wait at Twilio",
    30008: "Twilio does not know why",
    63010: "WhatsApp had a trouble of its own",
    63012: "WhatsApp had a trouble of its own",
    63018: "WhatsApp's rate for this number is used up",
    63119: "Twilio's rate for this number is used up",
}
# No fault of the message: all wait until somebody has put the sender right.
SENDER_CODES = frozenset({20003, 20005, 63007})
# What somebody can put right while messages wait: the token, a proxy's time-out, the rate.
PASSING_STATUSES = frozenset({401, 408, 429})

_NOT_REACHED = "the diner can't be reached on WhatsApp"
REMEDIES: Mapping[int, str] = {
    **{code: f"{trouble}: it passes by itself" for code, trouble in PASSING.items()},
    401: "Twilio refuses the key: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    403: "Twilio does not let this account do that: look at its state in the console",
    404: "Twilio knows no such account: check TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL",
    20003: "Twilio refuses the key: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    20005: "the account is not active: look at its state in Twilio's console",
    20006: "Twilio denies access to the account: look at its state in Twilio's console",
    20404: "Twilio knows no such account: check TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL",
    21211: "the diner's address is no WhatsApp number",
    21408: "the account may not send to the diner's country: allow it in Twilio's console",
    21606: "TWILIO_WHATSAPP_NUMBER is no number of this account",
    21608: "a trial account sends to verified numbers only: verify the diner's, or upgrade",
    21610: "the diner has opted out: they must write START first",
    21617: "the message is too long for WhatsApp",
    30003: _NOT_REACHED,
    30005: _NOT_REACHED,
    63001: "WhatsApp refuses the sender's account: look at it in Twilio's console",
    63003: "the diner's number is not on WhatsApp",
    63005: "WhatsApp did not take the content: change it before you try again",
    63007: "the number is no WhatsApp sender: check TWILIO_WHATSAPP_NUMBER",
    63013: "WhatsApp's policy does not allow it: look at the sender in Twilio's console",
    63014: "the diner has blocked this number",
    63015: "the sandbox: the diner must join it first, with its join code",
    63016: "the diner's 24 hours are over: they must write first",
    63020: "WhatsApp does not accept the business: look at it in Meta's business manager",
    63021: "WhatsApp did not take the content: change it before you try again",
    63024: _NOT_REACHED,
    63032: "WhatsApp holds messages to this diner back, for an experiment of its own",
    63049: "WhatsApp chose not to deliver it: try again later",
    63051: "WhatsApp has locked the business account: look at it in Meta's business manager",
}


def passes(status: int, code: int | None) -> bool:
    """Of a message that was refused: whether it may be taken later as it is."""
    return status in PASSING_STATUSES or code in PASSING or code in SENDER_CODES


def remedy(code: int | None) -> str:
    """What somebody can do about it, in words."""
    if code is None:
        return "Twilio told no reason"
    return REMEDIES.get(code, f"see https://www.twilio.com/docs/api/errors/{code}")
