"""The model tried out: a socket is opened, one short answer asked for, and what came of it told.

A client is made for it alone, and closed behind it: no diner waits for any of this.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from realtime.client import RealtimeClient, RealtimeError
from realtime.request import Request, said_by_diner

WITHIN_S = 4.0
# As little as the API takes; that it is cut off there is answer enough.
ASKED = Request(
    "Answer with one word.",
    (),
    (said_by_diner("Are you there?"),),
    max_output_tokens=16,
    effort="minimal",
)

Observe = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`seconds`: from the first try to the answer; None: none came.

    `code`: by its name in `realtime.fleet.codes` what no asking again can mend, and `remedy` what
    can. `cause`: what else was said, as by a socket that could not be opened.
    """

    seconds: float | None = None
    code: str = ""
    remedy: str = ""
    cause: str = ""
    is_limited: bool = False


@dataclass
class _Heard:
    """The notes of a client: the last of each that matters."""

    code: str = ""
    remedy: str = ""
    cause: str = ""
    is_limited: bool = False

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        if event == "realtime.stopped":
            self.code, self.remedy = str(fields["code"]), str(fields["remedy"])
        elif event in ("realtime.refused", "realtime.cut"):
            self.cause = str(fields.get("cause") or self.cause)
        elif event == "realtime.slowed":
            self.is_limited = True


def try_out(client_of: Callable[[Observe], RealtimeClient], within_s: float = WITHIN_S) -> Outcome:
    """`client_of`: one that tells its notes to what it is given."""
    heard = _Heard()
    client = client_of(heard)
    began = time.monotonic()
    try:
        client.ask(ASKED, diner="trial", timeout_s=within_s).result()
    except RealtimeError as error:
        cause = heard.cause or str(error)
        return Outcome(None, heard.code, heard.remedy, cause, heard.is_limited)
    finally:
        client.close()
    return Outcome(time.monotonic() - began)
