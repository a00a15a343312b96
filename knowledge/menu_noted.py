"""What changed on the menu in its restaurant's money and time, for the audit. Pure."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from knowledge.money import price_text
from knowledge.until_in_words import until_text
from models.menu_changes import Noted, Value
from models.restaurants import Restaurant


def noted(restaurant: Restaurant, now: datetime) -> Noted:
    """What tells a price as `RWF 9,500`, and what it is sold out as `until 23:00`, in English."""
    local = now.astimezone(ZoneInfo(restaurant.timezone))

    def told(value: Value) -> str | None:
        match value:
            case Decimal():
                return price_text(value, restaurant.currency, restaurant.locale)
            case datetime() if value > now:
                return until_text(value, local, None)
        return None

    return told
