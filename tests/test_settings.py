"""Each setting stands in .env.example with its default; a wrong one is named in a sentence."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from env_file import for_tracing
from settings import Settings, SettingsError, load_settings, misnamed

ROOT = Path(__file__).parents[1]
POSTGRESQL = "postgresql://tableside@localhost/tableside"
KEYS = {
    "OPENAI_API_KEY": "sk-test",
    "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
    "TWILIO_AUTH_TOKEN": "token",
    "PUBLIC_URL": "https://tableside.example.com",
}
SOME_TOKEN = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without a single setting, in a folder without a `.env`."""
    for name in (*Settings.model_fields, "dyno"):
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def load(environment: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        environment.setenv(name, value)
    return load_settings()


def refusal(environment: pytest.MonkeyPatch, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(environment, **variables)
    return str(caught.value)


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def test_the_example_names_every_setting_once_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    names = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_gives_the_defaults(environment: pytest.MonkeyPatch) -> None:
    defaults = load(environment)
    assert load(environment, **example()) == defaults


def test_the_example_shows_every_default_that_there_is() -> None:
    shown = {name for name, value in example().items() if value}
    assert shown == {
        name.upper()
        for name, field in Settings.model_fields.items()
        if field.default not in (None, frozenset())
    }


def test_the_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nUNKNOWN_TO_US=1\nDEFAULT_PERSONA=\n")
    settings = load_settings()
    assert (settings.port, settings.default_persona) == (9000, "waiter")


def test_the_environment_goes_before_the_env_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=9000\n")
    assert load(environment, PORT="9001").port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("LOG_LEVEL", "LOUD"),
        ("TABLESIDE_ENV", "staging"),
        ("OPENAI_REALTIME_ENDPOINT", "https://api.openai.com/v1/realtime"),
        ("TWILIO_API_BASE_URL", "localhost:9000"),
        ("TWILIO_API_BASE_URL", "http://localhost:99999"),
        ("PUBLIC_URL", "tableside.example.com"),
        ("TWILIO_WHATSAPP_NUMBER", "whatsapp:"),
        ("CFO_NUMBERS", "+250788000001, whatsapp:"),
        ("AI_REALTIME_ENABLED", "perhaps"),
        ("WEB_CONCURRENCY", "0"),
        ("GRACE_S", "28"),
        ("LEASE_S", "0"),
        ("CALLS_AT_ONCE", "0"),
        ("CALLS_ENABLED", "perhaps"),
    ],
)
def test_a_wrong_value_names_its_variable(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert refusal(environment, **{name: value}).startswith(f"{name}: ")


def test_two_wrong_values_are_told_at_once(environment: pytest.MonkeyPatch) -> None:
    lines = refusal(environment, PORT="http", LEASE_S="0").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["PORT", "LEASE_S"]


def test_a_wrong_secret_is_not_told(environment: pytest.MonkeyPatch) -> None:
    assert "s3cret" not in refusal(
        environment, TWILIO_AUTH_TOKEN="s3cret", OPENAI_API_KEY="s3cret-key"
    )


def test_production_names_all_that_is_missing(environment: pytest.MonkeyPatch) -> None:
    sentence = refusal(environment, TABLESIDE_ENV="production")
    assert sentence.startswith(", ".join(KEYS))


def test_production_names_the_one_that_is_missing(environment: pytest.MonkeyPatch) -> None:
    sentence = refusal(environment, TABLESIDE_ENV="production", **{**KEYS, "PUBLIC_URL": ""})
    assert sentence.startswith("PUBLIC_URL: not set")


def test_production_starts_with_every_key(environment: pytest.MonkeyPatch) -> None:
    settings = load(environment, TABLESIDE_ENV="production", **KEYS)
    assert settings.is_production
    assert not settings.twilio_is_stand_in
    assert not settings.openai_is_stand_in


@pytest.mark.parametrize("missing", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"])
def test_half_an_account_at_twilio_is_refused(
    environment: pytest.MonkeyPatch, missing: str
) -> None:
    assert refusal(environment, **{**KEYS, missing: ""}).startswith(f"{missing} is missing")


def test_the_cfos_numbers_are_addresses_with_or_without_their_scheme(
    environment: pytest.MonkeyPatch,
) -> None:
    settings = load(
        environment, CFO_NUMBERS=" +250788000001 ,whatsapp:+35699000003,, whatsapp:RW.teta"
    )
    assert settings.cfo_numbers == {
        "whatsapp:+250788000001",
        "whatsapp:+35699000003",
        "whatsapp:RW.teta",
    }


@pytest.mark.parametrize(
    "written",
    [
        "250788000001",
        "00250788000001",
        "WhatsApp:+250788000001",
        "+250 788-000 001",
        "'whatsapp:+250788000001'",
        "\u202a+250788000001\u202c",
        "+250788000001;\n",
    ],
)
def test_a_cfos_number_may_be_written_as_people_do(
    environment: pytest.MonkeyPatch, written: str
) -> None:
    assert load(environment, CFO_NUMBERS=written).cfo_numbers == {"whatsapp:+250788000001"}


@pytest.mark.parametrize(
    "written",
    [
        "+250788000001;+35699000003",
        "+250788000001 +35699000003",
        "whatsapp:+250 788 000 001 whatsapp:00356 9900 0003",
        "'+250788000001', '+35699000003'",
    ],
)
def test_cfos_numbers_are_told_apart_however_they_are_separated(
    environment: pytest.MonkeyPatch, written: str
) -> None:
    expected = {"whatsapp:+250788000001", "whatsapp:+35699000003"}
    assert load(environment, CFO_NUMBERS=written).cfo_numbers == expected


def test_a_cfos_number_may_be_one_restaurants(environment: pytest.MonkeyPatch) -> None:
    written = "whatsapp:+250788000001@valletta, +250 788 000 001 @ Kigali, *@kigali, RW.teta@my-bar"
    assert load(environment, CFO_NUMBERS=written).cfo_numbers == {
        "whatsapp:+250788000001@valletta",
        "whatsapp:+250788000001@kigali",
        "*@kigali",
        "whatsapp:RW.teta@my-bar",
    }


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("+250788000001, owner", "entry 2: must be a WhatsApp number with its country code"),
        ("0788000001", "entry 1: must be a WhatsApp number with its country code"),
        ("owner@example.com", "entry 1: behind the @ must stand a restaurant's slug"),
        ("+250788000001@", "entry 1: behind the @ must stand a restaurant's slug"),
        ("+250788000001@the bar", "entry 1: behind the @ must stand a restaurant's slug"),
        ("@kigali", "entry 1: must be a WhatsApp number"),
        ("**", "entry 1: must be a WhatsApp number"),
    ],
)
def test_what_can_be_no_cfos_number_is_told_and_not_repeated(
    environment: pytest.MonkeyPatch, written: str, told: str
) -> None:
    sentence = refusal(environment, CFO_NUMBERS=written)
    assert sentence.startswith(f"CFO_NUMBERS: {told}")
    assert "788000001" not in sentence


