"""What Twilio posts is read whole; all else is refused with a sentence that names the field."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.database.columns import MAX_INTEGER
from models.inbox import Incoming
from whatsapp.inbound import (
    BadFormError,
    StatusCallback,
    parse_message,
    parse_status,
)

ALICE, KIGALI = "whatsapp:+250788000001", "whatsapp:+14155238886"
SID = f"SM{'1' * 32}"
FORM = {"MessageSid": SID, "From": ALICE, "To": KIGALI}
STATUS = {"MessageSid": SID, "MessageStatus": "delivered"}


def message(**fields: str) -> Incoming:
    parsed = parse_message({**FORM, **fields})
    assert parsed is not None
    return parsed


def status(**fields: str) -> StatusCallback:
    return parse_status({**STATUS, **fields})


def test_a_text_is_the_diners_words() -> None:
    parsed = message(Body=" Do you have coffee? \n", NumMedia="0", ProfileName="Alice")
    assert (parsed.sid, parsed.address, parsed.number) == (SID, ALICE, KIGALI)
    assert (parsed.text, parsed.profile_name) == ("Do you have coffee?", "Alice")


def test_a_reply_names_what_it_answers() -> None:
    quoting = {"OriginalRepliedMessageSid": "MM5cc4", "OriginalRepliedMessageSender": KIGALI}
    assert message(Body="Yes", **quoting).quoted_sid == "MM5cc4"
    assert message(Body="Yes").quoted_sid is None


@pytest.mark.parametrize("sid", ["", " ", "SM 1", "SM1;--", "x" * 65, "é" * 4])
def test_what_can_be_no_sid_is_no_quote(sid: str) -> None:
    assert message(Body="Yes", OriginalRepliedMessageSid=sid).quoted_sid is None


def test_unknown_fields_are_kept_and_change_nothing() -> None:
    fields = {
        "Body": "Hi",
        "ProfileName": "",
        "Sentiment": "sunny",
        "sid": "SM666",
        "text": "No",
        "model_config": "{}",
    }
    parsed = message(**fields)
    assert parsed.form == {**FORM, **fields}
    assert (parsed.sid, parsed.text) == (SID, "Hi")


@pytest.mark.parametrize("name", ["MessageSid", "From", "To"])
def test_a_missing_or_blank_field_is_named(name: str) -> None:
    without = {each: value for each, value in FORM.items() if each != name}
    for form in (without, {**FORM, name: ""}, {**FORM, name: " "}, {**FORM, name: "x" * 129}):
        with pytest.raises(BadFormError, match=rf"^{name}: "):
            parse_message(form)


@pytest.mark.parametrize(
    "sender", ["whatsapp:RW.teta", "whatsapp:RW.9a8b7c", "whatsapp:+250788000001"]
)
def test_a_sender_needs_no_phone_number(sender: str) -> None:
    assert message(From=sender).address == sender


def test_a_sender_with_a_space_is_refused() -> None:
    with pytest.raises(BadFormError, match=r"^From: "):
        message(From="whatsapp: 250788000001")


def test_a_tapped_button_speaks_for_itself() -> None:
    assert message(Body="", ButtonText="Yes, please", ButtonPayload="yes").text == "Yes, please"


def test_a_chosen_line_of_a_list_speaks_for_itself() -> None:
    assert message(Body="", ListTitle="Brochette", ListId="12").text == "Brochette"


@pytest.mark.parametrize("body", ["", "  \n", "\x00"])
def test_a_message_without_anything_says_so(body: str) -> None:
    assert message(Body=body).text == "[an empty message]"


@pytest.mark.parametrize(
    ("body", "told", "text"),
    [
        ("Baja", "STOP", "stop"),  # a word that only the Messaging Service knows
        ("Arrêt", "STOP", "Arrêt"),  # its language is told by it
        ("Alta", "start", "start"),
        ("HELP", "HELP", "HELP"),
        ("stop", "", "stop"),
    ],
)
def test_what_twilio_takes_for_stop_or_start_is_that(body: str, told: str, text: str) -> None:
    assert message(Body=body, OptOutType=told).text == text


def test_nul_is_dropped_everywhere() -> None:
    parsed = message(Body="Hi\x00!", ProfileName="Al\x00ice", **{"Un\x00known": "a\x00b"})
    assert (parsed.text, parsed.profile_name) == ("Hi!", "Alice")
    assert parsed.form["Unknown"] == "ab"


@pytest.mark.parametrize(
    ("given_name", "kept"), [("é" * 500, "é" * 200), (" Alice ", "Alice"), (" ", None), ("", None)]
)
def test_a_profile_name_fits_its_column(given_name: str, kept: str | None) -> None:
    assert message(ProfileName=given_name).profile_name == kept


def test_a_status_says_how_far_a_message_has_come() -> None:
    parsed = status(ErrorCode="63016", ChannelStatusMessage="outside the window")
    assert (parsed.sid, parsed.status, parsed.error_code) == (SID, "delivered", 63016)


@pytest.mark.parametrize("code", ["", " "])
def test_an_empty_error_code_is_none(code: str) -> None:
    assert status(ErrorCode=code).error_code is None


@pytest.mark.parametrize(
    "code", ["none", "-1", "1e400", str(MAX_INTEGER + 1), "9" * 5000, "63016.5", "\ud800"]
)
def test_a_weird_error_code_is_refused(code: str) -> None:
    with pytest.raises(BadFormError, match=r"^ErrorCode: "):
        status(ErrorCode=code)


def test_a_status_of_tomorrow_is_read() -> None:
    assert status(MessageStatus="partially_delivered").status == "partially_delivered"


@pytest.mark.parametrize("name", ["MessageSid", "MessageStatus"])
def test_a_status_without_a_field_names_it(name: str) -> None:
    with pytest.raises(BadFormError, match=rf"^{name}: "):
        parse_status({each: value for each, value in STATUS.items() if each != name})


NAMES = [
    "MessageSid",
    "From",
    "To",
    "Body",
    "ProfileName",
    "NumMedia",
    "MediaContentType0",
    "MessageStatus",
    "ErrorCode",
]


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), st.text()))
def test_any_form_is_read_or_refused(form: dict[str, str]) -> None:
    for parse in (parse_message, parse_status):
        with suppress(BadFormError):
            parse({**FORM, **STATUS, **form})
