"""What Twilio says of a message's way, ranked: a callback may overtake another, a message does not.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

from collections.abc import Mapping

# A message only ever moves to a higher rank.
RANKS: Mapping[str, int] = {
    "accepted": 1,
    "scheduled": 1,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "undelivered": 4,
    "failed": 4,
    "canceled": 4,
    "delivered": 5,
    "read": 6,
    "played": 7,
}

# From then on WhatsApp keeps its place among a diner's messages.
SENT_RANK = RANKS["sent"]
ARRIVED_RANK = RANKS["delivered"]
ARRIVED = frozenset(status for status, rank in RANKS.items() if rank >= ARRIVED_RANK)
NOT_ARRIVED = frozenset({"undelivered", "failed", "canceled"})


def rank(status: str) -> int | None:
    """None for a status that tells nothing of a message's way."""
    return RANKS.get(status)