def test_a_star_opens_the_books_to_everyone(environment: pytest.MonkeyPatch) -> None:
    assert load(environment, CFO_NUMBERS="*").books_open_to == {"*"}


def test_the_books_are_open_where_diners_are_played(environment: pytest.MonkeyPatch) -> None:
    assert load(environment).books_open_to == {"*"}


def test_the_books_are_closed_where_diners_are_real(environment: pytest.MonkeyPatch) -> None:
    assert load(environment, **KEYS).books_open_to == frozenset()


def test_only_the_practice_phone_is_answered_where_nobody_said_so(
    environment: pytest.MonkeyPatch,
) -> None:
    assert load(environment).takes_calls
    assert not load(environment, CALLS_ENABLED="false").takes_calls
    environment.delenv("CALLS_ENABLED")
    assert not load(environment, **KEYS).takes_calls
    assert load(environment, **KEYS, CALLS_ENABLED="true").takes_calls


def test_the_books_of_a_stand_in_can_be_closed_too(environment: pytest.MonkeyPatch) -> None:
    assert load(environment, CFO_NUMBERS="+250788000001").books_open_to == {
        "whatsapp:+250788000001"
    }


def test_an_address_ends_without_a_slash(environment: pytest.MonkeyPatch) -> None:
    settings = load(environment, PUBLIC_URL=" https://tableside.example.com/ ")
    assert settings.public_url == "https://tableside.example.com"


