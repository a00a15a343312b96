"""Passwords: hashed with argon2, and beside the greenlets, since one takes a core for its time."""

from collections.abc import Callable
from functools import cached_property
from threading import Lock
from types import SimpleNamespace
from typing import Any

from flask import current_app
from flask_security import PasswordUtil, Security

from handlers.console.accounts import Person

Natively = Callable[[Callable[[], Any]], Any]
LONGEST = 128  # characters
LONGEST_LOOKED_AT = 72  # characters; zxcvbn takes no more
HOUSE = "Tableside"


class Passwords:
    """`natively` runs something on a thread of the system's own."""

    def __init__(self, natively: Natively) -> None:
        self._natively = natively
        # One at a time: each takes 19 MiB, and whoever tries many waits for themselves.
        self._lock = Lock()

    def are_same(self, password: str, stored: str | None) -> bool:
        """Whether this is the one whose hash is stored. Where none is, it takes as long."""
        security = _security()
        typed = security.password_util.normalize(password)
        if len(typed) > LONGEST:
            return False  # nobody's; the hashing refuses it with an error from some length on
        context = security.pwd_context
        hashed = stored or self._nobodys
        with self._lock:
            same = self._natively(lambda: context.verify(typed, hashed))
        return bool(same) and stored is not None

    def hashed(self, password: str) -> str:
        """Of one that was found good."""
        context = _security().pwd_context
        with self._lock:
            return str(self._natively(lambda: context.hash(password)))

    @cached_property
    def _nobodys(self) -> str:
        return str(_security().pwd_context.hash("nobody's"))


class PasswordCheck(PasswordUtil):
    """Flask-Security's: long enough, and not one that is guessed soon."""

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[str] | None, str]:
        typed = self.normalize(password)
        if len(typed) > LONGEST:
            return [f"It has {LONGEST} characters at most."], typed
        # Flask-Security takes a user's attributes for what others guess first.
        guessed = SimpleNamespace(**{each: each for each in _guessed_first(kwargs["user"])})
        told, _ = super().validate(typed[:LONGEST_LOOKED_AT], is_register, user=guessed)
        return told, typed


def faults(password: str, person: Person) -> tuple[str | None, str]:
    """What is wrong with a new password, if anything, and the password as it is to be hashed."""
    told, typed = _security().password_util.validate(password, False, user=person)
    return (" ".join(told) if told else None), typed


def _guessed_first(person: Person) -> set[str]:
    """What others know of somebody: their name and number, where they work; whole and by word."""
    number = person.address.removeprefix("whatsapp:+")
    national = [number[digits:] for digits in (1, 2, 3)]  # so many has a country's code
    names = [HOUSE, person.name, number, f"+{number}", *national]
    for post in person.posts:
        names += [post.colleague.name, post.restaurant.name, post.restaurant.slug]
        names.append(post.restaurant.city)
    return {word for name in names for word in (name, "".join(name.split()), *name.split())}


def _security() -> Security:
    security: Security = current_app.extensions["security"]
    return security
