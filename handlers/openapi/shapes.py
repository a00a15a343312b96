"""What answers look like: the JSON objects that `/ai`, the operator's pages and the console give.

They describe and check nothing; tests hold the answers to them.
"""

from datetime import date, datetime
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


class HowSoon(Shape):
    """Seconds from a message's arrival, of so many answers."""

    p50: float | None
    p95: float | None
    answers: int


class HourOrDay(Shape):
    begins: datetime
    messages_in: int
    messages_out: int


class Delivery(Shape):
    """How many messages came to this end."""

    end: str
    code: int | None = Field(description="Twilio's, where it told one.")
    messages: int


class AskedFor(Shape):
    """In how many turns a dish was looked up, or what goes with it."""

    id: int
    name: str
    turns: int


class OfPersona(Shape):
    """What it took is for whoever may see the books."""

    persona: str | None = Field(description="None: what no persona answered.")
    turns: int
    messages_in: int
    messages_out: int
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    audio_input_tokens: int | None = None
    audio_output_tokens: int | None = None
    image_input_tokens: int | None = None
    audio_cached_tokens: int | None = None
    sound_seconds: float | None = None
    us_dollars: float | None = None


class Period(Shape):
    """From the first day to the last, both among it, by the restaurant's own days."""

    first: date
    last: date
    messages_in: int
    messages_out: int
    answered_s: HowSoon = Field(description="Until the answer was written.")
    sent_s: HowSoon = Field(description="Until Twilio took it.")
    slots: list[HourOrDay]
    deliveries: list[Delivery]
    dishes: list[AskedFor]
    hand_overs: int
    opt_outs: int
    personas: list[OfPersona]
    us_dollars: float | None = Field(None, description="For whoever may see the books.")


class FiguresTold(Shape):
    month: Period
    today: Period | None = Field(None, description="Where the month is this one.")
