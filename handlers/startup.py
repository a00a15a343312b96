"""What gunicorn has to know before there is a worker: `python -m handlers.startup` prints it.

It is one JSON object, on standard output.
A process of its own, so that gunicorn's master need not keep in memory what is imported here.
Settings that don't fit end it with a sentence that names the variable; names that are near to
a setting's are logged.
"""

import json
import sys

from models.database.one_process import sqlite_file
from models.database.opening import driver_url
from proxies import proxy_for
from setting_values import secrets_in
from settings import Settings, SettingsError, load_settings, misnamed
from telemetry.logs import configure_logging, log
from whatsapp.hosts import API_URL, MESSAGING_URL


def main() -> None:
    settings = load_settings()
    try:
        url = driver_url(settings.database_url)
    except ValueError as error:
        raise SettingsError(f"DATABASE_URL: {error}") from None
    if "default_persona" in settings.model_fields_set:
        # What it takes to know them is half of this program's time.
        from personas.catalogue import FOR_EVERYONE  # noqa: PLC0415

        settings.check_persona(FOR_EVERYONE)
    _check_proxies(settings)
    configure_logging(
        settings.log_level, as_json=settings.is_production, secrets=secrets_in(settings)
    )
    warn_of_names()
    told = {
        "is_production": settings.is_production,
        "log_level": settings.log_level,
        "port": settings.port,
        "local_url": settings.local_url,
        "processes": settings.web_concurrency,
        "grace_s": settings.grace_s,
        "slow_client_s": settings.slow_client_s,
        "counts_in_redis": settings.redis_url is not None,
        "sqlite_file": sqlite_file(url),
        "twilio_is_stand_in": settings.twilio_is_stand_in,
        "openai_is_stand_in": settings.openai_is_stand_in,
    }
    sys.stdout.write(json.dumps(told))


def warn_of_names() -> None:
    """A line for each variable that is no setting, and was meant for one."""
    for sentence in misnamed():
        log.warning("settings.unknown", remedy=sentence)


def _check_proxies(settings: Settings) -> None:
    """Here too: a worker that can't start would be started again and again."""
    called = []
    if not settings.openai_is_stand_in:
        called.append(settings.openai_realtime_endpoint)
    if not settings.twilio_is_stand_in:
        elsewhere = settings.twilio_api_base_url
        called += [elsewhere] if elsewhere else [API_URL, MESSAGING_URL]
    for url in called:
        try:
            proxy_for(url)
        except ValueError as error:
            raise SettingsError(str(error)) from None


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.exit(f"Tableside can't start.\n{error}")
