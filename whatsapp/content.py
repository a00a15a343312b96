"""The Content API for one account: what is made once, and sent by its SID. It sends nothing.

https://www.twilio.com/docs/content/content-api-resources
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whatsapp.host import Host, SendError

PATH = "/v1/Content"
SID = "HX[0-9a-fA-F]{32}"


@dataclass(frozen=True, slots=True)
class Approval:
    """What WhatsApp says of a template: `approved`, `pending`, `rejected`, ... and why."""

    status: str
    reason: str = ""


class ContentDoor:
    """Each call raises SendError."""

    def __init__(self, account_sid: str, host: Host) -> None:
        self.account_sid = account_sid
        self._host = host

    def create(self, content: Mapping[str, Any], *, most_s: float = math.inf) -> str:
        """The SID of a new content: `friendly_name`, `language`, `variables` and `types`.

        Two that are alike have two. `most_s`: what to wait at most, where a message waits for it.
        """
        sid = self._host.post_json(PATH, content, most_s=most_s).get("sid")
        if not isinstance(sid, str) or not re.fullmatch(SID, sid):
            raise SendError("an answer without a content's SID", maybe_sent=True)
        return sid

    def delete(self, sid: str) -> None:
        """One that is there no more is deleted."""
        self._host.delete(f"{PATH}/{sid}")

    def approve(self, sid: str, *, name: str, category: str) -> str:
        """Ask WhatsApp to approve it as a template; returns what it says at once."""
        path = f"{PATH}/{sid}/ApprovalRequests/whatsapp"
        return _text(self._host.post_json(path, {"name": name, "category": category}), "status")

    def status(self, sid: str) -> Approval:
        """Where the approval stands; `unsubmitted` where nobody has asked for it."""
        answer, _ = self._host.get(f"{PATH}/{sid}/ApprovalRequests")
        told = answer.get("whatsapp")
        if not isinstance(told, dict):
            return Approval("unsubmitted")
        return Approval(_text(told, "status"), _text(told, "rejection_reason"))

    def close(self) -> None:
        self._host.close()


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""
