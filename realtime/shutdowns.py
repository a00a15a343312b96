"""When OpenAI ends a model: a table of what was announced, and the model's own word where it says.

It asks with the key that the sockets open with, and nothing depends on the answer.
"""

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

import certifi

HOME = "api.openai.com"  # eu.api.openai.com too
WAIT_S = 4.0
MOST_READ = 64 * 1024  # bytes
# A dated snapshot ends with its model, if nothing else is said: gpt-realtime-2025-08-28.
_SNAPSHOT = re.compile(r"-20\d\d-\d\d-\d\d$")
_SCHEMES = {"wss": "https", "ws": "http"}


@dataclass(frozen=True, slots=True)
class Shutdown:
    """The first day without it, and what OpenAI recommends in its place; "": nothing."""

    on: date
    instead: str = ""


_REALTIME = date(2027, 1, 20)
_TRANSCRIPTION = date(2027, 2, 26)
# https://developers.openai.com/api/docs/deprecations, as of November 2026.
SHUTDOWNS: Mapping[str, Shutdown] = {
    "gpt-realtime": Shutdown(_REALTIME, "gpt-realtime-2.1"),
    "gpt-realtime-mini": Shutdown(_REALTIME, "gpt-realtime-2.1-mini"),
    "gpt-4o-realtime-preview": Shutdown(_REALTIME, "gpt-realtime-2.1"),
    "gpt-4o-mini-realtime-preview": Shutdown(_REALTIME, "gpt-realtime-2.1-mini"),
    "whisper-1": Shutdown(_TRANSCRIPTION, "gpt-transcribe"),
    "gpt-4o-transcribe": Shutdown(_TRANSCRIPTION, "gpt-live-transcribe"),
    "gpt-4o-mini-transcribe": Shutdown(_TRANSCRIPTION, "gpt-live-transcribe"),
    "gpt-4o-transcribe-diarize": Shutdown(_TRANSCRIPTION, "gpt-transcribe"),
}


def of(endpoint: str, model: str, api_key: str, proxy: str | None) -> Shutdown | None:
    """As the server has it, or else the table, which is of OpenAI's own models alone."""
    is_theirs = (urlsplit(endpoint).hostname or "").endswith(HOME)
    known = announced(model) if is_theirs else None
    said = told(endpoint, model, api_key, proxy)
    return replace(said, instead=known.instead) if said and known else said or known


def announced(model: str) -> Shutdown | None:
    """What the table has of it."""
    return SHUTDOWNS.get(model) or SHUTDOWNS.get(_SNAPSHOT.sub("", model))


def told(endpoint: str, model: str, api_key: str, proxy: str | None) -> Shutdown | None:
    """What the server itself says (`GET /v1/models/NAME`); None where it says nothing.

    `endpoint`: of the Realtime API; its models stand beside it. `proxy`: as for a connection.
    """
    parts = urlsplit(endpoint)
    before, mark, _ = parts.path.rpartition("/realtime")
    scheme = _SCHEMES.get(parts.scheme)
    if not mark or scheme is None:
        return None
    url = f"{scheme}://{parts.netloc}{before}/models/{quote(model, safe='')}"
    try:
        answer = _get(url, api_key, proxy)
        return Shutdown(date.fromisoformat(answer["shutdown_date"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _get(url: str, api_key: str, proxy: str | None) -> Any:
    context = ssl.create_default_context(cafile=certifi.where())
    opener = build_opener(
        ProxyHandler({"https": proxy} if proxy else {}), HTTPSHandler(context=context)
    )
    request = Request(url, headers={"Authorization": f"Bearer {api_key}"})  # noqa: S310 (our own)
    with opener.open(request, timeout=WAIT_S) as response:
        return json.loads(response.read(MOST_READ))
