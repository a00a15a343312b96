"""Somebody on the telephone in a scenario: they ring, speak in the practice voice, and hear."""

from typing import Any

import requests

from sandbox.practice import mulaw
from sandbox.practice.speech import heard_in_mulaw
from tests.scenarios.world import KIGALI, WAIT_S, Outside, until

PAUSE = mulaw.SILENCE * 1_600  # behind what was heard, so that its last word has an end


class Telephone:
    def __init__(self, outside: Outside, from_: str, to: str = KIGALI) -> None:
        """`from_`: `whatsapp:+…` for a call over WhatsApp."""
        self._outside = outside
        self._sessions = len(calls_of_model(outside))
        self._url = f"{outside.url}/sandbox/twilio/calls"
        self._http = requests.Session()
        self._http.trust_env = False
        self.sid = str(self._post("", **{"from": from_, "to": to})["sid"])

    def begin(self) -> "Telephone":
        """Until it is connected, and hears the greeting."""
        self.wait("connected")
        self.wait("heard", seconds=0.1)
        return self

    def ask(self, words: str) -> str:
        """What the model has answered to it by now: the caller has heard the beginning.

        Whoever speaks interrupts what is said to them.
        """
        before = len(self._answers())
        self.say(words)
        until(lambda: len(self._answers()) > before, 30)
        self.wait("heard", seconds=0.5)
        return self._answers()[before]

    def ask_aloud(self, words: str) -> str:
        """What is heard as an answer, to its end; nothing is said to them before."""
        self.hears_all()
        place = self.place()
        self.ask(words)
        self.hears_all()
        return self.heard(place)

    def _answers(self) -> list[str]:
        """What the model has said, in all of its sessions since this call began."""
        sessions = calls_of_model(self._outside)[self._sessions :]
        said = [
            "".join(str(part.get("transcript") or "") for part in item["content"])
            for each in sessions
            for item in each["items"]
            if item["type"] == "message" and item["role"] == "assistant"
        ]
        return [each for each in said if each]

    def say(self, words: str) -> None:
        self._post(f"/{self.sid}/speak", words=words)
        self.wait("spoken")

    def hears_all(self) -> None:
        self.wait("quiet", seconds=1.0)

    def place(self) -> int:
        """How much was heard so far, in bytes."""
        return int(self._get("/heard", since=10**12).headers["X-Place"])

    def heard(self, since: int = 0) -> str:
        """The words of what was heard since, where they were spoken in the practice voice."""
        return heard_in_mulaw(self._get("/heard", since=since).content + PAUSE) or ""

    def press(self, digits: str) -> None:
        self._post(f"/{self.sid}/press", digits=digits)

    def hang_up(self) -> None:
        self._post(f"/{self.sid}/hang-up")
        self.wait("ended")
        self._http.close()

    def cut(self) -> None:
        self._post(f"/{self.sid}/cut")

    def wait(self, what: str, **more: Any) -> dict[str, Any]:
        told = self._post(f"/{self.sid}/wait", **{"for": what}, **more)
        assert told["came"], (what, told)
        return told

    def told(self) -> dict[str, Any]:
        return dict(self._get("").json())

    def events(self, what: str) -> list[dict[str, Any]]:
        return [each for each in self.told()["events"] if each["what"] == what]

    def _get(self, path: str, **query: Any) -> requests.Response:
        answer = self._http.get(f"{self._url}/{self.sid}{path}", params=query, timeout=WAIT_S)
        assert answer.ok, answer.text
        return answer

    def _post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self._http.post(f"{self._url}{path}", json=body, timeout=60)
        assert answer.ok, answer.text
        return dict(answer.json()) if answer.content else {}


def calls_of_model(outside: Outside) -> list[dict[str, Any]]:
    """What each session that hears its caller was told, and knows."""
    answer = requests.get(f"{outside.url}/sandbox/realtime/calls", timeout=WAIT_S)
    return list(answer.json()["calls"])
