"""What the doctor of a service looks at, each look with the parts and the settings that it needs.

What a look comes to is said in `engine.doctor`.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import urlsplit

import doors
from engine.doctor import (
    account,
    approvals,
    books,
    configured,
    costs,
    database,
    menus,
    model,
    people,
    pictures,
    round_trip,
    senders,
    waiting,
)
from engine.doctor.configured import Configured
from engine.doctor.costs import Counted
from engine.doctor.database import Use
from engine.doctor.examining import Check, examine
from engine.doctor.finding import Finding, ok, warn
from engine.doctor.senders import Numbers
from knowledge.costs import prices_of
from knowledge.seed import sample_numbers
from models import restaurants
from personas.rights import Books
from proxies import proxy_for
from realtime import shutdowns
from realtime.trial import try_out
from service import Service
from settings import Settings, misnamed
from whatsapp.probe import Probe

NO_ACCOUNT = "Twilio is a stand-in here: account, senders and webhooks are not looked at."
NO_ADDRESS = "PUBLIC_URL is not set: where Twilio posts, and what it signs, is not looked at."
NO_KEY = "The practice model answers: neither key nor model is looked at."
NOT_ASKED = "AI_REALTIME_ENABLED is false: the model is not asked."
GIVE_ADDRESS = "Set PUBLIC_URL to the scheme and host that Twilio calls."


def all_of(service: Service) -> list[Finding]:
    """The worst first."""
    settings = service.settings
    return examine(
        [
            *_of_this_machine(service, settings),
            *_of_twilio(service, settings),
            Check("model", partial(_model, settings, datetime.now(UTC).date())),
            *_of_the_tables(service, settings),
        ]
    )


def _of_this_machine(service: Service, settings: Settings) -> list[Check]:
    use = Use(
        settings.web_concurrency, settings.database_pool_size, keeps_all=not settings.retention_days
    )
    today = datetime.now(UTC).date()
    return [
        Check("settings", partial(configured.look, _configured(settings))),
        Check("database", partial(database.look, service.database, use, today)),
        Check("disk", partial(database.disk, service.database)),
    ]


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
        Check("pictures", partial(pictures.look, tables, doors.pictures().fault)),
        Check("books", partial(books.look, tables, now.date())),
        Check("staff", partial(people.look, tables, now)),
        Check(
            "rights",
            partial(people.of_books, opened, tables, is_production=settings.is_production),
        ),
        Check("inbox", partial(waiting.look, tables, service.now())),
        Check("costs", partial(costs.look, tables, service.spending, counted, now.date())),
    ]


def _of_twilio(service: Service, settings: Settings) -> list[Check]:
    """What only a Twilio that is not this process' own can tell."""
    account_sid, url = settings.twilio_account_sid, settings.public_url
    if account_sid is None:
        return [Check("twilio", lambda: [ok("twilio", NO_ACCOUNT)])]
    checks = [
        Check("account", partial(account.look, service.outside.twilio.billing)),
        Check("templates", partial(approvals.look, service.approving)),
    ]
    if url is None:
        return [*checks, Check("webhook", lambda: [warn("webhook", NO_ADDRESS, GIVE_ADDRESS)])]
    return [
        *checks,
        Check("senders", partial(_senders, service, settings, url)),
        Check("signature", partial(_round_trip, service, account_sid, url)),
    ]


def _round_trip(service: Service, account_sid: str, url: str) -> Iterator[Finding]:
    token = service.outside.auth_token.partition(",")[0]
    number = service.settings.twilio_whatsapp_number
    with closing(Probe(url, token, account_sid, number, proxy_for(url))) as probe:
        yield from round_trip.look(probe, url)


def _senders(service: Service, settings: Settings, url: str) -> Iterator[Finding]:
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
