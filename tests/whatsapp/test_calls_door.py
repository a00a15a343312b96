"""A call is ended or sent another way at Twilio; one that is over already is no error."""

import json
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from tests.sandbox.twilio.world import ACCOUNT_SID, serving
from tests.whatsapp.test_outbound import answering, opened
from whatsapp.host import SendError
from whatsapp.twiml import reject

CALL_SID = "CA" + "1" * 32


def test_a_call_is_ended_and_sent_another_way() -> None:
    asked: list[tuple[str, str, dict[str, str]]] = []

    @Request.application
    def wire(request: Request) -> Response:
        asked.append((request.method, request.path, request.form.to_dict()))
        return Response(json.dumps({"sid": CALL_SID, "status": "completed"}))

    with serving(wire) as url, opened(url) as door:
        door.calls.hang_up(CALL_SID)
        door.calls.redirect(CALL_SID, reject())
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{CALL_SID}.json"
    assert asked == [
        ("POST", path, {"Status": "completed"}),
        ("POST", path, {"Twiml": reject()}),
    ]


@pytest.mark.parametrize(
    ("status", "answer"),
    [(404, {"code": 20404, "status": 404}), (404, {}), (400, {"code": 21220, "status": 400})],
)
def test_a_call_that_is_over_already_is_no_error(status: int, answer: dict[str, Any]) -> None:
    with answering(json.dumps(answer), status) as door:
        door.calls.hang_up(CALL_SID)
        door.calls.redirect(CALL_SID, reject())


@pytest.mark.parametrize(
    ("status", "answer"), [(400, {"code": 21218}), (401, {"code": 20003}), (503, {})]
)
def test_all_else_is_told(status: int, answer: dict[str, Any]) -> None:
    with answering(json.dumps(answer), status) as door, pytest.raises(SendError):
        door.calls.hang_up(CALL_SID)


@pytest.mark.parametrize("sid", ["", "CA1/Recordings", "../Messages", "CA1?", "é"])
def test_what_is_no_sid_is_not_asked_for(sid: str) -> None:
    with answering("{}") as door, pytest.raises(SendError, match="SID"):
        door.calls.hang_up(sid)
