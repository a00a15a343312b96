"""The fixed sentences of a call as files that Twilio plays, where no call is answered."""

import struct
from functools import partial
from typing import get_args

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from conversation.call.actions import SentenceKey
from conversation.call.sentences import Sentences
from handlers.limits import MEDIA_BY_ADDRESS, UNLIMITED, Limits
from knowledge.phrases import LANGUAGES
from whatsapp.streams import BYTES_PER_S, LINE_RATE_HZ

AT = "/calls/sounds/"
CONTENT_TYPE = "audio/wav"
# They are the same for everybody, and made anew now and then.
CACHED = "public, max-age=3600"
NOTHING_HERE = "There is nothing here, or no longer."
KEYS: dict[str, SentenceKey] = {key: key for key in get_args(SentenceKey)}
# RFC 2361 has the number.
MU_LAW, CHANNELS, BITS = 7, 1, 8


class SoundRoutes:
    def __init__(self, sentences: Sentences, limits: Limits = UNLIMITED) -> None:
        self._sentences = sentences
        self._limits = limits

    def blueprint(self) -> Blueprint:
        routes = Blueprint("sounds", __name__)
        # What Twilio fetches counts together, whatever it is.
        routes.before_request(partial(self._limits.check_address, MEDIA_BY_ADDRESS))
        routes.add_url_rule(f"{AT}<key>-<language>.wav", view_func=self.of_sentence)
        return routes

    def of_sentence(self, key: str, language: str) -> Response:
        sound = self._sound(key, language)
        if not sound:
            abort(404, NOTHING_HERE)
        answer = Response(as_wav(sound), content_type=CONTENT_TYPE)
        answer.headers["Cache-Control"] = CACHED
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.add_etag()
        return answer.make_conditional(request)

    def _sound(self, key: str, language: str) -> bytes:
        if key not in KEYS or language not in LANGUAGES:
            return b""
        return self._sentences.one(KEYS[key], language).sound


def path_of(key: SentenceKey, language: str) -> str:
    return f"{AT}{key}-{language}.wav"


def as_wav(sound: bytes) -> bytes:
    """Bare µ-law with the head of a file before it."""
    of_form = struct.pack("<HHIIHHH", MU_LAW, CHANNELS, LINE_RATE_HZ, BYTES_PER_S, 1, BITS, 0)
    parts = (_part(b"fmt ", of_form), _part(b"fact", struct.pack("<I", len(sound))))
    return _part(b"RIFF", b"WAVE" + b"".join(parts) + _part(b"data", sound))


def _part(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
