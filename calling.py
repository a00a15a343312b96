"""Who picks up where a diner calls, wired for `service`.

It starts nothing, and opens no call.
"""

from collections.abc import Callable

import doors
from conversation.call.beginning import Beginning
from conversation.call.sentences import Sentences
from conversation.calling import Calling, OnCall
from conversation.rollout import Rollout
from conversation.turn import TurnTaker
from doors import Outside
from engine.budget import Budget
from engine.call_tokens import CallTokens
from engine.call_turns import CallTurns
from engine.calls import Calls
from engine.hands import Hands
from knowledge.clock import Clock
from models.restaurants import Directory
from personas.rights import Rights
from settings import Settings
from telemetry.metrics import Metrics
from whatsapp import twiml


def calls(
    settings: Settings,
    outside: Outside,
    taker: TurnTaker,
    directory: Directory,
    rights: Rights,
    rollout: Rollout,
    budget: Budget,
    hands: Hands,
    sentences: Sentences,
    metrics: Metrics,
    clock: Clock,
    on_call: OnCall | None,
    *,
    process: str,
    go_on: Callable[[int], object],
) -> Calls:
    key = settings.secret_key
    make_line = doors.call_line(settings, outside.sandbox)
    beginning = make_line and Beginning(
        outside.database,
        taker.personas,
        rights,
        Calling(metrics, clock, on_call),
        sentences,
        make_line,
        clock,
        default_persona=settings.default_persona,
        model=settings.openai_realtime_model,
    )
    return Calls(
        outside.database,
        directory,
        rollout,
        budget,
        CallTurns(outside.database, hands, clock),
        CallTokens(outside.database, key.get_secret_value() if key else None),
        metrics,
        clock,
        process=process,
        most=settings.calls_at_once,
        is_enabled=settings.takes_calls,
        begin=beginning.begin if beginning else None,
        is_away=lambda: outside.client is None or outside.client.circuit == "open",
        put_through=lambda sid, phone: outside.twilio.calls.redirect(sid, twiml.dial(phone)),
        go_on=go_on,
    )
