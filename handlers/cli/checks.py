"""What the doctor of a service looks at, each look with the parts and the settings that it needs.

What a look comes to is said in `engine.doctor`.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import urlsplit

import doors
from engine.doctor import (
    account,
    approvals,
    beside,
    books,
    calls,
    configured,
    costs,
    database,
    menus,
    model,
    people,
    pictures,
    rollout,
    round_trip,
    senders,
    waiting,
)
from engine.doctor.configured import Configured
from engine.doctor.costs import Counted
from engine.doctor.database import Use
from engine.doctor.examining import WITHIN_S, Check, examine
from engine.doctor.finding import Finding, ok, warn
from engine.doctor.senders import Numbers
from engine.pointing_calls import PointingCalls
from knowledge.costs import prices_of
from knowledge.seed import sample_numbers
from models import restaurants
from personas.catalogue import PERSONAS
from personas.rights import Books
from proxies import proxy_for
from realtime import shutdowns, trial
from service import Service
from settings import Settings, misnamed
from whatsapp import probe as probing
from whatsapp.probe import Probe

NO_ACCOUNT = "Twilio is a stand-in here: account, senders and webhooks are not looked at."
NO_ADDRESS = "PUBLIC_URL is not set: where Twilio posts, and what it signs, is not looked at."
NO_KEY = "The practice model answers: neither key nor model is looked at."
NOT_ASKED = "AI_REALTIME_ENABLED is false: the model is not asked."
TWILIO = "Twilio"
GIVE_ADDRESS = "Set PUBLIC_URL to the scheme and host that Twilio calls."


def all_of(service: Service, patience: float = 1.0) -> list[Finding]:
    """The worst first. `patience`: how often its time each look has, as on a slow machine."""
    settings = service.settings
    checks = [
        *_of_this_machine(service, settings),
        *_of_the_model(settings, datetime.now(UTC).date(), patience),
        *_of_what_stands_beside(settings),
    ]
    if not database.is_missing(service.database):
        checks += _of_twilio(service, settings, patience)
        checks += _of_the_tables(service, settings)
    return examine(checks, WITHIN_S * patience)


def _of_this_machine(service: Service, settings: Settings) -> list[Check]:
    use = Use(
        settings.web_concurrency, settings.database_pool_size, keeps_all=not settings.retention_days
    )
    today = datetime.now(UTC).date()
    return [
        Check("settings", partial(configured.look, _configured(settings)), "This machine"),
        Check("database", partial(database.look, service.database, use, today)),
        Check("disk", partial(database.disk, service.database), "The disk"),
    ]


def _of_what_stands_beside(settings: Settings) -> list[Check]:
    checks = []
    if url := settings.redis_url:
        answers = partial(_redis_answers, settings, url)
        checks.append(Check("redis", partial(beside.counts, answers), "Redis"))
    if endpoint := settings.otel_exporter_otlp_endpoint:
        look = partial(beside.collector, str(endpoint))
        checks.append(Check("traces", look, "The collector of traces"))
    return checks


def _redis_answers(settings: Settings, url: str) -> bool:
    from handlers.counting import in_redis  # noqa: PLC0415 (it brings in Redis' client)

    return in_redis(url, is_verified=not settings.is_on_dyno).check()


def _of_the_tables(service: Service, settings: Settings) -> list[Check]:
    tables, now = service.database, datetime.now(UTC)
    home = settings.twilio_whatsapp_number
    opened = Books(settings.books_open_to, home)
    prices = prices_of(settings.openai_realtime_model, settings.prices or {})
    counted = Counted(
        prices,
        bool(settings.prices),
        settings.restaurant_monthly_budget,
        settings.openai_realtime_model,
    )
    return [
        Check("restaurants", partial(menus.look, tables, home)),
        Check("pictures", partial(pictures.look, tables, doors.pictures().fault), "Their hosts"),
        Check("books", partial(books.look, tables, now.date())),
        Check("staff", partial(people.look, tables, now)),
        Check(
            "rights",
            partial(people.of_books, opened, tables, is_production=settings.is_production),
        ),
        Check("rollout", partial(rollout.look, tables)),
        Check("inbox", partial(waiting.look, tables, service.now())),
        Check("costs", partial(costs.look, tables, service.spending, counted, now.date())),
    ]


def _of_twilio(service: Service, settings: Settings, patience: float) -> list[Check]:
    """What only a Twilio that is not this process' own can tell."""
    account_sid, url = settings.twilio_account_sid, settings.public_url
    twilio = service.outside.twilio
    if account_sid is None:
        return [Check("twilio", lambda: [ok("twilio", NO_ACCOUNT)])]
    checks = [
        Check("account", partial(account.look, twilio.billing), TWILIO, is_needed=True),
        Check("templates", partial(approvals.look, service.approving), TWILIO),
    ]
    if url is None:
        return [*checks, Check("webhook", lambda: [warn("webhook", NO_ADDRESS, GIVE_ADDRESS)])]
    return [
        *checks,
        Check("senders", partial(_senders, service, settings, url), TWILIO),
        *_of_calls(service, settings, url),
        Check("signature", partial(_round_trip, service, account_sid, url, patience), url),
    ]