def test_many_processes_need_postgresql(environment: pytest.MonkeyPatch) -> None:
    assert refusal(environment, WEB_CONCURRENCY="2", **KEYS).startswith(
        "WEB_CONCURRENCY: SQLite is for one process"
    )


@pytest.mark.parametrize(
    "missing", [["OPENAI_API_KEY"], ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]]
)
def test_many_processes_need_no_stand_in(
    environment: pytest.MonkeyPatch, missing: list[str]
) -> None:
    keys = {name: value for name, value in KEYS.items() if name not in missing}
    sentence = refusal(environment, WEB_CONCURRENCY="2", DATABASE_URL=POSTGRESQL, **keys)
    assert sentence.startswith("WEB_CONCURRENCY: ")
    assert " and ".join(missing) in sentence


@pytest.mark.parametrize("url", [POSTGRESQL, POSTGRESQL.replace("postgresql://", "postgres://")])
def test_many_processes_start_on_postgresql_with_every_key(
    environment: pytest.MonkeyPatch, url: str
) -> None:
    assert load(environment, WEB_CONCURRENCY="2", DATABASE_URL=url, **KEYS).web_concurrency == 2


def test_sqlite_on_a_dyno_is_refused(environment: pytest.MonkeyPatch) -> None:
    assert refusal(environment, DYNO="web.1").startswith("DATABASE_URL: a dyno's disk is erased")


@pytest.mark.parametrize("choice", [{"SQLITE_ON_DYNO": "true"}, {"DATABASE_URL": POSTGRESQL}])
def test_a_dyno_takes_postgresql_or_sqlite_if_asked_for(
    environment: pytest.MonkeyPatch, choice: dict[str, str]
) -> None:
    assert load(environment, DYNO="web.1", **choice).port == 8787


def test_a_worker_beside_the_web_needs_postgresql(environment: pytest.MonkeyPatch) -> None:
    assert refusal(environment, WEB_RUNS_TURNS="false").startswith("WEB_RUNS_TURNS: ")


SECRETS = ["OPENAI_API_KEY", "TWILIO_AUTH_TOKEN", "API_TOKEN"]


def as_secret(settings: Settings, name: str) -> str:
    value = getattr(settings, name.lower())
    assert isinstance(value, SecretStr)
    return value.get_secret_value()


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "pasted",
    [
        f"{SOME_TOKEN}\n",
        f"  {SOME_TOKEN}\r\n",
        f'"{SOME_TOKEN}"',
        f"'{SOME_TOKEN} '",
        f"“{SOME_TOKEN}”",
        f"`{SOME_TOKEN}`",
        f"\ufeff{SOME_TOKEN}",
        f"\u00a0{SOME_TOKEN}\u200b",
        f"{SOME_TOKEN[:6]}\u200b{SOME_TOKEN[6:]}",
        f"Bearer {SOME_TOKEN}",
        f"Authorization: bearer  {SOME_TOKEN}",
        f"OPENAI_API_KEY={SOME_TOKEN}",
        f"export API_TOKEN='{SOME_TOKEN}'",
    ],
)
def test_what_a_secret_was_copied_with_falls_off(
    environment: pytest.MonkeyPatch, name: str, pasted: str
) -> None:
    assert as_secret(load(environment, **{**KEYS, name: pasted}), name) == SOME_TOKEN


