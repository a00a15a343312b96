"""Who wrote, as a form of Twilio's tells it: a telephone number, a user's id, or both.

Only forms whose signature was checked may come here: that the two are one person is believed.
"""

from dataclasses import dataclass

from addresses import SCHEME, is_number, other_spelling, spelled
from models.database.columns import ADDRESS_LENGTH


@dataclass(frozen=True, slots=True)
class Sender:
    """As `models.inbox.Incoming` has it."""

    address: str
    reply_to: str
    user_id: str | None = None
    other_spelling: str | None = None


def read_sender(written_from: str, wa_id: str, external_user_id: str) -> Sender:
    """`From` in its one spelling, `WaId` and `ExternalUserId` as they came, empty where missing.

    Who has a user name writes from `whatsapp:CC.ID`, with a number in `WaId` or without, or still
    from their number, with the id in `ExternalUserId`.
    """
    if not written_from.startswith(SCHEME):  # another channel's
        return Sender(written_from, written_from)
    if is_number(written_from):
        address, user_id = written_from, _user_id(external_user_id)
    else:
        number = spelled(f"{SCHEME}{wa_id}")
        address, user_id = number if is_number(number) else written_from, written_from
    return Sender(address, written_from, user_id, other_spelling(address))


def _user_id(external: str) -> str | None:
    """A user's id as the address that they write from; None for what can be none."""
    address = spelled(f"{SCHEME}{external.strip().removeprefix(SCHEME)}")
    is_one = address != SCHEME and not is_number(address) and not any(map(str.isspace, address))
    return address if is_one and len(address) <= ADDRESS_LENGTH else None
