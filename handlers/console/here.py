"""Which restaurant a page is of, and what the person before it may do there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import abort, current_app, g, redirect, request, session, url_for
from flask_security import current_user
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from handlers.console.accounts import People, Person
from models import audit
from models.audit import Small
from models.database.columns import MAX_INTEGER, is_id
from models.restaurants import Restaurant
from models.staff import Colleague
from personas.rights import Right, of_roles

STREAM = "text/event-stream"
# Of a stream: the page looks anew, and finds that its reader is to sign in, or may see it no more.
OVER = "event: over\ndata: \n\n"
CLOCK = "console_now"  # in the application's extensions: what tells the time


@dataclass(frozen=True, slots=True)
class Here:
    """One person at work in one restaurant. `colleague`: as its staff has them."""

    person: Person
    restaurant: Restaurant
    colleague: Colleague
    rights: frozenset[Right]

    @property
    def address(self) -> str:
        """As this restaurant's staff has it: whose a conversation is, who changed something."""
        return self.colleague.address

    def may(self, right: Right) -> bool:
        return right in self.rights

    def note(
        self,
        session: Any,
        what: str,
        subject: str = "",
        *,
        before: Small | None = None,
        after: Small | None = None,
    ) -> None:
        """Keep for the audit what this person changes, within the change's own transaction."""
        audit.note(
            session,
            at=now(),
            restaurant_id=self.restaurant.id,
            by=self.address,
            what=what,
            subject=subject,
            before=before,
            after=after,
        )


def note_everywhere(session: Any, known: Person, what: str, *, after: Small | None = None) -> None:
    """Keep what concerns a person in each restaurant that they work in."""
    for post in known.posts:
        audit.note(
            session,
            at=now(),
            restaurant_id=post.restaurant.id,
            by=post.colleague.address,
            what=what,
            after=after,
        )


def now() -> datetime:
    """The moment, by the console's clock."""
    told: datetime = current_app.extensions[CLOCK]()
    return told.astimezone(UTC)


def person() -> Person | None:
    """Who is signed in."""
    known = current_user._get_current_object()
    return known if isinstance(known, Person) else None


class Id(IntegerConverter):
    """A row's in an address; one that no row can have is no address of ours."""

    def __init__(self, url_map: Map, **given: Any) -> None:
        super().__init__(url_map, **{"max": MAX_INTEGER, **given})


def asked_id(name: str) -> int | None:
    """A row's in what an address asks for; None where there is none, or no number."""
    asked = request.args.get(name, type=int)
    if asked is not None and not is_id(asked):
        abort(404)
    return asked


def needs(right: Right) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """For a page below `/<slug>/`: it gets a `Here` in place of the slug.

    A restaurant that the person does not work in is not there (404); a page that their roles don't
    open says so (403); a stranger is sent to sign in, and back.
    """

    def wrapped(page: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(page)
        def opened(*given: Any, slug: str, **named: Any) -> Any:
            known = person()
            if known is None:
                return to_sign_in()
            here = found(known, slug)
            if here is None:
                abort(404)
            if not here.may(right):
                abort(403)
            return page(*given, here, **named)

        return opened

    return wrapped


def signed_in(page: Callable[..., Any]) -> Callable[..., Any]:
    """For a page of no restaurant: it gets the Person."""

    @wraps(page)
    def opened(*given: Any, **named: Any) -> Any:
        known = person()
        return to_sign_in() if known is None else page(*given, known, **named)

    return opened


def found(known: Person, slug: str) -> Here | None:
    """The person's place in this restaurant, if they work there; templates see it as `here`."""
    here = _at(known, slug)
    if here is not None:
        g.here = here
    return here


def _at(known: Person, slug: str) -> Here | None:
    for post in known.posts:
        if post.restaurant.slug == slug:
            rights = of_roles(post.colleague.roles)
            return Here(known, post.restaurant, post.colleague, rights)
    return None


def is_still_let_in(here: Here) -> bool:
    """Whether the person may still see what this request shows them, some time after it began."""
    people: People = current_app.extensions["security"].datastore
    known = people.of_session(here.person.fs_uniquifier)
    still = _at(known, here.restaurant.slug) if known else None
    return still is not None and still.rights == here.rights


def to_sign_in() -> Response:
    """The way in, and back to where they were going. htmx goes there with the whole page.

    Whoever sent a form comes back to its page; one that is live is told to look anew.
    """
    if request.headers.get("Accept") == STREAM:
        return Response(OVER, mimetype=STREAM, headers={"Cache-Control": "no-store"})
    # A cookie that names somebody is left of a session that is over.
    over = 1 if "_user_id" in session else None
    if "HX-Request" in request.headers:
        way = url_for("signing_in.page", back=_page_named("HX-Current-URL"), over=over)
        return Response(status=401, headers={"HX-Redirect": way})
    asked = f"{request.script_root}{request.full_path}".rstrip("?")
    back = asked if request.method == "GET" else _page_named("Referer")
    return redirect(url_for("signing_in.page", back=back, over=over), 303)


def _page_named(header: str) -> str | None:
    """The path of the page that a request came from; none where it says none."""
    page = parts_of(request.headers.get(header, ""))
    return (page and page.path) or None


def parts_of(address: str) -> SplitResult | None:
    """Of an address that a browser, or anybody, named; None where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return None
