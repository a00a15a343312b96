"""Which setting a variable that is none was meant to be: for whoever wonders why it has no effect.

It knows names, never values.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

# How alike two names must be, of 1: OPENAI_API_KEYS is meant, OPENAI_ORG_ID is not.
ALIKE = 0.8
# OpenTelemetry has many of its own that are near to one of ours: OTEL_EXPORTER_OTLP_HEADERS.
ALIKE_OF_OTEL = 0.95
# Only these are looked at in the environment, which is full of other programs' variables.
FAMILIES = ("CFO_", "OPENAI_", "OTEL_", "REALTIME_", "TABLESIDE_", "TWILIO_", "WHATSAPP_")
# What others call it.
ELSEWHERE = {
    "APP_ENV": "TABLESIDE_ENV",
    "APP_URL": "PUBLIC_URL",
    "BASE_URL": "PUBLIC_URL",
    "CFO_PHONE": "CFO_NUMBERS",
    "DATABASE": "DATABASE_URL",
    "DATABASE_URI": "DATABASE_URL",
    "DB_URL": "DATABASE_URL",
    "ENV": "TABLESIDE_ENV",
    "ENVIRONMENT": "TABLESIDE_ENV",
    "FLASK_ENV": "TABLESIDE_ENV",
    "NGROK_URL": "PUBLIC_URL",
    "OPENAI_BASE_URL": "OPENAI_REALTIME_ENDPOINT",
    "OPENAI_ENDPOINT": "OPENAI_REALTIME_ENDPOINT",
    "OPENAI_KEY": "OPENAI_API_KEY",
    "OPENAI_MODEL": "OPENAI_REALTIME_MODEL",
    "OPENAI_REALTIME_URL": "OPENAI_REALTIME_ENDPOINT",
    "OPENAI_SECRET": "OPENAI_API_KEY",
    "OPENAI_SECRET_KEY": "OPENAI_API_KEY",
    "OPENAI_TOKEN": "OPENAI_API_KEY",
    "PERSONA": "DEFAULT_PERSONA",
    "POSTGRESQL_URL": "DATABASE_URL",
    "POSTGRES_URL": "DATABASE_URL",
    "PUBLIC_HOST": "PUBLIC_URL",
    "SERVER_URL": "PUBLIC_URL",
    "SQLALCHEMY_DATABASE_URI": "DATABASE_URL",
    "TWILIO_AUTH": "TWILIO_AUTH_TOKEN",
    "TWILIO_BASE_URL": "TWILIO_API_BASE_URL",
    "TWILIO_FROM": "TWILIO_WHATSAPP_NUMBER",
    "TWILIO_FROM_NUMBER": "TWILIO_WHATSAPP_NUMBER",
    "TWILIO_NUMBER": "TWILIO_WHATSAPP_NUMBER",
    "TWILIO_PHONE_NUMBER": "TWILIO_WHATSAPP_NUMBER",
    "TWILIO_SECRET": "TWILIO_AUTH_TOKEN",
    "TWILIO_SID": "TWILIO_ACCOUNT_SID",
    "TWILIO_TOKEN": "TWILIO_AUTH_TOKEN",
    "TWILIO_WHATSAPP_FROM": "TWILIO_WHATSAPP_NUMBER",
    "WEBHOOK_URL": "PUBLIC_URL",
    "WHATSAPP_FROM": "TWILIO_WHATSAPP_NUMBER",
    "WHATSAPP_NUMBER": "TWILIO_WHATSAPP_NUMBER",
    "WORKERS": "WEB_CONCURRENCY",
}


def meant(
    in_file: Collection[str], in_environment: Collection[str], settings: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Each name that is no setting, as it stands there, with the setting that it comes close to.

    `in_file`: the names in `.env`, which is ours alone. `in_environment`: those of the environment,
    of which our own families count, and only for a setting that is not there itself.
    """
    there = {each.upper() for each in (*in_file, *in_environment)}
    for name in sorted({*in_file, *in_environment}):
        near = _nearest(name.upper(), settings)
        is_ours = name in in_file or (name.upper().startswith(FAMILIES) and near not in there)
        if near and is_ours:
            yield name, near


def _nearest(name: str, settings: Collection[str]) -> str | None:
    """None for what is a setting itself, and for what looks like none."""
    if name in settings:
        return None
    cutoff = ALIKE_OF_OTEL if name.startswith("OTEL_") else ALIKE
    alike = get_close_matches(name, settings, n=1, cutoff=cutoff)
    return ELSEWHERE.get(name) or next(iter(alike), None)
