"""What the doctor says of settings: by their names, never by their values."""

from dataclasses import replace

import pytest

from engine.doctor.configured import Configured, look
from engine.doctor.finding import Level

WELL = Configured(is_production=True, public_url="https://inzozi.example")


def levels(configured: Configured) -> dict[str, Level]:
    return {each.name: each.level for each in look(configured)}


def test_settings_as_they_should_be_have_nothing_to_look_at() -> None:
    assert set(levels(WELL).values()) == {Level.OK}


def test_a_name_that_is_no_setting_says_which_was_meant() -> None:
    (found, *_) = look(replace(WELL, misnamed=["OPENAI_KEY is not a setting: ..."]))
    assert (found.name, found.level) == ("settings.names", Level.WARN)
    assert "Rename it" in found.what_to_do


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "TWILIO_ACCOUNT_SID"])
def test_a_stand_in_is_named_by_what_is_missing(name: str) -> None:
    found = [each for each in look(replace(WELL, unset=frozenset({name}))) if each.what_to_do]
    assert [each.name for each in found] == ["settings.stand_ins"]
    assert name in found[0].sentence


@pytest.mark.parametrize("name", ["SECRET_KEY", "API_TOKEN", "METRICS_TOKEN"])
def test_a_secret_that_is_missing_matters_in_production_alone(name: str) -> None:
    bare = replace(WELL, unset=frozenset({name}))
    assert levels(bare)["settings.secrets"] is Level.WARN
    assert "settings.secrets" not in levels(replace(bare, is_production=False))


def test_real_keys_outside_production_are_told() -> None:
    assert levels(replace(WELL, is_production=False))["settings.environment"] is Level.WARN


def test_a_model_that_is_switched_off_is_told() -> None:
    assert levels(replace(WELL, answers=False))["settings.answers"] is Level.WARN


@pytest.mark.parametrize(
    ("url", "proxies", "is_told"),
    [
        ("http://inzozi.example", 1, True),
        ("http://inzozi.example", 0, False),
        ("https://inzozi.example", 0, True),
        ("https://inzozi.example", 2, False),
    ],
)
def test_so_many_proxies_as_cannot_be_are_told(url: str, proxies: int, is_told: bool) -> None:
    found = levels(replace(WELL, public_url=url, proxies=proxies))
    assert ("settings.proxies" in found) is is_told


def test_conversations_that_a_restart_erases_are_told() -> None:
    assert levels(replace(WELL, is_sqlite_on_dyno=True))["settings.sqlite"] is Level.WARN


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("http://127.0.0.1:8787", Level.WRONG),
        ("http://localhost:8787", Level.WRONG),
        ("https://10.0.0.7", Level.WRONG),
        ("https://tableside.local", Level.WRONG),
        ("http://inzozi.example", Level.WARN),
        ("https://inzozi.example", Level.OK),
    ],
)
def test_twilio_must_be_able_to_call_the_public_address(url: str, level: Level) -> None:
    assert levels(replace(WELL, public_url=url))["settings.public_url"] is level


def test_a_twilio_of_ones_own_may_call_anywhere() -> None:
    own = replace(WELL, public_url="http://127.0.0.1:8787", is_elsewhere=True)
    assert levels(own)["settings.public_url"] is Level.OK
