"""A caller at the practice phone of a service that runs: rings, speaks, listens to the timeline.

It knows the phone's HTTP API alone, so it calls whichever service is there.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

TIMEOUT_S = 10.0


class PhoneError(Exception):
    """No practice phone is there, or it refused; the message says which. `is_away`: nobody is."""

    def __init__(self, sentence: str, *, is_away: bool = False) -> None:
        super().__init__(sentence)
        self.is_away = is_away


class PracticePhone:
    """`url`: of the service. Each call raises PhoneError."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/phone/api"
        self._pool = PoolManager(retries=False, timeout=Timeout(TIMEOUT_S))

    def world(self) -> Mapping[str, Any]:
        """Its `numbers` and `diners`."""
        return self._asked("GET", "/world")

    def ring(self, from_: str, to: str, by: str) -> str:
        """The call's id. `by`: whatsapp, telephone."""
        return str(self._asked("POST", "/calls", {"from": from_, "to": to, "by": by})["id"])

    def call(self, sid: str) -> Mapping[str, Any]:
        """As it stands, with its timeline in seconds since it began."""
        return self._asked("GET", f"/calls/{sid}")

    def say(self, sid: str, words: str) -> None:
        """In the practice voice, which the practice model understands."""
        self._asked("POST", f"/calls/{sid}/words", {"words": words})

    def speak(self, sid: str, sound: bytes) -> None:
        """Bare µ-law, whole."""
        self._asked("POST", f"/calls/{sid}/sound", {"line": b64encode(sound).decode()})

    def hang_up(self, sid: str) -> None:
        self._asked("POST", f"/calls/{sid}/end", {})

    def close(self) -> None:
        self._pool.clear()

    def _asked(self, method: str, path: str, body: object = None) -> Mapping[str, Any]:
        try:
            answer = self._pool.request(method, f"{self._url}{path}", json=body)
        except HTTPError:
            raise PhoneError(f"Nobody answers at {self._url}.", is_away=True) from None
        if answer.status == 204:
            return {}
        try:
            told = json.loads(answer.data)
        except ValueError:
            told = None
        if answer.status >= 400 or not isinstance(told, dict):
            why = told.get("error") if isinstance(told, dict) else None
            why = str(why or "no phone").removesuffix(".")
            raise PhoneError(f"{self._url}{path} answers {answer.status}: {why}.")
        return told