@pytest.mark.parametrize("pasted", ["new,old", " new , old ", '"new","old"', "new,old,"])
def test_two_auth_tokens_stand_side_by_side(environment: pytest.MonkeyPatch, pasted: str) -> None:
    settings = load(environment, **{**KEYS, "TWILIO_AUTH_TOKEN": pasted})
    assert as_secret(settings, "TWILIO_AUTH_TOKEN") == "new,old"


@pytest.mark.parametrize("name", ["OPENAI_API_KEY"])
def test_where_one_key_is_meant_two_are_refused(environment: pytest.MonkeyPatch, name: str) -> None:
    sentence = refusal(environment, **{**KEYS, name: "sk-old,sk-new"})
    assert sentence == f"{name}: has a comma in it: it must be one key"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "broken",
    ["s3cret s3cret", "s3cret\ns3cret", "s3cret\ts3cret", "s3crét", "s3c...ret", "s3c…ret"],
)
def test_a_secret_that_no_header_takes_is_refused_and_not_shown(
    environment: pytest.MonkeyPatch, name: str, broken: str
) -> None:
    sentence = refusal(environment, **{**KEYS, name: broken})
    assert sentence.startswith(f"{name}: ")
    assert "s3c" not in sentence


@pytest.mark.parametrize("blank", ["", " ", '""', "\ufeff", "\u200b\n"])
def test_what_is_empty_without_its_wrapping_is_unset(
    environment: pytest.MonkeyPatch, blank: str
) -> None:
    assert load(environment, OPENAI_API_KEY=blank, PORT=blank) == Settings()


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("PORT", " 9000 ", 9000),
        ("AI_REALTIME_ENABLED", '"false"', False),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("DEFAULT_PERSONA", "CFO ", "cfo"),
        ("LEASE_S", "12\n", 12.0),
        ("TABLESIDE_ENV", "Development", "development"),
        ("OPENAI_REALTIME_MODEL", "'gpt-realtime'", "gpt-realtime"),
        ("PUBLIC_URL", "https://eat.example/?", "https://eat.example"),
        ("PUBLIC_URL", "https://eat.example#", "https://eat.example"),
        ("OPENAI_REALTIME_ENDPOINT", "wss://a.example/v1?b=c#d", "wss://a.example/v1?b=c"),
    ],
)
def test_any_setting_may_be_wrapped(
    environment: pytest.MonkeyPatch, name: str, typed: str, meant: object
) -> None:
    assert getattr(load(environment, **{name: typed}), name.lower()) == meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_REALTIME_MODEL", "gpt realtime"),
        ("DATABASE_URL", "sqlite:///a\nb.db"),
        ("TURN_TIMEOUT_S", "inf"),
        ("LEASE_S", "nan"),
        ("PUBLIC_URL", "https:///whatsapp"),
        ("REDIS_URL", "http://host:6379"),
        ("REDIS_URL", "redis://host:6379/cache"),
        ("REDIS_URL", "redis://host:6379?socket_timeout=soon"),
        ("REDIS_URL", "redis://host:6379?ssl_cert_reqs=none"),
        ("REDIS_URL", "rediss://host:6379?ssl_cert_reqs=never"),
        ("TRUSTED_PROXIES", "-1"),
        ("SLOW_CLIENT_S", "0"),
    ],
)
def test_what_could_never_work_is_refused(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert refusal(environment, **{name: value}).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("sid", "said"),
    [
        (f"SK{'0' * 32}", "API key"),
        (f"MG{'0' * 32}", "AC"),
        ("0" * 32, "AC"),
    ],
)
def test_what_is_no_accounts_sid_is_refused(
    environment: pytest.MonkeyPatch, sid: str, said: str
) -> None:
    sentence = refusal(environment, **{**KEYS, "TWILIO_ACCOUNT_SID": sid})
    assert sentence.startswith("TWILIO_ACCOUNT_SID: ")
    assert said in sentence


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/", "?a=b", "/whatsapp#rc=3"])
def test_a_public_address_is_a_scheme_and_a_host(
    environment: pytest.MonkeyPatch, path: str
) -> None:
    sentence = refusal(environment, PUBLIC_URL=f"https://tableside.example.com{path}")
    assert sentence == (
        "PUBLIC_URL: must be the scheme and the host alone: https://tableside.example.com"
    )