def _of_calls(service: Service, settings: Settings, url: str) -> list[Check]:
    if not settings.takes_calls:
        return [Check("calls", calls.off)]
    checks = [
        Check("calls", partial(calls.address, url)),
        Check("calls.webhook", partial(_calls, service, settings, url), TWILIO),
        Check("calls.people", partial(calls.people, service.database)),
    ]
    if service.voices is not None:
        spoken_by = sorted({persona.voice for persona in PERSONAS.values()})
        checks.append(Check("calls.voices", partial(calls.voices, service.database, spoken_by)))
    return checks


def _calls(service: Service, settings: Settings, url: str) -> Iterator[Finding]:
    with service.database.transaction() as session:
        rung = restaurants.rung_numbers(session)
    home = settings.twilio_whatsapp_number
    made_up = sample_numbers() - {home}
    twilio = service.outside.twilio
    pointing = PointingCalls(twilio.calling_numbers, twilio.numbers, url)
    addresses = [each for each in dict.fromkeys([home, *rung]) if each not in made_up]
    yield from calls.webhooks(pointing.plans, addresses, home)


def _round_trip(service: Service, account_sid: str, url: str, patience: float) -> Iterator[Finding]:
    token = service.outside.auth_token.partition(",")[0]
    number = service.settings.twilio_whatsapp_number
    wait_s = probing.WAIT_S * patience
    with closing(Probe(url, token, account_sid, number, proxy_for(url), wait_s)) as probe:
        yield from round_trip.look(probe, url)


def _senders(service: Service, settings: Settings, url: str) -> Iterator[Finding]:
    with service.database.transaction() as session:
        names = restaurants.names_by_number(session)
    home = settings.twilio_whatsapp_number
    numbers = Numbers(home, names, url, sample_numbers() - {home})
    yield from senders.look(service.outside.twilio.numbers, numbers)


def _of_the_model(settings: Settings, today: date, patience: float) -> list[Check]:
    name, endpoint = settings.openai_realtime_model, settings.openai_realtime_endpoint
    if settings.openai_api_key is None:
        return [Check("model", lambda: [ok("model", NO_KEY)])]
    if not settings.ai_realtime_enabled:
        return [Check("model", lambda: [ok("model", NOT_ASKED)])]
    host = urlsplit(endpoint).hostname or endpoint
    client_of = partial(doors.trial_client, settings)
    try_out = partial(trial.try_out, client_of, trial.WITHIN_S * patience)
    key = settings.openai_api_key.get_secret_value()

    def ending() -> list[Finding]:
        shutdown = shutdowns.of(endpoint, name, key, proxy_for(endpoint))
        return [model.ending(name, shutdown, today)]

    return [
        Check("model.answer", partial(model.look, try_out, name, host), host, is_needed=True),
        Check("model.shutdown", ending, host),
    ]


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
        is_sqlite_on_dyno=settings.is_on_dyno and settings.sqlite_on_dyno,
        proxies=settings.proxies_before_us,
    )
