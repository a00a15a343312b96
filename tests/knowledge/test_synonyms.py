"""Every word and phrase that comes with the service finds what it means, asked by it alone."""

import pytest

from knowledge.allergens import FREE_FROM
from knowledge.lexicon import Word, shipped_words
from knowledge.menu_entries import KINDS
from knowledge.menu_search import search_menu
from models.menu import DIETS
from tests.knowledge.test_menu_search import dish

LANGUAGES = sorted({each.language for each in shipped_words()})
KEPT = [diet for diet in DIETS if not diet.startswith("contains-") and diet not in FREE_FROM]
READ_AS_WISHES = {"no added sugar", "analcolico", "analcolici", "icyayi kitarimo amata"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_understood_asked_by_it_alone(language: str) -> None:
    words = [each for each in shipped_words() if each.language == language and each.means]
    assert [each.word for each in words if not _is_understood(each)] == []


def _is_understood(said: Word) -> bool:
    menu = [dish(meaning, meaning, dietary=KEPT, free_of=[]) for meaning in said.means]
    other = dish("Zxqv", "Zxqv", dietary=KEPT, free_of=[])
    found = search_menu([other, *menu], said.word)
    wishes = found.wishes
    if found.overview or found.absent or wishes.not_understood:
        return False
    is_wish = wishes.diets or wishes.contains or said.word in READ_AS_WISHES
    is_kind = said.means[0] in KINDS
    return bool(is_wish or is_kind or (found.items and found.items[0] is not other))
