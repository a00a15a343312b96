"""The causes that metrics tell apart, of what the shared connection and turns go through.

A closed set: each value of a label lives in every scrape for as long as the process does, and
servers and proxies invent words. The log has theirs.
"""

OTHER = "other"

# Why an ask failed or was asked again, and why a socket went or was not opened.
_OURS = """
    busy timeout unreachable unavailable failed superseded closed
    silent empty malformed unmatched rotated unused expired clogged server_errors defect
"""
# Why a turn has no answer, beside those: the model was not asked, or in vain.
_TURNS = """
    disabled no_restaurant not_listed too_many_rounds too_many_turns no_budget no_diner_budget
    filtered gave_up
"""
_SERVERS = """
    invalid_api_key insufficient_quota billing_hard_limit_reached account_deactivated
    billing_not_active missing_scope unsupported_country_region_territory ip_not_authorized
    access_denied
    model_not_found beta_api_shape_disabled rate_limit_exceeded inference_rate_limit_exceeded
    session_expired server_error unknown_error invalid_request_error invalid_value invalid_type
    missing_required_parameter unknown_parameter string_above_max_length
    conversation_already_has_active_response response_cancel_not_active
    cancelled failed incomplete max_output_tokens content_filter turn_detected client_cancelled
"""
_EXCEPTIONS = """
    BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError OSError
    SSLCertVerificationError SSLEOFError SSLError SSLZeroReturnError TimeoutError
    ValueError gaierror
    WebSocketAddressException WebSocketConnectionClosedException WebSocketException
    WebSocketPayloadException WebSocketProtocolException WebSocketProxyException
    WebSocketTimeoutException
"""
_CLOSES = "0 1000 1001 1002 1003 1005 1006 1007 1008 1009 1011 1012 1013 3000 3003 4000"
_STATUSES = "400 401 402 403 404 407 408 426 429 500 502 503 504 520 521 522 524"
_KNOWN = frozenset(
    [
        "",
        "no handshake in time",
        "no pong",
        *f"{_OURS} {_TURNS} {_SERVERS} {_EXCEPTIONS}".split(),
        *(f"closed {code}" for code in _CLOSES.split()),
        *(f"HTTP {status}" for status in _STATUSES.split()),
    ]
)


def label_of(cause: str) -> str:
    """The cause as a label."""
    return cause if cause in _KNOWN else OTHER


class Few:
    """The first `most` values of a label that others choose, as they are; all beyond are one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: set[str] = set()

    def __call__(self, value: object) -> str:
        """`none` for None."""
        label = "none" if value is None else str(value)
        if label not in self._seen and len(self._seen) >= self._most:
            return OTHER
        self._seen.add(label)
        return label
