"""A rule is found by its jurisdiction's names and its topic's words, and each has its source."""

from datetime import date

import pytest

from knowledge.files import read_tax_rules
from knowledge.seed import TAX_RULES_FILE
from knowledge.tax_search import JURISDICTIONS, jurisdiction_code, search_rules
from models.tax import TaxRule


@pytest.fixture(scope="module")
def rules() -> list[TaxRule]:
    """The rules of the file, in its order."""
    return [TaxRule(**rule.model_dump()) for rule in read_tax_rules(TAX_RULES_FILE)]


def found(rules: list[TaxRule], jurisdiction: str, topic: str) -> list[tuple[str, str]]:
    def rules_of(place: str) -> list[TaxRule]:
        return [rule for rule in rules if rule.jurisdiction == place]

    code = jurisdiction_code(jurisdiction)
    assert code is not None
    return [(rule.jurisdiction, rule.topic) for rule in search_rules(rules_of, code, topic)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Rwanda", "RW"),
        ("rw", "RW"),
        ("Rwnada", "RW"),
        ("Malta", "MT"),
        ("Maltese law", "MT"),
        ("European Union", "EU"),
        ("E.U.", "EU"),
        ("United Kingdom", "UK"),
        ("Britain", "UK"),
        ("UK GAAP", "UK"),
        ("GAAP in the UK", "UK"),
        ("United States", "US"),
        ("America", "US"),
        ("the U.S.", "US"),
        ("Canada", "CA"),
        ("IFRS", "IFRS"),
        ("IAS 2", "IFRS"),
        ("GAAP", "US-GAAP"),
        ("US GAAP", "US-GAAP"),
        ("us-gaap", "US-GAAP"),
        ("ASC 606", "US-GAAP"),
        ("Germany", None),
        ("", None),
    ],
)
def test_a_jurisdiction_is_known_by_its_names(name: str, code: str | None) -> None:
    assert jurisdiction_code(name) == code


@pytest.mark.parametrize("code", JURISDICTIONS)
def test_a_code_names_itself(code: str) -> None:
    assert jurisdiction_code(code) == code


@pytest.mark.parametrize(
    ("jurisdiction", "topic", "word"),
    [
        ("Rwanda", "VAT rate", "VAT"),
        ("Rwanda", "what is the vat on restaurant meals?", "VAT"),
        ("Rwanda", "corporate income tax", "income tax"),
        ("Malta", "VAT", "VAT"),
        ("Malta", "social securty", "social security"),
        ("IFRS", "inventory", "Inventor"),
        ("IFRS", "inventry", "Inventor"),
        ("IFRS", "IFRS 16", "Leases"),
        ("US GAAP", "revenue recognition", "Revenue"),
        ("USA", "tips", "tip"),
        ("UK", "corporation tax", "Corporation tax"),
        ("Canada", "GST", "GST"),
    ],
)
def test_a_topic_finds_its_rule_first(
    rules: list[TaxRule], jurisdiction: str, topic: str, word: str
) -> None:
    assert word in found(rules, jurisdiction, topic)[0][1]


def test_five_rules_are_the_most_there_are(rules: list[TaxRule]) -> None:
    assert len(found(rules, "Rwanda", "tax")) == 5


def test_malta_answers_with_the_unions_rule_where_it_has_none(rules: list[TaxRule]) -> None:
    assert {place for place, _ in found(rules, "Malta", "gift vouchers")} == {"EU"}


def test_rwanda_answers_with_the_standards_its_companies_report_by(rules: list[TaxRule]) -> None:
    assert {place for place, _ in found(rules, "Rwanda", "leases")} == {"IFRS"}


@pytest.mark.parametrize(
    ("jurisdiction", "topic"),
    [("Malta", "quantum physics"), ("Rwanda", "the of what"), ("Rwanda", "")],
)
def test_nothing_on_file_is_nothing_found(
    rules: list[TaxRule], jurisdiction: str, topic: str
) -> None:
    assert found(rules, jurisdiction, topic) == []


def test_every_jurisdiction_has_rules_and_every_rule_was_checked() -> None:
    on_file = read_tax_rules(TAX_RULES_FILE)
    assert len(on_file) >= 40
    assert {rule.jurisdiction for rule in on_file} == set(JURISDICTIONS)
    today = date.today()  # noqa: DTZ011
    assert all(rule.authority and rule.citation and rule.checked_on <= today for rule in on_file)
