"""The language that a diner writes, heard of their messages, and the one that they are to read.

It writes nothing: what is to be kept stands in the turn's ending.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from conversation import keywords
from conversation.ending import Ending, Forget, SpeakIn
from conversation.keywords import Keyword
from knowledge.notes import is_chosen, own_words
from knowledge.phrases import language_of
from knowledge.written_in import seems_written_in, written_in
from models import menu
from models.database.engine import Database
from models.database.fresh import Fresh
from models.diners import Known
from models.inbox import Written
from models.restaurants import Restaurant
from models.turns import Claimed
from personas.catalogue import PERSONAS

# What stands behind these is no sentence of the diner's own.
_UNHEARD = frozenset({keywords.LANGUAGE, *keywords.STAFFS})
# A menu's names seldom change, and a turn may take so long from its first question to its last.
NAMES_FRESH_S = 60.0


class Hearing:
    def __init__(self, database: Database) -> None:
        self._names = Fresh(database, menu.written_on, fresh_s=NAMES_FRESH_S)

    def spoken_to(self, turn: Claimed, restaurant: Restaurant | None) -> Claimed:
        """The turn with the language that its diner is to read, whatever it comes to.

        Raises DatabaseUnavailableError.
        """
        new = self._new_language(turn.diner, turn.messages, restaurant)
        language = new or language_of(turn.diner, restaurant)
        if language == turn.diner.language:
            return turn
        return replace(turn, diner=replace(turn.diner, language=language))

    def keeping(
        self,
        diner: Known,
        messages: Sequence[Written],
        ending: Ending,
        restaurant: Restaurant | None,
    ) -> Ending:
        """The ending, with the language that the diner wrote. Raises DatabaseUnavailableError."""
        if any(isinstance(each, SpeakIn | Forget) for each in ending.effects):
            return ending
        language = self._new_language(diner, messages, restaurant)
        if language is None:
            return ending
        speak = SpeakIn(language, is_chosen=False)
        return replace(ending, effects=(*ending.effects, speak))

    def _new_language(
        self, diner: Known, messages: Sequence[Written], restaurant: Restaurant | None
    ) -> str | None:
        """The language that a diner writes now, if it is another one than is kept of them.

        The restaurant's own is kept as well: who writes it changes to none by the name of a dish.
        A keyword's name in a language ("/aide") is one of who has told none until now, and so is
        what they call a dish that is not on the menu.
        """
        if diner.has_chosen_language:
            return None
        typed = [keywords.parse(each.text) if each.is_keyword else None for each in messages]
        text = _own_words(messages, typed)
        language = written_in(text, diner.language)
        if language is None and diner.language is None:
            language = next((each.language for each in typed if each), None)
            if language is None and all(each is None or each.word in PERSONAS for each in typed):
                language = seems_written_in(text, lambda: self._written_on(restaurant))
        return None if language == diner.language else language

    def _written_on(self, restaurant: Restaurant | None) -> Collection[str]:
        """What who reads its menu may copy."""
        if restaurant is None:
            return ()
        return {restaurant.name, *(self._names.of(restaurant.id) or ())}


def _own_words(messages: Sequence[Written], typed: Sequence[Keyword | None]) -> str:
    """What says something of their language: a keyword, or a dish that they tapped, does not."""
    texts = []
    for message, keyword in zip(messages, typed, strict=True):
        if is_chosen(message.text):
            continue
        if keyword is None:
            texts.append(own_words(message.text))
        elif keyword.word not in _UNHEARD:
            texts.append(own_words(keyword.rest))
    return "\n".join(texts)
