"""Every kind that a diner sends from the phone, as the form that Twilio posts of it."""

import base64
from array import array
from typing import Any

import pytest
import requests

from sandbox.practice.speech import SAMPLES_PER_S, spoken
from sandbox.practice.voice_note import words_in
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Choices, Message, Option
from tests.sandbox.phone.browser import Browser
from tests.sandbox.phone.sounds import as_recording, recording, seconds_of
from tests.sandbox.twilio.world import ALICE, BOB, KIGALI, Receiver

JPEG = b"\xff\xd8\xff\xe0a picture"
WEBP = b"RIFF\x04\0\0\0WEBP"


def file(content: bytes, content_type: str = "image/jpeg", **more: str) -> dict[str, str]:
    return {
        "content_type": content_type,
        "base64": base64.b64encode(content).decode(),
        **more,
    }


def form_of(
    phone: Browser, receiver: Receiver, exchange: Exchange, **message: Any
) -> tuple[Message, dict[str, str]]:
    """The message that this became, and its form."""
    answer = phone.post("/phone/api/messages", {"from": ALICE, "to": KIGALI, **message})
    assert answer.status_code == 202, answer.json()
    sid = answer.json()["id"]
    assert exchange.wait_for(lambda: exchange.messages()[-1].status == "sent")
    taken = exchange.message(sid)
    assert taken is not None
    return taken, next(post.form for post in receiver.posts if post.form["MessageSid"] == sid)


def picked(form: dict[str, str], *names: str) -> list[str | None]:
    return [form.get(name) for name in names]


MEDIA = ("MessageType", "NumMedia", "MediaContentType0")


