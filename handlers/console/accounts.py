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


class Person(UserMixin):
    """Somebody of the staff, where they work, and by which session they are here."""

    fs_uniquifier = ""  # Flask-Security looks for it in the class too

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

    @property
    def timezone(self) -> str:
        """Of a restaurant of theirs, for what is of none."""
        return self.posts[0].restaurant.timezone


class People(UserDatastore):
    """Finds people by their sessions. Staff is made elsewhere, so nothing is put or deleted."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(Person, RoleMixin)
        self._database = database
        self._now = now

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        """Whoever a request is from. Raises DatabaseUnavailableError."""
        token = kwargs.get("fs_uniquifier")
        return self.of_session(token, is_seen=True) if isinstance(token, str) else None

    def of_session(self, token: str, *, is_seen: bool = False) -> Person | None:
        """`is_seen`: they do something now, so the session goes on.

        Raises DatabaseUnavailableError.
        """
        now = self._now()
        with self._database.transaction() as session:
            found = console_accounts.session_of(session, token, now)
            posts = staff.posts_of(session, found.address) if found else []
            if found is None or not posts:
                return None
            if is_seen:
                console_accounts.note_seen(session, found, now)
        return Person(found.address, posts, token)
