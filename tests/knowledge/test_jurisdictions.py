"""States, provinces, members and cities lead to the jurisdiction whose rules are on file."""

import json
import time
from pathlib import Path

import pytest
from babel import Locale

from knowledge import jurisdictions
from knowledge.jurisdictions import (
    Jurisdiction,
    country_names,
    doubt_about,
    jurisdiction_of,
)

PARTS = json.loads(
    (Path(jurisdictions.__file__).parent / "jurisdictions.json").read_text(encoding="utf-8")
)["parts"]


@pytest.mark.parametrize(
    ("code", "part"), [(code, part) for code, parts in PARTS.items() for part in parts]
)
def test_every_part_leads_to_its_jurisdiction_by_all_its_names(code: str, part: str) -> None:
    # Some names are said of two places: then the surer one counts, of the same jurisdiction.
    for name in (part, part.upper(), f"law of {part}", *PARTS[code][part]):
        assert jurisdiction_of(name) is not None, name
        assert getattr(jurisdiction_of(name), "code", None) == code, name


def test_countries_are_called_as_in_cldr() -> None:
    """Write `told` into the file where a new release of CLDR has other names."""
    told = {
        language: {
            country: str(name)
            for country, name in sorted(Locale.parse(language).territories.items())
            if country.isalpha() and len(country) == 2
        }
        for language in ("en", "fr", "it", "mt", "sw")  # in which CLDR names them
    }
    assert country_names() == told


def test_all_of_them_are_there() -> None:
    assert len(PARTS["US"]) == 50 + 1 + 5  # states, the District, territories
    assert len(PARTS["CA"]) == 10 + 3
    assert len(PARTS["EU"]) == 27 - 1  # Malta has rules of its own


@pytest.mark.parametrize(
    ("name", "code", "part"),
    [
        ("California", "US", "California"),
        ("NY", "US", "New York"),
        ("Fresno, CA", "US", "California"),
        ("Wilmington, DE", "US", "Delaware"),
        ("Washington D.C.", "US", "the District of Columbia"),
        ("New Mexico", "US", "New Mexico"),
        ("New Jersey", "US", "New Jersey"),
        ("West Virginia", "US", "West Virginia"),
        ("Paris, Texas", "US", "Texas"),
        ("Georgia, USA", "US", "Georgia"),
        ("Floride", "US", "Florida"),
        ("Kalifornia", "US", "California"),
        ("Ontario", "CA", "Ontario"),
        ("London, Ontario", "CA", "Ontario"),
        ("Toronto, CA", "CA", "Ontario"),
        ("Québec", "CA", "Quebec"),
        ("Colombie-Britannique", "CA", "British Columbia"),
        ("CA", "CA", ""),
        ("France", "EU", "France"),
        ("French law", "EU", "France"),
        ("Allemagne", "EU", "Germany"),
        ("Ufaransa", "EU", "France"),
        ("l-Italja", "EU", "Italy"),
        ("Austria", "EU", "Austria"),
        ("Republic of Ireland", "EU", "Ireland"),
        ("Northern Ireland", "UK", "Northern Ireland"),
        ("Écosse", "UK", "Scotland"),
        ("England", "UK", ""),
        ("England and Wales", "UK", ""),
        ("New England", "US", ""),
        ("Géorgie", "US", "Georgia"),
        ("Jersey City", "US", "New Jersey"),
        ("P.E.I.", "CA", "Prince Edward Island"),
        ("États-Unis", "US", ""),
        ("Valletta, Malta", "MT", ""),
        ("U Rwanda", "RW", ""),
        ("GAAP in the UK", "UK", ""),
    ],
)
def test_a_place_is_known_by_what_people_call_it(name: str, code: str, part: str) -> None:
    found = jurisdiction_of(name)
    assert found is not None
    assert (found.code, found.part) == (code, part)


@pytest.mark.parametrize(
    "name",
    [
        *("Kenya", "Japan", "Australia", "Austalia", "Mexico", "Niger", "Mali", "Switzerland"),
        *("Jersey", "Guernsey", "Isle of Man", "South America", "Republic of Georgia"),
        *("Tbilisi, Georgia", "Norvège", "New South Wales", "Uganda", "Atlantis", "", "?!"),
    ],
)
def test_a_country_that_is_not_on_file_is_taken_for_no_other(name: str) -> None:
    assert jurisdiction_of(name) is None


def test_a_name_of_two_places_is_told_by_the_topic_or_said_to_be_in_doubt() -> None:
    georgia = jurisdiction_of("Georgia", "sales tax")
    assert georgia is not None
    assert "the country Georgia is not on file" in georgia.doubt
    assert jurisdiction_of("Georgia", "profit tax in lari") is None
    assert jurisdiction_of("CA", "GST rate") == Jurisdiction("CA")
    assert jurisdiction_of("CA", "franchise tax") == Jurisdiction("US", "California")
    assert jurisdiction_of("MT", "VAT") == Jurisdiction("MT")
    assert "New Jersey" in doubt_about("Jersey")


def test_a_part_that_only_the_topic_names_counts_within_its_jurisdiction() -> None:
    assert jurisdiction_of("US", "California sales tax") == Jurisdiction("US", "California")
    assert jurisdiction_of("Rwanda", "VAT on French wine") == Jurisdiction("RW")


def test_a_long_text_takes_no_longer_than_a_short_one() -> None:
    started = time.perf_counter()
    assert jurisdiction_of("1 " * 50_000) is None
    assert jurisdiction_of("Malta", "1 " * 50_000) is not None
    assert time.perf_counter() - started < 5
