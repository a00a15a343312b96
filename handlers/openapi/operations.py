"""Every address that is open to others, what may be sent there, and all that it may answer.

A test holds this list to the routes, and another what they answer to this list.
"""

from pydantic import BaseModel, Field

from handlers.ai import HealthRequest, PersonaRequest, SayRequest
from handlers.months import MONTH
from handlers.openapi.answers import (
    ALLOW,
    API,
    AWAY,
    BUSY,
    CONSOLE,
    METRICS,
    NOTHING_HERE,
    PAGE,
    UNASKED,
    WAIT,
    Answer,
    Operation,
)
from handlers.openapi.shapes import (
    Alive,
    FiguresTold,
    Later,
    NotTalking,
    Problem,
    Readiness,
    Reply,
    Switched,
    Talking,
)
from handlers.openapi.webhooks import WEBHOOKS


class OfMonth(BaseModel):
    month: str | None = Field(None, pattern=MONTH, description="As 2026-11; without it, this one.")


NO_ANSWER = Answer(
    "No answer: `error` is the apology that a diner would get, `details` the cause. Or the API is"
    " switched off, or the database is away.",
    Problem,
    headers=WAIT,
)
LATER = Answer("It takes longer.", Later, headers={"Location": "Where to ask again.", **WAIT})
OF_A_BODY = {
    400: Answer("The body is no JSON object.", Problem),
    401: UNASKED,
    413: Answer("The body is larger than 64 KiB.", Problem),
    415: Answer("Without a token: the body is not sent as JSON.", Problem),
    422: Answer("A field is missing or wrong; `details` names each.", Problem),
    429: BUSY,
    503: NO_ANSWER,
}

OPERATIONS = (
    Operation(
        "POST",
        "/ai/say",
        "say",
        "Say something to a persona.\n\n"
        "With `Accept: text/event-stream` the reply comes as server-sent events: `delta` with a"
        " piece, `restart` where the pieces so far are void, at the end `done` with the whole, or"
        " `error`.",
        {
            200: Answer("The reply.", Reply, kinds=("text/event-stream",)),
            202: LATER,
            **OF_A_BODY,
        },
        security=(API,),
        json=SayRequest,
    ),
    Operation(
        "GET",
        "/ai/say/<ticket>",
        "fetch_reply",
        "Fetch a reply that took longer.",
        {
            200: Answer("The reply.", Reply),
            202: LATER,
            401: UNASKED,
            404: Answer("Nothing was said here, or it was erased.", Problem),
            429: BUSY,
            503: NO_ANSWER,
        },
        security=(API,),
        arguments={"ticket": "As the answer to what was said has it."},
    ),
    Operation(
        "POST",
        "/ai/persona",
        "switch_persona",
        "Switch a sender to a persona.",
        {
            200: Answer("Switched.", Switched),
            404: Answer("No such persona; `error` names those there are.", Problem),
            **OF_A_BODY,
        },
        security=(API,),
        json=PersonaRequest,
    ),
    Operation(
        "GET",
        "/ai/healthz",
        "ask_persona",
        "Who a sender talks to.\n\nWithout `sender` it needs no token.",
        {
            200: Answer("Who it is.", Talking),
            401: UNASKED,
            422: Answer("The sender is malformed.", Problem),
            429: BUSY,
            503: Answer("Switched off, or the database is away.", NotTalking, headers=WAIT),
        },
        security=(API, ""),
        query=HealthRequest,
    ),
    *WEBHOOKS,
    Operation(
        "GET",
        "/media/<token>",
        "fetch_file",
        "A file that Twilio fetches for a diner: a voice note.",
        {
            200: Answer("The file.", kinds=("audio/ogg",)),
            404: NOTHING_HERE,
            429: BUSY,
            503: AWAY,
        },
        arguments={"token": "Signed, for a day."},
    ),
    Operation(
        "GET",
        "/media/menu/<name>.jpg",
        "fetch_picture",
        "A drawn picture of a dish of the sample menus.",
        {200: Answer("The picture.", kinds=("image/jpeg",)), 404: NOTHING_HERE, 429: BUSY},
        arguments={"name": "Of the dish."},
    ),
    Operation(
        "GET",
        "/calls/sounds/<key>-<language>.wav",
        "fetch_sentence",
        "A fixed sentence that Twilio plays to a caller.",
        {200: Answer("The sound.", kinds=("audio/wav",)), 404: NOTHING_HERE, 429: BUSY},
        arguments={"key": "Which sentence: `busy`.", "language": "As ISO 639-1 has it."},
    ),
    Operation(
        "GET",
        "/console/<slug>/figures.json",
        "read_figures",
        "A restaurant's month in figures, and its day.\n\nFor staff whose role has them.",
        {
            200: Answer("The figures.", FiguresTold),
            303: Answer("Nobody is signed in.", kinds=PAGE, headers={"Location": "To sign in."}),
            403: Answer("Not for this role.", kinds=PAGE),
            404: Answer("No such restaurant of theirs, or no such month.", kinds=PAGE),
            405: Answer("Not by this method.", kinds=PAGE, headers=ALLOW),
            429: Answer("Too many calls.", kinds=PAGE, headers=WAIT),
            503: Answer("The database is away.", kinds=(*PAGE, "text/plain")),
        },
        security=(CONSOLE,),
        query=OfMonth,
        arguments={"slug": "Which restaurant."},
    ),
    Operation(
        "GET",
        "/",
        "say_what_this_is",
        "What this is.\n\nWhere Twilio is a stand-in, it leads to the practice phone.",
        {
            200: Answer("What this is.", kinds=("text/plain",)),
            302: Answer(
                "To the practice phone.", kinds=("text/html",), headers={"Location": "The phone's."}
            ),
        },
    ),
    Operation(
        "GET", "/healthz", "is_alive", "Whether the process answers.", {200: Answer("Yes.", Alive)}
    ),
    Operation(
        "GET",
        "/readyz",
        "is_ready",
        "Whether messages can be stored and answered.",
        {200: Answer("Yes.", Readiness), 503: Answer("No, and why.", Readiness)},
    ),
    Operation(
        "GET",
        "/metrics",
        "read_metrics",
        "The numbers of every process, as Prometheus reads them.",
        {200: Answer("The numbers.", kinds=("text/plain",)), 401: UNASKED},
        security=(METRICS,),
    ),
    Operation(
        "GET",
        "/openapi.json",
        "read_description",
        "This document.",
        {200: Answer("It.", kinds=("application/json",))},
    ),
)
