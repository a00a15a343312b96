"""`make check` finds a key that got into a file, and a package that is known to be unsafe."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.advisories import NOBODY, verdict
from tests.secret_scan import findings

HEX = "9f86d081884c7d65" + "9a2feaa0c55ad015"
# Put together here, or this file would be found.
PLANTED = {
    "an OpenAI key": "OPENAI_API_KEY=" + "sk-" + "proj-T9xLq2mVb7Rz4WkP8cNf3HyD6sJa1Ge5",
    "an older one": 'key = "' + "sk-" + f'{HEX}"',
    "an auth token": f"TWILIO_AUTH_TOKEN={HEX[::-1]}",
    "a token of the API": f'token = "{HEX}{HEX[::-1]}"',
    "an account": "account: " + "AC" + HEX,
    "a password": "DATABASE_URL=postgres://tableside:" + "Vq8-zN4kLw@db.example/tableside",
    "a key of a server": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a key of AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "a token of GitHub": "ghp_" + "16C7e42F292c6912E7" + "710c838347Ae178B4a",
}


def found_in(tmp_path: Path, text: str, *allowed: str) -> list[str]:
    file = tmp_path / "planted.txt"
    file.write_text(f"# A sample\n{text}\n")
    return [where for where, _ in findings([file], frozenset(allowed))]


@pytest.mark.parametrize("what", PLANTED)
def test_a_key_in_a_file_is_found_and_where(tmp_path: Path, what: str) -> None:
    assert set(found_in(tmp_path, PLANTED[what])) == {f"{tmp_path}/planted.txt:2"}


@pytest.mark.parametrize(
    "text",
    [
        "API_TOKEN=",
        "openssl rand -hex 32",
        "def test_a_token_of_32_characters_is_one() -> None:",
        "https://www.twilio.com/docs/api/errors/63016",
        '"/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"',
        '"sk-test"',
        "postgres://USER@HOST:5432/NAME",
        "rediss://user:pass@host:6379",
    ],
)
def test_what_is_none_raises_no_alarm(tmp_path: Path, text: str) -> None:
    assert found_in(tmp_path, text) == []


def test_in_tests_an_id_is_one_and_a_token_is_a_secret(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    assert found_in(tmp_path / "tests", f'trace_id = "{HEX}"') == []
    assert len(found_in(tmp_path / "tests", f'AUTH_TOKEN = "{HEX}"')) == 1


def test_a_sample_is_passed_over_once_it_is_told(tmp_path: Path) -> None:
    assert found_in(tmp_path, f'token = "{HEX}"', HEX) == []


def told(*packages: Mapping[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


SAFE = {"name": "flask", "version": "3.1.2", "vulns": []}
UNSAFE = {
    "name": "jinja2",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"]}],
}
UNKNOWN = {"name": "yarl", "skip_reason": "Dependency not found on PyPI"}


def test_an_unsafe_package_fails_and_is_named() -> None:
    code, said = verdict(told(SAFE, UNSAFE), "")
    assert code == 1
    assert said.startswith("jinja2 2.0 is unsafe: PYSEC-2019-217 (mended in 2.10.1)")


def test_where_nobody_can_be_asked_it_says_so_in_a_line() -> None:
    refused = "urllib3.exceptions.NameResolutionError: Max retries exceeded with url: /pypi/"
    assert verdict("", refused) == (0, NOBODY)
    assert verdict(told(UNKNOWN), "") == (0, NOBODY)
    assert "\n" not in NOBODY


def test_what_else_is_wrong_is_no_silence() -> None:
    assert verdict("", "ERROR: Invalid requirement: '=='")[0] == 1


def test_where_nothing_is_known_it_says_of_how_many() -> None:
    assert verdict(told(SAFE), "") == (0, "pip-audit: nothing is known against 1 packages.")
    assert verdict(told(SAFE, UNKNOWN), "")[1].endswith("1 are not listed.")