def test_a_picture_has_its_caption(phone: Browser, receiver: Receiver, exchange: Exchange) -> None:
    sent = form_of(phone, receiver, exchange, body="What is this?", media=file(JPEG))
    message, form = sent
    assert picked(form, "Body", *MEDIA) == ["What is this?", "image", "1", "image/jpeg"]
    assert form["MediaUrl0"] == message.media[0].url
    assert f"/Messages/{message.sid}/Media/ME" in form["MediaUrl0"]
    assert message.media[0].content == JPEG
    [shown] = phone.updates()["messages"]
    assert (shown["kind"], shown["body"]) == ("image", "What is this?")
    answer = phone.get(shown["media"][0]["url"])
    assert (answer.content, answer.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert answer.headers["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(("container", "codec"), [("webm", "libopus"), ("mp4", "aac")])
def test_a_recording_goes_out_as_whatsapps_own_voice_note(
    phone: Browser, receiver: Receiver, exchange: Exchange, container: str, codec: str
) -> None:
    made = recording(1.2, container=container, codec=codec)
    message, form = form_of(phone, receiver, exchange, voice=file(made, f"audio/{container}"))
    assert picked(form, "Body", *MEDIA) == ["", "audio", "1", "audio/ogg"]
    note = message.media[0].content or b""
    assert b"OpusHead" in note[:100]
    assert seconds_of(note) == pytest.approx(1.2, abs=0.1)


def test_the_practice_voice_says_words(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    said = {"words": "Mufite ikawa?"}
    _, form = form_of(phone, receiver, exchange, voice=said)
    assert picked(form, *MEDIA) == ["audio", "1", "audio/ogg"]
    url = phone.updates()["messages"][0]["media"][0]["url"]
    assert phone.get(f"{url}/words").json() == {"words": "Mufite ikawa?"}


def test_what_the_practice_voice_says_into_a_microphone_is_heard(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    made = as_recording(array("h", spoken("Une table pour deux")), SAMPLES_PER_S)
    message, _ = form_of(phone, receiver, exchange, voice=file(made, "audio/webm"))
    assert words_in(message.media[0].content or b"") == "Une table pour deux"


LIST = Choices("list", (Option("item:1", "Isombe", "cassava leaves"), Option("2", "No")), "Dishes")
BUTTONS = Choices("buttons", (Option("yes", "Yes"), Option("no", "No")))


def test_choices_are_shown_and_a_tap_is_posted(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    dishes = exchange.send(ALICE, KIGALI, "Which one?", choices=LIST)
    [shown] = phone.updates()["messages"]
    assert shown["choices"] == {
        "kind": "list",
        "button": "Dishes",
        "options": [
            {"id": "item:1", "title": "Isombe", "description": "cassava leaves"},
            {"id": "2", "title": "No", "description": ""},
        ],
    }
    _, form = form_of(phone, receiver, exchange, tap={"id": "item:1"}, reply_to=dishes.sid)
    names = ("Body", "MessageType", "ListId", "OriginalRepliedMessageSid")
    assert picked(form, *names) == ["Isombe", "interactive", "item:1", dishes.sid]
    sure = exchange.send(ALICE, KIGALI, "Sure?", choices=BUTTONS)
    _, form = form_of(phone, receiver, exchange, tap={"id": "no"}, reply_to=sure.sid)
    assert picked(form, "Body", "MessageType", "ButtonPayload") == ["No", "button", "no"]
    assert [each["reply_to"] for each in phone.updates()["messages"]][1::2] == [
        dishes.sid,
        sure.sid,
    ]


@pytest.mark.parametrize("tap", [{"id": "nothing"}, {}, "yes"])
def test_what_was_not_offered_can_not_be_tapped(
    phone: Browser, exchange: Exchange, tap: object
) -> None:
    sure = exchange.send(ALICE, KIGALI, "Sure?", choices=BUTTONS)
    body = {"from": ALICE, "to": KIGALI, "tap": tap, "reply_to": sure.sid}
    assert phone.post("/phone/api/messages", body).status_code == 400
    assert exchange.messages() == [sure]


def test_a_part_of_a_voice_note_can_be_loaded(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    form_of(phone, receiver, exchange, voice=file(recording(0.2)))
    url = phone.url + phone.updates()["messages"][0]["media"][0]["url"]
    part = requests.get(url, headers={"Range": "bytes=0-3"}, timeout=10)
    assert (part.status_code, part.content) == (206, b"OggS")


def test_a_sticker_a_document_and_a_contact_are_files(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    _, sticker = form_of(phone, receiver, exchange, sticker=file(WEBP, "image/webp"))
    assert picked(sticker, *MEDIA) == ["sticker", "1", "image/webp"]
    menu = file(b"%PDF-1.7", "application/pdf", name="menu.pdf")
    _, document = form_of(phone, receiver, exchange, body="Our bill", media=menu)
    assert picked(document, "Body", *MEDIA) == ["Our bill", "document", "1", "application/pdf"]
    _, unnamed = form_of(phone, receiver, exchange, media=menu)
    assert unnamed["Body"] == "menu.pdf"
    person = {"name": "Ines, of the\r\nbakery", "number": "+250 788 000 009"}
    message, contact = form_of(phone, receiver, exchange, contact=person)
    assert picked(contact, "Body", *MEDIA) == ["", "contacts", "1", "text/vcard"]
    card = (message.media[0].content or b"").decode().split("\r\n")
    assert card[0] == "BEGIN:VCARD"
    assert "FN:Ines\\, of the bakery" in card
    shown = [each["media"][0] for each in phone.updates()["messages"]]
    assert [each["name"] for each in shown] == ["", *2 * ["menu.pdf"], "Ines, of the bakery"]
    assert shown[3]["number"] == "+250 788 000 009"
    assert [each["body"] for each in phone.updates()["messages"]] == ["", "Our bill", "", ""]
    assert phone.get(shown[1]["url"]).headers["Content-Disposition"].startswith("attachment")


def test_a_location_has_its_point_and_its_name(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    place = {"latitude": -1.9546, "longitude": 30, "label": "Convention Centre", "address": " "}
    _, form = form_of(phone, receiver, exchange, location=place)
    told = picked(form, "MessageType", "Latitude", "Longitude", "Label", "Address", "NumMedia")
    assert told == ["location", "-1.954600", "30.000000", "Convention Centre", None, "0"]
    assert phone.updates()["messages"][0]["location"]["label"] == "Convention Centre"


def test_a_quote_names_the_message_and_who_wrote_it(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    ours = exchange.send(ALICE, KIGALI, "Isombe or brochettes?")
    _, form = form_of(phone, receiver, exchange, body="The second", reply_to=ours.sid)
    names = ("Body", "OriginalRepliedMessageSid", "OriginalRepliedMessageSender")
    assert picked(form, *names) == ["The second", ours.sid, KIGALI]
    own, _ = form_of(phone, receiver, exchange, body="Is it hot?")
    _, form = form_of(phone, receiver, exchange, media=file(JPEG), reply_to=own.sid)
    assert picked(form, "MessageType", *names[1:]) == ["image", own.sid, ALICE]
    assert phone.updates()["messages"][-1]["reply_to"] == own.sid


def test_a_reaction_is_shown_on_its_message_and_can_be_taken_back(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    ours = exchange.send(ALICE, KIGALI, "Enjoy your meal!")
    assert exchange.wait_for(lambda: ours.status == "read")
    cursor = phone.updates()["cursor"]
    _, form = form_of(phone, receiver, exchange, reaction={"emoji": "❤️"}, reply_to=ours.sid)
    told = picked(form, "MessageType", "Body", "OriginalRepliedMessageSid")
    assert told == ["reaction", "❤️", ours.sid]
    [shown] = phone.updates(cursor)["messages"]
    assert (shown["id"], shown["reaction"]) == (ours.sid, "❤️")
    form_of(phone, receiver, exchange, reaction={"emoji": ""}, reply_to=ours.sid)
    assert [each["reaction"] for each in phone.updates()["messages"]] == [""]
    assert ours.history[-1][0] == "read"


def test_an_edit_and_a_deletion_change_the_message_that_they_are_about(
    phone: Browser, receiver: Receiver, exchange: Exchange
) -> None:
    names = ("MessageType", "Body", "OriginalMessageSid")
    own, _ = form_of(phone, receiver, exchange, body="A table for two")
    _, form = form_of(phone, receiver, exchange, body="For three", edit={"of": own.sid})
    assert picked(form, *names) == ["edit", "For three", own.sid]
    [shown] = phone.updates()["messages"]
    assert (shown["body"], shown["is_edited"], shown["kind"]) == ("For three", True, "text")
    _, form = form_of(phone, receiver, exchange, delete={"of": own.sid})
    assert picked(form, *names) == ["revoke", "", own.sid]
    [shown] = phone.updates()["messages"]
    assert (shown["body"], shown["kind"]) == ("", "deleted")


@pytest.mark.parametrize("change", [{"delete": {}}, {"edit": {}, "body": "Hello"}])
def test_only_what_one_wrote_can_be_changed(
    phone: Browser, exchange: Exchange, change: dict[str, Any]
) -> None:
    ours = exchange.send(ALICE, KIGALI, "Enjoy your meal!")
    bobs = exchange.receive(BOB, KIGALI, "Bob's").message
    for sid in (ours.sid, bobs.sid, "SM1"):
        asked = {key: {"of": sid} if value == {} else value for key, value in change.items()}
        answer = phone.post("/phone/api/messages", {"from": ALICE, "to": KIGALI, **asked})
        assert answer.status_code == 400
    assert exchange.messages() == [ours, bobs]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"media": file(b"MZ", "application/x-msdownload")}, "takes no file of the type"),
        ({"media": file(b"<svg>", "image/svg+xml")}, "takes no file of the type image/svg+xml"),
        ({"media": file(b"", "image/png")}, "empty"),
        ({"media": file(b"0" * (16 * 1024 * 1024 + 1), "video/mp4")}, "up to 16 MB"),
        ({"media": {"content_type": "image/png", "base64": "*"}}, "base64"),
        ({"media": "x"}, "media must be an object"),
        ({"voice": file(b"no sound")}, "can't be read"),
        ({"voice": file(recording(0.2)[:60])}, "can't be read"),
        ({"voice": {"words": "x" * 301}}, "words"),
        ({"location": {"latitude": 91, "longitude": 0}}, "latitude"),
        ({"location": {"latitude": 1, "longitude": "x"}}, "longitude"),
        ({"location": {"longitude": 0}}, "latitude"),
        ({"contact": {"name": " "}}, "name"),
        ({"reaction": {"emoji": "x" * 17}}, "emoji"),
        ({"reaction": {"emoji": "👍"}}, "reply_to"),
        ({"body": "Hello", "reply_to": "SM1"}, "reply_to"),
    ],
)
def test_what_whatsapp_would_not_send_is_400_and_says_why(
    phone: Browser, exchange: Exchange, message: dict[str, Any], said: str
) -> None:
    answer = phone.post("/phone/api/messages", {"from": ALICE, "to": KIGALI, **message})
    assert (answer.status_code, said in answer.json()["error"]) == (400, True)
    assert exchange.messages() == []


def test_a_message_of_another_chat_can_not_be_quoted(phone: Browser, exchange: Exchange) -> None:
    bobs = exchange.send(BOB, KIGALI, "Only for Bob")
    body = {"from": ALICE, "to": KIGALI, "body": "Hello", "reply_to": bobs.sid}
    assert phone.post("/phone/api/messages", body).status_code == 400


@pytest.mark.parametrize(
    "sending",
    [
        {"voice": file(recording(0.5))},
        {"media": file(JPEG)},
        {"media": file(b"OggS and no more", "audio/ogg")},
    ],
    ids=["a voice", "a picture", "a broken note"],
)
def test_what_another_voice_says_nobody_here_knows(
    phone: Browser, receiver: Receiver, exchange: Exchange, sending: dict[str, Any]
) -> None:
    form_of(phone, receiver, exchange, **sending)
    url = phone.updates()["messages"][0]["media"][0]["url"]
    assert phone.get(f"{url}/words").json() == {"words": None}


@pytest.mark.parametrize("path", ["ME1", "ME1/words"])
def test_a_file_that_nobody_has_is_404(phone: Browser, path: str) -> None:
    assert phone.get(f"/phone/media/{path}").status_code == 404
