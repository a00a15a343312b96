"""The rules on file are read by their jurisdiction."""

from collections.abc import Iterator
from datetime import date

import pytest

from models.database.engine import Database
from models.database.upsert import Row
from models.tax import rules_of, store, topics_of


@pytest.fixture
def on_file(database_url: str) -> Iterator[Database]:
    """A database with two rules of Malta's and one of the Union's."""
    database = Database(database_url)
    with database.transaction() as session:
        store(session, [rule("MT", "VAT"), rule("EU", "Vouchers"), rule("MT", "Payroll")])
    yield database
    database.close()


def rule(jurisdiction: str, topic: str, citation: str = "-") -> Row:
    return {
        "slug": f"{jurisdiction}-{topic}",
        "jurisdiction": jurisdiction,
        "topic": topic,
        "citation": citation,
        "keywords": [],
        "checked_on": date(2026, 11, 22),
        **dict.fromkeys(("rule", "authority", "source_url"), "-"),
    }


def test_the_rules_of_a_jurisdiction_come_in_the_order_of_their_file(on_file: Database) -> None:
    with on_file.transaction() as session:
        assert [rule.topic for rule in rules_of(session, "MT")] == ["VAT", "Payroll"]
        assert rules_of(session, "UK") == []


def test_the_topics_on_file_can_be_named(on_file: Database) -> None:
    with on_file.transaction() as session:
        assert topics_of(session, "MT") == ["Payroll", "VAT"]
        assert topics_of(session, "UK") == []


def test_a_rule_is_brought_up_to_date_in_its_place(on_file: Database) -> None:
    with on_file.transaction() as session:
        store(session, [rule("MT", "VAT", "Cap. 406")])
    with on_file.transaction() as session:
        rules = rules_of(session, "MT")
    assert [(one.topic, one.citation) for one in rules] == [("VAT", "Cap. 406"), ("Payroll", "-")]


def test_a_rule_keeps_when_it_holds_and_that_it_could_not_be_read(on_file: Database) -> None:
    bounds = {"effective_from": date(2026, 1, 1), "effective_to": date(2026, 6, 30)}
    with on_file.transaction() as session:
        store(session, [{**rule("RW", "Gains"), **bounds, "unverified": True}])
    with on_file.transaction() as session:
        [gains] = rules_of(session, "RW")
        [vat, _] = rules_of(session, "MT")
    assert (gains.effective_from, gains.effective_to) == tuple(bounds.values())
    assert gains.unverified is True
    assert (vat.effective_from, vat.effective_to, vat.unverified) == (None, None, False)
