"""What a diner's turns took of the model."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.database.columns import MAX_INTEGER
from models.diners import API, Diner
from models.tokens import Tokens
from models.turns import TOKENS, Turn


def of_sender(session: Session, address: str, number: str) -> tuple[int, Tokens]:
    """The id of who writes to `/ai` as `address`, and the tokens of all their turns.

    Raises ValueError for one who never wrote.
    """
    is_theirs = (Diner.channel == API, Diner.address == address, Diner.number == number)
    diner_id = session.scalar(select(Diner.id).where(*is_theirs))
    if diner_id is None:
        raise ValueError("nobody wrote as this sender")
    sums = [func.coalesce(func.sum(each), 0) for each in TOKENS]
    taken = session.execute(select(*sums).where(Turn.diner_id == diner_id)).one()
    return diner_id, Tokens(*(min(int(each), MAX_INTEGER) for each in taken))
