"""Who wrote is told by a number, an id or both, however they are spelled."""

import pytest

from addresses import spelled
from whatsapp.inbound import parse_message
from whatsapp.senders import Sender, read_sender

NUMBER, TETA = "whatsapp:+250788123456", "whatsapp:RW.teta"
MEXICAN = "whatsapp:+5215512345678"


@pytest.mark.parametrize(
    ("written_from", "wa_id", "external", "expected"),
    [
        (NUMBER, "", "", Sender(NUMBER, NUMBER)),
        (NUMBER, "250788123456", "", Sender(NUMBER, NUMBER)),
        (NUMBER, "250788123456", "RW.teta", Sender(NUMBER, NUMBER, TETA)),
        (NUMBER, "", "whatsapp:RW.teta", Sender(NUMBER, NUMBER, TETA)),
        (NUMBER, "", " RW.teta ", Sender(NUMBER, NUMBER, TETA)),
        (NUMBER, "250788999999", "", Sender(NUMBER, NUMBER)),  # what they wrote from counts
        (NUMBER, "", "250788123456", Sender(NUMBER, NUMBER)),
        (NUMBER, "", "RW. teta", Sender(NUMBER, NUMBER)),
        (NUMBER, "", "R" * 200, Sender(NUMBER, NUMBER)),
        (TETA, "", "", Sender(TETA, TETA, TETA)),
        (TETA, "", "RW.teta", Sender(TETA, TETA, TETA)),
        (TETA, "250788123456", "RW.teta", Sender(NUMBER, TETA, TETA)),
        (TETA, "+250788123456", "", Sender(NUMBER, TETA, TETA)),
        (TETA, "RW.teta", "RW.teta", Sender(TETA, TETA, TETA)),
        ("+250788123456", "", "RW.teta", Sender("+250788123456", "+250788123456")),  # an SMS
        (
            "messenger:123456789",
            "250788123456",
            "",
            Sender("messenger:123456789", "messenger:123456789"),
        ),
        (
            MEXICAN,
            "",
            "",
            Sender(MEXICAN, MEXICAN, None, "whatsapp:+525512345678"),
        ),
        (
            "whatsapp:BR.ana",
            "551187654321",
            "BR.ana",
            Sender(
                "whatsapp:+551187654321",
                "whatsapp:BR.ana",
                "whatsapp:BR.ana",
                "whatsapp:+5511987654321",
            ),
        ),
    ],
)
def test_a_sender_is_known_by_all_that_the_form_says(
    written_from: str, wa_id: str, external: str, expected: Sender
) -> None:
    assert read_sender(written_from, wa_id, external) == expected


@pytest.mark.parametrize(
    "written", ["WhatsApp:+250788123456", "whatsapp:250 788-123456", "whatsapp:00250788123456"]
)
def test_a_sender_and_the_number_written_to_have_one_spelling(written: str) -> None:
    form = {"MessageSid": "SM1", "From": written, "To": written, "Body": "Hi"}
    incoming = parse_message(form)
    assert incoming is not None
    assert (incoming.address, incoming.number) == (spelled(written), NUMBER) == (NUMBER, NUMBER)
    assert incoming.form["From"] == written
