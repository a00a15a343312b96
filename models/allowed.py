"""The list of numbers that a restaurant tries its personas with: who is on it, by address.

Whether the list is on is its restaurant's; what that means for a diner is `conversation.rollout`'s.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Address, Base, Instant

MAX_NAME = 80  # characters


class Allowed(Base):
    __tablename__ = "allowed"
    __table_args__ = (UniqueConstraint("restaurant_id", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    restaurant_id: Mapped[int] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(Address)
    name: Mapped[str] = mapped_column(String(MAX_NAME))  # empty where none is known
    added_at: Mapped[datetime] = mapped_column(Instant)
