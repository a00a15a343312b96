"""All that the flask command can do here, each with what it needs."""

from collections.abc import Callable

from flask import Flask

from handlers.cli.adopt import adopt_command
from handlers.cli.calls import calls_group, speak
from handlers.cli.cost import cost_command
from handlers.cli.doctor import doctor_command, looks_of
from handlers.cli.evaluate import eval_command
from handlers.cli.inbox import inbox_group, purge_command
from handlers.cli.restaurants import restaurants_group
from handlers.cli.rollout import rollout_group
from handlers.cli.staff import staff_group
from handlers.cli.stock import db_group, seed_command
from handlers.cli.synonyms import synonyms_group
from handlers.cli.tables import TABLES, add_table_commands, table_group
from handlers.cli.talk import ai_group
from handlers.cli.templates import templates_group
from handlers.cli.twilio import twilio_group
from handlers.cli.worker import worker_command
from personas.catalogue import PERSONAS
from service import Service

VOICES = sorted({persona.voice for persona in PERSONAS.values()})


def _voices(service: Service) -> Callable[[], None] | None:
    """Who speaks the fixed sentences of calls; None where no calls are taken, or nobody speaks."""
    voices = service.voices
    if voices is None or not service.settings.takes_calls:
        return None

    def make() -> None:
        with service.running():
            speak(voices, VOICES)

    return make


def register_commands(app: Flask, service: Service) -> None:
    """Put everything onto the flask command."""
    settings, database = service.settings, service.database
    app.cli.add_command(db_group(settings.database_url))
    is_real = settings.is_production or not settings.twilio_is_stand_in
    number = settings.twilio_whatsapp_number
    app.cli.add_command(seed_command(database, number, is_real=is_real, voices=_voices(service)))
    app.cli.add_command(adopt_command(database, number))
    app.cli.add_command(restaurants_group(database))
    words = synonyms_group(database)
    add_table_commands(words, database, "synonyms")
    app.cli.add_command(words)
    app.cli.add_command(staff_group(database, service.links))
    app.cli.add_command(rollout_group(database))
    for name, help_line in TABLES.items():
        app.cli.add_command(table_group(database, name, help_line))
    talking = ai_group(
        service.talk,
        service.running,
        is_enabled=settings.ai_realtime_enabled,
        is_practice=settings.openai_is_stand_in,
    )
    app.cli.add_command(talking)
    app.cli.add_command(calls_group(service.voices, service.running, VOICES, settings))
    app.cli.add_command(eval_command(settings))
    app.cli.add_command(inbox_group(database))
    app.cli.add_command(purge_command(database))
    is_practice = settings.twilio_is_stand_in
    app.cli.add_command(templates_group(database, service.approving, is_practice=is_practice))
    app.cli.add_command(cost_command(database, service.spending, settings))
    app.cli.add_command(worker_command(settings))
    twilio = twilio_group(
        database,
        service.outside.twilio.numbers,
        home=number,
        public_url=settings.public_url,
        is_practice=is_practice,
        calls=service.outside.twilio.calling_numbers if settings.takes_calls else None,
    )
    app.cli.add_command(twilio)
    app.cli.add_command(doctor_command(looks_of(service)))
