"""Voice notes over real sockets: heard in the sound itself, answered in writing or by another."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.practice.voice_note import as_note, voice_note, words_in
from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.world import WAIT_S, House, Outside, diners, running_world, until

NOTE = "[heard in a voice note]"
ANNA, BEN, CLEO, DAN, ELSA, FRED, GINA, HUGO, IRIS, JOHN = diners(10)


@pytest.fixture(scope="module")
def world(
    seeded_postgres: Cluster, database_names: Iterator[str]
) -> Iterator[tuple[Outside, House]]:
    """Who speaks here is spoken to."""
    name = next(database_names)
    url = seeded_postgres.create_database(name, template=SEEDED)
    with running_world(url, VOICE_REPLIES="mirror") as (outside, house):
        yield outside, house
    seeded_postgres.drop_database(name)


@pytest.fixture(autouse=True)
def calm(outside: Outside) -> Iterator[None]:
    yield
    outside.calm()


def speak(outside: Outside, who: str, words: str) -> None:
    send(outside, who, voice_note(words))


def send(outside: Outside, who: str, note: bytes) -> None:
    file = {"content_type": "audio/ogg", "base64": b64encode(note).decode()}
    outside.write(who, "", media=[file])


def heard_by(outside: Outside, who: str, number: int = 1) -> tuple[str | None, dict[str, Any]]:
    """What a diner hears in the so-many-th reply to them, and that reply."""
    reply = until(lambda: outside.replies(who)[number - 1 :])[0]
    assert reply["media"], f"it is no voice note: {reply['body']}"
    answer = requests.get(reply["media"][0]["url"], timeout=WAIT_S)
    assert answer.headers["Content-Type"] == "audio/ogg; codecs=opus"
    return words_in(answer.content), reply


def asked_of(outside: Outside, words: str) -> list[dict[str, Any]]:
    """What the model got to see in the last response that was asked with these words in it."""
    inputs = [each["event"]["response"]["input"] for each in outside.requests()]
    found: list[dict[str, Any]] = [each for each in inputs if words in str(each)][-1]
    return found


def test_who_speaks_is_heard_and_answered_by_a_voice_note_alone(outside: Outside) -> None:
    speak(outside, ANNA, "say exactly: Murakaza neza, *Anna*! Goat is RWF 4,500. 🍲")
    said, reply = heard_by(outside, ANNA)
    assert said == "Murakaza neza, Anna! Goat is RWF 4,500."
    assert reply["body"] == ""
    until(lambda: outside.replies(ANNA)[0]["status"] in ("delivered", "read"))
    assert len(outside.replies(ANNA)) == 1


def test_the_history_keeps_the_words_of_both(outside: Outside) -> None:
    speak(outside, BEN, "say exactly: The isombe is ready.")
    heard_by(outside, BEN)
    outside.write(BEN, "say exactly: And in writing.")
    assert outside.reply(BEN, 2) == "And in writing."
    told = [each["content"][0]["text"] for each in asked_of(outside, "And in writing.")]
    assert f"say exactly: The isombe is ready.\n{NOTE}" in told
    assert "The isombe is ready." in told


@pytest.mark.parametrize(
    ("who", "words", "told"),
    [
        (CLEO, "what coffee do you have?", "RWF"),
        (DAN, "say exactly: It is all on https://inzozi.example/menu", "https://inzozi.example"),
    ],
)
def test_what_has_to_be_read_comes_as_text(
    outside: Outside, who: str, words: str, told: str
) -> None:
    speak(outside, who, words)
    assert told in outside.reply(who)
    assert outside.replies(who)[0]["media"] == []


def test_what_was_misread_comes_as_text(outside: Outside) -> None:
    outside.behave(misreads="Goat is RWF 5,400.")
    speak(outside, ELSA, "say exactly: Goat is RWF 4,500.")
    assert outside.reply(ELSA).replace("\u00a0", " ") == "Goat is RWF 4,500."


def test_a_socket_that_dies_while_somebody_is_heard_costs_no_word(outside: Outside) -> None:
    outside.behave(cut_after_deltas=1)
    speak(outside, FRED, "say exactly: All of it.")
    assert heard_by(outside, FRED)[0] == "All of it."


def test_who_could_not_be_heard_is_told_so_and_goes_on(outside: Outside) -> None:
    outside.behave(server_errors=3)
    speak(outside, GINA, "say exactly: Nobody hears this.")
    assert "can't listen to recordings at the moment" in outside.reply(GINA)
    send(outside, GINA, as_note(bytes(48_000 * 2)))
    assert "couldn't make out your recording" in outside.reply(GINA, 2)
    speak(outside, GINA, "say exactly: But this.")
    assert heard_by(outside, GINA, 3)[0] == "But this."


def test_what_whatsapp_could_not_load_comes_as_text(outside: Outside) -> None:
    outside.order_faults({"to": IRIS, "fail_with": 63019})
    speak(outside, IRIS, "say exactly: Yes, we are open.")
    assert outside.reply(IRIS, 2) == "Yes, we are open."


def test_the_cfo_speaks_too_and_keywords_are_answered_in_writing(outside: Outside) -> None:
    outside.write(JOHN, "/cfo")
    assert "CFO" in outside.reply(JOHN)
    speak(outside, JOHN, "say exactly: La TVA est de 18 %.")
    assert heard_by(outside, JOHN, 2)[0] == "La TVA est de 18 %."
    assert "You are the CFO" in outside.requests()[-2]["event"]["response"]["instructions"]


def test_an_address_that_was_made_up_leads_nowhere(outside: Outside, house: House) -> None:
    speak(outside, HUGO, "say exactly: Yes.")
    _, reply = heard_by(outside, HUGO)
    url = reply["media"][0]["url"]
    assert house.get("/media/" + "A" * 4_000).status_code == 404
    assert requests.get(url[:-1], timeout=WAIT_S).status_code == 404
    assert requests.head(url, timeout=WAIT_S).headers["Content-Length"] != "0"
