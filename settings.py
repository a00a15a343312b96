"""The settings: read once, from the environment or `.env`; a wrong one is named by a sentence."""

import os
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import cached_property, partial
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from env_file import ENCODING, ENV_FILE, in_file
from setting_names import meant
from setting_values import (
    account_sid,
    bearer,
    bearers,
    books_keys,
    captures,
    cleaned,
    one_key,
    one_line,
    origin,
    price_list,
    redis_address,
    secrets,
    sent_with,
    split_model,
    url,
    whatsapp_address,
    without_spaces,
)

# Heroku kills a dyno 30 s after SIGTERM.
MAX_GRACE_S = 27
# OpenAI ends a Realtime session after 60 minutes.
MAX_SESSION_S = 3600
# Without one of these its stand-in takes over.
KEYS = ("OPENAI_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")


class SettingsError(Exception):
    """A sentence for whoever starts the service: which variable, and what it should be."""


def _url(*schemes: str) -> AfterValidator:
    return AfterValidator(partial(url, schemes=schemes))


Key = Annotated[SecretStr, BeforeValidator(one_key)]
Secrets = Annotated[SecretStr, BeforeValidator(secrets)]
Bearers = Annotated[SecretStr, BeforeValidator(bearers)]
Collector = Annotated[str, _url("https", "http"), AfterValidator(sent_with)]
Captures = Annotated[bool, BeforeValidator(captures)]
Lower = BeforeValidator(str.lower)
Upper = BeforeValidator(str.upper)


