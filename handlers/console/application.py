"""The console as a Flask application of its own: its sessions, its form tokens, its pages.

It is made at the console's first request, so the way of a message never passes its hooks. Each
page's module gets what it needs from `Parts`, never the service.
"""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

from flask import Flask, Response, g, get_flashed_messages, request, url_for
from flask_security import Security
from flask_wtf.csrf import CSRFProtect

from engine.drafting import Drafting
from engine.figures import Counting
from engine.in_person import InPerson
from engine.sign_in_links import SignInLinks
from engine.spending import Spending
from handlers.bodies import Request
from handlers.console import live, navigation
from handlers.console.accounts import People
from handlers.console.asked import AskedPages
from handlers.console.asking_for_link import AskingForLink
from handlers.console.audit import AuditPages
from handlers.console.conversation import ConversationPages
from handlers.console.conversations import ConversationsPages
from handlers.console.dead_letters import DeadLetterPages
from handlers.console.dish import DishPages
from handlers.console.errors import register_errors
from handlers.console.figures import FiguresPages
from handlers.console.guesses import Guesses
from handlers.console.here import CLOCK, Id, person
from handlers.console.home import HomePages
from handlers.console.hours import HoursPages
from handlers.console.me import MePages
from handlers.console.menu import MenuPages
from handlers.console.mounted import AT, MOST_BYTES
from handlers.console.opted_out import OptedOutPages
from handlers.console.pairings import PairingsPages
from handlers.console.passwords import Natively, PasswordCheck, Passwords
from handlers.console.people import PeoplePages
from handlers.console.rollout import RolloutPages
from handlers.console.shown import (
    browser,
    cause,
    change,
    date_,
    laid_out,
    lately,
    mark,
    moment,
    number,
    plain,
    sentence,
    words,
)
from handlers.console.signing_in import SigningIn
from handlers.console.synonyms import SynonymsPages
from handlers.headers import OWN_PAGE, guard, keep_here
from handlers.limits import CONSOLE_BY_ADDRESS, CONSOLE_BY_PERSON, Limits
from handlers.rules import RuleBuiltLate
from models import console_accounts, secrets_of_ours
from models.database.engine import Database
from telemetry.logs import log_defect
from telemetry.masking import masked

