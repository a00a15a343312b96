"""Who is signed in: Flask-Security's users, kept in our tables.

A session's token is what Flask-Security knows a user by, its `fs_uniquifier`: so each session ends
by itself, and whoever is on no restaurant's staff any more is out with their next request.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore

from models import console_accounts, staff
from models.database.engine import Database
from models.staff import Post


class Person(UserMixin):  # type: ignore[misc] # its base has no types
    """Somebody of the staff, where they work, and by which session they are here."""

    def __init__(self, address: str, posts: Sequence[Post], token: str) -> None:
        self.address = address  # as `console_accounts.known_as` spells it
        self.posts = posts
        self.fs_uniquifier = token
        self.active = True
        self.roles: list[RoleMixin] = []  # ours are a restaurant's: `Here` has them

    @property
    def name(self) -> str:
        """What colleagues call them; their number where nobody said."""
        named = (post.colleague.name for post in self.posts if post.colleague.name)
        return next(named, self.address.removeprefix("whatsapp:"))


class People(UserDatastore):
    """Finds people by their sessions. Staff is made elsewhere, so nothing is put or deleted."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(Person, RoleMixin)
        self._database = database
        self._now = now

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        """Raises DatabaseUnavailableError."""
        token = kwargs.get("fs_uniquifier")
        if not isinstance(token, str):
            return None
        now = self._now()
        with self._database.transaction() as session:
            found = console_accounts.session_of(session, token, now)
            if found is None:
                return None
            posts = staff.posts_of(session, found.address)
            if not posts:
                return None
            console_accounts.note_seen(session, found, now)
        return Person(found.address, posts, token)