def test_a_public_address_shows_no_password(environment: pytest.MonkeyPatch) -> None:
    assert "s3cret" not in refusal(environment, PUBLIC_URL="https://me:s3cret@example.com")


ENDPOINT = "wss://api.example.com/v1/realtime"


def test_the_model_in_an_endpoint_is_the_model(environment: pytest.MonkeyPatch) -> None:
    settings = load(
        environment, OPENAI_REALTIME_ENDPOINT=f"{ENDPOINT}?api-version=1&model=gpt%2Dlive&x=y"
    )
    assert settings.openai_realtime_endpoint == f"{ENDPOINT}?api-version=1&x=y"
    assert settings.openai_realtime_model == "gpt-live"


def test_two_models_at_once_are_refused(environment: pytest.MonkeyPatch) -> None:
    two = {"OPENAI_REALTIME_ENDPOINT": f"{ENDPOINT}?model=a", "OPENAI_REALTIME_MODEL": "b"}
    assert refusal(environment, **two).startswith("OPENAI_REALTIME_ENDPOINT: ")
    environment.setenv("OPENAI_REALTIME_MODEL", "a")
    assert load_settings().openai_realtime_endpoint == ENDPOINT


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("TWILIO_SID", "TWILIO_ACCOUNT_SID"),
        ("Twilio_Token", "TWILIO_AUTH_TOKEN"),
        ("TWILIO_PHONE_NUMBER", "TWILIO_WHATSAPP_NUMBER"),
        ("OPENAI_API_KEYS", "OPENAI_API_KEY"),
        ("POSTGRES_URL", "DATABASE_URL"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("CFO_NUMBER", "CFO_NUMBERS"),
    ],
)
def test_a_name_in_the_env_file_that_is_none_of_ours_is_asked_about(
    tmp_path: Path, name: str, meant: str
) -> None:
    (tmp_path / ".env").write_text(f"{name}=s3cret\n")
    assert misnamed() == [f"{name} is not a setting: did you mean {meant}?"]


def test_in_the_environment_only_names_like_ours_are_asked_about(
    environment: pytest.MonkeyPatch,
) -> None:
    for name in ("OPENAI_KEY", "TWILIO_TOKN", "POSTGRES_URL", "EDITOR", "OPENAI_ORG_ID", "PORTS"):
        environment.setenv(name, "s3cret")
    environment.setenv("TWILIO_AUTH_TOKEN", "token")
    assert misnamed() == ["OPENAI_KEY is not a setting: did you mean OPENAI_API_KEY?"]


def test_a_start_that_fails_tells_of_the_name_too(environment: pytest.MonkeyPatch) -> None:
    keys = {("TWILIO_SID" if "SID" in name else name): value for name, value in KEYS.items()}
    told = refusal(environment, **keys).splitlines()
    assert told[0].startswith("TWILIO_ACCOUNT_SID is missing")
    assert told[1] == "TWILIO_SID is not a setting: did you mean TWILIO_ACCOUNT_SID?"


def test_an_env_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\n", encoding="utf-8-sig")
    assert load_settings().port == 9000


def test_an_env_file_in_another_encoding_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\n", encoding="utf-16")
    with pytest.raises(SettingsError, match=r"\.env: is not UTF-8"):
        load_settings()


@pytest.mark.parametrize("token", ["tomato", "x" * 31, " " + "x" * 31 + "\n", "Bearer " + "x" * 30])
def test_a_token_that_can_be_guessed_is_refused_with_the_way_to_a_better_one(
    environment: pytest.MonkeyPatch, token: str
) -> None:
    said = refusal(environment, API_TOKEN=token)
    assert said.startswith("API_TOKEN: must have 32 characters or more: openssl rand -hex 32")
    assert token.strip() not in said


