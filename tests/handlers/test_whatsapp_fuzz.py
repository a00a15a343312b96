"""Whatever Twilio may sign is answered in time, never with a 5xx, and no diner waits for ever."""

import json
import time
from itertools import count

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.notes import is_quiet
from tests.engine.clock import soon
from tests.engine.world import KIGALI, House
from tests.handlers.web import Webhooks
from whatsapp.inbound import is_status, parse_message

EXAMPLES = 100
FROZEN_S = 1.0  # of CPU, for one webhook
NAMES = [
    *["Body", "ProfileName", "MessageType", "SmsStatus", "MessageStatus", "ErrorCode", "NumMedia"],
    *["MediaContentType0", "MediaUrl0", "MediaFilename0", "ButtonText", "ButtonPayload", "ListId"],
    *["ListTitle", "FlowData", "InteractiveData", "Order", "ProductItems", "Contacts", "Poll"],
    *["Latitude", "Longitude", "Label", "Address", "WaId", "ExternalUserId", "ChannelMetadata"],
    *["OriginalRepliedMessageSid", "Forwarded", "ReferralBody", "AccountSid"],
    "OriginalMessageSid",
]
KINDS = [
    *["text", "image", "sticker", "audio", "video", "document", "location", "contacts", "button"],
    *["interactive", "order", "reaction", "edit", "revoke", "unsupported", "system", ""],
    "hologram",
]
# Half a character fits into no form.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
HOSTILE = [
    *["", " ", "\x00", "a\x00b", "/cfo", "／cfo.", "/forget", "/reset", "/help", "/menu", "/a/b"],
    *[
        "[" * 5_000,
        "{" * 5_000,
        "/" * 5_000,
        "*" * 5_000,
        "# a" + " " * 5_000 + "b",
        "\u200b" * 5_000,
    ],
    *["a\u0301" * 5_000, "👨‍👩‍👧" * 1_000, "\u202e\u2066", "9" * 5_000, "-1", "1e999", "NaN", "٣"],
    *["BEGIN:VCARD\nFN:" + "x" * 5_000, "я" * 20_000, "received", "delivered", "failed", "63016"],
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
VALUES = st.sampled_from(HOSTILE) | TEXTS | JSON.map(json.dumps)
FORMS = st.dictionaries(st.sampled_from(NAMES) | TEXTS.filter(bool), VALUES, max_size=8)
PATHS = st.sampled_from(["/whatsapp", "/whatsapp/", "/whatsapp/status", "/whatsapp/status/"])
QUERIES = st.sampled_from(
    ["", "?part=1", "?part=3000000000", "?part=-1", "?part=%00", "?part=1&part=2", "?x=%FF"]
)
NUMBERS = count(1)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(PATHS, QUERIES, FORMS, st.sampled_from(KINDS), st.sampled_from([None, "HMAC_SHA256"]))
@example("/whatsapp/status", "?part=3000000000", {"MessageStatus": "delivered"}, "", None)
@example("/whatsapp", "", {"Body": "", "FlowData": "[" * 60_000}, "interactive", None)
@example("/whatsapp", "", {"Body": "", "NumMedia": "9" * 5_000}, "image", None)
@example("/whatsapp", "", {"Body": "a\x00b", "Un\x00known": "\x00"}, "text", None)
def test_no_signed_form_fails_or_freezes_or_leaves_a_diner_waiting(
    any_house: House,
    path: str,
    query: str,
    form: dict[str, str],
    kind: str,
    algorithm: str | None,
) -> None:
    number = next(NUMBERS)
    diner = f"whatsapp:RW.diner{number}"
    own = {"MessageSid": f"SMfuzz{number}", "From": diner}
    whole = {"To": KIGALI, "Body": "Hello", "MessageType": kind, **form, **own}
    started = time.thread_time()
    answer = Webhooks(any_house).post(whole, f"{path}{query}", algorithm=algorithm)
    assert time.thread_time() - started < FROZEN_S
    assert answer.status_code in (204, 400), answer.text
    stored = [each for each in any_house.messages() if each.sid == own["MessageSid"]]
    if stored and is_quiet(stored[0].text):
        assert soon(lambda: all(turn.state == "done" for turn in any_house.turns())), whole
    elif stored:
        assert soon(lambda: any_house.read(diner)), whole
    elif path.rstrip("/") == "/whatsapp" and answer.status_code == 204:
        assert is_status(whole) or parse_message(whole) is None, whole
