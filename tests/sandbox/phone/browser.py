"""What the phone's page does: JSON in and out."""

from typing import Any

import requests

from tests.sandbox.twilio.world import (
    ALICE,
    KIGALI,
)

PNG = b"\x89PNG\r\n\x1a\n"


class Browser:
    """What the page does: JSON in and out."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str, **query: object) -> requests.Response:
        return self._session.get(
            f"{self.url}{path}",
            params={key: str(value) for key, value in query.items()},
            timeout=10,
        )

    def post(self, path: str, body: Any) -> requests.Response:
        return self._session.post(f"{self.url}{path}", json=body, timeout=10)

    def write(self, body: str, diner: str = ALICE, number: str = KIGALI) -> str:
        answer = self.post("/phone/api/messages", {"from": diner, "to": number, "body": body})
        assert answer.status_code == 202
        return str(answer.json()["id"])

    def updates(
        self, since: int = 0, diner: str = ALICE, number: str = KIGALI, opened: int = 0
    ) -> dict[str, Any]:
        answer = self.get(
            "/phone/api/updates", **{"since": since, "from": diner, "to": number, "open": opened}
        )
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def close(self) -> None:
        self._session.close()
