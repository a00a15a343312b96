"""What an operation is in the description, and the answers that several of them have."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from handlers.openapi.shapes import Problem

API = "api"
CONSOLE = "console"
METRICS = "metrics"
TWILIO = "twilio"


@dataclass(frozen=True, slots=True)
class Answer:
    """`shape`: of its JSON. `kinds`: its other content types, in whose place nothing is JSON.

    `headers`: what each of its own says.
    """

    says: str
    shape: type[BaseModel] | None = None
    kinds: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """`rule`: as Flask has it. `security`: one of these; open to anybody where there is none."""

    method: str
    rule: str
    name: str
    says: str
    answers: Mapping[int, Answer]
    security: tuple[str, ...] = ()
    query: type[BaseModel] | None = None
    json: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def every_answer(self) -> Mapping[int, Answer]:
        return {**EVERYWHERE, **self.answers}


PAGE = ("text/html",)  # what the console says is for people
WAIT = {"Retry-After": "Seconds to wait."}
AWAY = Answer("The database is away.", Problem, headers=WAIT)
BUSY = Answer("Too many calls.", Problem, headers=WAIT)
UNASKED = Answer(
    "The token is missing or wrong; or there is none, and the call is not this machine's own.",
    Problem,
    headers={"WWW-Authenticate": "What is wanted."},
)
ALLOW = {"Allow": "By which it may."}
# The last three come before any route is looked for.
EVERYWHERE = {
    405: Answer("Not by this method. HEAD goes where GET does.", Problem, headers=ALLOW),
    408: Answer("It did not come in within SLOW_CLIENT_S.", Problem),
    414: Answer("The address is longer than 4,094 characters.", kinds=PAGE),
    431: Answer("A header is longer than 8,190 bytes, or they are more than 100.", kinds=PAGE),
}
NOTHING_HERE = Answer("There is nothing here, or no longer.", Problem)
