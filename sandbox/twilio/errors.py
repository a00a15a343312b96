"""The errors of Twilio's REST API: their codes, their texts, and how they are answered."""

from typing import TYPE_CHECKING

from flask import Request, Response, jsonify

from sandbox.twilio.webhooks import ERROR_TEXTS

if TYPE_CHECKING:
    from sandbox.twilio.exchange import Exchange

NOT_ACTIVE = 20005
HTTP_CODES = {401: 20003, 404: 20404, 429: 20429}
TEXTS = ERROR_TEXTS | {
    20001: "Invalid parameter",
    20003: "Authenticate",
    NOT_ACTIVE: "Account not active",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    21211: "Invalid 'To' Phone Number",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21619: "A text message body or media urls must be specified.",
    21620: "Invalid media URL(s)",
    21623: "Number of media files exceeds allowed limit",
    21655: "The ContentSid is Invalid",
    21656: "The Content Variables parameter is invalid.",
    21658: "Parameter exceeded character limit",
}


class TwilioError(Exception):
    """An error answer: the HTTP status and Twilio's own code."""

    def __init__(self, status: int, code: int | None = None, message: str | None = None) -> None:
        self.status = status
        self.code = code or HTTP_CODES.get(status, 20500 if status >= 500 else 20001)
        super().__init__(message or TEXTS.get(self.code, "The request failed"))


def require_key(asked: Request, account_sid: str, auth_token: str) -> None:
    """Raises TwilioError for another account's key, or none."""
    given = asked.authorization
    wanted = (account_sid, auth_token)
    if given is None or given.type != "basic" or (given.username, given.password) != wanted:
        raise TwilioError(401)


def refuse_others(asked: Request, exchange: "Exchange", account: str | None) -> None:
    """Raises TwilioError where the key is wrong, or `account` in the path is another one."""
    require_key(asked, exchange.account_sid, exchange.auth_token)
    if account not in {None, exchange.account_sid}:
        raise TwilioError(404, message=f"The requested resource {asked.path} was not found")


def render_error(error: TwilioError) -> tuple[Response, int, dict[str, str]]:
    more = f"https://www.twilio.com/docs/errors/{error.code}"
    answer = jsonify(
        {"code": error.code, "message": str(error), "more_info": more, "status": error.status}
    )
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else {}
    return answer, error.status, headers
