"""The fixed sentences as Twilio fetches them, and nothing else."""

from io import BytesIO

import av
import pytest
from flask.testing import FlaskClient

from conversation.call.sentences import KEYS, Sentences
from handlers.limits import MEDIA_BY_ADDRESS, Limit, Limits
from handlers.sounds import SoundRoutes, path_of
from knowledge.call_sounds import packaged
from knowledge.clock import Clock
from knowledge.phrases import LANGUAGES
from tests.engine.world import House
from tests.handlers.web import client_of


@pytest.fixture
def sentences(house: House) -> Sentences:
    return Sentences(house.database, house.clock.monotonic)


@pytest.fixture
def client(sentences: Sentences) -> FlaskClient:
    return client_of(SoundRoutes(sentences).blueprint())


def test_each_sentence_is_a_wav_file_of_a_telephones_sound(client: FlaskClient) -> None:
    for language in LANGUAGES:
        for key in KEYS:
            answer = client.get(path_of(key, language))
            assert (answer.status_code, answer.content_type) == (200, "audio/wav")
            with av.open(BytesIO(answer.data), "r") as container:
                stream = container.streams.audio[0]
                assert (container.format.name, stream.codec_context.name) == ("wav", "pcm_mulaw")
                assert (stream.rate, stream.channels) == (8_000, 1)
                sound = b"".join(bytes(packet) for packet in container.demux(stream))
            assert sound == packaged(key, language)


def test_it_may_be_kept_and_is_not_sent_again(client: FlaskClient) -> None:
    answer = client.get(path_of("busy", "fr"))
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(path_of("busy", "fr"), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(path_of("busy", "fr")).data == b""


@pytest.mark.parametrize(
    "path",
    [
        "",
        "busy.wav",
        "busy-de.wav",
        "busy-en",
        "busy-en.mp3",
        "nothing-en.wav",
        "-.wav",
        "..%2f..%2fbusy-en.wav",
        "busy-..%2fen.wav",
        "%00-en.wav",
        "said.json",
        "A" * 5_000 + "-en.wav",
    ],
)
def test_there_is_nothing_else(client: FlaskClient, path: str) -> None:
    assert client.get(f"/calls/sounds/{path}").status_code == 404


def test_they_count_as_what_twilio_fetches(sentences: Sentences) -> None:
    hits: list[Limit] = []

    class Counted(Limits):
        def check_address(self, limit: Limit) -> None:
            hits.append(limit)

    limits = Counted(None, Clock())
    client_of(SoundRoutes(sentences, limits).blueprint()).get(path_of("busy", "en"))
    assert hits == [MEDIA_BY_ADDRESS]
