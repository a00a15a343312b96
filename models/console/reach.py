"""How many of a restaurant's diners its rollout concerns: who wrote lately, who is on its list."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.allowed import Allowed
from models.console.attention import is_here
from models.diners import Diner, is_known_by
from models.restaurants import Restaurant


@dataclass(frozen=True, slots=True)
class Wrote:
    """`listed`: those of them who are on the list, whether it is on or off."""

    diners: int
    listed: int


def wrote_since(session: Session, restaurant: Restaurant, since: datetime) -> Wrote:
    """Who of this restaurant's diners wrote since then."""
    wrote = (is_here(restaurant), Diner.last_message_at >= since)
    listed = select(Allowed.address).where(Allowed.restaurant_id == restaurant.id)
    # From the list to its diners: by each diner to the list, tens of thousands take long.
    is_listed = is_known_by(restaurant.number, listed)
    counts = (select(func.count(Diner.id)).where(*wrote, *more) for more in ((), (is_listed,)))
    return Wrote(*(session.scalar(each) or 0 for each in counts))