def test_a_token_of_32_characters_is_one(environment: pytest.MonkeyPatch) -> None:
    token = load(environment, API_TOKEN="x" * 32).api_token
    assert token is not None
    assert token.get_secret_value() == "x" * 32


@pytest.mark.parametrize("between", [",", " , ", ",,"])
def test_several_tokens_stand_side_by_side(environment: pytest.MonkeyPatch, between: str) -> None:
    new, old = "n" * 32, "o" * 40
    settings = load(environment, API_TOKEN=f"{new}{between}{old},")
    assert as_secret(settings, "API_TOKEN") == f"{new},{old}"


def test_of_several_tokens_the_one_that_is_wrong_is_named_by_its_place(
    environment: pytest.MonkeyPatch,
) -> None:
    short, good = "x" * 31, "y" * 32
    said = refusal(environment, API_TOKEN=f"{good},{short}")
    assert said.startswith("API_TOKEN: token 2: must have 32 characters or more")
    assert not {short, good} & set(said.split())
    broken = refusal(environment, API_TOKEN=f"{good} {good},{good}")
    assert broken.startswith("API_TOKEN: token 1: has a space")


def test_free_messages_are_whole_ones(environment: pytest.MonkeyPatch) -> None:
    load(environment, PRICES="free_messages=500,text_in=0.6").check_prices(bool, ())
    settings = load(environment, PRICES="free_messages=1.5")
    with pytest.raises(SettingsError, match="free_messages must be a whole number"):
        settings.check_prices(bool, ())


@pytest.mark.parametrize(
    "url",
    [
        "redis://host:6379",
        "redis://host/0",
        "rediss://:p%40ss@host:6379/",
        "rediss://user:pass@host:6379?ssl_cert_reqs=none",
    ],
)
def test_a_redis_is_where_its_address_says(environment: pytest.MonkeyPatch, url: str) -> None:
    assert load(environment, REDIS_URL=url).redis_url is not None


def test_one_proxy_is_trusted_where_something_must_end_tls(
    environment: pytest.MonkeyPatch,
) -> None:
    assert load(environment).proxies_before_us == 0
    assert load(environment, TRUSTED_PROXIES="2").proxies_before_us == 2
    environment.setenv("DYNO", "web.1")
    environment.setenv("SQLITE_ON_DYNO", "true")
    assert load(environment, TRUSTED_PROXIES="").proxies_before_us == 1
    assert load(environment, TRUSTED_PROXIES="0").proxies_before_us == 0


@pytest.mark.parametrize(
    ("given", "takes_words"),
    [("true", True), ("SPAN_ONLY", True), ("span_and_event", True), ("event_only", False)],
)
def test_spans_hold_words_where_opentelemetrys_own_setting_says_so(
    environment: pytest.MonkeyPatch, given: str, takes_words: bool
) -> None:
    settings = load(environment, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=given)
    assert settings.otel_instrumentation_genai_capture_message_content is takes_words


def test_a_collectors_address_is_one_of_http(environment: pytest.MonkeyPatch) -> None:
    load(environment, OTEL_EXPORTER_OTLP_ENDPOINT="http://localhost:4318")
    said = refusal(environment, OTEL_EXPORTER_OTLP_ENDPOINT="localhost:4318")
    assert said.startswith("OTEL_EXPORTER_OTLP_ENDPOINT: ")


def test_opentelemetrys_other_variables_are_no_misspelled_settings(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "OTEL_EXPORTER_OTLP_HEADERS=a=b\nOTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://x\n"
        "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nOTEL_EXPORTER_OTLP_ENDPONT=http://x\n"
    )
    meant = "OTEL_EXPORTER_OTLP_ENDPONT is not a setting: did you mean OTEL_EXPORTER_OTLP_ENDPOINT?"
    assert misnamed() == [meant]
    assert "OTEL_EXPORTER_OTLP_HEADERS" in for_tracing()
