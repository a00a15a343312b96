"""The CFO's `list_accounts`: what the books are kept in, for those who may see them."""

from typing import Annotated

from pydantic import Field

from models.accounts import Account, accounts_of
from models.ledger import Section
from personas.tool import Arguments, Tool, ToolContext

MOST_ACCOUNTS = 150


class ListAccounts(Arguments):
    section: Annotated[
        Section | None, Field(description="Only this section's; left out: all of them.")
    ] = None


def run(context: ToolContext, arguments: ListAccounts) -> dict[str, object]:
    with context.database.transaction() as session:
        found = accounts_of(session, context.restaurant.id)
    last = max((account.last for account in found), default=None)
    shown = [each for each in found if arguments.section in (None, each.section)]
    answer: dict[str, object] = {
        "accounts": [_told(account) for account in shown[:MOST_ACCOUNTS]],
        "currency": context.restaurant.currency,
        "last_entry": last.isoformat() if last else None,
    }
    if not found:
        answer["note"] = "Nothing is booked for this restaurant yet: there are no accounts."
    elif not shown:
        sections = ", ".join(dict.fromkeys(account.section for account in found))
        answer["note"] = f"Nothing is booked in this section; the books have: {sections}."
    elif len(shown) > MOST_ACCOUNTS:
        answer["note"] = f"{len(shown) - MOST_ACCOUNTS} more are left out: ask by section."
    return answer


def _told(account: Account) -> dict[str, object]:
    return {
        "code": account.code,
        "name": account.name,
        "section": account.section,
        "of": account.kind,
        "first_day": account.first.isoformat(),
        "last_day": account.last.isoformat(),
    }


list_accounts = Tool(
    name="list_accounts",
    description=(
        "The accounts of the restaurant's ledger: code, name, section, what each is of (food,"
        " beverage, labour, or null where that is not marked), and its first and last booked day."
    ),
    arguments=ListAccounts,
    run=run,
    needs="books",
)
