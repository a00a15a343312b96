"""The database's address as people copy it: each part means something, or a sentence says why not.

No sentence shows any part of a secret.
"""

import os
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from models.database.address import ENCODED, read

SECRET = "Zq7vKx"  # in pieces, between what should have been encoded


@pytest.mark.parametrize("raw", "@:/?#% ")
@pytest.mark.parametrize("behind", ["@db.example/name", "@db.example:5432/name?sslmode=require"])
def test_a_raw_character_in_a_password_is_taken_or_explained(raw: str, behind: str) -> None:
    password = f"{SECRET}{raw}{SECRET}{raw}{SECRET}"
    address = f"postgresql://alice:{password}{behind}"
    if raw == ":":
        assert read(address).url.password == password
        return
    with pytest.raises(ValueError, match="percent-encoded") as refusal:
        read(address)
    assert ENCODED in str(refusal.value)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://alice@{SECRET}@db.example/name",
        f"postgresql://ali/ce:{SECRET}@db.example/name",
        f"postgresql://alice:p@{SECRET}:{SECRET}@db.example/name",
        f"postgresql://alice:p@db.example:{SECRET}/name",
        f"postgresql://alice:p@db.example:70000/{SECRET}",
        f"postgresql://alice:p@db.example/name@{SECRET}",
        f"postgresql://alice:p@db.example/name?password={SECRET}&{SECRET}@=1",
        f"postgresql://alice:p@db.example/name?{SECRET}{SECRET * 9}=1",
        f"alice:{SECRET}@db.example/name",
        f"'postgresql://alice:{SECRET}@db.example/name'",
        f"mysql://alice:{SECRET}@db.example/name",
        f"sqlite://alice:{SECRET}@db.example/name",
    ],
)
def test_no_refusal_shows_a_part_of_a_secret(address: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refusal:
        read(address)
    assert SECRET not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_an_encoded_password_is_what_it_says() -> None:
    url = read("postgres://alice:%40%3A%2F%3F%23%25%20@db.example:5433/name").url
    assert (url.password, url.host, url.port) == ("@:/?#% ", "db.example", 5433)


@pytest.mark.parametrize("host", ["[::1]", "my_db", "10.0.0.1", "db.example", ""])
def test_hosts_of_every_kind_are_taken(host: str) -> None:
    assert read(f"postgresql://alice:p@{host}/name").url.host == (host.strip("[]") or None)


def test_what_other_clients_put_into_an_address_means_here_what_it_means_there() -> None:
    address = read(
        "postgresql://a:b@h:6543/n?pgbouncer=true&schema=app&connection_limit=3&pool_timeout=0"
        "&statement_cache_size=0&supa=base-pooler.x&sslmode=require&connect_timeout=9"
        "&channel_binding=require&application_name=inzozi&sslrootcert=/ca.pem"
    )
    assert (address.is_pooled, address.schema, address.connection_limit) == (True, "app", 3)
    assert address.ignored == ("pool_timeout", "statement_cache_size", "supa")
    assert dict(address.url.query) == {
        "sslmode": "require",
        "connect_timeout": "9",
        "channel_binding": "require",
        "application_name": "inzozi",
        "sslrootcert": "/ca.pem",
    }


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("sslmod=require", "sslmod"),
        ("sslmode=no-verify", "sslmode"),
        ("pgbouncer=maybe", "pgbouncer"),
        ("schema=a,b", "schema"),
        ("schema=a&schema=b", "schema"),
        ("connection_limit=0", "connection_limit"),
        ("connection_limit=many", "connection_limit"),
        ("connect_timeout=soon", "connect_timeout"),
        ("colour=red", "colour"),
    ],
)
def test_what_means_nothing_is_named(query: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read(f"postgresql://a:b@h/n?{query}")


@pytest.mark.parametrize(
    "name",
    [
        "a b.db",
        "a%20b.db",
        "link.db",
        "./a b.db",
        "folder/a b.db",
        "file:a%2520b.db?uri=true",
        "file:link.db?uri=true&cache=shared&mode=rwc",
        "{here}/link.db",
        "file://{here}/link.db?uri=1",
        "a b.db?timeout=many&check_same_thread=true",
    ],
)
def test_all_names_of_an_sqlite_file_are_one_address_wherever_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "link.db").symlink_to("a b.db")  # which is not there yet
    (tmp_path / "folder").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    address = read(f"sqlite:///{name.format(here=tmp_path)}")
    assert address.url.database == os.path.realpath(tmp_path / "a b.db")
    assert not address.url.query
    assert "uri" not in address.ignored


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
@example("%41:b@c/d.db#e")
def test_a_file_is_read_out_of_an_address_as_sqlalchemy_does(name: str) -> None:
    assume(name.partition("?")[0])
    address = f"sqlite:///{name}"
    file = make_url(address).database
    assert file is not None
    assert read(address).url.database == os.path.realpath(file)


def test_what_an_sqlite_address_has_beside_its_file_is_named() -> None:
    assert read("sqlite:///file:a.db?uri=true&mode=rw&timeout=9").ignored == ("mode", "timeout")


@pytest.mark.parametrize(
    "address",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file::memory:?cache=shared&uri=true",
        "sqlite:///file:a?mode=memory&uri=true",
    ],
)
def test_sqlite_in_memory_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="forgets everything"):
        read(address)
