"""How many of a restaurant's diners its rollout concerns: who wrote lately, who is on its list."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from models.allowed import Allowed
from models.console.attention import is_here
from models.diners import Diner
from models.restaurants import Restaurant


@dataclass(frozen=True, slots=True)
class Wrote:
    """`listed`: those of them who are on the list, whether it is on or off."""

    diners: int
    listed: int


def wrote_since(session: Session, restaurant: Restaurant, since: datetime) -> Wrote:
    """Who of this restaurant's diners wrote since then."""
    is_listed = exists().where(
        Allowed.restaurant_id == restaurant.id,
        or_(Allowed.address == Diner.address, Allowed.address == Diner.user_id),
    )
    wrote = select(func.count(), func.count().filter(is_listed)).where(
        is_here(restaurant), Diner.last_message_at >= since
    )
    return Wrote(*session.execute(wrote).one())
