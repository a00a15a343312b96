"""Reads the tables of words before the first message, and not while everybody waits for it."""

from datetime import UTC, datetime

from knowledge.claims import claims_in
from knowledge.jurisdictions import jurisdiction_of
from knowledge.lexicon import shipped_lexicon
from knowledge.moments import moment_in
from knowledge.phrases import LANGUAGES, phrase
from knowledge.wishes import exclusions_in, wishes_in
from knowledge.written_in import written_in


def warm() -> None:
    """Half a second of a core, once a process: who first reads with a table makes it."""
    shipped_lexicon()
    wishes_in("no penauts, under 5")
    exclusions_in("no penauts")
    claims_in("It is free of nuts, and safe.", ())
    moment_in("dinner tomorrow", datetime(2026, 1, 1, tzinfo=UTC), None)
    jurisdiction_of("Rwanda", "VAT")
    written_in("Bonjour, murafunguye?")
    for language in LANGUAGES:
        phrase("this list", language)
