"""The doctor: looks at all that the service needs, and says of each what to do about it."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import urlsplit

import click

import doors
from engine.doctor import account, configured, database, model, round_trip, senders
from engine.doctor.configured import Configured
from engine.doctor.database import Use
from engine.doctor.examining import Check, examine, works
from engine.doctor.finding import Finding, Level, ok, warn
from engine.doctor.senders import Numbers
from models import restaurants
from proxies import proxy_for
from realtime import shutdowns
from realtime.trial import try_out
from service import Service
from settings import Settings, misnamed
from whatsapp.probe import Probe

NAME = "doctor"
NO_ACCOUNT = "Twilio is a stand-in here: account, senders and webhooks are not looked at."
NO_ADDRESS = "PUBLIC_URL is not set: where Twilio posts, and what it signs, is not looked at."
NO_KEY = "The practice model answers: neither key nor model is looked at."
NOT_ASKED = "AI_REALTIME_ENABLED is false: the model is not asked."
GIVE_ADDRESS = "Set PUBLIC_URL to the scheme and host that Twilio calls."
MARKS = {Level.WRONG: "WRONG", Level.WARN: "warn", Level.OK: "ok"}


def doctor_command(look: Callable[[], Sequence[Finding]]) -> click.Command:
    """`look`: all that there is to find, the worst first."""

    @click.command(NAME)
    @click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
    def doctor(as_json: bool) -> None:
        """Look whether the service would work, and say what to do where it would not.

        Settings, database, Twilio, webhooks, the model, menus and staff; the worst comes first.
        Ends with 1 where it would not work, with 0 also where there are warnings. It asks Twilio
        and the model (one short answer), and changes nothing.
        """
        findings = look()
        click.echo(_as_json(findings) if as_json else _in_lines(findings))
        if not works(findings):
            sys.exit(1)

    return doctor


def looks_of(service: Service) -> Callable[[], Sequence[Finding]]:
    """What the doctor of this service looks at."""
    return lambda: examine(_checks(service))


def _checks(service: Service) -> list[Check]:
    settings = service.settings
    today = datetime.now(UTC).date()
    use = Use(
        settings.web_concurrency, settings.database_pool_size, keeps_all=not settings.retention_days
    )
    return [
        Check("settings", partial(configured.look, _configured(settings))),
        Check("database", partial(database.look, service.database, use, today)),
        Check("disk", partial(database.disk, service.database)),
        *_twilios(service, settings),
        Check("model", partial(_model, settings, today)),
    ]


def _twilios(service: Service, settings: Settings) -> list[Check]:
    """What only a Twilio that is not this process' own can tell."""
    account_sid, url = settings.twilio_account_sid, settings.public_url
    if account_sid is None:
        return [Check("twilio", lambda: [ok("twilio", NO_ACCOUNT)])]
    checks = [Check("account", partial(account.look, service.outside.twilio.billing))]
    if url is None:
        return [*checks, Check("webhook", lambda: [warn("webhook", NO_ADDRESS, GIVE_ADDRESS)])]
    probe = Probe(
        url,
        service.outside.auth_token.partition(",")[0],
        account_sid,
        settings.twilio_whatsapp_number,
        proxy_for(url),
    )
    return [
        *checks,
        Check("senders", partial(_senders, service, settings, url)),
        Check("signature", partial(round_trip.look, probe, url)),
    ]


def _senders(service: Service, settings: Settings, url: str) -> Iterator[Finding]:
    from knowledge.seed import sample_numbers  # noqa: PLC0415

    with service.database.transaction() as session:
        names = restaurants.names_by_number(session)
    home = settings.twilio_whatsapp_number
    numbers = Numbers(home, names, url, sample_numbers() - {home})
    yield from senders.look(service.outside.twilio.numbers, numbers)


def _model(settings: Settings, today: date) -> Iterator[Finding]:
    name, endpoint = settings.openai_realtime_model, settings.openai_realtime_endpoint
    if settings.openai_api_key is None:
        yield ok("model", NO_KEY)
        return
    if not settings.ai_realtime_enabled:
        yield ok("model", NOT_ASKED)
        return
    host = urlsplit(endpoint).hostname or endpoint
    yield from model.look(lambda: try_out(partial(doors.trial_client, settings)), name, host)
    key = settings.openai_api_key.get_secret_value()
    shutdown = shutdowns.of(endpoint, name, key, proxy_for(endpoint))
    yield model.ending(name, shutdown, today)


def _configured(settings: Settings) -> Configured:
    return Configured(
        is_production=settings.is_production,
        unset=frozenset(
            name.upper() for name in type(settings).model_fields if not getattr(settings, name)
        ),
        misnamed=misnamed(),
        public_url=settings.public_url,
        is_elsewhere=settings.twilio_api_base_url is not None,
        answers=settings.ai_realtime_enabled,
        is_sqlite_on_dyno="DYNO" in os.environ and settings.sqlite_on_dyno,
    )


def _as_json(findings: Sequence[Finding]) -> str:
    counts = {level.value: sum(each.level is level for each in findings) for level in Level}
    told = {"works": works(findings), **counts, "findings": [asdict(each) for each in findings]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def _in_lines(findings: Sequence[Finding]) -> str:
    width = max((len(each.name) for each in findings), default=0)
    lines = []
    for each in findings:
        lines.append(f"{MARKS[each.level]:<6}{each.name:<{width}}  {each.sentence}")
        if each.what_to_do:
            lines.append(f"{'':<6}{'':<{width}}  -> {each.what_to_do}")
    return "\n".join([*lines, "", _sum(findings)])


def _sum(findings: Sequence[Finding]) -> str:
    wrongs, warnings = (
        sum(each.level is level for each in findings) for level in (Level.WRONG, Level.WARN)
    )
    if wrongs:
        return f"It would not work: {wrongs} wrong, {warnings} to look at."
    return f"It works: {warnings} to look at." if warnings else "It works, and all is well."
