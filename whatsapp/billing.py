"""The account itself as Twilio tells of it: its state, its kind, its money. It changes nothing.

https://www.twilio.com/docs/iam/api/account, .../usage/api/usage-record; the balance has no page of
its own. Asking costs nothing. Each call raises SendError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from whatsapp.host import GONE, Host, SendError

MAX_TOLD = 20  # characters of a status, of a currency


@dataclass(frozen=True, slots=True)
class Account:
    """`status`: `active`, `suspended` or `closed`; `kind`: `Trial` or `Full`. Empty: not said."""

    status: str
    kind: str


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str


class BillingDoor:
    def __init__(self, account_path: str, api: Host) -> None:
        self._path = account_path
        self._api = api

    def account(self) -> Account:
        answer, _ = self._api.get(f"{self._path}.json")
        return Account(_text(answer, "status"), _text(answer, "type"))

    def balance(self) -> Money | None:
        """None where Twilio tells none: a subaccount's money is its parent's."""
        try:
            answer, _ = self._api.get(f"{self._path}/Balance.json")
        except SendError as error:
            if error.code in GONE:
                return None
            raise
        return _money(answer, "balance", "currency")

    def spent_this_month(self) -> Money | None:
        """Since the first, UTC; None where nothing is told."""
        path = f"{self._path}/Usage/Records/ThisMonth.json?Category=totalprice"
        answer, _ = self._api.get(path)
        records = answer.get("usage_records")
        first = records[0] if isinstance(records, list) and records else None
        return _money(first, "price", "price_unit") if isinstance(first, dict) else None


def _money(answer: Mapping[str, Any], amount: str, currency: str) -> Money | None:
    """Amounts are texts in one resource and numbers in another."""
    try:
        value = Decimal(str(answer.get(amount)))
    except InvalidOperation:
        return None
    return Money(value, _text(answer, currency).upper()) if value.is_finite() else None


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value[:MAX_TOLD] if isinstance(value, str) else ""