STATIC_FOR_S = 31_536_000  # a file's address changes with what is in it
# OWASP's least for argon2id: 19 MiB, twice, one lane. More would cost a small machine its memory.
# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
ARGON2 = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
SHORTEST_PASSWORD = 12  # characters
TOO_SIMPLE = "That is guessed too soon: take a few words that don't belong together."


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pages work with.

    `secret_key`: SECRET_KEY; None: the one that the database keeps. `url`: where the console is
    reached from, without its path. `stopping`: set when the process is to end. `natively` runs
    what would hold up everything on a thread of the system's own, where threads are greenlets.
    `month_budget`: US dollars; 0 is none.
    """

    database: Database
    now: Callable[[], datetime]
    secret_key: str | None
    url: str
    stopping: Event
    natively: Natively
    limits: Limits
    links: SignInLinks
    counting: Counting
    month_budget: Decimal
    in_person: InPerson
    drafts: Drafting
    spending: Spending
    default_persona: str


class Console(Flask):
    def log_exception(self, exc_info: Any) -> None:
        """Flask's own would write the address, and a link's is a secret."""
        log_defect("console.failed", exc_info[1])


def console(parts: Parts) -> Flask:
    """Raises DatabaseUnavailableError."""
    app = Console("handlers.console", root_path=str(Path(__file__).parent))
    # A live page sends its fragment whole: not the lines of its template's tags too.
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.request_class = Request
    app.url_rule_class = RuleBuiltLate
    keep_here(app)
    app.url_map.converters["int"] = Id
    secret = parts.secret_key or secrets_of_ours.signing_key(parts.database)
    app.config.update(_configuration(secret, is_https=parts.url.startswith("https:")))
    app.extensions[CLOCK] = parts.now
    app.extensions[live.KEY] = live.Live(parts.stopping, written=parts.database.changes.mark)
    _limit(app, parts.limits)
    CSRFProtect(app)
    _secure(app, People(parts.database, parts.now))
    register_errors(app)
    passwords = Passwords(parts.natively)
    one_conversation = ConversationPages(
        parts.database, parts.in_person, parts.drafts, parts.spending, parts.default_persona
    )
    for pages in (
        SigningIn(parts.database, passwords, Guesses(parts.database, parts.limits, parts.now)),
        AskingForLink(parts.links, parts.limits),
        MePages(parts.database, passwords, parts.limits),
        HomePages(),
        AuditPages(parts.database),
        DeadLetterPages(parts.database),
        OptedOutPages(parts.database),
        AskedPages(parts.database),
        RolloutPages(parts.database),
        PeoplePages(parts.database, parts.links),
        MenuPages(parts.database),
        DishPages(parts.database),
        PairingsPages(parts.database),
        SynonymsPages(parts.database),
        HoursPages(parts.database),
        FiguresPages(parts.counting, parts.month_budget),
        ConversationsPages(parts.database, one_conversation),
    ):
        app.register_blueprint(pages.blueprint())
    _tell_templates(app)
    guard(app, OWN_PAGE, parts.url)
    return app


def _configuration(secret: str, *, is_https: bool) -> dict[str, Any]:
    return {
        # Of its own purpose: what signs /media's addresses opens no session.
        "SECRET_KEY": hmac.new(secret.encode(), b"console", sha256).hexdigest(),
        "APPLICATION_ROOT": AT,
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "SEND_FILE_MAX_AGE_DEFAULT": STATIC_FOR_S,
        "SESSION_COOKIE_NAME": "console",
        "SESSION_COOKIE_PATH": AT,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_PROTECTION": None,  # a telephone's address changes as it walks out of the door
        "PERMANENT_SESSION_LIFETIME": console_accounts.LASTS,
        # A form that was open for hours still works: it ends with the session.
        "WTF_CSRF_TIME_LIMIT": None,
        # The token says it; a proxy may call this host by another name.
        "WTF_CSRF_SSL_STRICT": False,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        # Argon2 alone, without a pepper: SECRET_KEY may change, and passwords stay.
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_PASSWORD_SALT": "unused",
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "SECURITY_PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",
        "SECURITY_ZXCVBN_MINIMUM_SCORE": 4,  # ten thousand million guesses: a 3 has "Kigali2026!!"
        "SECURITY_MSG_PASSWORD_TOO_SIMPLE": (TOO_SIMPLE, "error"),
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
    }


def _limit(app: Flask, limits: Limits) -> None:
    """Before anything is looked up, but for the files, which are the browser's to keep."""

    @app.before_request
    def check() -> None:
        if request.endpoint != "static":
            limits.check_address(CONSOLE_BY_ADDRESS)
            if known := person():
                limits.check(CONSOLE_BY_PERSON, known.address)


def _secure(app: Flask, people: People) -> None:
    security = Security(app, people, register_blueprint=False, password_util_cls=PasswordCheck)
    # Sessions alone: nobody is let in by a token in an address or a header.
    security.login_manager.request_loader(lambda _: None)
    security.principal.skip_static = True


def _tell_templates(app: Flask) -> None:
    """What every template knows: who is here, where they may go, and the files' addresses."""
    marks = {
        file.name: sha256(file.read_bytes()).hexdigest()[:12]
        for file in (Path(__file__).parent / "static").iterdir()
    }
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name, v=marks[name])
    app.jinja_env.globals["live"] = live.watching
    app.jinja_env.globals["way"] = navigation.way
    app.jinja_env.filters |= {
        "browser": browser,
        "cause": cause,
        "masked": masked,
        "laid_out": laid_out,
        "lately": lately,
        "change": change,
        "date": date_,
        "mark": mark,
        "moment": moment,
        "number": number,
        "plain": plain,
        "sentence": sentence,
        "words": words,
    }

    @app.after_request
    def toast(answer: Response) -> Response:
        """What was flashed, where htmx shows a part of a page, and the page itself stays."""
        if "HX-Request" in request.headers and answer.status_code < 300:
            said = " ".join(map(str, get_flashed_messages()))
            if said:
                answer.headers["HX-Trigger"] = json.dumps({"toast": said})
        return answer

    @app.context_processor
    def known() -> dict[str, Any]:
        here = g.get("here")
        return {
            "here": here,
            "person": person(),
            "entries": navigation.entries(here) if here else [],
        }
