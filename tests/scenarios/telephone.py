"""Somebody on the telephone in a scenario: they ring, speak in the practice voice, and hear."""

from typing import Any

import requests

from sandbox.practice import mulaw
from sandbox.practice.speech import heard_in_mulaw
from tests.scenarios.world import KIGALI, WAIT_S, Outside, until

PAUSE = mulaw.SILENCE * 1_600  # behind what was heard, so that its last word has an end
# Where it is not about time: so many times faster than people they speak and hear.
HASTE = 8.0
BEGINNING_S = 0.3  # of an answer


class Telephone:
    def __init__(
        self, outside: Outside, from_: str, to: str = KIGALI, *, pace: float = HASTE
    ) -> None:
        """`from_`: `whatsapp:+…` for a call over WhatsApp. `pace`: 1.0 is that of people."""
        self._outside = outside
        self._sessions = len(calls_of_model(outside))
        self._url = f"{outside.url}/sandbox/twilio/calls"
        self._http = requests.Session()
        self._http.trust_env = False
        self.sid = str(self._post("", **{"from": from_, "to": to, "pace": pace})["sid"])

    def begin(self) -> "Telephone":
        """Until it hears the greeting, and the model hears it."""
        self.wait("connected")
        self.wait("heard", seconds=0.1)
        until(self.sessions)
        return self

    def ask(self, words: str) -> str:
        """What the model has answered to it by now: the caller has heard the beginning.

        Whoever speaks interrupts what is said to them.
        """
        before = len(self._answers())
        self.say(words)
        answer = until(lambda: "".join(self._answers()[before:][:1]), 30)
        until(lambda: self._heard_since_spoken_s() >= BEGINNING_S, 30)
        return str(answer)

    def ask_aloud(self, words: str) -> str:
        """What is heard as an answer, to its end; nothing is said to them before."""
        self.hears_all()
        place = self.place()
        self.ask(words)
        self.hears_all()
        return self.heard(place)

    def sessions(self) -> list[dict[str, Any]]:
        """The model's, that began since this call did."""
        return calls_of_model(self._outside)[self._sessions :]

    def _answers(self) -> list[str]:
        """What the model itself has said so far; what was cut as unheard may be empty."""
        items = [item for each in self.sessions() for item in each["items"]]
        contents = [item["content"] for item in items if item.get("role") == "assistant"]
        return [
            "".join(part["transcript"] for part in each)
            for each in contents
            # What was said in an earlier session is told to a new one as a text.
            if not any(part["type"] == "output_text" for part in each)
        ]

    def _heard_since_spoken_s(self) -> float:
        told = self.told()
        ends_s = told["spoken"][-1]["ends_s"]
        parts = (each["ends_s"] - max(each["at_s"], ends_s) for each in told["heard"])
        return float(sum(max(0.0, each) for each in parts))

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
