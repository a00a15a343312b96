"""What a diner and all of `/ai` may take a day, and a restaurant a month, in US dollars.

Who pays hears in time. Beyond it a diner reads one honest sentence, then nothing more that day.
Words that cost no model, and those of the staff, are answered all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.numbers import format_decimal

from conversation import opting
from conversation.ending import Ending, hushed
from conversation.sentences import Cause
from engine.hands import write
from engine.spending import Spending
from knowledge.clock import Clock
from knowledge.phrases import Phrase, phrase, spoken
from models import diners, history, restaurants, staff, templates
from models.database.engine import Database
from models.diners import Known
from models.restaurants import Directory, Restaurant
from models.staff import Chat, Colleague
from models.templates import BUDGET
from models.turns import Claimed
from personas.catalogue import PERSONAS
from personas.effects import Notice
from personas.rights import Books
from telemetry.logs import log

# The owner hears at these percentages of a month's budget.
TOLD_AT = (100, 80)


@dataclass(frozen=True, slots=True)
class Limits:
    """US dollars; 0 is no limit."""

    diner_a_day: Decimal = Decimal(0)
    restaurant_a_month: Decimal = Decimal(0)
    api_a_day: Decimal = Decimal(0)


class Budget:
    def __init__(
        self,
        database: Database,
        directory: Directory,
        spending: Spending,
        clock: Clock,
        limits: Limits,
        books: Books,
    ) -> None:
        self._database = database
        self._directory = directory
        self._spending = spending
        self._clock = clock
        self._limits = limits
        self._books = books
        self._warned: set[tuple[int, str, int]] = set()

    def hush(self, turn: Claimed) -> Ending | None:
        """The ending of a turn for which there is no money left; None for one that may be answered.

        Raises DatabaseUnavailableError.
        """
        restaurant = self._limited(turn.diner)
        if restaurant is None or not _asks_a_model(turn):
            return None
        cause = self._spent(turn.diner, restaurant)
        if cause is None:
            return None
        if turn.diner.channel == diners.API:
            # Each call has its answer: it costs nothing, and the caller waits for it.
            return hushed(turn.diner.language, is_told=False, cause=cause)
        midnight = self._spending.midnight(restaurant)
        with self._database.alone() as connection:
            is_told = history.was_told(connection, turn.diner.id, cause, midnight)
        return hushed(turn.diner.language, is_told=is_told, cause=cause)

    def spent(self, diner: Known) -> Cause | None:
        """Why there is no money left for this diner; None where there is.

        Raises DatabaseUnavailableError.
        """
        restaurant = self._limited(diner)
        return self._spent(diner, restaurant) if restaurant else None

    def _limited(self, diner: Known) -> Restaurant | None:
        """Theirs, where there is any limit."""
        limits = self._limits
        if not any((limits.diner_a_day, limits.restaurant_a_month, limits.api_a_day)):
            return None
        return self._directory.by_number(diner.number)

    def _spent(self, diner: Known, restaurant: Restaurant) -> Cause | None:
        most = self._limits.restaurant_a_month
        if most and self._spending.this_month(restaurant) >= most:
            return "no_budget"
        limits, channel = self._limits, diner.channel
        most = limits.api_a_day if channel == diners.API else limits.diner_a_day
        if not most:
            return None
        if channel in diners.ANYBODYS:
            # A sender is only a name there, and of who shows no number we have none.
            spent = self._spending.today_of_all(channel, restaurant)
        else:
            spent = self._spending.today_of(diner, restaurant)
        return "no_diner_budget" if spent >= most else None

    def tell_owners(self) -> list[int]:
        """Tell the owners of each restaurant, once a month and percentage, how much is spent.

        Returns who was written to, for it to be sent. Raises DatabaseUnavailableError.
        """
        most = self._limits.restaurant_a_month
        if not most:
            return []
        with self._database.transaction() as session:
            every = restaurants.all_of_them(session)
        told: list[int] = []
        for restaurant in every:
            spent = self._spending.this_month(restaurant)
            percent = next((each for each in TOLD_AT if spent * 100 >= most * each), None)
            if percent is not None:
                told += self._tell(restaurant, percent, spent, most)
        return told

    def _tell(
        self, restaurant: Restaurant, percent: int, spent: Decimal, most: Decimal
    ) -> Sequence[int]:
        # A budget that was raised is another one.
        of = f"{self._spending.midnight(restaurant):%Y-%m} {most} "
        now = self._clock.steady()
        notices = [
            Notice(
                chat.diner_id,
                _notice(restaurant, percent, spent, most, chat.language),
                purpose=BUDGET,
            )
            for chat in self._owners(restaurant, now)
        ]
        if not notices:
            # Whoever can be told later hears it then.
            if (restaurant.id, of, percent) not in self._warned:
                self._warned.add((restaurant.id, of, percent))
                log.warning("budget.nobody_told", restaurant=restaurant.slug, percent=percent)
            return []
        with self._database.connection() as connection:
            if not restaurants.mark_told(connection, restaurant.id, of, f"{percent:03}"):
                return []
            written = write(connection, notices, None, now)
        log.warning(
            "budget.spent",
            restaurant=restaurant.slug,
            percent=percent,
            usd=str(round(spent, 2)),
            owners_told=len(written),
        )
        return written

    def _owners(self, restaurant: Restaurant, now: datetime) -> list[Chat]:
        """Where those who pay can be written to now; without any on the staff, who has the books.

        Raises DatabaseUnavailableError.
        """
        with self._database.transaction() as session:
            members = staff.of_restaurant(session, restaurant.id)
            owners = [each for each in members if "owner" in each.roles] or [
                Colleague(address, "", frozenset())
                for address in self._books.addresses_of(restaurant)
            ]
            chats = staff.chats(session, restaurant, owners)
            template = templates.languages(session, BUDGET)
        return [each for each in chats.values() if each.is_open(now) or each.takes(template)]


def _notice(
    restaurant: Restaurant, percent: int, spent: Decimal, most: Decimal, language: str | None
) -> Phrase:
    language = spoken(language, restaurant.locale)
    fields = {
        "restaurant": restaurant.name,
        "spent": format_decimal(spent, "0.00", locale=language),
        "most": format_decimal(most, "0.00", locale=language),
    }
    if percent >= 100:
        return phrase(
            "*{restaurant}*: this month's budget is spent, {spent} of {most} US dollars. Diners"
            " read that no more can be answered this month, until RESTAURANT_MONTHLY_BUDGET is"
            " raised.",
            language,
            **fields,
        )
    return phrase(
        "*{restaurant}*: {spent} of this month's {most} US dollars are spent.", language, **fields
    )


def _asks_a_model(turn: Claimed) -> bool:
    keyword = opting.keyword_of(turn)
    return keyword is None or (keyword.word in PERSONAS and bool(keyword.rest))
