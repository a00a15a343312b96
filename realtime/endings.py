"""How a response ended, from its status and the details of it, wherever a server puts them."""

from typing import NamedTuple

from realtime.fields import Json, mapping_of, name_of

COMPLETED = "completed"
INCOMPLETE = "incomplete"
# Why it is incomplete, by what servers call it.
MAX_OUTPUT_TOKENS = "max_output_tokens"
CONTENT_FILTER = "content_filter"
_REASONS = {"max_tokens": MAX_OUTPUT_TOKENS, "length": MAX_OUTPUT_TOKENS}


class End(NamedTuple):
    status: str  # completed | cancelled | failed | incomplete
    code: str | None  # of the error, when failed
    reason: str | None  # max_output_tokens | content_filter | ..., when incomplete or cancelled


def end_of(response: Json) -> End:
    """Of the response as its last event carries it; one without a status is a completed one."""
    details = response.get("status_details")
    if isinstance(details, str):
        details = {"error": details, "reason": details}
    fields = mapping_of(details)
    error = mapping_of(fields.get("error"))
    status = name_of(response, "status") or name_of(fields, "type") or COMPLETED
    code = name_of(fields, "error") or name_of(error, "code") or name_of(error, "type")
    reason = name_of(fields, "reason")
    if reason == status:
        reason = ""  # it names none
    return End(status, code or None, _REASONS.get(reason, reason) or None)
