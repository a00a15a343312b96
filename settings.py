"""The settings: read once, from the environment or `.env`; a wrong one is named by a sentence."""

import os
from functools import cached_property
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

# Heroku kills a dyno 30 s after SIGTERM.
MAX_GRACE_S = 27
# OpenAI ends a Realtime session after 60 minutes.
MAX_SESSION_S = 3600
WHATSAPP_SCHEME = "whatsapp:"
# Without one of these its stand-in takes over.
KEYS = ("OPENAI_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")


class SettingsError(Exception):
    """A sentence for whoever starts the service: which variable, and what it should be."""


def _whatsapp_address(value: str) -> str:
    number = value.strip()
    address = number if number.startswith(WHATSAPP_SCHEME) else f"{WHATSAPP_SCHEME}{number}"
    if len(address) <= len(WHATSAPP_SCHEME) or any(each.isspace() for each in address):
        raise ValueError("must be a WhatsApp address such as whatsapp:+14155238886")
    return address


def _addresses(value: object) -> object:
    if not isinstance(value, str):
        return value
    return frozenset(
        each if each == "*" else _whatsapp_address(each)
        for part in value.split(",")
        if (each := part.strip())
    )


def _url(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        scheme, mark, rest = value.strip().rstrip("/").partition("://")
        if not _has_a_port_or_none(value):
            raise ValueError("must have a port of 0 to 65535, or none")
        if not mark or scheme not in schemes or not rest or any(each.isspace() for each in rest):
            beginnings = " or ".join(f"{each}://" for each in schemes)
            raise ValueError(f"must be an address that begins with {beginnings}")
        return f"{scheme}://{rest}"

    return AfterValidator(check)


def _has_a_port_or_none(url: str) -> bool:
    try:
        _ = urlsplit(url.strip()).port
    except ValueError:
        return False
    return True


class Settings(BaseSettings):
    """Each field is the environment variable of the same name in capitals.

    An empty value counts as unset.
    """

    model_config = SettingsConfigDict(
        env_file=os.environ.get("DOTENV", ".env"),
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    tableside_env: Literal["development", "production"] = "development"
    port: int = Field(8787, ge=0, le=65535)
    database_url: str = "sqlite:///tableside.db"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    openai_api_key: SecretStr | None = None
    openai_realtime_endpoint: Annotated[str, _url("wss", "ws")] = "wss://api.openai.com/v1/realtime"
    openai_realtime_model: str = Field("gpt-realtime-2.1-mini", min_length=1)
    ai_realtime_enabled: bool = True
    default_persona: str = "waiter"

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_whatsapp_number: Annotated[str, AfterValidator(_whatsapp_address)] = (
        "whatsapp:+14155238886"
    )
    twilio_api_base_url: Annotated[str, _url("https", "http")] | None = None
    twilio_messages_per_second: float = Field(80, gt=0)
    public_url: Annotated[str, _url("https", "http")] | None = None

    api_token: SecretStr | None = None
    cfo_numbers: Annotated[frozenset[str], NoDecode, BeforeValidator(_addresses)] = frozenset()

    web_concurrency: int = Field(1, ge=1, le=64)
    web_runs_turns: bool = True
    turns_at_once: int = Field(400, ge=1)
    turn_timeout_s: float = Field(60, gt=0)
    first_event_timeout_s: float = Field(15, gt=0)
    realtime_sockets: int = Field(4, ge=1, le=100)
    realtime_in_flight: int = Field(200, ge=1)
    realtime_rotate_after_s: float = Field(3000, gt=0, le=MAX_SESSION_S)
    realtime_probe_s: float = Field(15, gt=0)
    max_output_tokens: int = Field(600, ge=16, le=4096)
    database_pool_size: int = Field(20, ge=1)
    lease_s: float = Field(30, gt=0)
    grace_s: float = Field(25, gt=0, le=MAX_GRACE_S)
    retention_days: int = Field(0, ge=0)
    sqlite_on_dyno: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """What no field can tell alone."""
        for check in (
            self._check_account,
            self._check_keys,
            self._check_sqlite,
            self._check_processes,
        ):
            check()
        return self

    def _check_account(self) -> None:
        if bool(self.twilio_account_sid) != bool(self.twilio_auth_token):
            missing = "TWILIO_AUTH_TOKEN" if self.twilio_account_sid else "TWILIO_ACCOUNT_SID"
            raise ValueError(
                f"{missing} is missing: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN go together"
            )

    def _check_keys(self) -> None:
        if self.is_production and (missing := self._unset(*KEYS, "PUBLIC_URL")):
            raise ValueError(f"{', '.join(missing)}: not set, and production has no stand-ins")
        if self.twilio_account_sid and not self.twilio_api_base_url and not self.public_url:
            raise ValueError(
                "PUBLIC_URL: not set, and Twilio needs an address to call:"
                " the scheme and host of this service"
            )

    def _check_sqlite(self) -> None:
        if not self.database_url.startswith("sqlite"):
            return
        if "DYNO" in os.environ and not self.sqlite_on_dyno:
            raise ValueError(
                "DATABASE_URL: a dyno's disk is erased with every restart, and SQLite's file"
                " with it: add PostgreSQL (heroku addons:create heroku-postgresql),"
                " or set SQLITE_ON_DYNO=true to lose everything daily"
            )
        if not self.web_runs_turns:
            raise ValueError(
                "WEB_RUNS_TURNS: false needs a worker, and SQLite is for one process:"
                " set DATABASE_URL to PostgreSQL"
            )
        if self.web_concurrency > 1:
            raise ValueError(
                "WEB_CONCURRENCY: SQLite is for one process:"
                " set DATABASE_URL to PostgreSQL, or this to 1"
            )

    def _check_processes(self) -> None:
        if self.web_concurrency > 1 and (missing := self._unset(*KEYS)):
            raise ValueError(
                "WEB_CONCURRENCY: a stand-in is for one process:"
                f" set {' and '.join(missing)}, or this to 1"
            )

    def _unset(self, *names: str) -> list[str]:
        return [name for name in names if not getattr(self, name.lower())]

    @property
    def is_production(self) -> bool:
        return self.tableside_env == "production"

    @property
    def twilio_is_stand_in(self) -> bool:
        return self.twilio_account_sid is None

    @property
    def openai_is_stand_in(self) -> bool:
        return self.openai_api_key is None

    @property
    def local_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def books_open_to(self) -> frozenset[str]:
        """Who may see the books.

        Where Twilio is a stand-in, diners are played and the books are samples: all, unless set.
        """
        if self.twilio_is_stand_in and not self.cfo_numbers:
            return frozenset("*")
        return self.cfo_numbers


def load_settings() -> Settings:
    """Raises SettingsError with one line for each variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            _sentence(each["loc"], each["msg"])
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(lines)) from None


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{str(location[0]).upper()}: {message}" if location else message
