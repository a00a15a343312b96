"""What a server's errors are called, and which of them no asking again can mend.

The names stand in an error's code, in the body of a refused handshake or in the reason of a close.
"""

import re

from realtime.request import OF_REASONING, PICTURES

# Asking again can't help until somebody changes the account, the key or the setting.
FATAL_CODES = {
    "invalid_api_key": "the API key is refused: set OPENAI_API_KEY to a valid one",
    "missing_scope": (
        "the API key lacks a permission: let it use the Realtime API, or set another OPENAI_API_KEY"
    ),
    "insufficient_quota": "the OpenAI account is out of quota: add credit to it",
    "billing_hard_limit_reached": "the OpenAI account has reached its billing limit: raise it",
    "billing_not_active": "the OpenAI account has no active billing: add a way to pay",
    "account_deactivated": (
        "the OpenAI account is deactivated: ask OpenAI's support, or set another OPENAI_API_KEY"
    ),
    "unsupported_country_region_territory": (
        "OpenAI does not serve the country that this service calls from: run it in one that is"
        " served, or set OPENAI_REALTIME_ENDPOINT to a server that may be called from there"
    ),
    "ip_not_authorized": (
        "the OpenAI project does not admit this address: add it to the project's IP allowlist"
    ),
    "access_denied": (
        "the server refuses access: check what the project of OPENAI_API_KEY may use,"
        " and whether a proxy or a firewall stands before OPENAI_REALTIME_ENDPOINT"
    ),
    "model_not_found": (
        "the model is unknown to this account, or the address to its server:"
        " check OPENAI_REALTIME_MODEL and OPENAI_REALTIME_ENDPOINT"
    ),
    "beta_api_shape_disabled": (
        "the server refuses the protocol's beta shape: check OPENAI_REALTIME_ENDPOINT"
    ),
}
RATE_LIMIT_CODES = {"rate_limit_exceeded", "inference_rate_limit_exceeded"}
# Where a server says in words what it has a name for.
_WORDS = {
    "incorrect_api_key": "invalid_api_key",
    "invalid_authentication": "invalid_api_key",
    "authentication_error": "invalid_api_key",
    "unauthorized": "invalid_api_key",
    "missing_scopes": "missing_scope",
    "insufficient_permissions": "missing_scope",
    "exceeded_your_current_quota": "insufficient_quota",
    "organization_deactivated": "account_deactivated",
    "territory_not_supported": "unsupported_country_region_territory",
    "does_not_exist_or_you_do_not_have_access": "model_not_found",
    "permission_denied": "access_denied",
    "forbidden": "access_denied",
}
_NOT_KNOWN = re.compile(
    r"\bunknown(?! error)|unsupported|unrecogni[sz]ed"
    r"|(?:\bnot|n't) (?:support|recogni[sz]ed|permitted|allowed|available)"
    r"|\bunexpected (?:keyword|field|parameter|argument|property)"
    r"|\binvalid value: .?input_image"
    r"|\binvalid (?:field|parameter|argument)|\bonly (?:available|supported)"
)
# Said of all pictures: what else is said of one (its kind, its size) leaves others alone.
_NO_PICTURES = re.compile(
    r"\b(?:unknown|invalid|unsupported) (?:content |part |item )*"
    r"(?:argument|field|kind|parameter|type|value)\b:? ?['\"`]?input_image"
)
_NAMES = {code: code for code in (*FATAL_CODES, *sorted(RATE_LIMIT_CODES))} | _WORDS


def extra_in(message: str, param: str) -> str | None:
    """Which of a request's extras an error refuses: some models and servers know none of them.

    By the place that it names, or by its words where they say that something is not known: what
    fails while a model reasons has nothing to do with it.
    """
    is_unknown = _NOT_KNOWN.search(message.lower())
    said = f"{param} {message}" if is_unknown else param
    if "image" in said:
        return PICTURES
    return next((extra for extra in sorted(OF_REASONING) if extra in said), None)


def is_lasting(extra: str, message: str) -> bool:
    """Whether an error that refuses an extra would refuse it in every other request too."""
    return extra != PICTURES or bool(_NO_PICTURES.search(message.lower()))


def code_in(said: str) -> str | None:
    """The error that a server names or describes; None when it is none of these."""
    words = re.sub("[^a-z0-9]+", "_", said.lower())
    return next((code for name, code in _NAMES.items() if name in words), None)
