"""What gunicorn has to know before there is a worker: `python -m handlers.startup` prints it.

It is one JSON object, on standard output.
A process of its own, so that gunicorn's master need not keep in memory what is imported here.
Settings that don't fit end it with a sentence that names the variable; names that are near to
a setting's are logged.
"""

import gc
import json
import sys

from models.database.sqlite_address import backend_of, file_of
from proxies import proxy_for
from setting_values import secrets_in
from settings import Settings, SettingsError, load_settings, misnamed
from telemetry.logs import configure_logging, log
from whatsapp.hosts import API_URL, MESSAGING_URL


def main() -> None:
    settings = load_settings()
    sqlite_file = _sqlite_file(settings.database_url)
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
        "sqlite_file": sqlite_file,
        "twilio_is_stand_in": settings.twilio_is_stand_in,
        "openai_is_stand_in": settings.openai_is_stand_in,
    }
    sys.stdout.write(json.dumps(told))


def _sqlite_file(address: str) -> str | None:
    """What only one process may serve on, if it is that kind of database."""
    try:
        if backend_of(address) == "sqlite":
            return file_of(address)[0]
        # It takes as long as all else here, and SQLite does without.
        from models.database.address import read  # noqa: PLC0415

        read(address)
    except ValueError as error:
        raise SettingsError(f"DATABASE_URL: {error}") from None
    return None


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
    # What was imported is not looked through for garbage as it ends: a quarter of its time.
    gc.freeze()
    try:
        main()
    except SettingsError as error:
        sys.exit(f"Tableside can't start.\n{error}")
