"""What a command changed, kept for the audit of the restaurants that it is about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from models import audit, restaurants


def note(
    session: Any,
    what: str,
    subject: str = "",
    *,
    slug: str | None,
    before: audit.Small | None = None,
    after: audit.Small | None = None,
) -> None:
    """Within the change's own transaction. `slug`: None or empty where it is every restaurant's."""
    for each in restaurants.all_of_them(session):
        if each.slug == (slug or each.slug):
            audit.note(
                session,
                at=datetime.now(UTC),
                restaurant_id=each.id,
                by=audit.COMMAND_LINE,
                what=what,
                subject=subject,
                before=before,
                after=after,
            )


def loading(named: str) -> Callable[[Any, Sequence[str], Mapping[str, int]], None]:
    """For `knowledge.seed`: keeps what was loaded. `named`: from which files."""

    def note_loaded(session: Any, slugs: Sequence[str], counts: Mapping[str, int]) -> None:
        for slug in slugs:
            note(session, "restaurant.loaded", named, slug=slug, after=counts)

    return note_loaded
