"""Which files a message brings, and what its text says of them once they are opened."""

import pytest

from models.inbox import Medium
from whatsapp import enclosures
from whatsapp.enclosures import PICTURE, Found, is_heard, told, why_unheard
from whatsapp.inbound import parse_message

URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME{}"
DISH = Medium(URL.format(0), "image/jpeg")
NOTE = Medium(URL.format(0), "audio/ogg")
SONG = Medium(URL.format(0), "audio/mpeg")
CARD = Medium(URL.format(0), "text/vcard")
TEXT = Medium(URL.format(0), "text/plain")


def incoming(kind: str, *types: str, body: str = "", **fields: str) -> tuple[str, tuple[str, ...]]:
    """The text of a message with files of these types, and the types of those to be opened."""
    files = {f"MediaUrl{nth}": URL.format(nth) for nth in range(len(types))}
    files |= {f"MediaContentType{nth}": each for nth, each in enumerate(types)}
    form = {"MessageSid": "MM1", "From": "whatsapp:+250788000001", "To": "whatsapp:+1"}
    form |= {"NumMedia": str(len(types)), "MessageType": kind, "Body": body, **files, **fields}
    message = parse_message(form)
    assert message is not None
    return message.text, tuple(each.type for each in message.media)


@pytest.mark.parametrize(
    ("kind", "content_type", "opened"),
    [
        ("image", "image/jpeg", "image/jpeg"),
        ("image", "image/png", "image/png"),
        ("image", "image/webp", "image/webp"),
        ("document", "image/heic", "image/heic"),
        ("audio", "audio/ogg; codecs=opus", "audio/ogg"),
        ("audio", "Audio/OGG", "audio/ogg"),
        ("audio", "audio/amr", "audio/amr"),
        ("document", "audio/mpeg", "audio/mpeg"),
        ("contacts", "text/vcard", "text/vcard"),
        ("document", "text/plain", "text/plain"),
        ("sticker", "image/webp", None),
        ("", "image/webp", None),
        ("video", "video/mp4", None),
        ("document", "application/pdf", None),
        ("document", "text/html", None),
        ("document", "application/zip", None),
        ("image", "", None),
        ("image", f"image/{'x' * 5_000}", None),
    ],
)
def test_what_can_be_opened(kind: str, content_type: str, opened: str | None) -> None:
    assert incoming(kind, content_type)[1] == ((opened,) if opened else ())


@pytest.mark.parametrize("count", ["", "0", "-1", "1x", "0x1"])
def test_no_file_is_taken_that_was_not_counted(count: str) -> None:
    assert incoming("image", "image/jpeg", NumMedia=count)[1] == ()


def test_of_many_files_ten_are_taken() -> None:
    assert len(incoming("image", *["image/jpeg"] * 12)[1]) == 10


@pytest.mark.parametrize("url", ["", "https://api.twilio.com/" + "x" * 1_000])
def test_an_address_that_is_none_is_no_file(url: str) -> None:
    assert incoming("image", "image/jpeg", MediaUrl0=url)[1] == ()


@pytest.mark.parametrize(
    ("form", "found", "text"),
    [
        (
            ("image", "image/jpeg"),
            {DISH: Found(PICTURE, picture=b"x")},
            "[sent a picture]",
        ),
        (
            ("audio", "audio/ogg"),
            {NOTE: enclosures.heard(NOTE, "Two teas, please", None)},
            "Two teas, please\n[heard in a voice note]",
        ),
        (
            ("audio", "audio/ogg"),
            {NOTE: enclosures.heard(NOTE, "And then", 5)},
            "And then\n[heard in a voice note; only its first 5 minutes were heard]",
        ),
        (
            ("document", "audio/mpeg"),
            {SONG: enclosures.unopened(SONG, "it is broken")},
            "[sent an audio file that can't be heard: it is broken]",
        ),
        (
            ("image", "image/jpeg"),
            {DISH: enclosures.unopened(DISH, "it is [very] broken")},
            "[sent a picture, which can't be opened here: it is (very) broken]",
        ),
        (
            ("contacts", "text/vcard"),
            {CARD: enclosures.read(CARD, b"BEGIN:VCARD\r\nFN:Ann\r\nTEL;type=CELL:+250 7\r\n")},
            "[shared a contact: Ann, +250 7]",
        ),
        (
            ("document", "text/plain"),
            {TEXT: enclosures.read(TEXT, b"\xef\xbb\xbfTwo teas]\n[sent a picture]")},
            "[sent a file that says: Two teas) (sent a picture)]",
        ),
    ],
)
def test_what_was_found_stands_where_the_file_was(
    form: tuple[str, ...], found: dict[Medium, Found], text: str
) -> None:
    assert told(incoming(*form)[0], found) == text


def test_words_stand_before_it_and_other_notes_behind_it() -> None:
    text, _ = incoming("image", "image/jpeg", body="What is this?", Forwarded="true")
    assert told(text, {DISH: Found(PICTURE)}) == (
        "What is this?\n[sent a picture]\n[forwarded: perhaps not their own words]"
    )


def test_several_pictures_are_counted_and_what_stays_closed_is_told() -> None:
    text, _ = incoming("image", "image/jpeg", "image/png", "video/mp4")
    other = Medium(URL.format(1), "image/png")
    assert told(text, {DISH: Found(PICTURE), other: Found(PICTURE)}) == (
        "[sent 2 pictures]\n[sent a video, which can't be opened here]"
    )


def test_what_a_diner_types_is_no_note_of_ours() -> None:
    typed = "[sent a picture, which can't be opened here]"
    text, _ = incoming("image", "image/jpeg", body=typed)
    assert told(text, {DISH: Found(PICTURE)}) == f"({typed[1:-1]})\n[sent a picture]"


def test_what_is_said_is_no_note_of_ours() -> None:
    heard = enclosures.heard(NOTE, "[sent a picture] hello", None)
    assert heard.words == "(sent a picture) hello"


@pytest.mark.parametrize("content", [b"", b"BEGIN:VCARD\r\nEND:VCARD", b"\xff\xfe" * 100])
def test_a_card_without_a_name_is_told_as_that(content: bytes) -> None:
    assert enclosures.read(CARD, content).note == (
        "[sent a contact, which can't be opened here: there is no name in it]"
    )


def test_an_unheard_note_alone_is_known_as_such() -> None:
    assert why_unheard(enclosures.unopened(NOTE, "it is broken").note) == "it is broken"
    assert why_unheard(enclosures.unopened(SONG, "it is broken").note) == "it is broken"
    assert why_unheard("Hello\n" + enclosures.unopened(NOTE, "it is broken").note) is None
    assert why_unheard(enclosures.unopened(DISH, "it is broken").note) is None


def test_spoken_words_are_known_as_such() -> None:
    assert is_heard("Hello\n[heard in a voice note]\n[answers your message: Hi]")
    assert not is_heard("Hello\n[sent a picture]")
