"""Who answers, wired for `service`: what completes the messages, and what takes a turn.

It starts nothing, and stores and sends nothing.
"""

import doors
from conversation.asking import Asking
from conversation.call.voices import Voices
from conversation.calling import OnCall
from conversation.kitchen import Kitchen
from conversation.opening import Opening
from conversation.people import People
from conversation.picturing import Picturing
from conversation.rollout import Rollout
from conversation.turn import TurnTaker
from conversation.understanding import Understanding
from conversation.voice import Voice
from doors import Outside
from engine.budget import Budget, Limits
from engine.spending import Spending
from knowledge.clock import Clock
from models.database.engine import Database
from models.restaurants import Directory
from personas.catalogue import PERSONAS
from personas.rehearsal import rehearsed
from personas.rights import Books, Rights
from realtime.speak import Speaker
from realtime.transcribe import Transcriber
from settings import Settings
from telemetry.metrics import Metrics
from whatsapp.aside import Aside


def taker(
    settings: Settings,
    outside: Outside,
    aside: Aside,
    understanding: Understanding,
    directory: Directory,
    rights: Rights,
    metrics: Metrics,
    clock: Clock,
    on_call: OnCall | None,
) -> TurnTaker:
    asking = None
    if outside.client is not None:
        asking = Asking(
            outside.database,
            outside.client,
            understanding,
            metrics,
            clock,
            timeout_s=settings.turn_timeout_s,
            max_output_tokens=settings.max_output_tokens,
            on_call=on_call,
        )
    rollout = Rollout(outside.database, directory, rights, clock)
    # Where Twilio is a stand-in, nobody real is told how the books are opened.
    personas = rehearsed(PERSONAS, rights.books) if settings.twilio_is_stand_in else PERSONAS
    return TurnTaker(
        outside.database,
        asking,
        directory,
        personas,
        rights,
        Kitchen(outside.database, clock),
        People(outside.database, clock, rollout.is_unlisted),
        _voice(settings, outside, aside),
        default_persona=settings.default_persona,
        picturing=Picturing(
            outside.database,
            doors.pictures().loads,
            speaks=settings.voice_replies == "mirror",
        ),
    )


def budget(
    settings: Settings,
    database: Database,
    directory: Directory,
    spending: Spending,
    books: Books,
    clock: Clock,
) -> Budget:
    limits = Limits(
        settings.diner_daily_budget,
        settings.restaurant_monthly_budget,
        settings.api_daily_budget,
    )
    return Budget(database, directory, spending, clock, limits, books)


def understanding(outside: Outside, aside: Aside, clock: Clock) -> Understanding:
    """It hears and sees; without a model, nobody does."""
    opening = None
    if outside.voice_client is not None:
        opening = Opening(outside.media, aside, Transcriber(outside.voice_client))
    return Understanding(outside.database, clock, opening)


def voices(settings: Settings, outside: Outside, aside: Aside, clock: Clock) -> Voices | None:
    """Who speaks the fixed sentences of calls; None: nobody, or a stand-in, whose voice is none."""
    if outside.voice_client is None or settings.openai_is_stand_in:
        return None
    return Voices(outside.database, Speaker(outside.voice_client), aside, clock.steady)


def _voice(settings: Settings, outside: Outside, aside: Aside) -> Voice | None:
    """Who answers aloud; None: nobody does."""
    if outside.voice_client is None or settings.voice_replies == "never":
        return None
    return Voice(Speaker(outside.voice_client), aside, outside.served)
