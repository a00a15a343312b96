"""The rules on file are read by their jurisdiction."""

from collections.abc import Iterator
from datetime import date

import pytest

from models.database.engine import Database
from models.tax import TaxRule, rules_of, topics_of


@pytest.fixture
def on_file(database_url: str) -> Iterator[Database]:
    """A database with two rules of Malta's and one of the Union's."""
    database = Database(database_url)
    texts = dict.fromkeys(("rule", "authority", "citation", "source_url"), "-")
    with database.transaction() as session:
        session.add_all(
            [
                TaxRule(
                    slug=f"{jurisdiction}-{topic}",
                    jurisdiction=jurisdiction,
                    topic=topic,
                    keywords=[],
                    checked_on=date(2026, 11, 22),
                    **texts,
                )
                for jurisdiction, topic in (("MT", "VAT"), ("EU", "Vouchers"), ("MT", "Payroll"))
            ]
        )
    yield database
    database.close()


def test_the_rules_of_a_jurisdiction_come_in_the_order_of_their_file(on_file: Database) -> None:
    with on_file.transaction() as session:
        assert [rule.topic for rule in rules_of(session, "MT")] == ["VAT", "Payroll"]
        assert rules_of(session, "UK") == []


def test_the_topics_on_file_can_be_named(on_file: Database) -> None:
    with on_file.transaction() as session:
        assert topics_of(session, "MT") == ["Payroll", "VAT"]
        assert topics_of(session, "UK") == []