class Settings(BaseSettings):
    """Each field is the environment variable of the same name in capitals.

    An empty value counts as unset.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    tableside_env: Annotated[Literal["development", "production"], Lower] = "development"
    port: int = Field(8787, ge=0, le=65535)
    database_url: str = "sqlite:///tableside.db"
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Upper] = "INFO"

    openai_api_key: Key | None = None
    openai_realtime_endpoint: Annotated[str, _url("wss", "ws")] = "wss://api.openai.com/v1/realtime"
    openai_realtime_model: Annotated[str, AfterValidator(without_spaces)] = "gpt-realtime-2.1-mini"
    ai_realtime_enabled: bool = True
    default_persona: Annotated[str, Lower] = "waiter"

    twilio_account_sid: Annotated[str, AfterValidator(account_sid)] | None = None
    twilio_auth_token: Secrets | None = None
    twilio_whatsapp_number: Annotated[str, AfterValidator(whatsapp_address)] = (
        "whatsapp:+14155238886"
    )
    twilio_api_base_url: Annotated[str, _url("https", "http")] | None = None
    twilio_messages_per_second: float = Field(80, gt=0)
    public_url: Annotated[str, _url("https", "http"), AfterValidator(origin)] | None = None

    api_token: Bearers | None = None
    metrics_token: Bearers | None = None
    cfo_numbers: Annotated[frozenset[str], NoDecode, BeforeValidator(books_keys)] = frozenset()

    redis_url: Annotated[str, AfterValidator(redis_address)] | None = None
    trusted_proxies: int | None = Field(None, ge=0, le=9)

    secret_key: Annotated[SecretStr, BeforeValidator(bearer)] | None = None
    voice_replies: Annotated[Literal["never", "mirror"], Lower] = "never"

    calls_enabled: bool | None = None
    calls_at_once: int = Field(20, ge=1, le=1_000)

    otel_exporter_otlp_endpoint: Collector | None = None
    otel_instrumentation_genai_capture_message_content: Captures = False

    prices: Annotated[Mapping[str, Decimal] | None, NoDecode, BeforeValidator(price_list)] = None
    diner_daily_budget: Decimal = Field(Decimal(0), ge=0)
    restaurant_monthly_budget: Decimal = Field(Decimal(0), ge=0)
    api_daily_budget: Decimal = Field(Decimal(0), ge=0)

    web_concurrency: int = Field(1, ge=1, le=64)
    web_runs_turns: bool = True
    turns_at_once: int = Field(400, ge=1)
    diner_turns_per_minute: int = Field(20, ge=0)
    human_hands_minutes: float = Field(30, gt=0, le=1440)
    turn_timeout_s: float = Field(60, gt=0)
    first_event_timeout_s: float = Field(15, gt=0)
    realtime_sockets: int = Field(4, ge=1, le=100)
    realtime_in_flight: int = Field(200, ge=1)
    realtime_rotate_after_s: float = Field(3000, gt=0, le=MAX_SESSION_S)
    realtime_probe_s: float = Field(15, gt=0)
    max_output_tokens: int = Field(600, ge=16, le=4096)
    database_pool_size: int = Field(20, ge=1)
    lease_s: float = Field(30, gt=0)
    unsure_send_s: float = Field(120, gt=0)
    slow_client_s: float = Field(30, ge=1)
    grace_s: float = Field(25, gt=0, le=MAX_GRACE_S)
    retention_days: int = Field(0, ge=0)
    sqlite_on_dyno: bool = False

    @model_validator(mode="before")
    @classmethod
    def _as_meant(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Without what was only copied along; what is empty then is unset."""
        values = {
            name: cleaned(value) if isinstance(value, str) else value
            for name, value in given.items()
        }
        return {name: value for name, value in split_model(values).items() if value != ""}

    @field_validator("*", mode="before")
    @classmethod
    def _on_one_line(cls, value: object) -> object:
        return one_line(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """What no field can tell alone."""
        self._check_account()
        self._check_keys()
        self._check_sqlite()
        self._check_processes()
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
        if self.is_on_dyno and not self.sqlite_on_dyno:
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
    def is_on_dyno(self) -> bool:
        return "DYNO" in os.environ

    @property
    def proxies_before_us(self) -> int:
        """In production something ends TLS before us; elsewhere anybody could claim to."""
        usual = int(self.is_production or self.is_on_dyno)
        return usual if self.trusted_proxies is None else self.trusted_proxies

    @property
    def twilio_is_stand_in(self) -> bool:
        return self.twilio_account_sid is None

    @property
    def openai_is_stand_in(self) -> bool:
        return self.openai_api_key is None

    @property
    def takes_calls(self) -> bool:
        """Unless it is set, of the practice phone alone: a real number's calls cost money."""
        return self.twilio_is_stand_in if self.calls_enabled is None else self.calls_enabled

    @property
    def local_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def check_persona(self, personas: Collection[str]) -> None:
        """Raises SettingsError where DEFAULT_PERSONA is none of them."""
        if self.default_persona not in personas:
            raise SettingsError(
                f"DEFAULT_PERSONA: {self.default_persona!r} is not one of {', '.join(personas)}"
            )

    def check_prices(self, is_price: Callable[[str], bool], names: Collection[str]) -> None:
        """Raises SettingsError where PRICES has a name that is none, or a part of a message."""
        if wrong := next((name for name in self.prices or () if not is_price(name)), None):
            raise SettingsError(
                f"PRICES: {wrong!r} is not one of {', '.join(names)}, or whatsapp_ with a country"
                " as in whatsapp_rw"
            )
        if (self.prices or {}).get("free_messages", Decimal(0)) % 1:
            raise SettingsError("PRICES: free_messages must be a whole number of messages")

    @cached_property
    def books_open_to(self) -> frozenset[str]:
        """Who may see which books, as CFO_NUMBERS spells it.

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
        found = error.errors(include_input=False, include_url=False)
        lines = [_sentence(each["loc"], each["msg"]) for each in found]
        raise SettingsError("\n".join([*lines, *misnamed()])) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{ENV_FILE}: is not UTF-8: save it as plain text in UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{ENV_FILE}: can't be read: {error.strerror}") from None


def misnamed() -> list[str]:
    """A sentence for each variable that is no setting and looks as if it were meant for one."""
    settings = [name.upper() for name in Settings.model_fields]
    return [
        f"{name} is not a setting: did you mean {near}?"
        for name, near in meant(in_file(), os.environ, settings)
    ]


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{str(location[0]).upper()}: {message}" if location else message
