"""What answers look like: the JSON objects that `/ai` and the operator's pages answer with.

They describe and check nothing; tests hold the answers to them.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Problem(Shape):
    """What is wrong, in a sentence."""

    error: str
    details: list[str]


class Reply(Shape):
    """What the persona answers, in one piece."""

    ok: Literal[True]
    reply: str
    persona: str = Field(description="Who the sender talks to now.")


class Later(Shape):
    """Where to fetch the reply, a second later."""

    ok: Literal[True]
    poll: str


class Switched(Shape):
    ok: Literal[True]
    active: str


class Talking(Shape):
    ok: Literal[True]
    persona: str
    realtime_enabled: Literal[True]


class SwitchedOff(Problem):
    ok: Literal[False]
    persona: str
    realtime_enabled: Literal[False]


class NotTalking(RootModel[SwitchedOff | Problem]):
    """AI_REALTIME_ENABLED is false, or the database is away."""


class Alive(Shape):
    ok: Literal[True]


class Readiness(Shape):
    """Whether messages can be stored and answered, and why not."""

    ok: bool
    database: str
    realtime: str
    twilio: str | None = Field(None, description="Left out where Twilio is a stand-in.")
    senders: list[str] | None = Field(None, description="Numbers of ours that Twilio refuses.")
    late: list[str] | None = Field(None, description="What nobody works on.")
    inbox_age_s: float | None = Field(None, ge=0)
    outbox_lag_s: float | None = Field(None, ge=0)
