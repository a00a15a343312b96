"""Reads the tables of words before the first message, and not while everybody waits for it."""

from datetime import UTC, datetime

from knowledge import claims, opting, tax_search
from knowledge.allergens import known_words
from knowledge.choosing import place_in
from knowledge.jurisdictions import jurisdiction_of
from knowledge.lexicon import shipped_lexicon
from knowledge.menu_pictures import ours
from knowledge.moments import moment_in
from knowledge.phrases import LANGUAGES, by_name, phrase
from knowledge.picture_requests import asked_to_see, refuses
from knowledge.wishes import exclusions_in, own_lasting_in, wishes_in
from knowledge.written_in import written_in


def warm() -> None:
    """Half a second of a core, once a process: who first reads with a table makes it."""
    shipped_lexicon()
    wishes_in("no penauts, under 5")
    exclusions_in("no penauts")
    own_lasting_in("I can't have penauts")
    known_words(("wine",), "allergens")
    claims.claims_in("It is free of nuts, and safe.", ())
    claims.claims_in("It is free of nuts, would you like it?", ())
    claims.common_words()
    moment_in("dinner tomorrow", datetime(2026, 1, 1, tzinfo=UTC), None)
    jurisdiction_of("Rwanda", "VAT")
    tax_search.search(lambda _: (), "RW", "VAT")
    written_in("Bonjour, murafunguye? Zqwertx!")  # what no table has is looked at otherwise
    opting.asked("stop")
    place_in("the second")
    asked_to_see(["A picture of the menu, please"], ())
    refuses("Yes")
    by_name()
    ours()
    for language in LANGUAGES:
        phrase("this list", language)
