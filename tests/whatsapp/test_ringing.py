"""Who rings is the diner that they are on WhatsApp, where they show a number."""

import pytest

from whatsapp.inbound import BadFormError
from whatsapp.ringing import CallStatus, Ring, parse_call_status, parse_ring

# https://www.twilio.com/docs/voice/twiml#request-parameters
FORM = {
    "AccountSid": f"AC{'0' * 32}",
    "ApiVersion": "2010-04-01",
    "CallSid": "CA1",
    "CallStatus": "ringing",
    "Called": "+14155238886",
    "Caller": "+250788000001",
    "CallerCountry": "RW",
    "Direction": "inbound",
    "From": "+250788000001",
    "To": "+14155238886",
}
ALICE, KIGALI = "whatsapp:+250788000001", "+14155238886"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Ring("CA1", ALICE, KIGALI, False, None)),
        ({"CallerName": " UWASE ALICE "}, Ring("CA1", ALICE, KIGALI, False, "UWASE ALICE")),
        (
            {"From": ALICE, "To": f"whatsapp:{KIGALI}", "ProfileName": "Alice"},
            Ring("CA1", ALICE, f"whatsapp:{KIGALI}", True, "Alice"),
        ),
        (
            {"From": "whatsapp:RW.teta", "WaId": "250788000001"},
            Ring("CA1", ALICE, KIGALI, True, None),
        ),
        ({"From": "whatsapp:RW.teta"}, Ring("CA1", "whatsapp:RW.teta", KIGALI, True, None)),
        ({"CallerName": "A" * 300}, Ring("CA1", ALICE, KIGALI, False, "A" * 200)),
    ],
)
def test_a_caller_is_known_by_their_number(fields: dict[str, str], expected: Ring) -> None:
    assert parse_ring({**FORM, **fields}) == expected


@pytest.mark.parametrize(
    "shown",
    ["", "anonymous", "Anonymous", "+266696687", "+7378742833", "client:grace", "sip:a@b", "7890"],
)
def test_who_shows_no_number_has_no_address(shown: str) -> None:
    assert parse_ring({**FORM, "From": shown}).address is None


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "+",
        "anonymous",
        "Restricted",
        "+266696687",
        "RW",
        "RW.",
        f"RW.{'t' * 200}",
        "<a b>",
        "9",
    ],
)
def test_who_calls_over_whatsapp_and_shows_nobody_is_not_one_with_all_who_do_so(shown: str) -> None:
    ring = parse_ring({**FORM, "From": f"whatsapp:{shown}", "To": f"whatsapp:{KIGALI}"})
    assert ring == Ring("CA1", None, f"whatsapp:{KIGALI}", True, None)


def test_who_shows_nothing_at_all_has_no_address() -> None:
    assert parse_ring({"CallSid": "CA1", "To": KIGALI}).address is None


@pytest.mark.parametrize("field", ["CallSid", "To"])
@pytest.mark.parametrize("value", [None, "", "a b", "x" * 200])
def test_a_call_that_twilio_would_not_tell_of_is_bad_and_says_which_field(
    field: str, value: str | None
) -> None:
    form = {name: each for name, each in FORM.items() if name != field}
    with pytest.raises(BadFormError, match=f"^{field}: "):
        parse_ring(form if value is None else {**form, field: value})


@pytest.mark.parametrize(
    ("fields", "expected", "is_over"),
    [
        ({"CallStatus": "in-progress"}, CallStatus("CA1", "in-progress", 0), False),
        ({"CallStatus": "completed", "CallDuration": "61"}, CallStatus("CA1", "completed", 61), 1),
        ({"CallStatus": "No-Answer", "CallDuration": " "}, CallStatus("CA1", "no-answer", 0), 1),
        (
            {"StreamEvent": "stream-error", "StreamSid": "MZ1", "StreamError": "31920"},
            CallStatus("CA1", "stream-error", 0),
            False,
        ),
    ],
)
def test_how_far_a_call_has_come_is_told(
    fields: dict[str, str], expected: CallStatus, is_over: bool
) -> None:
    status = parse_call_status({"CallSid": "CA1", **fields})
    assert (status, status.is_over) == (expected, bool(is_over))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"CallSid": "CA1"}, "CallStatus"),
        ({"CallStatus": "completed"}, "CallSid"),
        ({"CallSid": "CA1", "CallStatus": "completed", "CallDuration": "long"}, "CallDuration"),
        ({"CallSid": "CA1", "CallStatus": "completed", "CallDuration": "-1"}, "CallDuration"),
        ({"CallSid": "CA1", "CallStatus": "completed", "CallDuration": "9" * 5000}, "CallDuration"),
    ],
)
def test_a_status_that_twilio_would_not_send_is_bad(fields: dict[str, str], field: str) -> None:
    with pytest.raises(BadFormError, match=f"^{field}: "):
        parse_call_status(fields)
