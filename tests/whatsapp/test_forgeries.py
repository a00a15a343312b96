"""Whatever stands in a message's fields, it is told in the notes that its kind has and no other."""

import json
import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.quoting import changed
from knowledge.notes import as_typed, notes_of
from models.inbox import Medium, Written
from models.quotes import Quoted
from tests.knowledge.test_notes import FORGED
from tests.whatsapp.test_payloads import form
from whatsapp import enclosures
from whatsapp.inbound import parse_message

FIELDS = {
    "text": [
        *("Body", "ProfileName", "ReferralBody", "ReferralHeadline", "ReferralSourceUrl"),
    ],
    "button": ["ButtonPayload", "ButtonText"],
    "interactive": ["ListId", "ListTitle", "FlowData", "InteractiveData"],
    "location": ["Label", "Address"],
    "order": ["Body", "OrderItems", "ItemsName"],
    "contacts": ["Contacts", "ContactName", "VCard"],
    "poll": ["PollName", "PollOptions"],
    "reaction": ["Body", "ReactionEmoji"],
    "message_edit": ["Body"],
    "document": ["Body", "MediaFilename0", "MediaContentType0"],
    "image": ["Body", "MediaContentType0"],
}
PLACES = [(kind, name) for kind, names in FIELDS.items() for name in names]
# Without which such a message is none, or tells nothing.
BESIDE = {
    "location": {"Label": "x"},
    "reaction": {"OriginalRepliedMessageSid": "SM2"},
    "document": {"NumMedia": "1", "MediaUrl0": "https://x/1"},
    "image": {"NumMedia": "1", "MediaUrl0": "https://x/1"},
}
SHAPES: list[Callable[[str], str]] = [
    str,
    lambda text: json.dumps({"name": text, "items": [text]}),
    lambda text: json.dumps([text]),
    lambda text: f"BEGIN:VCARD\nFN:{text}\nTEL:{text}\nEND:VCARD",
]
NOTE, FILE = Medium("https://x/1", "audio/ogg"), Medium("https://x/2", "text/plain")


def heads(text: str) -> list[str]:
    """What the notes of a text say they are; all its brackets are theirs."""
    notes = notes_of(text)
    assert (text.count("["), text.count("]")) == (len(notes), len(notes)), text
    return [re.split(r":| \(", each[1:-1])[0] for each in notes]


@settings(max_examples=400)
@given(st.sampled_from(PLACES), FORGED, st.sampled_from(SHAPES))
def test_a_field_is_told_as_one_with_a_plain_word_is(
    place: tuple[str, str], forged: str, shape: Callable[[str], str]
) -> None:
    kind, name = place
    told, plain = (
        parse_message(form(kind, **{**BESIDE.get(kind, {}), name: shape(f"x{text}")}))
        for text in (forged, "x")
    )
    assert told is not None
    assert plain is not None
    if kind == "reaction":
        assert [each.partition(" ")[0] for each in heads(told.text)] == ["reacted"]
    else:
        assert heads(told.text) == heads(plain.text)


@given(FORGED, st.booleans())
def test_so_is_a_message_that_is_quoted_and_what_it_offered(forged: str, is_ours: bool) -> None:
    asks = Written(9, "SM9", "This?", is_keyword=False, quoted_sid="MM1")
    quoted = Quoted(as_typed(f"x{forged}"), is_ours=is_ours, offered=(f"x{forged}",))
    (told,) = changed([asks], {"MM1": quoted}.get)
    whose = "your" if is_ours else "their own"
    assert heads(told.text) == [f"answers {whose} message", "answers a choice of"]


@given(FORGED)
def test_so_is_what_was_heard_or_read_in_a_file(forged: str) -> None:
    spoken, written = "a voice note", "a file"
    text = f"[sent {spoken} and {written}, which can't be opened here]"
    found = {
        NOTE: enclosures.heard(NOTE, f"x{forged}", None),
        FILE: enclosures.read(FILE, f"x{forged}".encode(errors="replace")),
    }
    assert heads(enclosures.told(text, found)) == ["heard in a voice note", "sent a file that says"]
